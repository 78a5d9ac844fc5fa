"""policy x facts x date -> status, measures, tests due, excesses: every person at once, on every engine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Literal, Self

import pyarrow as pa
from ruamel.yaml import YAML

from sizao.derive.compile import DAY_MAX, DAY_MIN, Policy, compile_policy, day_number
from sizao.derive.steps import Step, define_steps, read_steps
from sizao.engine import Engine, Format, open_engine
from sizao.errors import SizaoError
from sizao.policy import Rulebook
from sizao.tables import Folder, Source, contract

Answer = Literal["status", "measures", "tests_due", "excesses", "undecided"]
ANSWERS: tuple[Answer, ...] = ("status", "measures", "tests_due", "excesses", "undecided")
FILES: Mapping[Answer, str] = {
    "status": "day.sql",
    "tests_due": "day.sql",
    "measures": "measures.sql",
    "excesses": "excesses.sql",
    "undecided": "excesses.sql",
}
FACTS = ("events", "cases", "tests", "orders")
Progress = Callable[[str], None]


@dataclass
class Derivation:
    """The answers for one date; each is computed when it is first asked for. Use as a context manager."""

    policy: Policy
    on: dt.date
    days: tuple[dt.date, dt.date]
    """First and last day that `tests_due` holds."""
    known_at: dt.datetime
    kinds: Mapping[str, int]
    """Kinds of fact in the data (a case is `case/CLASS/ORIGIN`), and how many."""
    _engine: Engine
    _longest: int
    _ready: set[str] = field(default_factory=set)

    @property
    def rulebook(self) -> Rulebook | None:
        """The rulebook in force on the date, of the chain asked for."""
        return self.policy.in_force(self.on)

    def table(self, name: Answer) -> pa.Table:
        """One answer under its contract (see `sizao tables show NAME`), in no promised order."""
        self._prepare(name)
        return self._engine.fetch_outer(name, contract(name))

    def write(
        self,
        out: Path,
        answers: Iterable[Answer] = ANSWERS,
        format: Format = "parquet",
        progress: Progress | None = None,
    ) -> dict[Answer, Path]:
        """Writes answers as NAME.parquet (or .csv) under `out`; each file appears only when it is whole."""
        out.mkdir(parents=True, exist_ok=True)
        written: dict[Answer, Path] = {}
        for name in answers:
            if progress:
                progress(name)
            self._prepare(name)
            written[name] = out / f"{name}.{format}"
            self._engine.write(name, contract(name), written[name], format)
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

    def _prepare(self, name: Answer) -> None:
        if name not in ANSWERS:
            raise SizaoError("unknown-table", f"no answer is called {name!r}", todo=f"one of {', '.join(ANSWERS)}")
        self._run(read_steps(FILES[name]))

    def _run(self, steps: Iterable[Step]) -> None:
        define_steps(self._engine, steps, self._numbers(), self._ready)

    def _numbers(self) -> dict[str, object]:
        return {
            "known": count_micros(self.known_at),
            "on": day_number(self.on),
            "first": min(day_number(self.days[0]), day_number(self.on)),
            "last": max(day_number(self.days[1]), day_number(self.on)),
            "tests_first": day_number(self.days[0]),
            "tests_last": day_number(self.days[1]),
            "longest": self._longest,
            "day_min": DAY_MIN,
            "day_max": DAY_MAX,
        }


def derive(
    facts: Folder,
    rulebooks: Sequence[Rulebook],
    on: dt.date,
    *,
    days: tuple[dt.date, dt.date] | None = None,
    known_at: dt.datetime | None = None,
    engine: str | Engine = "duckdb",
    lang: Literal["zh", "en"] = "en",
) -> Derivation:
    """What everybody must do on a date, from what was recorded by `known_at` (default: now), and why.

    `rulebooks` is a chain, oldest first (`sizao.policy.chain`). `tests_due` holds the days from the first to the last
    of `days` (default: `on` alone). The rules are those of docs/derivation.md.
    Raises SizaoError: `naive-instant`, `table-refused`, `reserved-kind`, `restriction-order`, `unknown-engine`,
    `missing-extra`.
    """
    known = read_known(known_at)
    machine = open_engine(engine) if isinstance(engine, str) else engine
    for name in facts.refused:
        if name in FACTS:
            facts.table(name)  # raises: nothing may be derived as if there were no such facts
    for name in FACTS:
        machine.give(contract(name), facts.tables.get(name))
    kinds = _kinds(machine)
    policy = compile_policy(rulebooks, kinds)
    for name, table in policy.tables.items():
        machine.give_small(name, table)
    machine.give_small("phrases", _phrases(lang))
    asked = [day_number(day) for day in (on, *(days or ()))]
    longest = policy.reach(min(asked), max(asked))
    near = range(min(asked) - longest, max(asked) + 1)
    machine.give_small("near_days", pa.table({"near_day": pa.array(near, pa.int32())}))
    derivation = Derivation(
        policy=policy,
        on=on,
        days=days or (on, on),
        known_at=known,
        kinds=MappingProxyType(kinds),
        _engine=machine,
        _longest=longest,
    )
    derivation._run(read_steps("known.sql"))
    derivation._run(read_steps("wide.sql" if _is_wide(machine, policy, kinds) else "narrow.sql"))
    return derivation


def derive_tests(
    facts: Folder,
    rulebooks: Sequence[Rulebook],
    first: dt.date,
    last: dt.date,
    *,
    known_at: dt.datetime | None = None,
    engine: str | Engine = "duckdb",
) -> pa.Table:
    """Tests due on every day from `first` to `last`, under the contract `tests_due`."""
    with derive(facts, rulebooks, last, days=(first, last), known_at=known_at, engine=engine) as derivation:
        return derivation.table("tests_due")


def facts_of(tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> Folder:
    """Facts in memory from rows under the contracts (dates as datetime.date, instants as aware datetime)."""
    sources = {}
    for name, rows in tables.items():
        schema = pa.schema([field.with_nullable(True) for field in contract(name).arrow_schema()])
        filled = [{column: row.get(column) for column in schema.names} for row in rows]
        sources[name] = Source(contract(name), len(filled), table=pa.Table.from_pylist(filled, schema))
    return Folder(path=Path(), tables=sources, problems=[])


def _kinds(machine: Engine) -> dict[str, int]:
    """Kinds of fact and how many there are. Raises SizaoError `reserved-kind`."""
    events = machine.fetch("SELECT kind, COUNT(*) AS n FROM events WHERE kind <> 'void' GROUP BY kind")
    cases = machine.fetch(
        "SELECT concat('case/', classification, '/', origin) AS kind, COUNT(*) AS n FROM cases GROUP BY 1"
    )
    found: dict[str, int] = dict(zip(*(events.column(i).to_pylist() for i in (0, 1)), strict=True))
    for kind in found:
        if kind.startswith("case/"):
            what = f"{found[kind]} events are of the kind {kind!r}, which is how a case is called here"
            raise SizaoError(
                "reserved-kind", what, where="events", todo="put them into the table cases, or rename them"
            )
    found |= dict(zip(*(cases.column(i).to_pylist() for i in (0, 1)), strict=True))
    return dict(sorted(found.items()))


def _is_wide(machine: Engine, policy: Policy, kinds: Iterable[str]) -> bool:
    """Whether the data hold a fact whose run tests or other facts may start or move: planning wide.sql costs time."""
    if not policy.wide:
        return False
    moved = {k for name in ("wide_kinds", "follow_ups") for k in policy.tables[name].column("kind").to_pylist()}
    if moved & {*kinds}:
        return True
    return bool(machine.fetch(read_steps("matched.sql")[0].sql).num_rows)


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    text = (resources.files("sizao.derive") / "phrases.yaml").read_text(encoding="utf-8")
    words: Mapping[str, Mapping[str, str]] = YAML(typ="safe").load(text)
    return words


def _phrases(lang: str) -> pa.Table:
    words = _words()
    return pa.table({"kind": list(words), "phrase": [phrase[lang] for phrase in words.values()]})


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
