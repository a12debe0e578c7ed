"""What a complaint is about, what it demands, whether it threatens for money: read from its words (E1-E3)."""

import re

CATEGORIES: dict[str, tuple[str, ...]] = {
    "quality": ("质量", "开胶", "断", "破", "掉色", "起毛", "瑕疵", "坏", "臭", "假货", "做工"),
    "delivery": ("快递", "物流", "发货", "没收到", "丢件", "送货", "派送", "包裹", "催"),
    "refund": ("退款", "退货", "退钱", "运费", "换货", "到账"),
    "price": ("降价", "差价", "贵", "保价", "优惠", "价格"),
    "service": ("态度", "客服", "不理", "不回", "敷衍", "推脱", "骗", "服务", "骂"),
}
"""Category → its words. The category with most words said wins; of equal ones the first."""

_DEMAND = re.compile(
    r"[^,。;!?,;!?\s]{0,12}(?:要求|必须|赔|补偿|退款|退钱|退一赔|换货|换一|重发|补发|道歉|给个说法|解释|处理)"
    r"[^,。;!?,;!?]{0,30}"
)
_THREAT = re.compile(r"差评|曝光|投诉|举报|发(?:到|上)?(?:网上|抖音|微博|小红书)|12315|媒体|记者|退店|全家桶")
_CONDITION = re.compile(r"不(?:给|赔|补|然|转|同意)|否则|要不|就(?:给|打|写|发|去|等着)")
_MONEY = re.compile(r"(?:赔|给|转|打|补偿?)(?:我|我们)?\D{0,4}(\d{2,6})\s*(?:元|块|万)?|红包|私了|封口")


_FOR_REVIEW = re.compile(r"好评|五星|改评|删(?:除)?(?:差)?评|追评|评价(?:返|送|改|删)")


def buys_review(words: str) -> bool:
    """Whether something is given for a review, or for taking one back: reviews are never bought (E5)."""
    return bool(_FOR_REVIEW.search(words))


def find_category(words: str) -> str:
    """What a complaint is about, for the monthly feedback (H3)."""
    counts = {name: sum(word in words for word in listed) for name, listed in CATEGORIES.items()}
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] else "other"


def find_demand(words: str) -> str:
    """What the customer demands, in their own words; empty when they say nothing of it."""
    found = _DEMAND.search(words)
    return found[0].strip()[:500] if found else ""


def is_extortion(words: str) -> bool:
    """Whether money is demanded under the threat of a bad review, exposure or a report (E3).

    A threat alone is a grave complaint, a demand alone a claim: only both, one as the price of the other.
    """
    return bool(_THREAT.search(words) and _CONDITION.search(words) and _MONEY.search(words))
