"""The answers of a derivation: steps of an engine, each computed when it is first asked for."""

from __future__ import annotations

import datetime as dt
from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Generic, TypeVar

import pyarrow as pa

from sizao.derive.compile import DAY_MAX, DAY_MIN, day_number
from sizao.derive.steps import Step, define_steps
from sizao.engine import Closing, Engine, Format, open_engine
from sizao.errors import SizaoError
from sizao.tables import Folder, contract

Progress = Callable[[str], None]
Name = TypeVar("Name", bound=str)


@dataclass(kw_only=True)
class Answers(Closing, Generic[Name]):
    """The answers for one date, by name. Use as a context manager."""

    names: ClassVar[tuple[str, ...]]
    """Of every answer: that of its contract."""
    on: dt.date
    days: tuple[dt.date, dt.date]
    """First and last day of the answers that hold more than the date."""
    known_at: dt.datetime
    _engine: Engine
    _ready: set[str] = field(default_factory=set)

    def table(self, name: Name) -> pa.Table:
        """One answer under its contract (see `sizao tables show NAME`), in no promised order."""
        return self._engine.fetch_outer(self._find(name), contract(name))

    def write(
        self,
        out: Path,
        answers: Iterable[Name] | None = None,
        format: Format = "parquet",
        progress: Progress | None = None,
    ) -> dict[str, Path]:
        """Writes answers (default: all) as NAME.parquet (or .csv) under `out`; each file appears only when whole."""
        out.mkdir(parents=True, exist_ok=True)
        written: dict[str, Path] = {}
        for name in self.names if answers is None else answers:
            if progress:
                progress(name)
            step = self._find(name)
            written[name] = out / f"{name}.{format}"
            self._engine.write(step, contract(name), written[name], format)
        return written

    def close(self) -> None:
        """Lets the engine go."""
        self._engine.close()

    @abstractmethod
    def _prepare(self, name: str) -> str:
        """Defines what an answer needs; gives the name of its step."""

    def _find(self, name: str) -> str:
        if name not in self.names:
            todo = f"one of {', '.join(self.names)}"
            raise SizaoError("unknown-table", f"no answer is called {name!r}", todo=todo)
        return self._prepare(name)

    def _run(self, steps: Iterable[Step], **more: object) -> None:
        define_steps(self._engine, steps, {**self._numbers(), **more}, self._ready)

    def _numbers(self) -> Mapping[str, object]:
        """The {placeholders} of the steps."""
        return {
            "known": count_micros(self.known_at),
            "on": day_number(self.on),
            "first": min(day_number(self.days[0]), day_number(self.on)),
            "last": max(day_number(self.days[1]), day_number(self.on)),
            "day_min": DAY_MIN,
            "day_max": DAY_MAX,
        }


def give_facts(engine: str | Engine, facts: Folder, names: Iterable[str]) -> Engine:
    """The engine, with those tables of the facts.

    Raises SizaoError `table-refused` (nothing may be derived as if there were no such facts), `unknown-engine`,
    `missing-extra`.
    """
    machine = open_engine(engine) if isinstance(engine, str) else engine
    for name in facts.refused:
        if name in names:
            facts.table(name)  # raises
    for name in names:
        machine.give(contract(name), facts.tables.get(name))
    return machine


def read_known(known_at: dt.datetime | None) -> dt.datetime:
    """The known-at instant; now, if none is given. Raises SizaoError `naive-instant`."""
    known = known_at or dt.datetime.now(dt.UTC)
    if known.tzinfo is None:
        raise SizaoError("naive-instant", f"{known} has no offset", todo="add one, for example +08:00")
    return known


def count_micros(instant: dt.datetime) -> int:
    """Microseconds since 1970-01-01 UTC: an instant as the SQL sees it."""
    since = instant - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    return (since.days * 86400 + since.seconds) * 1_000_000 + since.microseconds
