"""Makes the facts that are measured: people with overlapping events, and people with one event each.

Deterministic for one version of DuckDB: every number comes from `hash(SEED, what, who)`, never from a clock. Rows
stand in the order in which they were recorded, as a register appends them, not sorted by person.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import duckdb

SEED = 20221120
ON = "2022-11-20"
KNOWN_AT = "2022-11-21 00:00:00+08"
DAYS = 30
"""Facts occurred on the 30 days that end on ON."""

KINDS = (
    "exposed_to_case",
    "exposed_to_contact",
    "arrived_from_abroad",
    "left_high_risk_area",
    "finished_closed_loop",
)
MORE_KINDS = (*KINDS, "left_medium_risk_area")

# r(what, who) is a number from 0 to 999,999
SETTINGS = f"""
SET TimeZone = 'UTC'; SET memory_limit = '6GB'; SET preserve_insertion_order = true;
CREATE MACRO r(what, who) AS CAST(hash({SEED}, what, who) % 1000000 AS INTEGER);
CREATE MACRO person(n) AS printf('P%08d', n);
CREATE MACRO event(n) AS printf('e%09d', n);
CREATE MACRO day(n) AS DATE '{ON}' - CAST({DAYS - 1} - n AS INTEGER);
CREATE MACRO recorded(on_day, late) AS
    CAST(on_day AS TIMESTAMPTZ) + INTERVAL 1 HOUR + to_seconds(CAST(late AS BIGINT)) - INTERVAL 8 HOUR;
"""

# recorded within a day and a half of the event: some of the last ones after KNOWN_AT
EVENTS = """
SELECT event(n) AS event_id, person(p) AS person_id, kind, day(d) AS occurred_on,
       recorded(day(d), late) AS recorded_at,
       CASE WHEN voids IS NOT NULL THEN event(voids) END AS voids
FROM (
  WITH own AS (
    SELECT p * 6 + k AS n, p, {kinds}[1 + r('kind', p * 6 + k) % {kind_count}] AS kind,
           r('day', p * 6 + k) % {days} AS d, r('late', p * 6 + k) % 129600 AS late
    FROM (SELECT p, unnest(range(1 + r('events', p) % 5)) AS k FROM range(1, {people} + 1) people(p))
  )
  SELECT n, p, kind, d, late, NULL AS voids FROM own
  UNION ALL -- 1 % are taken back, half a percent replaced by another kind
  SELECT {people} * 6 + n, p,
         CASE WHEN r('void', n) < 10000 THEN 'void' ELSE {kinds}[1 + r('new', n) % {kind_count}] END,
         d, late + r('later', n) % 86400, n
  FROM own WHERE r('void', n) < 15000
) ORDER BY d * 86400 + late
"""

# one person in fifty; half of them discharged 7 to 10 days later, which is a second version of the case
CASES = """
SELECT printf('c%08d', p) AS case_id, person(p) AS person_id, day(d) AS confirmed_on,
       CASE WHEN r('class', p) < 900000 THEN 'asymptomatic' ELSE 'confirmed' END AS classification, 'local' AS origin,
       CASE WHEN version = 2 THEN day(d + stay) END AS discharged_on,
       recorded(day(CASE WHEN version = 2 THEN d + stay ELSE d END), r('reported', p) % 60000) AS recorded_at
FROM (
  SELECT p, r('discharged', p) < 500000 AS out, 7 + r('stay', p) % 4 AS stay,
         r('confirmed', p) % CASE WHEN r('discharged', p) < 500000 THEN {days} - 10 ELSE {days} END AS d,
         unnest(CASE WHEN r('discharged', p) < 500000 THEN [1, 2] ELSE [1] END) AS version
  FROM range(1, {people} + 1) people(p) WHERE r('case', p) < 20000
) ORDER BY recorded_at
"""

PEOPLE = """
SELECT person(p) AS person_id, DATE '1940-01-01' + r('born', p) % 29000 AS birth_date,
       CASE WHEN r('sex', p) < 500000 THEN 'female' ELSE 'male' END AS sex
FROM range(1, {people} + 1) people(p)
"""

TESTS = """
SELECT printf('t%09d', n) AS test_id, person(1 + hash({seed}, 'tested', n) % {people}) AS person_id,
       day(r('sampled', n) % {days}) AS sampled_on, 'pcr' AS method, 'negative' AS result,
       recorded(day(r('sampled', n) % {days}), r('result', n) % 80000) AS recorded_at
FROM range(1, 2 * {people} + 1) tests(n) ORDER BY recorded_at
"""

ORDERS = """
SELECT printf('o%09d', n) AS order_id, person(1 + hash({seed}, 'ordered', n) % {people}) AS person_id,
       CASE WHEN r('restriction', n) < 200000 THEN 'health_monitoring'
            WHEN r('restriction', n) < 500000 THEN 'home_isolation'
            WHEN r('restriction', n) < 990000 THEN 'central_isolation' ELSE 'hospital_isolation' END AS restriction,
       day(d) AS "from", CASE WHEN r('end', n) < 950000 THEN day(d + 2 + r('length', n) % 13) END AS until,
       'district office' AS issuer, recorded(day(d), r('signed', n) % 60000) AS recorded_at
FROM (SELECT n, r('ordered_on', n) % {days} AS d FROM range(1, {orders} + 1) orders(n)) ORDER BY recorded_at
"""

SIMPLE = """
SELECT event(p) AS event_id, person(p) AS person_id, {kinds}[1 + r('kind', p) % {kind_count}] AS kind,
       day({days} - 1 - r('day', p) % 12) AS occurred_on, NULL::VARCHAR AS place_id, NULL::VARCHAR AS case_id,
       TIMESTAMPTZ '{on} 08:00:00+08' AS recorded_at, NULL::VARCHAR AS voids
FROM range(1, {people} + 1) people(p)
"""


def make_overlapping(root: Path, people: int) -> Path:
    """A folder with people, events and cases: 1 to 5 events a person (mean 3), six kinds, 2 % cases, voids."""
    tables = {"people": PEOPLE, "events": EVENTS, "cases": CASES}
    return _make(root / f"overlapping-{people}", tables, people)


def make_judged(root: Path, people: int, orders: int) -> Path:
    """A folder with 2 tests a person and so many orders, about the people of `make_overlapping`."""
    return _make(root / f"judged-{people}-{orders}", {"tests": TESTS, "orders": ORDERS}, people, orders)


def make_simple(root: Path, people: int) -> Path:
    """A folder with one event a person within 12 days, nothing taken back, no cases."""
    return _make(root / f"simple-{people}", {"events": SIMPLE}, people)


def _make(folder: Path, tables: dict[str, str], people: int, orders: int = 0) -> Path:
    """Writes the tables as Parquet unless they are there; the folder appears only when it is whole."""
    if folder.exists():
        return folder
    part = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    kinds = KINDS if tables.get("events") == SIMPLE else MORE_KINDS
    numbers = {"people": people, "orders": orders, "days": DAYS, "seed": SEED, "on": ON}
    numbers |= {"kinds": list(kinds), "kind_count": len(kinds)}
    with tempfile.TemporaryDirectory(dir=part.parent) as spill, duckdb.connect() as db:
        db.execute(f"SET temp_directory = '{spill}'; {SETTINGS}")
        for name, sql in tables.items():
            target = part / f"{name}.parquet"
            db.execute(f"COPY ({sql.format(**numbers)}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")
    part.rename(folder)
    return folder
