"""Running text to tokens: numbers with units, day lists, frequencies, Ct values, and words of the vocabulary."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from sizao.policy.draft.certainty import Mark, half_before, mark_of
from sizao.policy.draft.items import Item
from sizao.policy.draft.numerals import NUMBER, SIGNS, UNKNOWN, read_number
from sizao.policy.draft.text import View
from sizao.policy.draft.vocabulary import phrases, vocabulary

NUMBERS = frozenset({"days", "nth", "frequency", "hours", "ct", "numeral"})
"""Kinds of token that hold a number of the rules: each is drafted, or reported as not read."""

COUNTS = frozenset({"times", "sum", "quantity"})
"""Kinds of token that hold a number of the rules where they stand in an item on people: 3次, 5+3, 半个月."""

MARKED = frozenset({"days", "hours", "frequency", "times"})

STOPS = "。;!?"


@dataclass(frozen=True)
class Token:
    """A piece of text that means something. `start` and `end` count characters of the running text.

    value of `days` and `hours`: (number or None, suffix); `nth`: days; `frequency`: (times, in days), times 0 where
    the text gives no number; `ct`: (from, below), None where it is neither; `times`: number; of a word what the
    vocabulary names; `sum`: its numbers; of `numeral` and `quantity` nothing. `mark`: why a number is not certain.
    """

    kind: str
    value: Any
    start: int
    end: int
    mark: Mark | None = None


def read_tokens(text: str) -> list[Token]:
    """The tokens of running text, in order, without overlaps; the longest phrase wins."""
    found: list[Token] = []
    position = 0
    while position < len(text):
        token = _leaver_at(text, position) or _number_at(text, position) or _word_at(text, position)
        if token and (before := _half_before(token, text, found)):
            token = Token("numeral", None, position - before, token.end)
        if token is None:
            position += 1
            continue
        found.append(token)
        position = token.end
    return _merged(_marked(text, found))


def sentences(tokens: list[Token]) -> list[list[Token]]:
    """The tokens of each sentence, its stop left out."""
    found: list[list[Token]] = [[]]
    for token in tokens:
        if token.kind == "stop":
            found.append([])
        else:
            found[-1].append(token)
    return [sentence for sentence in found if sentence]


@cache
def _forms() -> list[tuple[re.Pattern[str], Callable[[re.Match[str]], tuple[str, Any] | None]]]:
    join = "[、和及与至到—~-]"
    named = rf"第{NUMBER}(?:(?:{join}|,){NUMBER}){{0,40}}[天日](?:{join}第?{NUMBER}[天日]){{0,40}}"

    def span(unit: str) -> str:
        """The numbers before the last of a range: 5—, 5天至, 5、."""
        return rf"(?:{NUMBER}(?:(?:{unit})?(?:至|到|—+|-|~|或者?)|、)){{0,3}}"

    weeks = "周|星期|礼拜|工作日"
    unknown = rf"[0-9{SIGNS}]{{0,9}}[{UNKNOWN}][0-9{SIGNS}{UNKNOWN}]{{0,9}}"
    other = "≤|>|<=|高于|大于|不高于|不超过"
    return [
        (re.compile(named), _read_days_named),
        (re.compile(rf"第{NUMBER}(?=[版条章轮次批一])"), lambda m: ("", None)),
        (re.compile(rf"({NUMBER})[天日]内?(?:完成|开展|进行|检测)?({NUMBER})(?:[检测]|次)"), _read_frequency),
        (re.compile(rf"每({NUMBER})?[天日](?:检测|开展|进行|完成)?(?:({NUMBER})[次检])?"), _read_every),
        (re.compile(r"隔[天日](?:一[次检])?"), lambda m: ("frequency", (1, 2))),
        (re.compile(r"[Cc][Tt]值?[^0-9<>≥≤,。;]{0,6}?([0-9.]+)(?:—+|-|~|至|到)([0-9.]+)"), _read_ct_band),
        (
            re.compile(r"[Cc][Tt]值?[^0-9<>≥≤,。;]{0,6}?(<(?!=)|≥|>=|低于|小于|大于等于|不低于|大于或等于)([0-9.]+)"),
            _read_ct,
        ),
        (re.compile(rf"[Cc][Tt]值?[^0-9<>≥≤,。;]{{0,6}}?(?:{other})[0-9.]+"), lambda m: ("ct", None)),
        (
            re.compile(rf"(?:{span('个?小时')})({NUMBER})个?小时(以内|内|以上|之后|后|前)?"),
            lambda m: _counted("hours", m),
        ),
        (re.compile(rf"(?:[0-9]{{4}}年)?{NUMBER}月{NUMBER}日"), lambda m: ("", None)),
        (
            re.compile(rf"(?:{span('个?[天日]')})({NUMBER})个?[天日](以内|内|以上|之后|后|前)?"),
            lambda m: _counted("days", m),
        ),
        (re.compile(rf"(?:{span('[次轮]')})({NUMBER})[次轮]"), lambda m: _counted("times", m)),
        (re.compile(rf"{NUMBER}(?:[+加]{NUMBER}){{1,4}}[天日]?"), _read_sum),
        (
            re.compile(rf"{NUMBER}个半?月|半个?月|{NUMBER}个?半?(?:{weeks})|每个?(?:{weeks}|月)"),
            lambda m: ("quantity", None),
        ),
        (re.compile(rf"{NUMBER}[余多几来]个?[天日次]|{unknown}个?[天次]"), lambda m: ("numeral", None)),
        (re.compile(r"[高中低](?:[、和及][高中低]){1,4}(?:[两三二]类|风险(?:地区|区域|区)|等级)?"), _read_level_set),
    ]


BEGINNINGS = frozenset("0123456789第每隔Cc高中低来到去途半" + SIGNS + UNKNOWN)
"""Signs with which a number or a list of levels begins: at any other, no form needs to be tried."""


def _number_at(text: str, position: int) -> Token | None:
    if text[position] not in BEGINNINGS:
        return None
    for pattern, read in _forms():
        if match := pattern.match(text, position):
            read_as = read(match)
            if read_as is not None:
                return Token(*read_as, match.start(), match.end())
    return None


def _word_at(text: str, position: int) -> Token | None:
    char = text[position]
    if char in STOPS:
        return Token("stop", char, position, position + 1)
    if char in ",:()":
        return Token({",": "comma", ":": "colon"}.get(char, "bracket"), char, position, position + 1)
    for length in _lengths().get(char, ()):
        phrase = text[position : position + length]
        if named := phrases().get(phrase):
            return Token(*named, position, position + len(phrase))
    return None


@cache
def _lengths() -> dict[str, list[int]]:
    """First sign of a phrase -> lengths of the phrases that begin so, the longest first."""
    found: dict[str, set[int]] = {}
    for phrase in phrases():
        found.setdefault(phrase[0], set()).add(len(phrase))
    return {sign: sorted(lengths, reverse=True) for sign, lengths in found.items()}


AREA = "风险(?:地区|区域|区)"
LEAVER = re.compile(
    rf"(来自|到过|去过|途经)?((?:[高中低](?:{AREA})?[、和及或]){{0,4}}[高中低]){AREA}(?(1)|[^,。、;:天]{{0,4}}?"
    r"(?:外溢|旅居史|来返|流入|返回|来本?[市县省区]))的?(?(1)(?:人员|旅客|居民|者)|(?:人员|者)?)"
)


def _leaver_at(text: str, position: int) -> Token | None:
    """People who left areas of one level or more: 高、中风险区旅居史人员."""
    if text[position] not in BEGINNINGS:
        return None
    if match := LEAVER.match(text, position):
        levels = {"高": "high", "中": "medium", "低": "low"}
        wanted = [levels[c] for c in match[2] if c in levels]
        named = {entry.get("leaver"): name for name, entry in vocabulary()["subjects"].items()}
        return Token("subject", tuple(named[level] for level in wanted), match.start(), match.end())
    return None


def _half_before(token: Token, text: str, found: list[Token]) -> int:
    """How many characters of a numeral that the reader does not know stand before a number."""
    if token.kind not in MARKED | {"sum", "quantity"} or (found and found[-1].end == token.start):
        return 0
    return min(half_before(text, token.start), token.start - (found[-1].end if found else 0))


def _marked(text: str, tokens: list[Token]) -> list[Token]:
    """With what makes a number uncertain; how often in the first three days is not how often in all."""
    found: list[Token] = []
    part: Mark | None = None
    for token in tokens:
        if token.kind == "stop":
            part = None
        mark = mark_of(text, token.start, token.end) if token.kind in MARKED else None
        if mark and mark[0] == "part":
            part = mark
        elif part and token.kind == "frequency":
            mark = (part[0], part[1], token.end)
        found.append(replace(token, mark=mark) if mark else token)
    return found


def _read_sum(match: re.Match[str]) -> tuple[str, Any] | None:
    return "sum", tuple(read_number(part) for part in re.findall(NUMBER, match[0]))


def _read_days_named(match: re.Match[str]) -> tuple[str, Any] | None:
    parts = re.findall(rf"{NUMBER}|[至到—~-]", match[0])
    days: list[int] = []
    through = False
    for part in parts:
        if part in "至到—~-":
            through = True
            continue
        number = read_number(part)
        if number is None or number < 1:
            return None
        days += range(days[-1] + 1, min(number, days[-1] + 400) + 1) if through and days else [number]
        through = False
    return "nth", tuple(days)


def _read_frequency(match: re.Match[str]) -> tuple[str, Any] | None:
    days, times = read_number(match[1]), read_number(match[2])
    return ("frequency", (times, days)) if days and times else None


def _read_every(match: re.Match[str]) -> tuple[str, Any] | None:
    days = read_number(match[1]) if match[1] else 1
    times = read_number(match[2]) if match[2] else 0
    return None if days is None or times is None else ("frequency", (times, days))


def _read_ct_band(match: re.Match[str]) -> tuple[str, Any] | None:
    low, high = _ct(match[1]), _ct(match[2])
    return None if low is None or high is None else ("ct", (low, high))


def _read_ct(match: re.Match[str]) -> tuple[str, Any] | None:
    number = _ct(match[2])
    if number is None:
        return None
    return "ct", (None, number) if match[1] in ("<", "低于", "小于") else (number, None)


def _ct(text: str) -> int | float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return int(number) if number == int(number) else number


def _counted(kind: str, match: re.Match[str]) -> tuple[str, Any] | None:
    number = read_number(match[1])
    return (kind, number) if kind == "times" else (kind, (number, match[2] or ""))


def _read_level_set(match: re.Match[str]) -> tuple[str, Any] | None:
    levels = {"高": "high", "中": "medium", "低": "low"}
    return "level_set", tuple(levels[c] for c in match[0] if c in levels)


def _merged(tokens: list[Token]) -> list[Token]:
    """第1天、第4天和第7天 is one list of days; tokens that only hide words fall away."""
    found: list[Token] = []
    for token in tokens:
        before = found[-2:] if len(found) > 1 else []
        if token.kind in ("", "mentions"):
            continue
        beside = bool(before) and before[0].end == before[1].start and before[1].end == token.start
        if beside and [before[0].kind, before[1].kind, token.kind] == ["nth", "joins", "nth"]:
            found[-2:] = [Token("nth", before[0].value + token.value, before[0].start, token.end)]
            continue
        found.append(token)
    return found


@dataclass(frozen=True)
class Piece:
    """An item's running text with its tokens, sentence by sentence."""

    item: Item
    view: View
    sentences: list[list[Token]]

    def words(self, *tokens: Token) -> str:
        """The text from the first to the last of these tokens."""
        return self.view.text[min(t.start for t in tokens) : max(t.end for t in tokens)]

    def span(self, *tokens: Token) -> tuple[int, int]:
        """Where they stand in the original text."""
        return self.view.span(min(t.start for t in tokens), max(t.end for t in tokens))
