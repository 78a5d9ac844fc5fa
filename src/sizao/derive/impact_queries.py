"""The queries of a comparison of two rulebooks (sizao.derive.impact): on DuckDB, whatever engine derived the two."""

from __future__ import annotations

from sizao.derive.compile import UNDECIDED
from sizao.derive.today import COMMUNITY, STEPS

CHANGES = ("lighter", "heavier", "undecided", "other")
"""How a person's restriction flips; 'undecided': B does not know the fact, so that somebody must decide."""

# Whoever anything bears on from the first day on, and the community around each home. People are numbers from here.
PERSONS = f"""
CREATE TEMP TABLE near AS
SELECT person_id, home_place_id
FROM (SELECT person_id FROM all_measures_a WHERE coalesce(until, first_day()) >= first_day()
      UNION SELECT person_id FROM all_measures_b WHERE coalesce(until, first_day()) >= first_day()
      UNION SELECT person_id FROM all_undecided_a UNION SELECT person_id FROM all_undecided_b)
LEFT JOIN people_given USING (person_id);

CREATE TEMP TABLE home AS
WITH RECURSIVE up AS (
  SELECT home_place_id, home_place_id AS place_id, 0 AS height
  FROM (SELECT DISTINCT home_place_id FROM near WHERE home_place_id IS NOT NULL)
  UNION ALL
  SELECT up.home_place_id, places.parent_id, height + 1
  FROM up JOIN places USING (place_id) WHERE places.parent_id IS NOT NULL AND height < {STEPS}
), named AS (
  SELECT up.*, coalesce(name, place_id) AS name,
    coalesce(min(height) FILTER (kind IN {COMMUNITY}) OVER same,
             max(height) FILTER (kind IS NOT NULL OR height = 0) OVER same) AS group_at
  FROM up LEFT JOIN places USING (place_id)
  WINDOW same AS (PARTITION BY home_place_id)
)
SELECT home_place_id, list(place_id) AS above, max(place_id) FILTER (height = group_at) AS group_id,
  max(name) FILTER (height = group_at) AS community
FROM named GROUP BY home_place_id;

CREATE TEMP TABLE person AS
SELECT row_number() OVER () AS n, person_id, group_id, community, above
FROM near LEFT JOIN home USING (home_place_id);
"""

# One side: the rows that bind, the strictest restriction of each person and day (days from 0), the tests, the person.
SIDE = """
CREATE TEMP TABLE bound_{s} AS
SELECT * FROM (
  SELECT n, m.restriction, because, until, greatest(m."from", since, f.day, first_day()) AS since
  FROM all_measures_{s} m
  JOIN person USING (person_id)
  LEFT JOIN eras_{s} USING (rulebook)
  LEFT JOIN (SELECT fact_id, person_id, min(day) AS day FROM fact_days_{s} GROUP BY ALL) f
    ON f.fact_id = m.because AND f.person_id = m.person_id
) WHERE coalesce(until, since) >= since;

CREATE TEMP TABLE day_{s} AS
SELECT n, day, max(weight) AS weight
FROM (SELECT n, weight,
        unnest(range(since - first_day(), least(coalesce(until - first_day() + 1, horizon()), horizon()))) AS day
      FROM bound_{s} JOIN weights_{s} USING (restriction))
GROUP BY ALL;

CREATE TEMP TABLE due_{s} AS
SELECT DISTINCT n, "on" - first_day() AS day FROM all_due_{s} JOIN person USING (person_id)
WHERE "on" - first_day() BETWEEN 0 AND horizon() - 1;

CREATE TEMP TABLE held_{s} AS
SELECT n, s.measure AS measure_{s}, s.restriction AS restriction_{s}, coalesce(e.endless, false) AS endless_{s},
  CASE WHEN NOT e.endless THEN e.until END AS until_{s},
  coalesce(d.days, 0) AS days_{s}, coalesce(t.tests, 0) AS tests_{s}
FROM person
LEFT JOIN (SELECT person_id, measure, restriction FROM all_status_{s}) s USING (person_id)
LEFT JOIN (SELECT n, max(until) AS until, bool_or(until IS NULL) AS endless
           FROM bound_{s} WHERE restriction IS NOT NULL GROUP BY n) e USING (n)
LEFT JOIN (SELECT n, count(*) AS days FROM day_{s} GROUP BY n) d USING (n)
LEFT JOIN (SELECT n, count(*) AS tests FROM due_{s} GROUP BY n) t USING (n);

CREATE TEMP TABLE counted_{s} AS
SELECT day, restriction, people_{s}, CASE WHEN away THEN people_{s} ELSE 0 END AS rooms_{s}, tests_{s}
FROM (SELECT day, weight, count(*) AS people_{s}, count(due.n) AS tests_{s}
      FROM day_{s} LEFT JOIN due_{s} due USING (n, day) GROUP BY ALL)
JOIN weights_{s} USING (weight);

CREATE TEMP VIEW unknown_{s} AS
SELECT kind, count(*) AS facts_{s},
  (count(*) FILTER (
    fact_id IN (SELECT because FROM bound_{s} WHERE restriction IS NULL AND since - first_day() < horizon())
    OR fact_id NOT IN (SELECT because FROM all_measures_{s} WHERE measure = '{undecided}')))::BIGINT AS bearing_{s}
FROM all_undecided_{s} SEMI JOIN person USING (person_id) GROUP BY kind;
""".replace("{undecided}", UNDECIDED)

