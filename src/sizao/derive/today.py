"""Turns the status of two days into the lists that people work from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import duckdb
import pyarrow as pa

from sizao.errors import SizaoError

VULNERABLE = ("elderly", "pregnant", "dialysis", "chronic", "child_alone")
"""Words of `people.traits` that mark a person in every list."""

COMMUNITY = ("community", "village")
"""Kinds of place that the lists are grouped by: the neighbourhood that sends somebody to the door."""

STEPS = 20
"""Steps up the tree of places, more than any tree has: a ring of places ends."""


@dataclass(frozen=True)
class Work:
    """What is to be done on one day.

    The lists of persons are sorted for walking (community, home, person) and open with the columns person_id,
    group_id, community, home, building, flags: `community` and `home` are names, null where the home is not
    known; `home` leads from the community to the door, `building` as far as the building; `flags` are the words
    of VULNERABLE, joined by ';'. The columns after them, `?` for null:

    - `tests`, one row a person: measure, phase, phase_day, restriction?, clause, because, done, overdue_since?
    - `overdue`, one row a person: measure, restriction?, clause, because, since, days, missed, due_today
    - `changes` of restriction: before, after, direction ('lighter', 'heavier', null where they cannot be
      compared), measure, until?, clause, because
    - `released`: measure, restriction, clause, because, last_day, foreseen? (the end that yesterday's list gave),
      undecided (no rule speaks of a fact about this person)
    - `new`: measure, restriction, from, until?, clause, because
    - `ending`, today is the last day: measure, restriction, clause, because
    - `undecided`, the facts that bear on today: the columns given

    Counts: `counts` (measure, restriction, people, yesterday, change), `rooms` (restriction, people, yesterday,
    change, arriving, leaving; strictest first), `communities` (group_id, community, people, due, done, overdue,
    changes, released, new, ending, tomorrow).
    """

    on: date
    tests: pa.Table
    overdue: pa.Table
    changes: pa.Table
    released: pa.Table
    new: pa.Table
    ending: pa.Table
    undecided: pa.Table
    counts: pa.Table
    rooms: pa.Table
    communities: pa.Table
    people: int
    people_yesterday: int
    done: int
    tests_tomorrow: int
    without_home: int


def list_work(
    *,
    on: date,
    status_yesterday: pa.Table,
    status: pa.Table,
    tests_due: pa.Table,
    tests: pa.Table,
    people: pa.Table | None,
    places: pa.Table | None,
    undecided: pa.Table | None,
    measures: pa.Table | None = None,
    restrictions: Sequence[str] = (),
    place: str | None = None,
    known_at: datetime | None = None,
) -> Work:
    """Lists the work of day `on`.

    `status` is today's and `status_yesterday` the list that people worked from on the day before, one row a
    person each; rows of the measure 'undecided' bind nobody. `tests_due` covers the seven days before `on` to
    the day after. `measures`, where given, tells which measures bind beside the strictest and what follows the
    present phase. `restrictions` are ids from light to strict. `place` keeps the people whose home lies in it.
    Of `tests`, the version of each that was known at `known_at` (an instant; default: the latest) counts.

    A test due is one person on one day: any sample of that day does it, whichever measure asked. A due day of
    the seven before is overdue where its measure still binds and no sample was taken on or after it.

    Raises SizaoError `unknown-place`.
    """
    given = {
        "all_status": status,
        "all_yesterday": status_yesterday,
        "all_due": tests_due,
        "all_measures": status if measures is None else measures,
        "all_undecided": _empty("fact_id", "person_id") if undecided is None else undecided,
        "tests": tests,
        "people": _filled(people, "person_id", "home_place_id", "traits"),
        "places": _filled(places, "place_id", "parent_id", "kind", "name"),
        "weights": pa.table(
            {
                "restriction": pa.array(restrictions, pa.string()),
                "weight": pa.array(range(len(restrictions)), pa.int32()),
            }
        ),
    }
    with duckdb.connect() as db:
        for name, table in given.items():
            db.register(name, table)
        if place is not None and not db.execute("SELECT 1 FROM places WHERE place_id = ?", [place]).fetchone():
            raise SizaoError(
                "unknown-place", f"no place is called {place!r}", todo="give a place_id of the table places"
            )
        db.execute(f"CREATE MACRO today() AS DATE '{on.isoformat()}'")
        instant = "infinity" if known_at is None else known_at.isoformat()
        db.execute(f"CREATE MACRO known_at() AS TIMESTAMPTZ '{instant}'")
        db.execute(PREPARE)
        db.execute("DELETE FROM person WHERE NOT list_contains(coalesce(above, []), ?)", [place]) if place else None
        db.execute(COMPARE)

        def ask(sql: str) -> pa.Table:
            return db.sql(sql).to_arrow_table()

        def count(sql: str) -> int:
            return int(ask(sql)[0][0].as_py())

        lists = {
            name: ask(LISTED.format(name)) for name in ("due", "overdue", "changes", "released", "new", "ending")
        }
        return Work(
            on=on,
            tests=lists.pop("due"),
            **lists,
            undecided=ask("SELECT * FROM undecided ORDER BY ALL"),
            counts=ask(COUNTS),
            rooms=ask(ROOMS),
            communities=ask(COMMUNITIES),
            people=count("SELECT count(*) FROM pair WHERE measure IS NOT NULL"),
            people_yesterday=count("SELECT count(*) FROM pair WHERE y_measure IS NOT NULL"),
            done=count("SELECT count(*) FILTER (done) FROM due"),
            tests_tomorrow=count("SELECT count(*) FROM tomorrow"),
            without_home=count(
                "SELECT count(*) FROM person WHERE group_id IS NULL AND person_id IN (SELECT person_id FROM status)"
            ),
        )


def _empty(*columns: str) -> pa.Table:
    return pa.table({name: pa.array([], pa.string()) for name in columns})


def _filled(table: pa.Table | None, *columns: str) -> pa.Table:
    """The columns, null where the table lacks one; lists of words become one text."""
    if table is None:
        return _empty(*columns)
    for name in columns:
        if name not in table.column_names:
            table = table.append_column(name, pa.nulls(len(table), pa.string()))
    return table.select(list(columns))


# The people of any list, each with the way to the door. Digits in names are padded, so that 2 comes before 10.
PREPARE = rf"""
CREATE MACRO walking(name) AS list_aggregate(list_transform(regexp_extract_all(name, '[0-9]+|[^0-9]+'),
  lambda part: CASE WHEN part[1] BETWEEN '0' AND '9' THEN lpad(part, greatest(9, length(part))::INT, '0')
               ELSE part END), 'string_agg', '');

-- Whether a name begins with that of the place around it: "云溪苑3号楼" with "云溪苑", not "No. 12" with "No. 1".
-- Of a name in two languages, "云溪苑 Yunxi Court", the Chinese one decides.
CREATE MACRO own(name) AS CASE WHEN regexp_matches(name, '^\S*[一-鿿]') THEN split_part(name, ' ', 1) ELSE name END;
CREATE MACRO begins(name, around) AS starts_with(name, own(around))
  AND NOT regexp_matches(right(own(around), 1) || substr(name, length(own(around)) + 1, 1), '^[0-9A-Za-z]{{2}}');

CREATE TEMP TABLE home AS
WITH RECURSIVE up AS (
  SELECT home_place_id AS home_place_id, home_place_id AS place_id, 0 AS height
  FROM (SELECT DISTINCT home_place_id FROM people WHERE home_place_id IS NOT NULL)
  UNION ALL
  SELECT up.home_place_id, places.parent_id, height + 1
  FROM up JOIN places USING (place_id) WHERE places.parent_id IS NOT NULL AND height < {STEPS}
), named AS (
  SELECT up.*, coalesce(name, place_id) AS name, kind,
    min(height) FILTER (kind IN {COMMUNITY}) OVER same AS community_at,
    min(height) FILTER (kind = 'building') OVER same AS building_at,
    max(height) FILTER (places.kind IS NOT NULL OR height = 0) OVER same AS top
  FROM up LEFT JOIN places USING (place_id)
  WINDOW same AS (PARTITION BY home_place_id)
), grouped AS (
  SELECT *, coalesce(community_at, top) AS group_at,
    begins(lag(name) OVER (PARTITION BY home_place_id ORDER BY height), name) AS said
  FROM named
)
SELECT home_place_id, list(place_id) AS above,
  max(place_id) FILTER (height = group_at) AS group_id,
  max(name) FILTER (height = group_at) AS community,
  string_agg(name, ' / ' ORDER BY height DESC) FILTER (height < group_at AND said IS NOT TRUE) AS home,
  string_agg(name, ' / ' ORDER BY height DESC) FILTER (height < group_at
    AND (height = building_at OR height >= coalesce(building_at, 0) AND said IS NOT TRUE)) AS building,
  walking(max(name) FILTER (height = group_at)) AS first_way,
  walking(string_agg(name, ' ' ORDER BY height DESC) FILTER (height < group_at)) AS second_way
FROM grouped GROUP BY home_place_id;

CREATE TEMP TABLE person AS
SELECT person_id, group_id, community, home, building, above, first_way, second_way,
  array_to_string(list_filter({list(VULNERABLE)},
    lambda word: list_contains(regexp_split_to_array(traits::VARCHAR, '[^a-z_]+'), word)), ';') AS flags
FROM (SELECT person_id FROM all_status UNION SELECT person_id FROM all_yesterday
      UNION SELECT person_id FROM all_due UNION SELECT person_id FROM all_undecided)
LEFT JOIN people USING (person_id) LEFT JOIN home USING (home_place_id);
"""

# Yesterday beside today, the tests due, and a small table for each list.
COMPARE = """
CREATE TEMP VIEW status AS SELECT * FROM all_status SEMI JOIN person USING (person_id) WHERE measure <> 'undecided';
CREATE TEMP VIEW yesterday AS
SELECT * FROM all_yesterday SEMI JOIN person USING (person_id) WHERE measure <> 'undecided';
CREATE TEMP VIEW measures AS SELECT * FROM all_measures WHERE measure <> 'undecided';

CREATE TEMP TABLE undecided AS
SELECT * FROM all_undecided u SEMI JOIN person USING (person_id)
WHERE EXISTS (FROM all_measures m WHERE m.because = u.fact_id AND m.measure = 'undecided'
              AND today() BETWEEN m."from" AND coalesce(m.until, today()))
  OR NOT EXISTS (FROM all_measures m WHERE m.because = u.fact_id AND m.measure = 'undecided');

CREATE TEMP TABLE pair AS
SELECT coalesce(t.person_id, y.person_id) AS person_id,
  t.measure, t.restriction, t."from", t.until, t.clause, t.because,
  y.measure AS y_measure, y.restriction AS y_restriction, y.until AS y_until,
  y.clause AS y_clause, y.because AS y_because
FROM status t FULL JOIN yesterday y USING (person_id);

CREATE TEMP TABLE sampled AS
SELECT person_id, max(sampled_on) AS last
FROM (SELECT * FROM tests SEMI JOIN person USING (person_id) WHERE recorded_at <= known_at()
      QUALIFY row_number() OVER (PARTITION BY test_id ORDER BY recorded_at DESC) = 1)
WHERE sampled_on <= today() GROUP BY person_id;

CREATE TEMP TABLE missed AS
SELECT d.* FROM all_due d SEMI JOIN person USING (person_id) LEFT JOIN sampled USING (person_id)
WHERE d."on" BETWEEN today() - 7 AND today() - 1 AND (last IS NULL OR last < d."on")
  AND (EXISTS (FROM measures m WHERE m.person_id = d.person_id AND m.measure = d.measure
       AND today() BETWEEN m."from" AND coalesce(m.until, today()))
    OR EXISTS (FROM status s WHERE s.person_id = d.person_id AND s.measure = d.measure));

CREATE TEMP TABLE due AS
SELECT d.person_id, d.measure, d.phase, d.phase_day, s.restriction, d.clause, d.because,
  last IS NOT DISTINCT FROM today() AS done, since AS overdue_since
FROM (SELECT * FROM all_due SEMI JOIN person USING (person_id) WHERE "on" = today()
      QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY measure, phase, phase_day) = 1) d
