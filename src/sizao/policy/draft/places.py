"""What an item says of places: which levels there are, where they are drawn, when they are lifted."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from sizao.policy.draft.cells import Cell, Finding, Reading, superseded
from sizao.policy.draft.tokens import Token
from sizao.policy.draft.vocabulary import say, vocabulary

LONGEST_WORDS = 60
"""Characters of the text's own words that a value repeats, at most."""


def read_places(reading: Reading) -> list[Finding]:
    """Levels, abolished levels, scopes, what is drawn around, the rest of, lifting, wider areas."""
    found: list[Finding] = []
    for sentence in reading.piece.sentences:
        found += _levels(sentence, reading)
        found += _rest_of(sentence, reading)
        found += _drawn(sentence, reading)
        found += _lifting(sentence, reading)
        found += _wider(sentence, reading)
    return found


def _levels(sentence: list[Token], reading: Reading) -> Iterator[Finding]:
    """由高、中、低三类调整为高、低两类; 取消中风险区."""
    old = superseded(sentence)
    sets = [t for t in sentence if t.kind == "level_set"]
    if any(t.kind == "change" for t in sentence) and sets:
        kept = [t for t in sets if t not in old][-1]
        for level in kept.value:
            yield reading.finding("level", level, {"id": reading.cell(level, kept)}, kept)
        for token in sets:
            for level in token.value if token in old else ():
                if level not in kept.value:
                    cells = {"level": reading.cell(level, token)}
                    yield reading.finding("abolished", level, cells, token)
    for before, after in pairwise(sentence):
        if before.kind == "abolished" and after.kind == "level" and after.start - before.end <= 6:
            cells = {"level": reading.cell(after.value, after)}
            yield reading.finding("abolished", after.value, cells, after)


def _rest_of(sentence: list[Token], reading: Reading) -> Iterator[Finding]:
    """高风险区所在县的其他地区划定为低风险区."""
    for n, token in enumerate(sentence):
        if token.kind != "rest":
            continue
        seat = _last(sentence[:n], "seat")
        inner = _last(sentence[: sentence.index(seat)] if seat else sentence[:n], "level", "level_set")
        scope = next((t for t in sentence[sentence.index(seat) : n] if t.kind == "scope"), None) if seat else None
        outer = next((t for t in sentence[n:] if t.kind == "level"), None)
        if inner and scope and outer:
            level = inner.value if inner.kind == "level" else inner.value[0]
            doubt = say("rest_of_itself") if level == outer.value else None
            cells = {
                "level": reading.cell(level, inner, doubt=doubt, assumed=False),
                "within": reading.cell(scope.value, scope),
            }
            reading.used.add(outer)
            yield reading.finding("rest_of", outer.value, cells, inner, outer)


def _drawn(sentence: list[Token], reading: Reading) -> Iterator[Finding]:
    """将居住地、工作地划定为高风险区; 高风险区以单元、楼栋为单位划定; what is forbidden does not count."""
    rest = next((n for n, t in enumerate(sentence) if t.kind in ("rest", "forbid")), len(sentence))
    begin = 0
    for end in _ends_of_drawing(sentence[:rest]):
        clause = sentence[begin:end]
        drawn = next(n for n, t in enumerate(clause) if t.kind == "drawn")
        level = next((t for t in clause[drawn:] if t.kind == "level"), None) or _last(sentence[:end], "level")
        begin = end
        if level is None:
            continue
        around = [t for t in clause if t.kind == "around"]
        scopes = [t for t in clause if t.kind == "scope"]
        for what, found, order in (
            ("around", around, list(vocabulary()["around"])),
            ("scope", scopes, list(vocabulary()["scopes"])),
        ):
            if found:
                names = sorted({t.value for t in found}, key=order.index)
                yield reading.finding(what, level.value, {what: reading.cell(names, *found)}, *found)


def _ends_of_drawing(sentence: list[Token]) -> list[int]:
    """Where each part of a sentence ends that draws areas: 甲划为高风险区，乙划为中风险区 has two."""
    ends: list[int] = []
    drawn = False
    for n, token in enumerate(sentence):
        drawn = drawn or token.kind == "drawn"
        if drawn and token.kind == "comma":
            ends.append(n)
            drawn = False
    return [*ends, len(sentence)] if drawn else ends


def _lifting(sentence: list[Token], reading: Reading) -> Iterator[Finding]:
    """高风险区连续6天无新增的，降为低风险区."""
    for n, token in enumerate(sentence):
        ahead = sentence[n + 1 : n + 4]
        if token.kind != "consecutive" or not ahead or ahead[0].kind != "days" or ahead[0].value[0] is None:
            continue
        if not any(t.kind == "none_new" for t in ahead):
            continue
        days = ahead[0]
        end = next((i for i in range(n + 1, len(sentence)) if sentence[i].kind == "consecutive"), len(sentence))
        before, after = _last(sentence[:n], "level"), [t for t in sentence[n:end] if t.kind == "level"]
        change = next((t for t in sentence[n:end] if t.kind in ("change", "then")), None)
        level = before or (after.pop(0) if after else None)
        if level is None:
            continue
        target = next((t for t in after if change and t.start >= change.end), None)
        to = reading.cell(target.value, target) if target else Cell("low", doubt=say("step_down"))
        cells = {"after_days": reading.cell(days.value[0], days), "to": to}
        yield reading.finding("lifts", level.value, cells, token, days)


def _wider(sentence: list[Token], reading: Reading) -> Iterator[Finding]:
    """在...的情况下，可适度扩大: the condition in the text's own words."""
    widened = next((t for t in sentence if t.kind == "widened"), None)
    if widened is None:
        return
    under = _last(sentence[: sentence.index(widened)], "under")
    level = _last(sentence, "level")
    if under is None or level is None:
        return
    cells = own_words(reading, under)
    if cells:
        yield reading.finding("wider", level.value, cells, under, widened)


def own_words(reading: Reading, end: Token, begin: Token | None = None) -> dict[str, Cell]:
    """What the text says before `end`: after `begin`, or from the comma or 在 before it; none when too long."""
    text, last = reading.piece.view.text, end.start
    first = begin.end if begin else max(text.rfind(sign, 0, last) for sign in ",。;:") + 1
    first += text[first:last].startswith("在")
    words = text[first:last]
    if not 0 < len(words) <= LONGEST_WORDS:
        return {}
    span = reading.piece.view.span(first, last)
    english = Cell(say("not_translated").en, doubt=say("translation"), assumed=False)
    return {"zh": Cell(words, span), "en": english}


def _last(tokens: list[Token], *kinds: str) -> Token | None:
    return next((t for t in reversed(tokens) if t.kind in kinds), None)
