"""Compares the daily visits that the rules asked for with those that were recorded: complete, missed, too long."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import pyarrow as pa

OUTCOMES = (("seen_ok", 3), ("seen_symptomatic", 3), ("missed", 2), ("not_attempted", 1))
"""Outcome and how far the visit got: 3 seen, 2 attempted, 1 only recorded, as any other word. A day's best counts."""


@dataclass(frozen=True)
class Completeness:
    """What was due against what was recorded. A day is a person's day; `seen` counts days, not visits.

    - `by_day` (on, due, seen, attempted, recorded, missed, completeness): persons due on each day with a due
      visit; `missed` = due - seen, `completeness` = seen / due (0 to 1)
    - `persons` (person_id, due, seen, missed_days, longest_gap, first_due, last_due): in days; `longest_gap`
      is the longest run of consecutive days due on which the person was not seen
    - `never_seen` (person_id, due, attempted, recorded, first_due, last_due): due at least once, never seen
    - `too_long` (person_id, kind, first, last, days, attempted): follow-ups recorded on days when no visit
      was due, one row a person and kind. `days` counts those recorded, `attempted` those on which somebody
      really went. Kinds: `after_case` (on or after the day of confirmation), `no_exposure` (no measure with
      visits ever bound the person), `not_due` (one bound that day but asked for no visit), `earlier` (before
      the first day of the first run), `later` (after the last day of a run)
    - `summary` (one row): persons, due, seen, attempted, recorded, missed, completeness?, never_seen,
      too_long_persons, too_long_days, too_long_attempted, first?, last?
    """

    by_day: pa.Table
    persons: pa.Table
    never_seen: pa.Table
    too_long: pa.Table
    summary: pa.Table


def compare_follow_ups(
    tests_due: pa.Table, follow_ups: pa.Table, measures: pa.Table, cases: pa.Table
) -> Completeness:
    """Compares due visits with recorded ones.

    `tests_due` (person_id, on, measure, ...) holds every day on which a visit was due, `measures` (person_id,
    measure, from, until?, ...) the derived runs of every day, both as `derive` gives them; `follow_ups`
    (person_id, occurred_on, outcome) and `cases` (person_id, confirmed_on) are the recorded facts. Only runs of
    measures that ask for visits count as follow-up. Several rows of one person and day are one day.
    """
    with duckdb.connect() as db:
        given = {"tests_due": tests_due, "follow_ups": follow_ups, "measures": measures, "cases": cases}
        for name, table in given.items():
            db.register(name, table)
        outcomes = {"outcome": [o for o, _ in OUTCOMES], "reached": pa.array([r for _, r in OUTCOMES], pa.int8())}
        db.register("outcomes", pa.table(outcomes))
        db.execute(DAYS)
        return Completeness(
            by_day=db.sql(BY_DAY).to_arrow_table(),
            persons=db.sql(PERSONS).to_arrow_table(),
            never_seen=db.sql(NEVER_SEEN).to_arrow_table(),
            too_long=db.sql(TOO_LONG).to_arrow_table(),
            summary=db.sql(SUMMARY).to_arrow_table(),
        )


# `day`: one row per person and day due, with how far that day's best visit got (null: nothing recorded).
# `undue`: one row per person and day with a record but nothing due, and why nothing was due.
DAYS = """
CREATE TEMP TABLE visit AS
SELECT person_id, occurred_on AS "on", max(coalesce(reached, 1)) AS reached
FROM follow_ups LEFT JOIN outcomes USING (outcome)
GROUP BY ALL;

CREATE TEMP TABLE day AS
SELECT person_id, "on", reached
FROM (SELECT DISTINCT person_id, "on" FROM tests_due) LEFT JOIN visit USING (person_id, "on");

CREATE TEMP TABLE run AS
SELECT person_id, "from", coalesce(until, DATE '9999-12-31') AS until
FROM measures WHERE measure IN (SELECT measure FROM tests_due);

CREATE TEMP TABLE undue AS
SELECT person_id, "on", reached,
    CASE
        WHEN EXISTS (FROM cases c WHERE c.person_id = v.person_id AND c.confirmed_on <= v."on") THEN 'after_case'
        WHEN NOT EXISTS (FROM run r WHERE r.person_id = v.person_id) THEN 'no_exposure'
        WHEN EXISTS (FROM run r WHERE r.person_id = v.person_id AND v."on" BETWEEN r."from" AND r.until)
            THEN 'not_due'
        WHEN EXISTS (FROM run r WHERE r.person_id = v.person_id AND r."from" <= v."on") THEN 'later'
        ELSE 'earlier'
    END AS kind
FROM visit v ANTI JOIN day USING (person_id, "on");
"""

COUNTS = """
    count(*) AS due,
    count(*) FILTER (reached = 3) AS seen,
    count(*) FILTER (reached >= 2) AS attempted,
    count(reached) AS recorded,
    count(*) - count(*) FILTER (reached = 3) AS missed"""

BY_DAY = f"""
SELECT "on", {COUNTS}, seen / due AS completeness
FROM day GROUP BY "on" ORDER BY "on"
"""

# Days in a row share `on` minus their rank among the person's unseen days.
PERSONS = """
WITH unseen AS (
    SELECT person_id, "on" - row_number() OVER (PARTITION BY person_id ORDER BY "on")::INTEGER AS streak
    FROM day WHERE reached IS DISTINCT FROM 3
),
gap AS (
    SELECT person_id, max(days) AS longest
    FROM (SELECT person_id, streak, count(*) AS days FROM unseen GROUP BY ALL)
    GROUP BY person_id
)
SELECT person_id, count(*) AS due, count(*) FILTER (reached = 3) AS seen, due - seen AS missed_days,
    coalesce(any_value(longest), 0) AS longest_gap, min("on") AS first_due, max("on") AS last_due
FROM day LEFT JOIN gap USING (person_id)
GROUP BY person_id
ORDER BY longest_gap DESC, missed_days DESC, person_id
"""

NEVER_SEEN = """
SELECT person_id, count(*) AS due, count(*) FILTER (reached >= 2) AS attempted, count(reached) AS recorded,
    min("on") AS first_due, max("on") AS last_due
FROM day
GROUP BY person_id
HAVING count(*) FILTER (reached = 3) = 0
ORDER BY due DESC, person_id
"""

TOO_LONG = """
SELECT person_id, kind, min("on") AS first, max("on") AS last, count(*) AS days,
    count(*) FILTER (reached >= 2) AS attempted
FROM undue
GROUP BY person_id, kind
ORDER BY attempted DESC, days DESC, person_id, kind
"""

SUMMARY = f"""
SELECT
    count(DISTINCT person_id) AS persons, {COUNTS},
    CASE WHEN due > 0 THEN seen / due END AS completeness,
    count(DISTINCT person_id) - count(DISTINCT person_id) FILTER (reached = 3) AS never_seen,
    (SELECT count(DISTINCT person_id) FROM undue) AS too_long_persons,
    (SELECT count(*) FROM undue) AS too_long_days,
    (SELECT count(*) FILTER (reached >= 2) FROM undue) AS too_long_attempted,
    min("on") AS first, max("on") AS last
FROM day
"""
