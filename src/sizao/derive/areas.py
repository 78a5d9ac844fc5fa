"""policy x infections x date -> risk areas: every place at once, on every engine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

import pyarrow as pa

from sizao.derive.compile import DAY_MAX, DAY_MIN, day_number
from sizao.derive.compile.areas import COUNTY, AreaPolicy, compile_areas
from sizao.derive.derive import Progress, count_micros, read_known
from sizao.derive.place_orders import judge_place_orders
from sizao.derive.steps import Step, define_steps, read_steps
from sizao.engine import Engine, Format, open_engine
from sizao.errors import SizaoError
from sizao.policy import Rulebook
from sizao.tables import Folder, contract

AreaAnswer = Literal["areas", "area_spells", "place_excesses"]
AREA_ANSWERS: tuple[AreaAnswer, ...] = ("areas", "area_spells", "place_excesses")
FACTS = ("cases", "case_places", "places", "orders")
STEPS: Mapping[AreaAnswer, str] = {
    "areas": "areas",
    "area_spells": "spells_asked",
    "place_excesses": "place_excesses",
}
"""The step that is each answer."""
DEPTH = 32
"""Parents above a place that are looked at: trees are some ten deep, and one that runs in a circle has no end."""


@dataclass
class AreaDerivation:
    """The areas for one date; each answer is computed when it is first asked for. Use as a context manager."""

    policy: AreaPolicy
    on: dt.date
    days: tuple[dt.date, dt.date]
    """First and last day that `spells` touches."""
    known_at: dt.datetime
    lang: Literal["zh", "en"]
    _engine: Engine
    _ready: set[str] = field(default_factory=set)

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

    def table(self, name: AreaAnswer) -> pa.Table:
        """One answer under its contract (see `sizao tables show NAME`), in no promised order."""
        return self._engine.fetch_outer(self._prepare(name), contract(name))

    def write(
        self,
        out: Path,
        answers: Iterable[AreaAnswer] = AREA_ANSWERS,
        format: Format = "parquet",
        progress: Progress | None = None,
    ) -> dict[AreaAnswer, Path]:
        """Writes answers as NAME.parquet (or .csv) under `out`; each file appears only when it is whole."""
        out.mkdir(parents=True, exist_ok=True)
        written: dict[AreaAnswer, Path] = {}
        for name in answers:
            if progress:
                progress(name)
            step = self._prepare(name)
            written[name] = out / f"{name}.{format}"
            self._engine.write(step, contract(name), written[name], format)
        return written

    def close(self) -> None:
        """Lets the engine go."""
        self._engine.__exit__(None, None, None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _prepare(self, name: AreaAnswer) -> str:
        """Defines what an answer needs; gives the name of its step."""
        if name not in STEPS:
            todo = f"one of {', '.join(AREA_ANSWERS)}"
            raise SizaoError("unknown-table", f"no answer is called {name!r}", todo=todo)
        step = STEPS[name]
        if name != "place_excesses":
            self._run(read_steps("area_day.sql"))
        elif step not in self._ready:
            judge_place_orders(self._engine, self.policy.chain, self.known_at, max(self.on, self.days[1]), self.lang)
            self._ready.add(step)
        return step

    def _run(self, steps: Iterable[Step], **more: object) -> None:
        define_steps(self._engine, steps, self._numbers() | more, self._ready)

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
        self._unite(name if name == "tree" else f"{name}s", [f"{name}_{n}" for n in range(up + 1)])

    def _unite(self, name: str, parts: Sequence[str]) -> None:
        sql = " UNION ALL ".join(f"SELECT * FROM {part}" for part in parts)
        self._run([Step(name, sql, store=False)])

    def _numbers(self) -> dict[str, object]:
        return {
            "known": count_micros(self.known_at),
            "on": day_number(self.on),
            "first": min(day_number(self.days[0]), day_number(self.on)),
            "last": max(day_number(self.days[1]), day_number(self.on)),
            "county": COUNTY,
            "last_day": self.policy.last_day,
            "day_min": DAY_MIN,
            "day_max": DAY_MAX,
        }


def derive_areas(
    facts: Folder,
    rulebooks: Sequence[Rulebook],
    on: dt.date,
    *,
    days: tuple[dt.date, dt.date] | None = None,
    known_at: dt.datetime | None = None,
    engine: str | Engine = "duckdb",
    lang: Literal["zh", "en"] = "en",
) -> AreaDerivation:
    """Which places are at which risk level on a date, from what was recorded by `known_at` (default: now), and why.

    `rulebooks` is a chain, oldest first (`sizao.policy.chain`). `spells` holds what touches the days from the first
    to the last of `days` (default: `on` alone). The rules are those of docs/derivation-areas.md.
    Raises SizaoError: `naive-instant`, `table-refused`, `unknown-engine`, `missing-extra`.
    """
    known = read_known(known_at)
    machine = open_engine(engine) if isinstance(engine, str) else engine
    for name in facts.refused:
        if name in FACTS:
            facts.table(name)  # raises: nothing may be derived as if there were no such facts
    for name in FACTS:
        machine.give(contract(name), facts.tables.get(name))
    policy = compile_areas(rulebooks)
    for name, table in policy.tables.items():
        machine.give_small(name, table)
    derivation = AreaDerivation(
        policy=policy, on=on, days=days or (on, on), known_at=known, lang=lang, _engine=machine
    )
    derivation._draw()
    return derivation
