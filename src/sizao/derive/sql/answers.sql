-- The answers. Ties are broken alike everywhere: heaviest, latest end, latest start, then by name.

-- view measures
SELECT b.person_id, r.rulebook, r.measure, r.phase, r.restriction, b.from_day, b.until_day, r.clause,
       b.fact_id AS because
FROM bound b
JOIN runs r ON r.run = b.run;

-- view status
SELECT s.person_id, {on} AS on_day, r.rulebook, r.measure, r.phase,
       CASE WHEN r.phase IS NULL THEN NULL ELSE {on} - s.from_day + 1 END AS phase_day,
       r.restriction, s.from_day, s.until_day, r.clause, s.fact_id AS because
FROM (
  SELECT b.*, ROW_NUMBER() OVER (
    PARTITION BY b.person_id ORDER BY b.weight DESC, b.until_day DESC, b.from_day DESC, b.place, b.fact_id
  ) AS turn
  FROM bound_near b
  WHERE b.first_day <= {on} AND b.until_day >= {on}
) s
JOIN runs r ON r.run = s.run
WHERE s.turn = 1;

-- view tests_each: one row for each person, day and measure
SELECT d.*
FROM (
  SELECT b.person_id, b.fact_id, b.run, b.weight, b.from_day, b.until_day, b.place, t.phase_day,
         b.from_day + t.phase_day - 1 AS on_day,
         ROW_NUMBER() OVER (
           PARTITION BY b.person_id, b.from_day + t.phase_day - 1, t.measure_no
           ORDER BY b.weight DESC, b.until_day DESC, b.from_day DESC, b.place, b.fact_id
         ) AS turn
  FROM bound_near b
  JOIN test_days t ON t.run = b.run
  WHERE b.from_day + t.phase_day - 1 >= b.first_day AND b.from_day + t.phase_day - 1 <= b.until_day
    AND b.from_day + t.phase_day - 1 >= {tests_first} AND b.from_day + t.phase_day - 1 <= {tests_last}
) d
WHERE d.turn = 1;

-- view tests_due: at most as many a day as the limit in force allows
SELECT s.person_id, s.on_day, r.measure, r.phase, s.phase_day, r.clause, s.fact_id AS because
FROM (
  SELECT d.*, e.tests_at_most, ROW_NUMBER() OVER (
    PARTITION BY d.person_id, d.on_day
    ORDER BY d.weight DESC, d.until_day DESC, d.from_day DESC, d.place, d.fact_id
  ) AS nth
  FROM tests_each d
  JOIN eras e ON d.on_day >= e.era_from AND d.on_day <= e.era_to
) s
JOIN runs r ON r.run = s.run
WHERE s.tests_at_most IS NULL OR s.nth <= s.tests_at_most;
