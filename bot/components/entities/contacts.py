"""Numbers of orders, parcels, phones and taxes; names, addresses and invoice titles."""

import re
from collections.abc import Iterator

from bot.components.entities.found import Found

EMAIL = re.compile(r"[A-Za-z0-9][\w.+-]*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", re.ASCII)
TAX = re.compile(r"(?<![0-9A-Za-z])[0-9A-HJ-NPQRTUWXYa-hj-npqrtuwxy]{15,20}(?![0-9A-Za-z])")
TAX_SIGN = re.compile(r"税号|识别号|信用代码|税务登记")
CREDIT_CODE = re.compile(r"[1-9][1-9]\d{6}[0-9A-Z]{10}")
PHONE = re.compile(r"(?<!\d)(?:\+?86[ -]?)?(1[3-9]\d[ -]?\d{4}[ -]?\d{4})(?!\d)")
ORDER_SIGN = re.compile(r"订单|单子编号")
PARCEL_SIGN = re.compile(
    r"(?:快递|物流|运|退货|寄回)[^,.;\d]{0,4}单?号|寄回|寄出|退回|(?:顺丰|圆通|中通|申通|韵达|极兔|邮政|京东|德邦)\s*$"
)
LONG = re.compile(r"(?<![0-9A-Za-z.])(?:[A-Za-z]{1,4}-?)?\d{9,24}(?![0-9A-Za-z])")
# A number that is read out in groups: 75 8812 3409 8812.
GROUPED = re.compile(r"(?<![\d.])\d{2,6}(?:[ -]\d{3,6}){2,5}(?!\d)")
TITLE = re.compile(
    r"[一-鿿()A-Za-z0-9]{2,40}?(?:有限责任公司|有限公司|股份公司|集团公司|公司|事务所|合作社|工作室)"
)
TITLE_SIGN = re.compile(
    r"(?:抬头|公司名称?|单位名称?|名称)(?:名称)?(?:[::=]|就?[写开填是为])*\s*([^\s,.;,:]{2,40})"
)
# Other bodies than companies, where the words before say that a title follows.
OTHER_TITLE = re.compile(
    r"(?:(?:抬头|单位名称|公司名称)(?:[::=\s]|就?[写开填是为]|改[成为]|换成)*"
    r"|(?:发票|开票)(?:[::=\s]|就?[写开填是为]|改[成为]|换成)+)"
    r"([一-鿿()A-Za-z0-9]{2,30}?(?:幼儿园|小学|中学|大学|学院|学校|卫生院|医院|诊所|银行|酒店|超市|"
    r"中心|协会|委员会|[店厂馆局]))"
    r"(?=[\s,.;!?\d]|$|行|可以|就|吧|的)"
)
PERSONAL_TITLE = re.compile(r"(?<=[开写是填])个人(?=抬头|发票|的|就|$)")
TITLE_LEAD = re.compile(
    r"^.*(?:抬头|名称)(?=[一-鿿]{4})(?!(?:换成|改成|改为|开成|写成|写|开|填|是|叫|为))|^.*?(?:抬头|名称|发票)?(?:换成|改成|改为|开成|写成|写|开|填|是|叫|为|的)(?=[一-鿿]{4})|^(?:我们|你们|请|帮我)"
)
TITLE_VAGUE = re.compile(r"(?:我们?|你们?|贵|那家?|这家?|快递|物流|哪家|什么|个人|保险|分?子)公司$|^公司$")
NAME = re.compile(
    r"(?:(?:收[件货]人|姓名|联系人)(?:[::]|改[成为]|是|叫|写)*|我叫|名字(?:[::]|改[成为]|是|叫|写)+)\s*"
    r"(?![改写错]|可以|能|怎|什么|电话|地址|信息|不[对是])([一-鿿]{2,4}?)(?=[,. ;\d]|就[行好]|可以|$)"
)
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔"
    "钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易"
)
# A name between an address and a phone number needs no word before it.
NAME_BEFORE_PHONE = re.compile(
    rf"(?:^|(?<=[\s,;]))([{_SURNAMES}][一-鿿]{{1,2}})[\s,:]*(?=1[3-9]\d{{9}}(?!\d))"
)
NAME_AFTER_PHONE = re.compile(
    rf"(?<=\d{{4}})[\s,]+(?!谢谢|白天|方便|安排)([{_SURNAMES}][一-鿿]{{1,2}})(?=[\s,.;]|$)"
)
ADDRESS = re.compile(
    r"[一-鿿]{2,8}?(?:省|市|自治区|区|县)[^\s,.;!?]{0,30}?[一-鿿\d](?:路|街|巷|道|弄|村|镇|乡|小区|花园|苑|大厦|广场)"
    r"[^\s,.;!?]{0,20}(?:号楼?|栋|幢|室|单元|层|楼|座|\d)?"
)