BESIDE = f"""
CREATE TEMP TABLE pair AS
SELECT person_id, group_id, community, a.*, b.* EXCLUDE (n),
  CASE WHEN restriction_a IS NOT DISTINCT FROM restriction_b THEN 'same'
       WHEN measure_b = '{UNDECIDED}' THEN 'undecided' ELSE pairs.change END AS change
FROM person JOIN held_a a USING (n) JOIN held_b b USING (n)
LEFT JOIN pairs ON pairs.a = coalesce(restriction_a, '') AND pairs.b = coalesce(restriction_b, '')
WHERE days_a + days_b > 0 OR measure_a IS NOT NULL OR measure_b IS NOT NULL;

CREATE TEMP TABLE every_day AS
SELECT day, turn, restriction, {
    ", ".join(f"coalesce({n}_{s}, 0) AS {n}_{s}" for n in ("people", "rooms", "tests") for s in "ab")
}
FROM (FROM range(horizon()) t(day)) CROSS JOIN restrictions
LEFT JOIN counted_a USING (day, restriction) LEFT JOIN counted_b USING (day, restriction);

-- The day before the first stands for the last day of those whom nothing binds from the first on.
CREATE TEMP VIEW ended AS
SELECT CASE WHEN last_b < first_day() AND measure_b = '{UNDECIDED}' THEN 'undecided'
            WHEN last_b < first_day() THEN 'freed' WHEN last_a < first_day() THEN 'held' END AS at_once,
  last_a, last_b
FROM (SELECT days_a + days_b AS days, measure_b,
        CASE WHEN endless_a THEN DATE 'infinity' ELSE coalesce(until_a, first_day() - 1) END AS last_a,
        CASE WHEN endless_b THEN DATE 'infinity' ELSE coalesce(until_b, first_day() - 1) END AS last_b FROM pair)
WHERE days > 0;
"""

