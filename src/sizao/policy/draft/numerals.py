"""Chinese and Arabic numerals to numbers: 14, 十四, 廿一, 两, 〇; 二〇二二 digit by digit."""

from __future__ import annotations

DIGITS = {c: n for n, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
TENS = {"十": 10, "百": 100, "千": 1000}
SHORT = {"廿": "二十", "卅": "三十"}
UNKNOWN = "壹贰叁肆伍陆柒捌玖拾佰仟万亿卌"
"""Signs of numerals that are not read: a number that stands beside one is refused."""

SIGNS = "".join([*DIGITS, *TENS, *SHORT])
NUMBER = rf"(?:[0-9]{{1,4}}|[{SIGNS}]{{1,9}})"
"""As part of a pattern: one numeral of either kind, full-width digits already made half-width. Repetitions
in patterns are bounded, so that a hostile text costs no more than a long one."""


def read_number(text: str) -> int | None:
    """The number that a numeral says; None where it says none for certain (一两, 三四, 十百)."""
    if text.isascii() and text.isdigit():
        return int(text)
    for sign, said in SHORT.items():
        text = text.replace(sign, said)
    if not text or any(c not in DIGITS and c not in TENS for c in text):
        return None
    if not any(c in TENS for c in text):
        return _digit_by_digit(text)
    total, digit, smallest = 0, None, 10_000
    for char in text:
        if char in DIGITS:
            if digit not in (None, 0):
                return None
            digit = DIGITS[char]
            continue
        unit = TENS[char]
        if unit >= smallest or (digit is None and not (unit == 10 and total == 0)):
            return None
        total += (1 if digit is None else digit) * unit
        digit, smallest = None, unit
    return total + (digit or 0)


def _digit_by_digit(text: str) -> int | None:
    """A single digit, or a year; 一两 and 三四 are guesses of the writer, no numbers."""
    if len(text) == 1:
        return DIGITS[text]
    return int("".join(str(DIGITS[c]) for c in text)) if len(text) == 4 and "两" not in text else None