# Without a region it counts only down to the house: 幸福花园3期12号楼2单元.
LOCAL_ADDRESS = re.compile(
    r"[一-鿿]{2,12}(?:小区|花园|家园|公寓|苑|大厦|广场|路|街|巷)[一-鿿]{0,4}(?:\d+[期号弄]?){1,2}(?:号楼|栋|幢|座|楼|弄|号)[\d一-鿿单元室]{0,12}?(?=[\s,.;!?]|$)"
)
ADDRESS_LEAD = re.compile(
    r"^.*(?:改到|改成|改为|换到|换成|[寄发送搬][到往给]|地址|应该是|[到寄住是在])(?=[一-鿿]{2})"
)
_FIRST_PLACE = re.compile(r"省|市|自治区|区|县|小区|花园|家园|公寓|苑|大厦|广场|路|街|巷")


# What only stands where a name, title or address would: 收件人是我妈, 我要开公司抬头, 小超市说弄丢了.
NO_NAME = re.compile(r"^[的了个我你他她不要新全化一拒店联姓和]|[是的了不]|名$|电话|地址")
NO_TITLE = re.compile(r"[我你吗的]|哪个|另一个|一批|^有限责任公司$|[写开]公司$")
NO_ADDRESS = re.compile(r"^[^\d<]*[我你的了说要][^\d<]*$")


def find(text: str) -> Iterator[Found]:
    """Yield what identifies orders, parcels, people and companies."""
    for match in EMAIL.finditer(text):
        yield Found("email", match[0].lower(), *match.span())
    yield from _codes(text)
    yield from _titles(text)
    for match in [*NAME.finditer(text), *NAME_BEFORE_PHONE.finditer(text), *NAME_AFTER_PHONE.finditer(text)]:
        if not NO_NAME.search(match[1]):
            yield Found("name", match[1], *match.span(1))
    for match in [*ADDRESS.finditer(text), *LOCAL_ADDRESS.finditer(text)]:
        place = _FIRST_PLACE.search(match[0])
        lead = ADDRESS_LEAD.match(match[0][: place.end() if place else 0])
        start = match.start() + (lead.end() if lead else 0)
        if not NO_ADDRESS.search(text[start : match.end()]):
            yield Found("address", text[start : match.end()], start, match.end())


def _codes(text: str) -> Iterator[Found]:
    for match in TAX.finditer(text):
        code = match[0].upper()
        near = bool(TAX_SIGN.search(text[max(0, match.start() - 12) : match.start()]))
        is_code = bool(CREDIT_CODE.fullmatch(code)) and not code.isdigit()
        if is_code or (near and sum(char.isdigit() for char in code) >= 8):
            yield Found("tax_no", code, *match.span())
    for match in PHONE.finditer(text):
        if not ORDER_SIGN.search(text[max(0, match.start() - 6) : match.start()]):
            yield Found("phone", re.sub(r"\D", "", match[1]), *match.span(1))
    for match in [*LONG.finditer(text), *GROUPED.finditer(text)]:
        yield from _order_or_parcel(text, match)


def _order_or_parcel(text: str, match: re.Match[str]) -> Iterator[Found]:
    code = re.sub(r"[ -]", "", match[0].upper())
    before = text[max(0, match.start() - 12) : match.start()]
    digits = sum(char.isdigit() for char in code)
    if ORDER_SIGN.search(before) and not PARCEL_SIGN.search(before):
        yield Found("order_no", code, *match.span())
    elif code[0].isalpha() or (PARCEL_SIGN.search(before) and digits <= 18):
        yield Found("tracking_no", code, *match.span())
    elif digits >= 10:
        yield Found("order_no", code, *match.span())


def _titles(text: str) -> Iterator[Found]:
    for match in TITLE_SIGN.finditer(text):
        if match[1] == "个人":
            yield Found("invoice_title", "个人", *match.span(1))
    for match in PERSONAL_TITLE.finditer(text):
        yield Found("invoice_title", "个人", *match.span())
    for match in OTHER_TITLE.finditer(text):
        yield Found("invoice_title", match[1], *match.span(1))
    for match in TITLE.finditer(text):
        lead = TITLE_LEAD.match(match[0])
        start = match.start() + (lead.end() if lead else 0)
        title = text[start : match.end()]
        if len(title) >= 5 and not TITLE_VAGUE.search(title) and not NO_TITLE.search(title):
            yield Found("invoice_title", title, start, match.end())
