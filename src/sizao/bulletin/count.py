"""Counts a day's figures from the line list: cases, where they live, and who was exposed to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa

from sizao.bulletin.figure import Figure, tabulate
from sizao.bulletin.places import NATION, find_place
from sizao.errors import SizaoError
from sizao.tables import Source, contract
from sizao.words import TWO_NAMES, Lang

DAY = timedelta(days=1)
CHINA = timezone(timedelta(hours=8))
CONTACT_KINDS = ("exposed_to_case",)
READ = ("cases", "case_places", "people", "places", "events", "measures")
OTHER = {"imported": "local", "local": "imported"}
UNPLACED = {"zh": "{n}例报告地区不明", "en": "place of report unknown for {n}"}

# Measures in the order of the text; a list of places follows those marked +.
TEXT = """
confirmed_new confirmed_new_imported+ converted_new_imported+ confirmed_new_local+ converted_new_local+
deaths_new+ deaths_new_imported+ deaths_new_local+
discharged_new discharged_new_imported+ discharged_new_local+
contacts_released severe_change
active_imported severe_imported confirmed_total_imported discharged_total_imported deaths_total_imported
active severe discharged_total deaths_total confirmed_total contacts_total contacts_observed
asymptomatic_new asymptomatic_new_imported+ asymptomatic_new_local+
asymptomatic_released asymptomatic_released_imported+ asymptomatic_released_local+
asymptomatic_converted asymptomatic_converted_imported asymptomatic_observed asymptomatic_observed_imported
"""


def count_figures(
    tables: Mapping[str, pa.Table],
    on: date,
    place: str | None = None,
    known_at: datetime | None = None,
    measures: pa.Table | None = None,
    *,
    contact_kinds: Sequence[str] = CONTACT_KINDS,
    lang: Lang = "zh",
) -> pa.Table:
    """The `figures` of one day, counted from `cases` and, where given, `events`, `people`, `places`, `case_places`.

    All tables are under their contracts; columns that may be absent may be. Only what was recorded by `known_at`
    (default: everything there is) counts, so a past day can be counted again as it was known then; `people`, `places`
    and `case_places` do not say when they were recorded. `place` is a place_id or a name; it may be left out where
    one place holds all others. `全国` that is no row of `places` is the nation over all places without a parent.
    `measures` is the derived table, from the same facts with the same `known_at`. Of a place named in both languages
    the figures carry the name in `lang`; a province of the nation goes by its short name.

    The rules, on a day D:
    - The latest version of a case holds. One that is confirmed, of which an earlier version was asymptomatic, was
      asymptomatic from that version's `confirmed_on` and converted on its own. If its own is the earlier day, the
      record was put right and it never was asymptomatic.
    - Who is discharged or dies on D is no longer active on D. Who died after the day of discharge counts as
      discharged. An end before the confirmation counts on the day of confirmation. The death of an asymptomatic case
      ends the observation and is no death of a confirmed case.
    - Severe: active, and on record as severe or critical by the end of D (in the offset of `known_at`, or +08:00).
      Left out where the severity of an active case is not on record.
    - A case is reported where it lives: `case_places` with the role home, else `people`. Cases that live in no child
      of the place count in the whole only, and the whole's row says in its note how many they are. A child without a
      case is not in a list.
    - Contacts: persons with an event of `contact_kinds` that is not taken back. Observed: a phase with a restriction
      that such an event started binds on D. Released: one did the day before, none does on D, and they are no case.

    A 0 that another number of the day makes idle has no row: a part of a whole of 0; of new numbers, a part where the
    other part is all; nobody converted; stocks of imported cases where none ever was.

    What cannot be known has no row: no `events`, no contacts; no `measures`, none observed or released; `suspected`
    stands in no table. Rows have no `start`: their order is that of the text, so rows of children belong to the row
    of the whole before them that has their measure.
    Raises SizaoError: `no-table` (cases), `naive-instant`, `which-place`, `unknown-place`, and `not-yet-known` where
    the day lies after `known_at` or, without it, after the day of the last record, or before the first day that is on
    record: nothing known is not nothing new.
    """
    if "cases" not in tables:
        raise SizaoError(
            "no-table", "figures are counted from cases, and there are none", todo="give the table cases"
        )
    if known_at is not None and known_at.tzinfo is None:
        raise SizaoError("naive-instant", f"{known_at} has no offset", todo="add one, for example +08:00")
    given = {**tables, "measures": measures} if measures is not None else {**tables}
    with duckdb.connect() as db:
        db.execute("SET TimeZone = 'UTC'")
        for name in READ:
            rows = given.get(name, contract(name).arrow_schema().empty_table())
            db.register(name, Source(contract(name), rows.num_rows, table=rows).arrow())
        _check_known(db, on, known_at)
        area = _find_area(db, place, "places" in given)
        db.register("tops", pa.table({"place_id": pa.array(area.tops, pa.string())}))
        db.register("kinds", pa.table({"kind": pa.array(contact_kinds, pa.string())}))
        db.execute(_sql().format_map(_blanks(on, known_at, area)))
        counts, children = _fetch(db, "counts"), _fetch(db, "children")
        contacts = _fetch(db, "traced")[0] if "events" in given else {}
        if contacts and measures is not None:
            contacts |= _fetch(db, "observed")[0]
    whole = _place_of(area.name, area.code, is_province=False, lang=lang)
    parts = {
        row["place_id"]: _place_of(row["name"], row["code"], is_province=whole.code == NATION.code, lang=lang)
        for row in children
    }
    return tabulate(
        Figure(on, None, at.code, at.name, measure, value, note, None, None, None)
        for measure, at, value, note in _in_text_order(counts, contacts, whole, parts, lang)
    )


class _Place(NamedTuple):
    name: str
    code: str | None


class _Area(NamedTuple):
    """The place that the figures are for: `tops` holds its place_id, or nothing where `roots` are its children.

    `whole`: who has no known place counts in it too, for there is no other that they could live in.
    """

    name: str
    code: str | None
    tops: list[str]
    whole: bool = True
    roots: bool = False


FIRST = """
SELECT LEAST(MIN(day), CAST(MIN(recorded_at) AT TIME ZONE 'Asia/Shanghai' AS DATE))
FROM (
  SELECT LEAST(confirmed_on, discharged_on, died_on) AS day, recorded_at FROM cases
  UNION ALL SELECT occurred_on, recorded_at FROM events
)
"""
"""The first day that anything on record is of, or was recorded on."""


def _check_known(db: duckdb.DuckDBPyConnection, on: date, known_at: datetime | None) -> None:
    """Raises SizaoError `not-yet-known`."""
    first = db.sql(FIRST).to_arrow_table()[0][0].as_py()
    if first is not None and on < first:
        what = f"the first record is of {first}: nothing is known of {on}"
        raise SizaoError("not-yet-known", what, todo="ask for a day from then on")
    if known_at is not None:
        if known_at.date() < on:
            what = f"the figures of {on} cannot be known at {known_at.isoformat()}"
            raise SizaoError("not-yet-known", what, todo="ask for an earlier day, or for a later known_at")
        return
    records = "SELECT recorded_at FROM cases UNION ALL SELECT recorded_at FROM events"
    at = db.sql(f"SELECT MAX(recorded_at) FROM ({records})").to_arrow_table()[0][0].as_py()
    if at is None or at.astimezone(CHINA).date() < on:
        what = f"the last record was made at {at.astimezone(CHINA).isoformat()}" if at else "nothing is recorded"
        todo = "ask for an earlier day; if nothing happened since, say until when you know it (known_at)"
        raise SizaoError("not-yet-known", f"{what}: nothing is known of {on}", todo=todo)


NAMED = """
SELECT place_id, name, code, parent_id IS NULL AND (SELECT COUNT(*) FROM places WHERE parent_id IS NULL) = 1 AS whole
FROM places
"""


def _find_area(db: duckdb.DuckDBPyConnection, place: str | None, has_places: bool) -> _Area:
    """The place asked for. Raises SizaoError `which-place`, `unknown-place`."""
    if place is None:
        found = db.sql(f"{NAMED} WHERE parent_id IS NULL ORDER BY place_id").fetchall()
    else:
        found = (
            db.execute(f"{NAMED} WHERE place_id = ?", [place]).fetchall()
            or db.execute(
                f"{NAMED} WHERE name = $1 OR starts_with(name, $1 || ' ') OR ends_with(name, ' ' || $1) ORDER BY 1",
                [place],
            ).fetchall()
        )
    if len(found) == 1:
        place_id, name, code, whole = found[0]
        return _Area(name, code, [place_id], whole)
    if found:
        what = f"{len(found)} places {f'are called {place}' if place else 'lie in no other'}"
        todo = f"give a place_id: {', '.join(row[0] for row in found[:5])}" + (", ..." if len(found) > 5 else "")
        raise SizaoError("which-place", what, todo=f"{todo}; or 全国 for all" if place is None else todo)
    if place is None:
        raise SizaoError("which-place", "no places are given", todo="say which place the figures are for")
    if has_places and place != NATION.name:
        raise SizaoError("unknown-place", f"no place is called {place}", todo="give a place_id or a name of places")
    return _Area(place, None, [], roots=has_places)


def _place_of(name: str, code: str | None, *, is_province: bool, lang: str) -> _Place:
    """The place as bulletins name it, with its code."""
    both = TWO_NAMES.fullmatch(name)
    zh, said = both.groups() if both else (name, name)
    known = find_place(zh)
    if known and (known == NATION or (is_province and known.code and known.code.endswith("0000"))):
        return _Place((known.en if lang == "en" else None) or known.name, known.code)
    return _Place(said if lang == "en" else zh, code)


def _in_text_order(
    counts: Sequence[Mapping[str, Any]],
    contacts: Mapping[str, int],
    whole: _Place,
    children: Mapping[str, _Place],
    lang: str,
) -> Iterator[tuple[str, _Place, int, str | None]]:
    """(measure, place, value, note): the whole, then its list, largest number first, then in the order of codes."""
    entries = [entry.removesuffix("+") for entry in TEXT.split()]
    told = {measure: value for measure in entries if (value := _value(measure, counts, contacts)) is not None}
    for entry in TEXT.split():
        measure, listed = entry.removesuffix("+"), entry.endswith("+")
        value = told.get(measure)
        if value is None or _is_idle(measure, told):
            continue
        if not listed or not children:
            yield measure, whole, value, None
            continue
        values = {child: _of_child(measure, counts, child) for child in children}
        lost = value - sum(values.values())
        yield measure, whole, value, UNPLACED[lang].format(n=lost) if lost else None
        for child in sorted(children, key=lambda child: -values[child]):
            if values[child]:
                yield measure, children[child], values[child], None


def _value(measure: str, counts: Sequence[Mapping[str, Any]], contacts: Mapping[str, int]) -> int | None:
    """The number of the whole; None where it cannot be known."""
    if measure.startswith("contacts"):
        return contacts.get(measure)
    column, origin = _split(measure)
    return _sum(column, [row for row in counts if origin in (None, row["origin"])])


def _of_child(measure: str, counts: Sequence[Mapping[str, Any]], child: str) -> int:
    column, origin = _split(measure)
    return _sum(column, [row for row in counts if origin in (None, row["origin"]) and row["child"] == child]) or 0


def _split(measure: str) -> tuple[str, str | None]:
    """The column that a measure is counted in, and of which origin."""
    column, _, origin = measure.rpartition("_")
    return (column, origin) if origin in OTHER else (measure, None)


def _is_idle(measure: str, told: Mapping[str, int]) -> bool:
    """Whether a number is a 0 that needs no words beside the others: 无新增死亡病例 says it of both origins."""
    column, origin = _split(measure)
    if told[measure] or origin is None:
        return False
    if column == "converted_new" or told.get(column) == 0:
        return True
    if column.endswith(("_new", "_released")):
        return told.get(f"{column}_{OTHER[origin]}") == told.get(column)
    if column == "severe":
        return not told.get(f"active_{origin}")
    return column in ("active", "discharged_total", "deaths_total") and not told.get(f"confirmed_total_{origin}")


def _sum(column: str, rows: Sequence[Mapping[str, Any]]) -> int | None:
    """The sum over the rows; None where it hangs on a severity that nobody recorded."""
    if column.startswith("severe") and any(row["severity_unknown"] for row in rows):
        return None
    if column == "severe_change":
        if any(row["severity_before_unknown"] for row in rows):
            return None
        return sum(int(row["severe"]) - int(row["severe_before"]) for row in rows)
    return sum(int(row[column]) for row in rows)


def _blanks(on: date, known_at: datetime | None, area: _Area) -> dict[str, str]:
    clock = known_at.tzinfo if known_at else CHINA

    def instant(at: datetime) -> str:
        return f"TIMESTAMPTZ '{at.astimezone(UTC).isoformat()}'"

    return {
        "on": f"DATE '{on}'",
        "before": f"DATE '{on - DAY}'",
        "on_ends": instant(datetime.combine(on + DAY, time(), clock)),
        "before_ends": instant(datetime.combine(on, time(), clock)),
        "known_at": instant(known_at) if known_at else "TIMESTAMPTZ 'infinity'",
        "whole": str(area.whole),
        "roots": str(area.roots),
    }


def _fetch(db: duckdb.DuckDBPyConnection, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = db.table(name).to_arrow_table().to_pylist()
    return rows


@cache
def _sql() -> str:
    return resources.files("sizao.bulletin").joinpath("count.sql").read_text("utf-8")
