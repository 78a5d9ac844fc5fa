"""One way to write each sign: full-width forms, dashes, brackets, blanks, letters of the radical block, numerals."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 1000
"""Letters of a name that are read; the longest name of the real lists has 746."""

_OLD = "區號樓單棟層鎮鄉縣組園東門會莊國華麗灣廠場廣學醫"
_NEW = "区号楼单栋层镇乡县组园东门会庄国华丽湾厂场广学医"
# blanks, signs of control and of direction, halves of a sign, selectors of variants
_UNSEEN = [(0, 0x20), (0x7F, 0xA0), (0xAD, 0xAD), (0x2000, 0x200F), (0x2028, 0x202F), (0x205F, 0x206F)]
_UNSEEN += [(0x3000, 0x3000), (0xD800, 0xDFFF), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFF9, 0xFFFB)]
_SIGNS = str.maketrans(
    {
        **dict.fromkeys("—–－−‐‑―ー", "-"),
        **dict.fromkeys("〔[{【<〈《", "("),
        **dict.fromkeys("〕]}】>〉》", ")"),
        **dict.fromkeys("~～→", "至"),
        **dict.fromkeys("，", ","),
        **dict.fromkeys("。；", ";"),
        **dict.fromkeys("“”\"'‘’", None),
        **{chr(sign): None for first, last in _UNSEEN for sign in range(first, last + 1)},
        **dict(zip(_OLD, _NEW, strict=True)),
        **dict.fromkeys("•・▪˙", "·"),
        "〇": "零",
        "/": "、",
        "⻩": "黄",
        "⻄": "西",
        "⻋": "车",
        "⻔": "门",
        "⻓": "长",
        "⻰": "龙",
        "⻘": "青",
        "⻢": "马",
        "⻜": "飞",
        "⻛": "风",
        "⻥": "鱼",
    }
)
for _wide in range(0xFF01, 0xFF5F):  # full-width forms, as NFKC has them but in one step
    _SIGNS.setdefault(_wide, _SIGNS.get(_wide - 0xFEE0, chr(_wide - 0xFEE0)))
_SIGN = re.compile(r"[^\u4e00-\u9fff0-9A-Za-z]")  # letters and digits are written in one way only
_OLD_SIGN = re.compile(f"[{_OLD}]")
_DASHES = re.compile(r"-{2,}")
_NTH = re.compile(r"(?:^|(?<=[:;,、号栋区)]))[0-9]{1,2}\.(?=[\u4e00-\u9fff])")  # 1.建工新村2号2.建工新村73号
_DATE = re.compile(r"[0-9]{1,2}月[0-9]{1,2}日(?:[0-9]{1,2}时)?(?=$|[,、;()])")
_HAN = "零一二三四五六七八九"
_VALUE = {sign: n for n, sign in enumerate(_HAN)} | {"两": 2}
HAN_NUMBER = re.compile(r"[零一二三四五六七八九十百两]+")


def normal_text(place: str) -> str:
    """The name without blanks, half-width, with one kind of bracket and dash.

    The sign 、 (also for /) separates equals, "," and ";" separate groups, "-" is every dash, "至" every wave.
    """
    text = place[:LONGEST]
    if _SIGN.search(text) is not None or _OLD_SIGN.search(text) is not None:
        text = text.translate(_SIGNS)
        if not unicodedata.is_normalized("NFKC", text):
            text = unicodedata.normalize("NFKC", text).translate(_SIGNS)
        if "--" in text:
            text = _DASHES.sub("-", text)
        if "." in text:
            text = _NTH.sub(",", text).replace(":,", ":")
    if "日" in text:
        text = _DATE.sub("", text)
    return text.strip(",;、.:")


def arabic(number: str) -> str:
    """A number in Chinese as digits: 十二 -> 12, 三三零二 -> 3302. What is no number comes back unchanged."""
    if not number or not HAN_NUMBER.fullmatch(number):
        return number
    if "十" not in number and "百" not in number:
        return "".join(str(_VALUE[sign]) for sign in number)
    total = digit = 0
    for sign in number:
        if sign == "百":
            total, digit = total + (digit or 1) * 100, 0
        elif sign == "十":
            total, digit = total + (digit or 1) * 10, 0
        else:
            digit = _VALUE[sign]
    return str(total + digit)
