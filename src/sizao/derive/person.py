"""One person's facts out of everybody's: small enough to derive in a moment."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from sizao.derive.compile import Policy
from sizao.derive.derive import derive
from sizao.engine import Closing
from sizao.engine.sqlite import SQLite
from sizao.policy import Rulebook
from sizao.tables import Folder, Source, contract, literal
from sizao.words import Lang

FOUR_WEEKS = dt.timedelta(days=28)
OF_A_PERSON = ("people", "events", "cases", "tests", "orders")
VERSIONED = {"cases": "case_id", "tests": "test_id", "orders": "order_id"}
"""Tables of which a row may have later versions, and the id that these share."""


class PersonFinder(Closing):
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
            if indexed and name in VERSIONED:
                self._db.execute(f"CREATE INDEX {name}_id ON {name} ({VERSIONED[name]})")
        if indexed and "events" in facts.tables and "voids" not in self._missing("events"):
            self._db.execute("CREATE INDEX events_voids ON events (voids)")

    def find(self, person_id: str, known_at: dt.datetime) -> Folder:
        """The rows of one person recorded by `known_at`, and the events that take one back, whosesoever they are.

        A case, test or order of which a later version is another person's is left out.
        """
        found = {name: self._rows(name, "person_id = ?", [person_id], known_at) for name in OF_A_PERSON}
        for name, key in VERSIONED.items():
            found[name] = self._own(found[name], name, key, person_id, known_at)
        own = found["events"].column("event_id").to_pylist()
        if own and "voids" not in self._missing("events"):
            voiding = self._rows("events", f"voids IN ({', '.join('?' * len(own))})", [*own], known_at)
            others = voiding.filter(pc.not_equal(voiding["person_id"], person_id))
            found["events"] = pa.concat_tables([found["events"], others])
        sources = {name: Source(contract(name), table.num_rows, table=table) for name, table in found.items()}
        return Folder(path=self._facts.path, tables=sources, problems=[])

    def _own(self, rows: pa.Table, name: str, key: str, person_id: str, known_at: dt.datetime) -> pa.Table:
        """The rows whose latest version is this person's."""
        ids = sorted({*rows.column(key).to_pylist()})
        if not ids:
            return rows
        versions = self._rows(name, f"{key} IN ({', '.join('?' * len(ids))})", [*ids], known_at)
        if versions.num_rows == rows.num_rows:
            return rows
        latest = dict(zip(*(versions.column(c).to_pylist() for c in (key, "person_id")), strict=True))
        gone = pa.array([i for i, person in latest.items() if person != person_id], pa.string())
        return rows.filter(pc.invert(pc.is_in(rows[key], gone)))

    def _missing(self, name: str) -> tuple[str, ...]:
        source = self._facts.tables.get(name)
        return tuple(source.missing) if source is not None else ()

    def _rows(self, name: str, where: str, values: list[object], known_at: dt.datetime) -> pa.Table:
        """Rows recorded by `known_at`. One condition a query: with a second one DuckDB leaves the index alone."""
        schema = contract(name).arrow_schema()
        if name not in self._facts.tables:
            return schema.empty_table()
        there = [column for column in schema.names if column not in self._missing(name)]
        select = ", ".join(f'"{column}"' for column in there)
        rows = self._db.sql(f"SELECT {select} FROM {name} WHERE {where}", params=values).to_arrow_table()
        for column in schema.names:
            if column not in there:
                rows = rows.append_column(column, pa.nulls(rows.num_rows, schema.field(column).type))
        rows = rows.select(schema.names).cast(schema)
        if "recorded_at" in schema.names:
            known = pa.scalar(known_at, schema.field("recorded_at").type)
            rows = rows.filter(pc.less_equal(rows["recorded_at"], known)).sort_by("recorded_at")
        return rows

    def close(self) -> None:
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