LEFT JOIN status s USING (person_id) LEFT JOIN sampled USING (person_id)
LEFT JOIN (SELECT person_id, min("on") AS since FROM missed GROUP BY person_id) USING (person_id);

CREATE TEMP TABLE overdue AS
SELECT person_id, arg_min(d.measure, (d."on", d.measure)) AS measure, any_value(s.restriction) AS restriction,
  arg_min(d.clause, (d."on", d.measure)) AS clause, arg_min(d.because, (d."on", d.measure)) AS because,
  min(d."on") AS since, today() - min(d."on") AS days, count(DISTINCT d."on") AS missed,
  person_id IN (SELECT person_id FROM due) AS due_today
FROM missed d LEFT JOIN status s USING (person_id) GROUP BY person_id;

CREATE TEMP TABLE changes AS
SELECT person_id, y_restriction AS before, pair.restriction AS after,
  CASE sign(a.weight - b.weight) WHEN 1 THEN 'heavier' WHEN -1 THEN 'lighter' END AS direction,
  measure, until, clause, because
FROM pair LEFT JOIN weights b ON b.restriction = y_restriction LEFT JOIN weights a ON a.restriction = pair.restriction
WHERE measure IS NOT NULL AND y_measure IS NOT NULL AND y_restriction IS DISTINCT FROM pair.restriction;

