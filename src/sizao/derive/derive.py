"""policy x facts x date -> status, measures, tests due, excesses: every person at once, on every engine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import pyarrow as pa

from sizao.derive.answers import Answers, give_facts, read_known
from sizao.derive.answers import count_micros as count_micros
from sizao.derive.compile import Policy, compile_policy, day_number
from sizao.derive.steps import read_steps
from sizao.engine import Engine
from sizao.errors import SizaoError
from sizao.policy import Rulebook
from sizao.tables import Folder, Source, contract
from sizao.words import Lang, read_yaml

Answer = Literal["status", "measures", "tests_due", "excesses", "undecided"]
ANSWERS: tuple[Answer, ...] = ("status", "measures", "tests_due", "excesses", "undecided")
FILES = {
    "status": "day.sql",
    "tests_due": "day.sql",
    "measures": "measures.sql",
    "excesses": "excesses.sql",
    "undecided": "excesses.sql",
}
FACTS = ("events", "cases", "tests", "orders")


@dataclass(kw_only=True)
class Derivation(Answers[Answer]):
    """What everybody must do on one date. `days` are those that `tests_due` holds. Use as a context manager."""

    names = ANSWERS
    policy: Policy
    kinds: Mapping[str, int]
    """Kinds of fact in the data (a case is `case/CLASS/ORIGIN`), and how many."""
    _longest: int

    @property
    def rulebook(self) -> Rulebook | None:
        """The rulebook in force on the date, of the chain asked for."""
        return self.policy.in_force(self.on)

    def _prepare(self, name: str) -> str:
        self._run(read_steps(FILES[name]))
        return name

    def _numbers(self) -> Mapping[str, object]:
        tests = {"tests_first": day_number(self.days[0]), "tests_last": day_number(self.days[1])}
        return {**super()._numbers(), **tests, "longest": self._longest}


def derive(
    facts: Folder,
    rulebooks: Sequence[Rulebook],
    on: dt.date,
    *,
    days: tuple[dt.date, dt.date] | None = None,
    known_at: dt.datetime | None = None,
    engine: str | Engine = "duckdb",
    lang: Lang = "en",
) -> Derivation:
    """What everybody must do on a date, from what was recorded by `known_at` (default: now), and why.

    `rulebooks` is a chain, oldest first (`sizao.policy.chain`). `tests_due` holds the days from the first to the last
    of `days` (default: `on` alone). The rules are those of docs/derivation.md.
    Raises SizaoError: `naive-instant`, `table-refused`, `reserved-kind`, `restriction-order`, `unknown-engine`,
    `missing-extra`.
    """
    known = read_known(known_at)
    machine = give_facts(engine, facts, FACTS)
    kinds = _kinds(machine)
    policy = compile_policy(rulebooks, kinds, lang)
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


def _phrases(lang: Lang) -> pa.Table:
    words: Mapping[str, Mapping[Lang, str]] = read_yaml("sizao.derive", "phrases.yaml")
    return pa.table({"kind": list(words), "phrase": [phrase[lang] for phrase in words.values()]})
