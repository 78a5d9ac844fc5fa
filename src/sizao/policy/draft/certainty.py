"""What stands beside a number and keeps it from being one certain value: a bound, a range, a part, half a numeral."""

from __future__ import annotations

import re

from sizao.policy.draft.numerals import NUMBER, SIGNS, UNKNOWN

Mark = tuple[str, int, int]
"""Which sentence of said.yaml the doubt is, and the characters of the running text that it names."""

LOOKED_BACK = 20
"""Characters before a number in which a word that limits it is looked for."""

FREE = rf"[^,。;:!?、()0-9{SIGNS}]"
BOUND = re.compile(
    rf"(?:(?:不得?(?:少于|低于|短于|超过|多于|长于)|至少|最少|最短|起码|至多|最多|最长){FREE}{{0,8}}"
    r"|(?:不足|不到|超过|大于|多于|少于|大?约|近)|[<>≥≤]=?)$"
)
BOUND_AFTER = re.compile(r"半|左右|上下|(?:[或及]|\(含\))以上|[或及]更[长多]|不等")
PART = re.compile(
    rf"(?:其中{FREE}{{0,8}}|头|首|末|最后|最初|剩余|余下|其余(?:的)?|(?:^|(?<=[,。;:!?、()的])|(?<=期间)|(?<=期内)|(?<=期))[前后])$"
)
INTERVAL = re.compile(r"[每间]?隔$")
RANGE = re.compile(rf"(?:{NUMBER}(?:(?:个?[天日]|个?小时|[次轮])?(?:至|到|—+|-|~|或者?)|、))+(?={NUMBER})")
HALVED = re.compile(rf"(?:[0-9{SIGNS}{UNKNOWN}几数半]{{1,9}}|[0-9]{{1,9}}\.|{NUMBER}个)$")


def mark_of(text: str, start: int, end: int) -> Mark | None:
    """Why the number in these characters is no certain value; None where nothing beside it says so."""
    before = text[max(0, start - LOOKED_BACK) : start]
    for what, pattern in (("part", PART), ("bound", BOUND), ("interval", INTERVAL)):
        if match := pattern.search(before):
            return what, start - len(match[0]), end
    if match := BOUND_AFTER.match(text, end):
        return "bound", start, match.end()
    if RANGE.match(text, start, end):
        return "range", start, end
    return None


def half_before(text: str, start: int) -> int:
    """How many characters of a numeral stand before these, not read: before the 5 of 1.5, the 一 of 卌一, 两个7天."""
    before = text[max(0, start - LOOKED_BACK) : start]
    match = HALVED.search(before) if text[start] in "0123456789" + SIGNS + UNKNOWN else None
    return len(match[0]) if match else 0
