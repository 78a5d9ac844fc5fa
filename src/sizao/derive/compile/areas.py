"""Compiles what a chain of rulebooks says of risk areas to small tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

import pyarrow as pa

from sizao.derive.compile import schemas as s
from sizao.policy import Rulebook
from sizao.policy.places import WIDER, Areas, Level, Scope

SCOPES: tuple[str, ...] = get_args(Scope)
"""Narrow to wide; the number of a kind is its place here, from 1. A place of any other kind (0) is a premise."""
DWELLING, COUNTY = SCOPES.index("compound") + 1, SCOPES.index("county") + 1
TOO_WIDE, UNKNOWN = len(SCOPES) + 1, len(SCOPES) + 2
"""The numbers of kinds that are wider than all of these, and of a place that is not among the places."""
SORTS = tuple((role, risk) for role in ("home", "work", "activity") for risk in (0, 1))
"""What places are to a case, with and without a risk of spread found there."""

Row = dict[str, Any]


def _schema(numbers: str, words: str = "") -> pa.Schema:
    return pa.schema([(n, pa.int32()) for n in numbers.split()] + [(w, pa.string()) for w in words.split()])


SCHEMAS = {
    "area_kinds": _schema("kind_no", "kind"),
    "area_sorts": _schema("sort_no risk", "role"),
    # how infections are found, where some rulebook passes over them; 0 is any other way
    "area_words": _schema("found_no", "found_by"),
    # the rulebooks that draw areas, and their days; mixed 1: a place may be due to have several levels on one day
    "area_eras": _schema("rulebook_no era_from era_to mixed"),
    # which level an infection draws, found until era_to; level_no: its weight, 1 for the lightest of the rulebook
    # widest: the number of the widest kind of place for which it does
    "area_rules": _schema("rulebook_no era_to sort_no found_no draw_no level_no scope_no widest"),
    # climbs 0: kinds that a scope lists; 1: narrower ones (0: part of a building), from which one goes up to them
    "area_scopes": _schema("scope_no kind_no climbs"),
    # levels that infections draw; reach: days from the last infection to the end of all stepping down
    "area_levels": _schema("draw_no rulebook_no level_no era_from after_days reach"),
    # such a level (step 0) and those that it steps down to. Offsets are days from the last infection, but step 0
    # begins with the first. rank: 1 for the strictest of the rulebook
    "area_phases": _schema(
        "phase_no rulebook_no draw_no era_from era_to after_days step weight rank from_off until_off", "level"
    ),
    # levels of the rest of a place of a kind in which areas of the level `around` lie
    "area_rests": _schema("rest_no rulebook_no kind_no", "around"),
    # phases and rests, and those that are as strict, or stricter, by the name of the level
    "area_as_strict": _schema("phase_no other_no"),
    # what a phase or a rest says of itself
    "area_told": _schema("phase_no weight rest", "rulebook level clause"),
    # of an island of infections: whole, up to its cap, since then
    "area_parts": _schema("part"),
}


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

    def find_drawing(self, day: int) -> tuple[int, int]:
        """The number of the rulebook that draws areas on a day, and for how many days after an infection it holds a
        place at most; -1 and 0 where none draws any."""
        eras = self.tables["area_eras"].to_pylist()
        drawing = next((era["rulebook_no"] for era in eras if era["era_from"] <= day <= era["era_to"]), -1)
        levels = self.tables["area_levels"].to_pylist()
        return drawing, max((level["reach"] for level in levels if level["rulebook_no"] == drawing), default=0)


def compile_areas(chain: Sequence[Rulebook]) -> AreaPolicy:
    """The small tables for a chain, oldest first."""
    starts = [s.day_number(book.document.effective) for book in chain]
    ends = [start - 1 for start in starts[1:]] + [s.DAY_MAX]
    rows: dict[str, list[Row]] = {name: [] for name in SCHEMAS}
    drawing = [n for n, book in enumerate(chain) if any(level.around for level in book.areas.levels)]
    scopes = list(dict.fromkeys(level.scope for n in drawing for level in chain[n].areas.levels))
    words = sorted({word for n in drawing for word in _ignored(chain[n].areas)})
    rows["area_kinds"] = [{"kind": kind, "kind_no": n} for n, kind in enumerate(SCOPES, start=1)]
    rows["area_kinds"] += [{"kind": kind, "kind_no": TOO_WIDE} for kind in WIDER]
    rows["area_sorts"] = [{"role": role, "risk": risk, "sort_no": n} for n, (role, risk) in enumerate(SORTS)]
    rows["area_words"] = [{"found_by": word, "found_no": n} for n, word in enumerate(words, start=1)]
    rows["area_scopes"] = [*_list_scopes(scopes)]
    rows["area_parts"] = [{"part": part} for part in (0, 1, 2)]
    for n in drawing:
        _add_levels(rows, n, chain[n], {"era_from": starts[n], "era_to": ends[n]})
        _add_rules(rows, n, chain[n].areas, ends[n], scopes, ["", *words])
        _add_rests(rows, n, chain[n])
    rows["area_as_strict"] = [*_list_as_strict(rows["area_told"], {book.id: book.areas for book in chain})]
    tables = {name: pa.Table.from_pylist(rows[name], schema) for name, schema in SCHEMAS.items()}
    return AreaPolicy(tuple(chain), tables, tuple(drawing))


def find_level(areas: Areas, role: str, risk: bool) -> Level | None:
    """The level that an infection draws around a place of a role; `risk`: a risk of spread was found there."""
    listing = [level for level in reversed(areas.levels) if role in level.around]
    strictest = role == "home" or risk
    return next(iter(listing[0 if strictest else 1 :]), None)


def list_phases(areas: Areas, level: Level) -> Iterator[tuple[Level, int, int, str]]:
    """A drawn level and those that it steps down to: first and last day after the last infection, and the clause."""
    named = {other.id: other for other in areas.levels}
    first, clause, drawn = 0, level.clause, level
    for _ in named:
        lifts = level.lifts
        if lifts is None:
            if level == drawn:
                yield level, first, s.ENDLESS, clause
            return
        until = first + lifts.after_days - (0 if level == drawn else 1)
        yield level, first, until, clause
        first, clause, level = until + 1, lifts.clause, named[lifts.to]


def _add_levels(rows: dict[str, list[Row]], n: int, book: Rulebook, era: Row) -> None:
    own: list[Row] = []
    for level in book.areas.levels:
        if not level.around:
            continue
        phases = [*list_phases(book.areas, level)]
        after, reach = phases[0][2], phases[-1][2]
        draw = {"draw_no": len(rows["area_levels"]), "rulebook_no": n, "after_days": after}
        weight = book.areas.weights[level.id]
        rows["area_levels"].append(draw | {"level_no": weight, "reach": reach, "era_from": era["era_from"]})
        for step, (held, first, until, clause) in enumerate(phases):
            number = len(rows["area_phases"]) + len(own)
            told = {"phase_no": number, "level": held.id, "weight": book.areas.weights[held.id]}
            rows["area_told"].append(told | {"rulebook": book.id, "clause": clause, "rest": 0})
            days = {"step": step, "from_off": first, "until_off": until, "drawn_at": weight}
            own.append(draw | era | told | days)
    own.sort(key=lambda p: (-p["weight"], p["step"], -p["drawn_at"]))
    rows["area_phases"] += [phase | {"rank": rank} for rank, phase in enumerate(own, start=1)]
    rows["area_eras"].append({"rulebook_no": n, "mixed": int(len(own) > 1)} | era)


def _add_rules(
    rows: dict[str, list[Row]], n: int, areas: Areas, era_to: int, scopes: list[tuple[Scope, ...]], words: list[str]
) -> None:
    drawn = {row["level_no"]: row["draw_no"] for row in rows["area_levels"] if row["rulebook_no"] == n}
    for sort_no, (role, risk) in enumerate(SORTS):
        level = find_level(areas, role, bool(risk))
        if level is None:
            continue
        weight = areas.weights[level.id]
        widest = max((SCOPES.index(kind) + 1 for kind in level.scope), default=UNKNOWN)
        what = {"draw_no": drawn[weight], "level_no": weight, "scope_no": scopes.index(level.scope), "widest": widest}
        for found_no, word in enumerate(words):
            if word not in _ignored(areas):
                found = {"sort_no": sort_no, "found_no": found_no}
                rows["area_rules"].append({"rulebook_no": n, "era_to": era_to} | found | what)


def _add_rests(rows: dict[str, list[Row]], n: int, book: Rulebook) -> None:
    """What lies around a rest lies around the areas that this rest lies around. Rests are numbered below 0."""
    for level in book.areas.levels:
        if level.rest_of is None:
            continue
        number = -1 - sum(told["rest"] for told in rows["area_told"])
        told = {"phase_no": number, "level": level.id, "weight": book.areas.weights[level.id], "rest": 1}
        rows["area_told"].append(told | {"rulebook": book.id, "clause": level.clause})
        kind = SCOPES.index(level.rest_of.within) + 1
        where = {"rest_no": number, "rulebook_no": n, "kind_no": kind}
        rows["area_rests"] += [where | {"around": name} for name in book.areas.rest_around(level.id)]


def _list_as_strict(told: Sequence[Row], areas: Mapping[str, Areas]) -> Iterator[Row]:
    """Levels are told apart by the word that stands in orders: with it, they go on from one rulebook to the next."""
    for one in told:
        named = {level.id: level.ordered_as or level.id for level in areas[one["rulebook"]].levels}
        for other in told:
            there = areas[other["rulebook"]]
            same = [there.weights[x.id] for x in there.levels if (x.ordered_as or x.id) == named[one["level"]]]
            if same and other["weight"] >= min(same):
                yield {"phase_no": one["phase_no"], "other_no": other["phase_no"]}


def _ignored(areas: Areas) -> set[str]:
    """How infections are found that neither draw an area nor restart a clock."""
    return {ignored.found_by for level in areas.levels if level.lifts for ignored in level.lifts.ignoring}


def _list_scopes(scopes: Sequence[tuple[Scope, ...]]) -> Iterator[Row]:
    for scope_no, scope in enumerate(scopes):
        for kind_no in range(max((SCOPES.index(kind) + 2 for kind in scope), default=0)):
            listed = kind_no > 0 and SCOPES[kind_no - 1] in scope
            yield {"scope_no": scope_no, "kind_no": kind_no, "climbs": int(not listed)}