CREATE TEMP TABLE released AS
SELECT person_id, y_measure AS measure, y_restriction AS restriction, y_clause AS clause, y_because AS because,
  (today() - 1)::DATE AS last_day, y_until AS foreseen,
  person_id IN (SELECT person_id FROM undecided) AS undecided
FROM pair WHERE measure IS NULL;

CREATE TEMP TABLE new AS
SELECT person_id, measure, restriction, "from", until, clause, because FROM pair WHERE y_measure IS NULL;

CREATE TEMP TABLE ending AS
SELECT person_id, measure, restriction, clause, because FROM status s WHERE until = today()
  AND NOT EXISTS (FROM measures m WHERE m.person_id = s.person_id
                  AND today() + 1 BETWEEN m."from" AND coalesce(m.until, today() + 1));

CREATE TEMP TABLE tomorrow AS
SELECT DISTINCT person_id FROM all_due SEMI JOIN person USING (person_id) WHERE "on" = today() + 1;
"""

LISTED = """
SELECT person_id, group_id, community, home, building, flags, list.* EXCLUDE (person_id)
FROM person JOIN {} list USING (person_id)
ORDER BY first_way NULLS LAST, group_id, second_way NULLS FIRST, person_id
"""

COUNTS = """
SELECT measure, restriction, coalesce(people, 0) AS people, coalesce(yesterday, 0) AS yesterday,
  coalesce(people, 0) - coalesce(yesterday, 0) AS change
