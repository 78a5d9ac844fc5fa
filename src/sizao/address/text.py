"""One way to write each sign: full-width forms, dashes, brackets, blanks, letters of the radical block, numerals."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 1000
"""Letters of a name that are read; the longest name of the real lists has 746."""

_SIGNS = str.maketrans(
    {
        **dict.fromkeys("—–－−‐‑―ー", "-"),
        **dict.fromkeys("〔[{【<〈《", "("),
        **dict.fromkeys("〕]}】>〉》", ")"),
        **dict.fromkeys("~～→", "至"),
        **dict.fromkeys("，", ","),
        **dict.fromkeys("。；", ";"),
        **dict.fromkeys("“”\"'‘’", None),
        **dict.fromkeys(" \t\n\r\x0b\x0c\x85\xa0\u2028\u2029\u202f\u205f\u3000\ufeff\u2060", None),
        **dict.fromkeys(map(chr, range(0x2000, 0x2010)), None),
        **dict.fromkeys(map(chr, range(0x1C, 0x20)), None),
        "•": "·",
        "・": "·",
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
_DASHES = re.compile(r"-{2,}")
_HAN = "零一二三四五六七八九"
_VALUE = {sign: n for n, sign in enumerate(_HAN)} | {"两": 2}
HAN_NUMBER = re.compile(r"[零一二三四五六七八九十百两]+")


def normal_text(place: str) -> str:
    """The name without blanks, half-width, with one kind of bracket and dash.

    The sign 、 (also for /) separates equals, "," and ";" separate groups, "-" is every dash, "至" every wave.
    """
    text = place[:LONGEST].translate(_SIGNS)
    if not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", text).translate(_SIGNS)
    if "--" in text:
        text = _DASHES.sub("-", text)
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
