"""policy x infections x date -> risk areas: every place at once, on every engine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from sizao.derive.answers import Answers, give_facts, read_known
from sizao.derive.area_doubts import list_doubts
from sizao.derive.asked import check_asked
from sizao.derive.compile import DAY_MIN, day_number
from sizao.derive.compile.areas import COUNTY, DWELLING, UNKNOWN, AreaPolicy, compile_areas
from sizao.derive.place_orders import judge_place_orders
from sizao.derive.steps import Step, read_steps
from sizao.engine import Engine
from sizao.errors import Problem
from sizao.policy import Rulebook
from sizao.tables import Folder
from sizao.words import Lang

AreaAnswer = Literal["areas", "area_spells", "undrawn", "place_excesses"]
AREA_ANSWERS: tuple[AreaAnswer, ...] = ("areas", "area_spells", "undrawn", "place_excesses")
FACTS = ("cases", "case_places", "places", "orders")
STEPS = {"areas": "areas", "area_spells": "spells_asked", "undrawn": "undrawn", "place_excesses": "place_excesses"}
"""The step that is each answer."""
DEPTH = 32
"""Parents above a place that are looked at: trees are some ten deep, and one that runs in a circle has no end."""


@dataclass(kw_only=True)
class AreaDerivation(Answers[AreaAnswer]):
    """The areas for one date. `days` are those that `spells` touches. Use as a context manager."""

    names = AREA_ANSWERS
    policy: AreaPolicy
    lang: Lang
    _up: int = 0
    """How many places at most lie above a place."""

    def areas(self) -> pa.Table:
        """The areas on the date, under the contract `areas`, in no promised order."""
        return self.table("areas")

    def spells(self) -> pa.Table:
        """Every run of days on which a place has a level, if it touches `days`, under the contract `area_spells`."""
        return self.table("area_spells")

    def excesses(self) -> pa.Table:
        """Orders on places, or parts of them, beyond the rules, under the contract `place_excesses`; an order without
        end is judged up to the last of `days`."""
        return self.table("place_excesses")

    def undrawn(self) -> pa.Table:
        """Infections that would count on the date, for which no area is drawn, under the contract `undrawn`."""
        return self.table("undrawn")

    def problems(self) -> list[Problem]:
        """Doubts about places: those that lie in themselves, and kinds that no rule knows."""
        self._run(read_steps("area_undrawn.sql"))
        return list_doubts(self._engine)

    def _prepare(self, name: str) -> str:
        step = STEPS[name]
        if name == "undrawn":
            self._run(read_steps("area_undrawn.sql"))
        elif name != "place_excesses":
            self._run(read_steps("area_day.sql"))
        elif step not in self._ready:
            judge_place_orders(self._engine, self.policy.chain, self.known_at, max(self.on, self.days[1]), self.lang)
            self._ready.add(step)
        return step

    def _draw(self) -> None:
        """Defines `area_spells`, the runs of days on which a place has a level, and `place_above`, the tree."""
        self._run(step for step in read_steps("known.sql") if step.name == "known_cases")
        self._run(read_steps("area_found.sql"))
        self._climb("tree", "area_tree.sql")
        self._run(read_steps("area_places.sql"))
        self._climb("climb", "area_climb.sql")
        self._run(read_steps("areas.sql"))
        older: object = "none"
        for no in self.policy.drawing:
            self._run(read_steps("area_runs.sql"), no=no, older="none" if older != no - 1 else older, older_no=no - 1)
            older = no
        self._unite("area_runs", [f"area_runs_{no}" for no in ("none", *self.policy.drawing)])
        self._run(read_steps("area_spells.sql"))

    def _climb(self, name: str, file: str) -> None:
        """Goes up from the step NAME_0, one parent at a time; all rounds together are the step NAME (or NAMEs)."""
        up = 0
        while up < DEPTH and self._engine.fetch(f"SELECT 1 AS n FROM {name}_{up} LIMIT 1").num_rows:
            self._run(read_steps(file), lower=up, upper=up + 1)
            up += 1
        self._up = up
        self._unite(name if name == "tree" else f"{name}s", [f"{name}_{n}" for n in range(up + 1)])

    def _unite(self, name: str, parts: Sequence[str]) -> None:
        sql = " UNION ALL ".join(f"SELECT * FROM {part}" for part in parts)
        self._run([Step(name, sql, store=False)])

    def _numbers(self) -> Mapping[str, object]:
        drawing, longest = self.policy.find_drawing(day_number(self.on))
        kinds = {"county": COUNTY, "dwelling": DWELLING, "unknown": UNKNOWN, "drawing": drawing}
        days = {"last_day": self.policy.last_day, "since": max(DAY_MIN, day_number(self.on) - longest)}
        return {**super()._numbers(), **kinds, **days, "name": _join_names(self._up)}


def _join_names(up: int) -> str:
    """SQL for the names (`part`) of so many places above and the place itself (`up` 0), from the top down."""
    above = (f"COALESCE(MAX(CASE WHEN a.up = {n} THEN concat(n.part, '/') END), '')" for n in range(up, 0, -1))
    return f"concat({', '.join([*above, 'MAX(CASE WHEN a.up = 0 THEN n.part END)'])})"


def derive_areas(
    facts: Folder,
    rulebooks: Sequence[Rulebook],
    on: dt.date,
    *,
    days: tuple[dt.date, dt.date] | None = None,
    known_at: dt.datetime | None = None,
    engine: str | Engine = "duckdb",
    lang: Lang = "en",
) -> AreaDerivation:
    """Which places are at which risk level on a date, from what was recorded by `known_at` (default: now), and why.

    `rulebooks` is a chain, oldest first (`sizao.policy.chain`). `spells` holds what touches the days from the first
    to the last of `days` (default: `on` alone). The rules are those of docs/derivation-areas.md.
    Raises SizaoError: `wrong-argument`, `bad-days`, `naive-instant`, `table-refused`, `unknown-engine`,
    `missing-extra`.
    """
    check_asked(facts, rulebooks, on, days)
    known = read_known(known_at)
    machine = give_facts(engine, facts, FACTS)
    policy = compile_areas(rulebooks)
    for name, table in policy.tables.items():
        machine.give_small(name, table)
    derivation = AreaDerivation(
        policy=policy, on=on, days=days or (on, on), known_at=known, lang=lang, _engine=machine
    )
    derivation._draw()
    return derivation
