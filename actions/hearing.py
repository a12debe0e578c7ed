"""What a customer means in the middle of a dialogue: giving up, correcting, asking back, picking one.

Pure functions on words. They are asked before the intent model's reading counts: "第二个" or "拍不了" means
little alone and much as an answer.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from actions.base import Question

LONGEST_GIVING_UP = 24
"""A longer text says more than that it gives up; it is read as what it says."""

_GIVING_UP = re.compile(
    r"算了|(?:不(?:想|打算)?(?:退|换|要|改|开|办|弄|申请|修)(?:货|款|票)?了)|不用(?:了|退|换|改|开)|不需要了"
    r"|先不|(?:取消|撤(?:回|销))(?:退|换|申请|这个申请)|当我没说|没事了|改天再|下次再"
)
_ASKING = re.compile(
    r"[?\uff1f]|吗|呢[。!\uff01~\uff5e]*$|什么|多少|多久|怎么|如何|哪|能不能|可不可以|是不是|有没有"
)
_YES = re.compile(
    r"^(?:是的?|对的?|没错|没问题|确认|好的?|可以|行|嗯+|恩+|ok|OK|就这样|正确|无误|改吧|取消吧|麻烦了?)"
    r"(?:[,,。.!!~ 的了吧啊呀]|修改|登记|改|取消|确认|是|对|没错|没问题|就这样|谢谢|麻烦|您|你|可以|好)*$"
)
_NO = re.compile(r"^(?:不对|不是|错了|不正确|有误|等等|等一下|先别|别|不行|不可以|不)")
_NEGATED = re.compile(r"(?:不是|不要|不换|别要|别|非)(?:拿|的)?$")
_ORDINALS = "一二三四五六七八九"
_COUNTED = re.compile(
    r"第\s*([一二三四五六七八九1-9])\s*(?:个|双|件|条|单|笔|款|项|样)?|^\s*([1-9])\s*[。.号个]?\s*$"
)
_LAST = re.compile(r"最后(?:面)?(?:一|那|这)?|(?:后面|下面|底下)(?:那|这)?")
_FIRST = re.compile(r"最(?:近|新)|刚(?:买|下|收)|(?:前面|上面|头一)(?:那|这)?|首个")
_ALL = re.compile(r"全部|全都|都(?:退|换|要|是|有)|(?:两|三|几|所有|每).{0,2}都|一起|所有")
_DIGITS = re.compile(r"\d{4,}")


def gives_up(words: str) -> bool:
    """Whether these words end a dialogue: "算了不退了"."""
    return len(words.strip()) <= LONGEST_GIVING_UP and bool(_GIVING_UP.search(words))


def asks(words: str) -> bool:
    """Whether these words ask something themselves, so that they answer nothing."""
    return bool(_ASKING.search(words))


def says_yes(text: str) -> bool:
    """Whether these words agree and say nothing else."""
    return bool(_YES.match(text.strip()))


def says_no(text: str) -> bool:
    """Whether these words begin by disagreeing."""
    return bool(_NO.match(text.strip()))


def means_all(words: str) -> bool:
    """Whether everything is meant: "两双都退"."""
    return bool(_ALL.search(words))


def meant(question: Question, name: str) -> str | None:
    """The value of an entity that is meant: of "不是38是39" and of "38换39" the last one.

    A value that the text takes back ("39,不是38") does not count, nor does what an earlier turn left.
    """
    kept = list_meant(question, name)
    return kept[-1] if kept else None


def list_meant(question: Question, name: str) -> list[str]:
    """All values of an entity in this text that it does not take back, each once."""
    found = [entity for entity in question.entities if entity.name == name]
    kept = [
        entity
        for entity in found
        if entity.start < 0 or not _NEGATED.search(question.text[: entity.start].rstrip())
    ]
    return list(dict.fromkeys(str(entity.value) for entity in kept))


@dataclass(frozen=True, slots=True)
class Option:
    """One thing of several: its id and the words that tell it from the others (colour, size, name)."""

    id: str
    words: tuple[str, ...] = ()


def pick(words: str, options: Sequence[Option], named: Iterable[str] = ()) -> str | None:
    """The option a customer means by number, id, end of an id, or telling words; None when it is open.

    `named` are values found in the text (order numbers). "第二个" counts as the options were told.
    """
    ids = {option.id for option in options}
    for value in named:
        if value in ids:
            return value
    return _by_place(words, options) or pick_named(words, options)


def pick_named(words: str, options: Sequence[Option]) -> str | None:
    """The option a customer names by its id, the end of it, or telling words."""
    return _by_digits(words, options) or _by_words(words, options)


def _by_place(words: str, options: Sequence[Option]) -> str | None:
    counted = _COUNTED.search(words)
    if counted:
        figure = counted.group(1) or counted.group(2)
        place = _ORDINALS.index(figure) if figure in _ORDINALS else int(figure) - 1
        return options[place].id if place < len(options) else None
    if options and _LAST.search(words):
        return options[-1].id
    return options[0].id if options and _FIRST.search(words) else None


def _by_digits(words: str, options: Sequence[Option]) -> str | None:
    for digits in _DIGITS.findall(words):
        fitting = [option.id for option in options if option.id.endswith(digits)] or [
            option.id for option in options if digits in option.id
        ]
        if len(fitting) == 1:
            return fitting[0]
    return None


def _by_words(words: str, options: Sequence[Option]) -> str | None:
    """The option with more of its telling words in the text than any other."""
    scores = {option.id: sum(_is_said(word, words) for word in option.words) for option in options}
    best = max(scores.values(), default=0)
    fitting = [name for name, score in scores.items() if score == best]
    return fitting[0] if best and len(fitting) == 1 else None


def _is_said(word: str, words: str) -> bool:
    """Whether a telling word is in the text; a colour also by its first character (黑的)."""
    if word.isdigit():
        return bool(re.search(rf"(?<!\d){word}(?!\d)", words))
    bare = word.removesuffix("色")
    return word in words or (
        bare != word and any(f"{bare}{end}" in words for end in ("的", "色", "那", "款"))
    )
