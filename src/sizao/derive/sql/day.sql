-- The answers for a day, or a few. Ties are broken alike everywhere: heaviest, latest end, latest start, then by name.

-- table grid: what an event of a kind that occurred on a day asks for on the days asked about. A person's events are many
-- and kinds and days are few, so the offsets are added up here, once.
SELECT r.kind, d.near_day AS fact_day, r.run, r.weight, r.place, d.near_day + r.from_off AS from_day,
       GREATEST(d.near_day + r.from_off, r.bind_from) AS first_day,
       LEAST(d.near_day + r.until_off, r.bind_to) AS until_day
FROM runs r
JOIN near_days d ON d.near_day >= r.since_day AND d.near_day < r.before_day
WHERE r.kind NOT LIKE 'case/%' AND r.wide = 0
  AND GREATEST(d.near_day + r.from_off, r.bind_from) <= {last}
  AND LEAST(d.near_day + r.until_off, r.bind_to) >= GREATEST(d.near_day + r.from_off, r.bind_from, {first});

-- include bound_cases from case_facts

-- table bound_near: the rows of `bound` that bind on a day asked about
SELECT f.person_id, f.fact_id, g.run, g.weight, g.place, g.from_day, g.first_day,
       LEAST(g.until_day, f.before_cut) AS until_day
FROM event_facts f
JOIN grid g ON g.kind = f.kind AND g.fact_day = f.fact_day
WHERE f.fact_day >= {first} - {longest} AND f.fact_day <= {last}
  AND f.before_cut >= GREATEST(g.first_day, {first})
UNION ALL
SELECT b.person_id, b.fact_id, b.run, b.weight, b.place, b.from_day, b.first_day, b.until_day
FROM (SELECT * FROM bound_cases UNION ALL SELECT * FROM bound_wide) b
WHERE b.first_day <= {last} AND b.until_day >= {first};

-- table crowded: people of whom several rows bind; only theirs need to be ranked
SELECT b.person_id FROM bound_near b GROUP BY b.person_id HAVING COUNT(*) > 1;

-- view status_rows: the row that holds for each person
SELECT b.person_id, b.fact_id, b.run, b.from_day, b.until_day
FROM bound_near b
WHERE b.first_day <= {on} AND b.until_day >= {on}
  AND NOT EXISTS (SELECT 1 FROM crowded m WHERE m.person_id = b.person_id)
UNION ALL
SELECT s.person_id, s.fact_id, s.run, s.from_day, s.until_day
FROM (
  SELECT b.*, ROW_NUMBER() OVER (
    PARTITION BY b.person_id ORDER BY b.weight DESC, b.until_day DESC, b.from_day DESC, b.place, b.fact_id
  ) AS turn
  FROM bound_near b
  JOIN crowded m ON m.person_id = b.person_id
  WHERE b.first_day <= {on} AND b.until_day >= {on}
) s
WHERE s.turn = 1;

-- view status
SELECT s.person_id, {on} AS on_day, r.rulebook, r.measure, r.phase,
       CASE WHEN r.phase IS NULL THEN NULL ELSE {on} - s.from_day + 1 END AS phase_day,
       r.restriction, s.from_day, s.until_day, r.clause, s.fact_id AS because
FROM status_rows s
JOIN runs r ON r.run = s.run;

-- view tests_listed: every test day of what binds
SELECT b.*, b.from_day + t.phase_day - 1 AS on_day, t.phase_day, t.measure_no
FROM bound_near b
JOIN test_days t ON t.run = b.run
WHERE b.from_day + t.phase_day - 1 >= b.first_day AND b.from_day + t.phase_day - 1 <= b.until_day
  AND b.from_day + t.phase_day - 1 >= {tests_first} AND b.from_day + t.phase_day - 1 <= {tests_last};

-- view tests_each: of the crowded, one row for each person, day and measure
SELECT d.*
FROM (
  SELECT b.*, ROW_NUMBER() OVER (
    PARTITION BY b.person_id, b.on_day, b.measure_no
    ORDER BY b.weight DESC, b.until_day DESC, b.from_day DESC, b.place, b.fact_id
  ) AS turn
  FROM tests_listed b
  JOIN crowded m ON m.person_id = b.person_id
) d
WHERE d.turn = 1;

-- view tests_due: at most as many a day as the limit in force allows
SELECT s.person_id, s.on_day, r.measure, r.phase, s.phase_day, r.clause, s.fact_id AS because
FROM (
  SELECT b.person_id, b.on_day, b.phase_day, b.fact_id, b.run
  FROM tests_listed b
  WHERE NOT EXISTS (SELECT 1 FROM crowded m WHERE m.person_id = b.person_id)
  UNION ALL
  SELECT n.person_id, n.on_day, n.phase_day, n.fact_id, n.run
  FROM (
    SELECT d.person_id, d.on_day, d.phase_day, d.fact_id, d.run, e.tests_at_most, ROW_NUMBER() OVER (
      PARTITION BY d.person_id, d.on_day
      ORDER BY d.weight DESC, d.until_day DESC, d.from_day DESC, d.place, d.fact_id
    ) AS nth
    FROM tests_each d
    JOIN eras e ON d.on_day >= e.era_from AND d.on_day <= e.era_to
  ) n
  WHERE n.tests_at_most IS NULL OR n.nth <= n.tests_at_most
) s
JOIN runs r ON r.run = s.run;