ASKED = {
    "matrix": f"""
SELECT state_a AS restriction_a, state_b AS restriction_b, change, count(*) AS people
FROM (SELECT coalesce(restriction_a, CASE measure_a WHEN '{UNDECIDED}' THEN '{UNDECIDED}' END) AS state_a,
             coalesce(restriction_b, CASE measure_b WHEN '{UNDECIDED}' THEN '{UNDECIDED}' END) AS state_b, change
      FROM pair)
LEFT JOIN restrictions x ON x.restriction = state_a LEFT JOIN restrictions y ON y.restriction = state_b
WHERE state_a IS NOT NULL OR state_b IS NOT NULL
GROUP BY state_a, state_b, change, x.turn, y.turn
ORDER BY x.turn NULLS LAST, state_a NULLS LAST, y.turn NULLS LAST, state_b NULLS LAST
""",
    "moves": """
SELECT measure_a, restriction_a, measure_b, restriction_b, change, count(*) AS people
FROM pair WHERE change <> 'same' GROUP BY ALL
ORDER BY people DESC, measure_a, restriction_a, measure_b, restriction_b
""",
    "days": """
SELECT restriction, sum(people_a)::BIGINT AS days_a, sum(people_b)::BIGINT AS days_b,
  (sum(people_b) - sum(people_a))::BIGINT AS change
FROM every_day GROUP BY turn, restriction ORDER BY turn
""",
    "shift": """
SELECT days_b - days_a AS change, count(*) AS people FROM pair WHERE days_a + days_b > 0 GROUP BY 1 ORDER BY 1
""",
    "ends": """
SELECT what, change, count(*) AS people
FROM (SELECT coalesce(at_once,
               CASE WHEN last_b < last_a THEN 'earlier' WHEN last_b > last_a THEN 'later' ELSE 'same' END) AS what,
        CASE WHEN last_a = last_b THEN 0 WHEN isfinite(last_a) AND isfinite(last_b) THEN last_b - last_a END AS change
      FROM ended)
GROUP BY what, change ORDER BY list_position(['undecided', 'freed', 'earlier', 'same', 'later', 'held'], what), change
""",
    "tests": """
SELECT test_zh, test_en, sum(a)::BIGINT AS tests_a, sum(b)::BIGINT AS tests_b, (sum(b) - sum(a))::BIGINT AS change
FROM (SELECT test_zh, test_en, tests_a AS a, 0 AS b FROM every_day JOIN named_a USING (day)
      UNION ALL SELECT test_zh, test_en, 0, tests_b FROM every_day JOIN named_b USING (day))
WHERE test_en <> '' GROUP BY ALL ORDER BY tests_a + tests_b DESC, test_en
""",
    "rooms": """
SELECT restriction, sum(rooms_a) FILTER (day = 0)::BIGINT AS on_a, sum(rooms_b) FILTER (day = 0)::BIGINT AS on_b,
  max(rooms_a) AS peak_a,
  CASE WHEN max(rooms_a) > 0 THEN first_day() + arg_max(day, (rooms_a, -day))::INT END AS peak_day_a,
  max(rooms_b) AS peak_b,
  CASE WHEN max(rooms_b) > 0 THEN first_day() + arg_max(day, (rooms_b, -day))::INT END AS peak_day_b,
  max(rooms_b) - max(rooms_a) AS change
FROM every_day
WHERE restriction IN (FROM (FROM weights_a UNION ALL FROM weights_b) SELECT restriction WHERE away)
GROUP BY turn, restriction ORDER BY turn
""",
    "undecided": f"""
SELECT kind, {", ".join(f"coalesce({n}_{s}, 0) AS {n}_{s}" for n in ("facts", "bearing") for s in "ab")}
FROM unknown_a FULL JOIN unknown_b USING (kind) ORDER BY bearing_b DESC, facts_b DESC, kind
""",
    "per_day": """
SELECT first_day() + day::INT AS "on", * EXCLUDE (day, turn) FROM every_day ORDER BY day, turn
""",
    "people": """
SELECT person_id, restriction_a, restriction_b, measure_a, measure_b, until_a, until_b,
  days_a, days_b, tests_a, tests_b, change
FROM pair ORDER BY person_id
""",
    "communities": """
WITH roomed AS (
  SELECT group_id, day, count(*) FILTER (away_a) AS a, count(*) FILTER (away_b) AS b
  FROM (SELECT n, day, bool_or(a) AS away_a, bool_or(b) AS away_b
        FROM (SELECT n, day, true AS a, false AS b FROM day_a JOIN weights_a USING (weight) WHERE away
              UNION ALL SELECT n, day, false, true FROM day_b JOIN weights_b USING (weight) WHERE away) GROUP BY ALL)
  JOIN person USING (n) GROUP BY ALL
), rooms AS (
  SELECT group_id, coalesce(max(a) FILTER (day = 0), 0) AS rooms_a, coalesce(max(b) FILTER (day = 0), 0) AS rooms_b,
    max(a) AS peak_a, max(b) AS peak_b
  FROM roomed GROUP BY group_id
), counted AS (
  SELECT group_id, any_value(community) AS community,
    count(restriction_a) AS people_a, count(restriction_b) AS people_b,
    count(*) FILTER (change <> 'same') AS flips, {},
    sum(tests_a)::BIGINT AS tests_a, sum(tests_b)::BIGINT AS tests_b
  FROM pair GROUP BY group_id
)
SELECT c.* EXCLUDE (tests_a, tests_b), {}, tests_a, tests_b
FROM counted c LEFT JOIN rooms r ON r.group_id IS NOT DISTINCT FROM c.group_id
ORDER BY flips DESC, c.group_id
""".format(
        ", ".join(f"count(*) FILTER (change = '{word}') AS {word}" for word in CHANGES),
        ", ".join(f"coalesce({n}, 0) AS {n}" for n in ("rooms_a", "rooms_b", "peak_a", "peak_b")),
    ),
}
