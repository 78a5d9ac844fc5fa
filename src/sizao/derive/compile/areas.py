"""Compiles what a chain of rulebooks says of risk areas to small tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import get_args

import pyarrow as pa

from sizao.derive.compile import schemas as s
from sizao.policy import Rulebook
from sizao.policy.places import Areas, Level, Scope

SCOPES: tuple[str, ...] = get_args(Scope)
"""Narrow to wide. A place of any other kind is a premise: an area around it is that place itself."""
ROLES = ("home", "work", "activity")

ERAS = pa.schema(
    [
        ("rulebook_no", pa.int32()),  # its place in the chain
        ("rulebook", pa.string()),
        ("era_from", pa.int32()),  # days on which it is in force
        ("era_to", pa.int32()),
        ("mixed", pa.int32()),  # 1: a place may be due to have several of its levels on one day
    ]
)
RULES = pa.schema(  # which level an infection draws
    [
        ("rulebook_no", pa.int32()),
        ("era_to", pa.int32()),
        ("role", pa.string()),
        ("risk", pa.int32()),  # 1: a home, or a risk of spread was found there
        ("level_no", pa.int32()),  # weight of the level, 1 the lightest
        ("scope_no", pa.int32()),
    ]
)
LEVELS = pa.schema(  # levels that are drawn
    [
        ("rulebook_no", pa.int32()),
        ("era_from", pa.int32()),
        ("level_no", pa.int32()),
        ("after_days", pa.int32()),  # ENDLESS: it is never lifted
        ("reach", pa.int32()),  # days from the last infection to the last day of the last level stepped down to
    ]
)
PHASES = pa.schema(  # a drawn level (step 0) and those that it steps down to
    [
        ("rulebook_no", pa.int32()),
        ("era_from", pa.int32()),
        ("era_to", pa.int32()),
        ("level_no", pa.int32()),  # the level that was drawn
        ("step", pa.int32()),
        ("level", pa.string()),
        ("weight", pa.int32()),
        ("from_off", pa.int32()),  # days from the last infection; step 0 begins with the first
        ("until_off", pa.int32()),
        ("clause", pa.string()),
    ]
)
IGNORED = pa.schema([("rulebook_no", pa.int32()), ("found_by", pa.string())])
KINDS = pa.schema([("scope_no", pa.int32()), ("kind", pa.string())])
PARTS = pa.table({"part": pa.array([0, 1, 2], pa.int32())})  # of an island: whole, up to its cap, since then
RESTS = pa.schema(
    [
        ("rulebook_no", pa.int32()),
        ("around", pa.string()),  # level of the areas
        ("level", pa.string()),
        ("weight", pa.int32()),
        ("within", pa.string()),  # kind of place
        ("clause", pa.string()),
    ]
)

Row = dict[str, object]


@dataclass(frozen=True)
class AreaPolicy:
    """A compiled chain: `tables` by name, and the numbers of the rulebooks that draw areas, oldest first."""

    chain: tuple[Rulebook, ...]
    tables: dict[str, pa.Table]
    drawing: tuple[int, ...]

    @property
    def last_day(self) -> int:
        """The last day on which an infection can matter."""
        return max(self.tables["area_eras"].column("era_to").to_pylist(), default=s.DAY_MIN)


def compile_areas(chain: Sequence[Rulebook]) -> AreaPolicy:
    """The small tables for a chain, oldest first."""
    starts = [s.day_number(book.document.effective) for book in chain]
    spans = list(zip(starts, [start - 1 for start in starts[1:]] + [s.DAY_MAX], strict=True))
    drawing = [n for n, book in enumerate(chain) if any(map(_draws, book.areas.levels))]
    scopes = list(dict.fromkeys(level.scope for n in drawing for level in chain[n].areas.levels))
    eras: list[Row] = []
    rules: list[Row] = []
    levels: list[Row] = []
    phases: list[Row] = []
    ignored: list[Row] = []
    rests: list[Row] = []
    for n in drawing:
        areas, (first, until) = chain[n].areas, spans[n]
        own: list[Row] = []
        for level in filter(_draws, areas.levels):
            steps = [{"rulebook_no": n, "era_from": first, "era_to": until, **p} for p in list_phases(areas, level)]
            own += steps
            after, reach = steps[0]["until_off"], steps[-1]["until_off"]
            drawn = {"rulebook_no": n, "era_from": first, "level_no": areas.weights[level.id]}
            levels.append(drawn | {"after_days": after, "reach": reach})
        phases += own
        eras.append(
            {
                "rulebook_no": n,
                "rulebook": chain[n].id,
                "era_from": first,
                "era_to": until,
                "mixed": int(len(own) > 1),
            }
        )
        for role in ROLES:
            for risk in (0, 1):
                if (drawn_level := find_level(areas, role, bool(risk))) is not None:
                    scope_no = scopes.index(drawn_level.scope)
                    what = {"role": role, "risk": risk, "level_no": areas.weights[drawn_level.id]}
                    rules.append({"rulebook_no": n, "era_to": until, "scope_no": scope_no, **what})
        ignored += [{"rulebook_no": n, "found_by": word} for word in sorted(find_ignored(areas))]
        rests += [{"rulebook_no": n, **rest} for rest in _list_rests(areas)]
    tables = {
        "area_eras": pa.Table.from_pylist(eras, ERAS),
        "area_rules": pa.Table.from_pylist(rules, RULES),
        "area_levels": pa.Table.from_pylist(levels, LEVELS),
        "area_phases": pa.Table.from_pylist(phases, PHASES),
        "area_ignored": pa.Table.from_pylist(ignored, IGNORED),
        "area_listed": pa.Table.from_pylist([*_list_kinds(scopes, climbing=False)], KINDS),
        "area_climbs": pa.Table.from_pylist([*_list_kinds(scopes, climbing=True)], KINDS),
        "area_parts": PARTS,
        "area_rests": pa.Table.from_pylist(rests, RESTS),
    }
    return AreaPolicy(tuple(chain), tables, tuple(drawing))


def find_level(areas: Areas, role: str, risk: bool) -> Level | None:
    """The level that an infection draws around a place of a role; `risk`: a risk of spread was found there."""
    listing = [level for level in reversed(areas.levels) if role in level.around]
    strictest = role == "home" or risk
    return next(iter(listing[0 if strictest else 1 :]), None)


def find_ignored(areas: Areas) -> set[str]:
    """How infections are found that neither draw an area nor restart a clock."""
    return {ignored.found_by for level in areas.levels if level.lifts for ignored in level.lifts.ignoring}


def list_phases(areas: Areas, level: Level) -> Iterator[Row]:
    """A drawn level and those that it steps down to, each with its days counted from the last infection."""
    named = {other.id: other for other in areas.levels}
    what: Row = {"level_no": areas.weights[level.id]}
    first, clause = 0, level.clause
    for step in range(len(named)):
        lifts = level.lifts
        if step and lifts is None:
            return
        until = first + lifts.after_days - (1 if step else 0) if lifts else s.ENDLESS
        what |= {"step": step, "level": level.id, "weight": areas.weights[level.id], "clause": clause}
        yield {**what, "from_off": first, "until_off": until}
        if lifts is None:
            return
        first, clause, level = until + 1, lifts.clause, named[lifts.to]


def _draws(level: Level) -> bool:
    return bool(level.around)


def _list_rests(areas: Areas) -> Iterator[Row]:
    """Rows of `area_rests`. What lies around a rest lies around the areas that this rest lies around."""
    named = {level.id: level for level in areas.levels}
    for level in areas.levels:
        rest, seen = level.rest_of, {level.id}
        while level.rest_of is not None and rest is not None and rest.level not in seen:
            seen.add(rest.level)
            yield {
                "around": rest.level,
                "level": level.id,
                "weight": areas.weights[level.id],
                "within": level.rest_of.within,
                "clause": level.clause,
            }
            rest = named[rest.level].rest_of


def _list_kinds(scopes: Sequence[tuple[Scope, ...]], *, climbing: bool) -> Iterator[Row]:
    """The kinds of place that a scope lists, or those from which one goes up to a place of a listed kind."""
    for scope_no, scope in enumerate(scopes):
        widest = max(map(SCOPES.index, scope), default=-1)
        for kind in SCOPES[: widest + 1]:
            if (kind in scope) != climbing:
                yield {"scope_no": scope_no, "kind": kind}
