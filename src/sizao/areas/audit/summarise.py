"""Puts the short answers of an audit into its findings."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import Any

import duckdb
import pyarrow as pa

from sizao.areas.audit.findings import Adoption, Findings, Ranked, Share, Stay, Survived, Term
from sizao.areas.audit.rules import Rules
from sizao.areas.audit.survival import derive_medians, median_of
from sizao.areas.read.lists import Lists

SHOWN = 10
"""Areas that the findings name, of each level or scope."""
LEFT_AFTER = (3, 5, 7, 10, 14, 21)


def summarise(
    db: duckdb.DuckDBPyConnection,
    tables: Mapping[str, pa.Table],
    lists: Lists,
    rules: Rules,
    bridge_hours: int,
    margin_days: float,
) -> Findings:
    """The findings from the views `f_*` and the tables."""
    counts = _rows(db, "f_counts")[0] | _rows(db, "f_agreement")[0]
    adoption = tables["adoption"].to_pylist()
    return Findings(
        **counts,
        problems=dict(Counter(problem.code for problem in lists.problems).most_common()),
        changed_on=rules.changed_on,
        changed_by=rules.changed_by,
        narrow=rules.narrow,
        bridge_hours=bridge_hours,
        margin_days=margin_days,
        at_day_end=_at_day_end(tables["by_day"]),
        weeks=tuple(_weeks(_rows(db, "f_weeks"), rules.narrow)),
        survived=tuple(_survived(tables["survival"])),
        terms=tuple(Term(**row) for row in _rows(db, "f_terms")),
        provinces=_provinces(_rows(db, "f_provinces"), tables["stays"], rules.changed_on),
        gone_level=tuple(
            Adoption(r["province"], r["gone_level_areas"], r["gone_level_last_seen"], r["gone_level_gone_by"])
            for r in sorted(adoption, key=lambda r: (str(r["gone_level_last_seen"]), r["gone_level_areas"]))
            if r["gone_level_last_seen"] is not None
        ),
        longest=tuple(_stays(db, "t_longest", "level")),
        widest=tuple(_stays(db, "t_widest", "scope")),
    )


def _rows(db: duckdb.DuckDBPyConnection, view: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = db.sql(f"FROM {view}").to_arrow_table().to_pylist()
    return rows


def _at_day_end(by_day: pa.Table) -> dict[str, dict[date, int]]:
    days: dict[str, dict[date, int]] = {}
    for row in by_day.group_by(["level", "date"], use_threads=False).aggregate([("areas", "sum")]).to_pylist():
        days.setdefault(row["level"], {})[row["date"]] = row["areas_sum"]
    return days


def _weeks(rows: list[dict[str, Any]], narrow: tuple[str, ...]) -> Iterator[Share]:
    weeks: dict[tuple[date, str, float], dict[str, float]] = defaultdict(dict)
    for row in rows:
        if row["all_areas"]:
            weeks[row["week"], row["level"], row["all_areas"]][row["scope"]] = row["areas"] / row["all_areas"]
    for (week, level, areas), shares in weeks.items():
        yield Share(week, level, areas, sum(shares.get(scope, 0.0) for scope in narrow), shares)


def _survived(survival: pa.Table) -> Iterator[Survived]:
    curves: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in survival.to_pylist():
        curves.setdefault((row["level"], row["period"]), []).append(row)
    for (level, period), points in curves.items():
        days = [p["days"] for p in points]
        middle, least, most = (
            median_of(days, [p[name] for p in points]) for name in ("share", "share_least", "share_most")
        )
        left = {day: points[days.index(day)]["share"] for day in LEFT_AFTER}
        yield Survived(level, period, points[0]["at_risk"], middle, least, most, left)


def _provinces(rows: list[dict[str, Any]], stays: pa.Table, changed_on: date | None) -> tuple[Ranked, ...]:
    if changed_on is None:
        return ()
    medians = derive_medians(stays, datetime.combine(changed_on, time()))
    return tuple(Ranked(**row, median_days=medians[row["province"]]) for row in rows)


def _stays(db: duckdb.DuckDBPyConnection, view: str, each: str) -> Iterator[Stay]:
    """The first of a table for each level or scope, in its order."""
    names = ", ".join(f'j."{name}"' for name in Stay.__dataclass_fields__)
    rows = db.sql(
        f"""SELECT {names} FROM (SELECT *, ROW_NUMBER() OVER () AS place_in FROM {view}) v JOIN judged j USING (stay)
        QUALIFY ROW_NUMBER() OVER (PARTITION BY v.{each} ORDER BY place_in) <= {SHOWN} ORDER BY place_in"""
    )
    for row in rows.to_arrow_table().to_pylist():
        yield Stay(**row)
