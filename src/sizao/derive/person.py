"""One person's facts out of everybody's: small enough to derive in a moment."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from sizao.derive.compile import Policy
from sizao.derive.derive import Derivation, derive
from sizao.engine.warm import WarmDuckDB
from sizao.policy import Rulebook
from sizao.tables import Folder, Source, contract, literal

OF_A_PERSON = ("people", "events", "cases", "tests", "orders")


class PersonFinder:
    """Finds the facts of one person in a folder of tables.

    Looks through the files each time; with `indexed` it first copies the tables into a temporary database with an
    index on the person (some seconds for each million rows), and is then quick.
    """

    def __init__(self, facts: Folder, *, indexed: bool = False) -> None:
        self._facts = facts
        self._folder = tempfile.TemporaryDirectory(prefix="sizao-")
        self._db = duckdb.connect(str(Path(self._folder.name) / "facts.duckdb") if indexed else ":memory:")
        self._db.execute("SET TimeZone = 'UTC'")
        for name in OF_A_PERSON:
            source = facts.tables.get(name)
            if source is None:
                continue
            given = f"given_{name}"
            if source.files:
                files = ", ".join(literal(file) for file in source.files)
                self._db.execute(f"CREATE TEMP VIEW {given} AS SELECT * FROM read_parquet([{files}])")
            else:
                self._db.register(given, source.arrow())
            self._db.execute(f"CREATE {'TABLE' if indexed else 'TEMP VIEW'} {name} AS SELECT * FROM {given}")
            if indexed:
                self._db.execute(f"CREATE INDEX {name}_person ON {name} (person_id)")
        if indexed and "events" in facts.tables and "voids" not in self._missing("events"):
            self._db.execute("CREATE INDEX events_voids ON events (voids)")

    def find(self, person_id: str, known_at: dt.datetime) -> Folder:
        """The rows of one person recorded by `known_at`, and the events that take one back, whosesoever they are."""
        found = {}
        for name in OF_A_PERSON:
            rows = self._rows(name, "person_id = ?", [person_id])
            if "recorded_at" in rows.column_names:
                rows = rows.filter(pc.less_equal(rows["recorded_at"], pa.scalar(known_at, rows["recorded_at"].type)))
                rows = rows.sort_by("recorded_at")
            found[name] = rows
        own = found["events"].column("event_id").to_pylist()
        if own and "voids" not in self._missing("events"):
            where = f"voids IN ({', '.join('?' * len(own))}) AND person_id <> ? AND recorded_at <= ?"
            others = self._rows("events", where, [*own, person_id, known_at])
            found["events"] = pa.concat_tables([found["events"], others])
        sources = {name: Source(contract(name), table.num_rows, table=table) for name, table in found.items()}
        return Folder(path=self._facts.path, tables=sources, problems=[])

    def _missing(self, name: str) -> tuple[str, ...]:
        source = self._facts.tables.get(name)
        return tuple(source.missing) if source is not None else ()

    def _rows(self, name: str, where: str, values: list[object]) -> pa.Table:
        schema = contract(name).arrow_schema()
        if name not in self._facts.tables:
            return schema.empty_table()
        there = [column for column in schema.names if column not in self._missing(name)]
        select = ", ".join(f'"{column}"' for column in there)
        rows = self._db.sql(f"SELECT {select} FROM {name} WHERE {where}", params=values).to_arrow_table()
        for column in schema.names:
            if column not in there:
                rows = rows.append_column(column, pa.nulls(rows.num_rows, schema.field(column).type))
        return rows.select(schema.names).cast(schema)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()
        self._folder.cleanup()


@dataclass(frozen=True)
class PersonAnswer:
    """What is known and derived about one person on one date: rows as dictionaries under the contracts."""

    person_id: str
    on: dt.date
    known_at: dt.datetime
    policy: Policy
    facts: Mapping[str, list[dict[str, Any]]]
    """people, events, cases, tests, orders of the person, recorded by `known_at`, in the order of recording."""
    status: dict[str, Any] | None
    measures: list[dict[str, Any]]
    tests_due: list[dict[str, Any]]
    """From four weeks before the date to four weeks after it."""
    excesses: list[dict[str, Any]]


class PersonDesk:
    """Answers about one person at a time: the derivation's steps stay planned; `indexed` as for PersonFinder."""

    def __init__(
        self,
        facts: Folder,
        rulebooks: Sequence[Rulebook],
        lang: Literal["zh", "en"] = "en",
        *,
        indexed: bool = False,
    ) -> None:
        self._finder = PersonFinder(facts, indexed=indexed)
        self._rulebooks = rulebooks
        self._lang: Literal["zh", "en"] = lang
        self._engine = WarmDuckDB()
        self._ready: tuple[object, Derivation] | None = None

    def ask(self, person_id: str, on: dt.date, known_at: dt.datetime | None = None) -> PersonAnswer | None:
        """Everything about a person on a date; None when no table knows the person."""
        known = known_at or dt.datetime.now(dt.UTC)
        found = self._finder.find(person_id, known)
        if not any(source.arrow().num_rows for source in found.tables.values()):
            return None
        derivation = self._derivation(found, on)
        facts = {name: source.arrow().to_pylist() for name, source in found.tables.items()}
        judged = facts["orders"] or facts["tests"]
        status = derivation.table("status").to_pylist()
        return PersonAnswer(
            person_id=person_id,
            on=on,
            known_at=known,
            policy=derivation.policy,
            facts=facts,
            status=next((row for row in status if row["person_id"] == person_id), None),
            measures=_own(person_id, derivation.table("measures"), "from", "until"),
            tests_due=_own(person_id, derivation.table("tests_due"), "on"),
            excesses=_own(person_id, derivation.table("excesses"), "from", "kind") if judged else [],
        )

    def _derivation(self, found: Folder, on: dt.date) -> Derivation:
        """The derivation for a date, over these facts; its steps are defined again only when date or kinds change."""
        for name in ("events", "cases", "tests", "orders"):
            self._engine.give(contract(name), found.tables[name])
        kinds = {str(kind) for kind in found.tables["events"].arrow().column("kind").unique().to_pylist()}
        kinds |= {f"case/{c}" for c in found.tables["cases"].arrow().column("classification").unique().to_pylist()}
        key = (on, frozenset(kinds - self._common_kinds()))
        if self._ready is None or self._ready[0] != key:
            days = (on - dt.timedelta(days=28), on + dt.timedelta(days=28))
            always = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)  # the finder has left out what was recorded later
            derivation = derive(
                found, self._rulebooks, on, days=days, known_at=always, engine=self._engine, lang=self._lang
            )
            self._ready = (key, derivation)
        self._engine.refresh()
        return self._ready[1]

    def _common_kinds(self) -> set[str]:
        return {kind for b in self._rulebooks for m in b.measures for t in m.triggers for kind in t.kinds}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._finder.__exit__(kind, error, trace)
        self._engine.__exit__(kind, error, trace)


def _own(person_id: str, table: pa.Table, *order: str) -> list[dict[str, Any]]:
    rows = [row for row in table.to_pylist() if row["person_id"] == person_id]
    last = dt.date.max
    return sorted(rows, key=lambda row: [str(row[column] or last) for column in order])
