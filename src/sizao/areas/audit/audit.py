"""Audits published lists of risk areas against the rulebooks of their days."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from importlib import resources
from itertools import groupby

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from sizao.address import read_addresses
from sizao.areas.audit.findings import Findings
from sizao.areas.audit.rules import BY_WIDTH, LISTED, SCOPES, Rules, read_rules
from sizao.areas.audit.summarise import summarise
from sizao.areas.audit.survival import derive_survival
from sizao.areas.read.lists import LEVELS, Lists
from sizao.errors import SizaoError
from sizao.policy import Rulebook

TABLES = (
    "spells", "stays", "by_day", "by_province", "by_city", "by_hour", "drawn", "terms", "longer", "breaks", "longest",
    "widest", "unread",
)  # fmt: skip
OF_CHANGE = ("gone_level", "adoption")
WINDOW = 28
"""Days before and after the change whose newly drawn areas are compared."""
ENOUGH_THEN = 10
"""High areas of a province on a day from which its share drawn narrow says something."""
LASTING = 7
"""Days for which half of the areas must stay narrow before it counts as taken up, or wide as fallen back."""
NEVER = date(9999, 12, 31)
MEMORY = "1GB"

ReadAddresses = Callable[[Sequence[str], Sequence[str]], pa.Table]
"""Places and their counties to a table with scope, count, partial and key, a row for each."""

PLACE = ("province", "city", "county", "place")


@dataclass(frozen=True)
class Audit:
    """`tables` by name (docs/risk-area-lists.md says what each holds) and the numbers that a report needs."""

    tables: Mapping[str, pa.Table]
    findings: Findings

    def __getitem__(self, name: str) -> pa.Table:
        return self.tables[name]


def audit_lists(
    lists: Lists,
    rulebooks: Sequence[Rulebook],
    *,
    bridge_hours: int = 24,
    margin_days: float = 1,
    most: int = 200,
    read: ReadAddresses = read_addresses,
) -> Audit:
    """What the lists show beside the rulebooks in force (a chain, oldest first: `sizao.policy.choose`).

    Spellings of one place in a county are one area (`read` gives scope and key). Runs on the list that are apart
    by at most `bridge_hours` are one stay: it was not off the list for a whole day. A stay is longer than its rule
    only if it was on the list without a break for more than the rule's days and `margin_days`, which are for the day
    of the finding itself and for a list that is a night late. `most`: rows of the tables of the longest and widest.
    Low areas, the rest of a county, are counted by day and hour only.
    SizaoError `no-spells` if the lists hold no high or medium area.
    """
    if not pc.any(pc.is_in(lists.spells["level"], pa.array(LISTED))).as_py():
        what, why = "no list holds a high- or medium-risk area", f"lists read: {lists.snapshots.num_rows}"
        raise SizaoError("no-spells", what, why=why, todo="give lists of days on which there were some")
    rules = read_rules(rulebooks)
    changed_on = rules.changed_on or NEVER
    with duckdb.connect() as db:
        db.execute(f"SET memory_limit = '{MEMORY}'")
        _give(db, lists, rules, read)
        _run(db, "prepare", bridge=int(bridge_hours))
        _run(db, "tables", margin=float(margin_days), most=int(most), changed_on=changed_on)
        _run(db, "change", changed_on=changed_on, window=WINDOW, enough=ENOUGH_THEN, lasting=LASTING)
        tables = {name: db.sql(f"FROM t_{name}").to_arrow_table() for name in (*TABLES, *OF_CHANGE)}
        changed_at = datetime.combine(rules.changed_on, time()) if rules.changed_on else None
        tables["survival"] = derive_survival(tables["stays"], changed_at)
        for name in ("by_day", "by_hour", "adoption"):
            db.register(name, tables[name])
        _run(db, "summarise", changed_on=changed_on)
        findings = summarise(db, tables, lists, rules, bridge_hours, margin_days)
    return Audit(tables, findings)


def _give(db: duckdb.DuckDBPyConnection, lists: Lists, rules: Rules, read: ReadAddresses) -> None:
    """The input as tables: spells, snapshots, told_by_level (with whole), addresses, rules, gone, narrow, scopes."""
    db.register("spells", lists.spells)
    db.register("snapshots", lists.snapshots)
    db.register("told_by_level", _by_level(lists.snapshots))
    db.register("drawn_levels", pa.table({"level": LISTED}))
    db.register("addresses", _read_places(lists.spells, read))
    db.register("rules", rules.table)
    db.register("gone", pa.table({"level": pa.array(rules.gone, pa.string())}))
    db.register("narrow", pa.table({"scope": pa.array(rules.narrow, pa.string())}))
    widths = [BY_WIDTH.index(scope) for scope in SCOPES]
    db.register("scopes", pa.table({"scope": SCOPES, "nth": range(len(SCOPES)), "width": widths}))


def _read_places(spells: pa.Table, read: ReadAddresses) -> pa.Table:
    """Every place with its scope and key, city by city: in one city a county's name is that of one county."""
    places = spells.group_by(list(PLACE), use_threads=False).aggregate([])
    places = places.sort_by([(name, "ascending") for name in PLACE])
    cities = zip(places["province"].to_pylist(), places["city"].to_pylist(), strict=True)
    parts, start = [], 0
    for _, rows in groupby(cities):
        of = places.slice(start, sum(1 for _ in rows))
        start += of.num_rows
        found = read(of["place"].to_pylist(), of["county"].to_pylist())
        for name in ("scope", "count", "partial", "key"):
            of = of.append_column(name, found[name])
        parts.append(of)
    return pa.concat_tables(parts)


def _by_level(snapshots: pa.Table) -> pa.Table:
    """One row for each snapshot and level: taken_at, level, listed, stated, whole (null: not doubted)."""
    return pa.concat_tables(
        pa.table(
            {
                "taken_at": snapshots["taken_at"],
                "level": pa.array([level] * snapshots.num_rows, pa.string()),
                "listed": snapshots[f"{level}_listed"],
                "stated": snapshots[f"{level}_stated"],
                "whole": snapshots[f"{level}_whole"],
            }
        )
        for level in LEVELS
    )


def _run(db: duckdb.DuckDBPyConnection, name: str, **blanks: object) -> None:
    text = (resources.files("sizao.areas.audit") / f"{name}.sql").read_text(encoding="utf-8")
    db.execute(text.format_map(blanks))
