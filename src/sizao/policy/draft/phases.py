"""Finds phases in a row of tokens: 5天集中隔离+3天居家隔离, 集中隔离7天, A或B."""

from __future__ import annotations

from dataclasses import dataclass, field

from sizao.policy.draft.cells import Cell, Reading
from sizao.policy.draft.tokens import Token
from sizao.policy.draft.vocabulary import say, vocabulary

NEAR, NEAR_ACROSS_CHANGE = 8, 16
"""Characters that may stand between a number of days and its restriction."""

PASSED_OVER = {"test", "then", "from", "change", "introduces", "under", "drawn", "consecutive"}


@dataclass
class Phase:
    """One phase as read. `tokens`: the restrictions named in it; `release`: its one way out."""

    restriction: Cell
    days: Cell | None = None
    up_to: Cell | None = None
    tests: Cell | None = None
    until: Cell | None = None
    release: dict[str, Cell] | None = None
    tokens: list[Token] = field(default_factory=list)


@dataclass
class _Part:
    """A restriction, with its days where they stand beside it; or 或."""

    restriction: Token | None
    days: Token | None = None


def find_phases(tokens: list[Token], reading: Reading, keep: bool = True) -> tuple[list[Phase], list[Token]]:
    """The phases that the tokens name, in order, and the restrictions that are named without days.

    keep: count the tokens as used.
    """
    into = reading if keep else Reading(reading.piece)
    parts = list(_choices(_parts(tokens)))
    phases = [_phase(group, into) for group in parts if any(p.days for p in group)]
    bare = [p.restriction for group in parts if not any(p.days for p in group) for p in group if p.restriction]
    return phases, bare


def bare_phase(token: Token, reading: Reading) -> Phase:
    """A phase of which only the restriction is named."""
    if token.kind == "choice":
        lighter, heavier = token.value
        return Phase(reading.cell(lighter, token), up_to=reading.cell(heavier, token), tokens=[token])
    return Phase(reading.cell(token.value, token), tokens=[token])


def _parts(tokens: list[Token]) -> list[_Part]:
    parts: list[_Part] = []
    row = [t for t in tokens if t.kind not in PASSED_OVER]
    across = [t for t in tokens if t.kind == "change"]

    def near(n: int) -> bool:
        """Whether the token n and the next are a number of days and a restriction that belong together."""
        if not 0 <= n < len(row) - 1:
            return False
        first, second = row[n], row[n + 1]
        if {_is_days(first), _is_days(second)} != {True, False} or not (_is_kind(first) or _is_kind(second)):
            return False
        changed = any(first.end <= t.start < second.start for t in across)
        return second.start - first.end <= (NEAR_ACROSS_CHANGE if changed else NEAR)

    n = 0
    while n < len(row):
        token = row[n]
        if _is_kind(token):
            taken = near(n) and not (near(n + 1) and not near(n + 2) and _closer(row, n))
            parts.append(_Part(token, row[n + 1] if taken else None))
            n += 2 if taken else 1
        elif _is_days(token) and near(n):
            parts.append(_Part(row[n + 1], token))
            n += 2
        else:
            if token.kind == "or":
                parts.append(_Part(None))
            n += 1
    return parts


def _closer(row: list[Token], n: int) -> bool:
    """Whether the days after restriction n stand closer to the restriction after them."""
    return row[n + 2].start - row[n + 1].end < row[n + 1].start - row[n].end


def _is_days(token: Token) -> bool:
    return token.kind == "days" and token.value[0] is not None and token.value[1] == ""


def _is_kind(token: Token) -> bool:
    return token.kind in ("restriction", "choice")


def _choices(parts: list[_Part]) -> list[list[_Part]]:
    """Parts with 或 between them belong together."""
    groups: list[list[_Part]] = []
    joined = False
    for part in parts:
        if part.restriction is None:
            joined = bool(groups)
        elif joined:
            groups[-1].append(part)
            joined = False
        else:
            groups.append([part])
    return groups


def _phase(group: list[_Part], reading: Reading) -> Phase:
    order = list(vocabulary()["restrictions"])
    named: list[tuple[str, Token, Token | None]] = []
    for part in group:
        token = part.restriction
        assert token is not None
        for name in token.value if token.kind == "choice" else (token.value,):
            named.append((name, token, part.days))
    named.sort(key=lambda entry: order.index(entry[0]))
    lighter, heavier = named[0], named[-1]
    days = lighter[2] or next(d for _, _, d in named if d)
    doubt = None
    if heavier[2] and heavier[2].value != days.value:
        doubt = say("unequal_choice", first=days.value[0], second=heavier[2].value[0])
        reading.used.add(heavier[2])
    phase = Phase(
        reading.cell(lighter[0], lighter[1]),
        reading.cell(days.value[0], days, doubt=doubt),
        tokens=[token for _, token, _ in named],
    )
    if heavier[0] != lighter[0]:
        phase.up_to = reading.cell(heavier[0], heavier[1])
    reading.used.update(d for _, _, d in named if d)
    return phase