FROM (SELECT measure, restriction, count(*) AS people FROM pair WHERE measure IS NOT NULL GROUP BY ALL)
FULL JOIN (SELECT y_measure AS measure, y_restriction AS restriction, count(*) AS yesterday
           FROM pair WHERE y_measure IS NOT NULL GROUP BY ALL) USING (measure, restriction)
LEFT JOIN weights USING (restriction)
ORDER BY weight DESC NULLS LAST, restriction, people DESC, measure
"""

ROOMS = """
SELECT restriction, count(*) FILTER (here) AS people, count(*) FILTER (was) AS yesterday,
  count(*) FILTER (here) - count(*) FILTER (was) AS change,
  count(*) FILTER (here AND NOT was) AS arriving, count(*) FILTER (was AND NOT here) AS leaving
FROM (SELECT person_id, restriction, bool_or(today) AS here, bool_or(NOT today) AS was
      FROM (SELECT person_id, restriction, true AS today FROM pair WHERE restriction IS NOT NULL
            UNION ALL SELECT person_id, y_restriction, false FROM pair WHERE y_restriction IS NOT NULL)
      GROUP BY ALL)
LEFT JOIN weights USING (restriction)
GROUP BY restriction, weight ORDER BY weight DESC NULLS LAST, restriction
"""

COMMUNITIES = """
WITH each AS (
  SELECT person_id, 'people' AS list FROM status
  UNION ALL SELECT person_id, 'due' FROM due
  UNION ALL SELECT person_id, 'done' FROM due WHERE done
  UNION ALL SELECT person_id, 'overdue' FROM overdue
  UNION ALL SELECT person_id, 'changes' FROM changes
  UNION ALL SELECT person_id, 'released' FROM released
  UNION ALL SELECT person_id, 'new' FROM new
  UNION ALL SELECT person_id, 'ending' FROM ending
  UNION ALL SELECT person_id, 'tomorrow' FROM tomorrow
)
SELECT group_id, any_value(community) AS community, {}
FROM each JOIN person USING (person_id)
GROUP BY group_id ORDER BY any_value(first_way) NULLS LAST, group_id
""".format(
    ", ".join(
        f"count(*) FILTER (list = '{name}') AS {name}"
        for name in ("people", "due", "done", "overdue", "changes", "released", "new", "ending", "tomorrow")
    )
)