class PersonDesk(Closing):
    """Answers about one person at a time, by the same SQL as for everybody; `indexed` as for PersonFinder."""

    def __init__(
        self,
        facts: Folder,
        rulebooks: Sequence[Rulebook],
        lang: Lang = "en",
        *,
        indexed: bool = False,
    ) -> None:
        self._finder = PersonFinder(facts, indexed=indexed)
        self._rulebooks = rulebooks
        self._lang = lang

    def ask(self, person_id: str, on: dt.date, known_at: dt.datetime | None = None) -> PersonAnswer | None:
        """Everything about a person on a date; None when no table knows the person."""
        known = known_at or dt.datetime.now(dt.UTC)
        return _answer(self._finder.find(person_id, known), person_id, self._rulebooks, on, known, self._lang)

    def close(self) -> None:
        self._finder.close()


def ask_few(
    facts: Folder, person_id: str, rulebooks: Sequence[Rulebook], on: dt.date, known_at: dt.datetime, lang: Lang
) -> PersonAnswer | None:
    """The same from facts of a few people that are in memory already: no database is opened to find this one's."""
    found = {name: _few(facts, name, known_at) for name in OF_A_PERSON}
    everybody = dict(found)
    for name, table in everybody.items():
        found[name] = table.filter(pc.equal(table["person_id"], person_id))
    for name, key in VERSIONED.items():
        latest = dict(zip(*(everybody[name].column(c).to_pylist() for c in (key, "person_id")), strict=True))
        own = pa.array([i for i, person in latest.items() if person == person_id], pa.string())
        found[name] = found[name].filter(pc.is_in(found[name][key], value_set=own))
    ids = found["events"]["event_id"].combine_chunks()
    voiding = everybody["events"].filter(pc.is_in(everybody["events"]["voids"], value_set=ids))
    others = voiding.filter(pc.not_equal(voiding["person_id"], person_id))
    found["events"] = pa.concat_tables([found["events"], others])
    sources = {name: Source(contract(name), table.num_rows, table=table) for name, table in found.items()}
    folder = Folder(path=facts.path, tables=sources, problems=[])
    return _answer(folder, person_id, rulebooks, on, known_at, lang)


def _few(facts: Folder, name: str, known_at: dt.datetime) -> pa.Table:
    """A table in memory, as recorded by `known_at`, in the order of recording."""
    schema = contract(name).arrow_schema()
    if name not in facts.tables:
        return schema.empty_table()
    rows = facts.tables[name].arrow().select(schema.names).cast(schema)
    if "recorded_at" in schema.names:
        known = pa.scalar(known_at, schema.field("recorded_at").type)
        rows = rows.filter(pc.less_equal(rows["recorded_at"], known)).sort_by("recorded_at")
    return rows


def _answer(
    found: Folder, person_id: str, rulebooks: Sequence[Rulebook], on: dt.date, known: dt.datetime, lang: Lang
) -> PersonAnswer | None:
    if not any(source.arrow().num_rows for source in found.tables.values()):
        return None
    days = (on - FOUR_WEEKS, on + FOUR_WEEKS)
    engine = SQLite()
    with derive(found, rulebooks, on, days=days, known_at=known, engine=engine, lang=lang) as derivation:
        status, measures, tests_due, excesses = (
            [row for row in derivation.table(name).to_pylist() if row["person_id"] == person_id]
            for name in ("status", "measures", "tests_due", "excesses")
        )
    return PersonAnswer(
        person_id=person_id,
        on=on,
        known_at=known,
        policy=derivation.policy,
        facts={name: source.arrow().to_pylist() for name, source in found.tables.items()},
        status=status[0] if status else None,
        measures=_sorted(measures, "from", "until"),
        tests_due=_sorted(tests_due, "on"),
        excesses=_sorted(excesses, "from", "kind"),
    )


def _sorted(rows: list[dict[str, Any]], *columns: str) -> list[dict[str, Any]]:
    """By these columns; a date without end is the last."""
    return sorted(rows, key=lambda row: [str(row[column] or dt.date.max) for column in columns])
