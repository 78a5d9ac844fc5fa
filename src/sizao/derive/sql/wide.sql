-- What tests start, and what tests and other facts move: releases, credit, follow-up tests. Only for chains that need it;
-- narrow.sql stands in its place where none does.

-- table near_tests: tests of people of whom a test could matter
SELECT DISTINCT t.test_id
FROM tests t
WHERE t.recorded_us <= {known} AND t.person_id IN (
  SELECT e.person_id FROM known_events e JOIN (
    SELECT k.kind FROM wide_kinds k UNION SELECT u.kind FROM follow_ups u
  ) k ON k.kind = e.kind
  UNION
  SELECT c.person_id FROM known_cases c JOIN wide_kinds k ON k.kind = c.kind
  UNION
  SELECT x.person_id FROM tests x
  JOIN test_rules r ON (r.result IS NULL OR r.result = x.result) AND (r.method IS NULL OR r.method = x.method)
                   AND (r.ct_from IS NULL OR x.ct >= r.ct_from) AND (r.ct_below IS NULL OR x.ct < r.ct_below)
  WHERE x.recorded_us <= {known}
);

-- table known_tests: the latest version of each, which may be another person's
SELECT t.test_id, t.person_id, t.sampled_day, t.method, t.result, t.ct
FROM (
  SELECT t.*, ROW_NUMBER() OVER (PARTITION BY t.test_id ORDER BY t.recorded_us DESC) AS version
  FROM tests t
  WHERE t.recorded_us <= {known} AND t.test_id IN (SELECT n.test_id FROM near_tests n)
) t
WHERE t.version = 1;

-- view matched_tests: tests that a trigger's test matches
SELECT t.test_id, t.person_id, t.sampled_day, r.kind, r.rulebook_no, r.measure_no, r.following, r.least_days, r.most_days
FROM known_tests t
JOIN test_rules r ON (r.result IS NULL OR r.result = t.result) AND (r.method IS NULL OR r.method = t.method)
                 AND (r.ct_from IS NULL OR t.ct >= r.ct_from) AND (r.ct_below IS NULL OR t.ct < r.ct_below)
                 AND t.sampled_day >= r.since_day AND t.sampled_day < r.before_day;

-- table caught_tests: of these, those with the earlier event that the trigger asks for
SELECT m.test_id, m.person_id, m.sampled_day, m.kind, m.rulebook_no, m.measure_no
FROM matched_tests m
WHERE m.following IS NULL
UNION
SELECT m.test_id, m.person_id, m.sampled_day, m.kind, m.rulebook_no, m.measure_no
FROM matched_tests m
JOIN known_events e ON e.person_id = m.person_id AND e.kind = m.following
                   AND e.occurred_day >= m.sampled_day - m.most_days AND e.occurred_day <= m.sampled_day - m.least_days;

-- view prior_facts: facts that have a follow-up test
SELECT 'event' AS source, e.event_id AS fact_id, e.person_id, e.occurred_day AS fact_day,
       u.rulebook_no, u.measure_no, u.least_days, u.most_days
FROM known_events e
JOIN follow_ups u ON u.kind = e.kind AND e.occurred_day >= u.since_day AND e.occurred_day < u.before_day
UNION
SELECT 'test', c.test_id, c.person_id, c.sampled_day, u.rulebook_no, u.measure_no, u.least_days, u.most_days
FROM caught_tests c
JOIN follow_ups u ON u.kind = c.kind;

-- table follow_up_tests: the first test after each of them that has a result
SELECT DISTINCT f.test_id, f.person_id, f.sampled_day, f.method, f.result, f.ct, f.rulebook_no, f.measure_no
FROM (
  SELECT t.test_id, t.person_id, t.sampled_day, t.method, t.result, t.ct, p.rulebook_no, p.measure_no, ROW_NUMBER() OVER (
    PARTITION BY p.source, p.fact_id, p.rulebook_no, p.measure_no ORDER BY t.sampled_day, t.test_id
  ) AS turn
  FROM prior_facts p
  JOIN known_tests t ON t.person_id = p.person_id AND t.result IN ('negative', 'positive')
                    AND t.sampled_day >= p.fact_day + p.least_days AND t.sampled_day <= p.fact_day + p.most_days
) f
WHERE f.turn = 1;

-- view branch_tests: what each decides: the first branch that matches
SELECT d.test_id, d.person_id, d.sampled_day, d.kind
FROM (
  SELECT f.test_id, f.person_id, f.sampled_day, b.kind, ROW_NUMBER() OVER (
    PARTITION BY f.test_id, f.rulebook_no, f.measure_no ORDER BY b.branch_no
  ) AS turn
  FROM follow_up_tests f
  JOIN branches b ON b.rulebook_no = f.rulebook_no AND b.measure_no = f.measure_no
                 AND (b.result IS NULL OR b.result = f.result) AND (b.method IS NULL OR b.method = f.method)
                 AND (b.ct_from IS NULL OR f.ct >= b.ct_from) AND (b.ct_below IS NULL OR f.ct < b.ct_below)
) d
WHERE d.turn = 1;

-- view trigger_tests: what a trigger catches and no other takes, and what is not a follow-up test of the same measure
SELECT c.test_id, c.person_id, c.sampled_day, c.kind
FROM caught_tests c
LEFT JOIN (
  SELECT w.test_id, k.rulebook_no, k.loser_no
  FROM caught_tests w
  JOIN takes k ON k.rulebook_no = w.rulebook_no AND k.measure_no = w.measure_no
) l ON l.test_id = c.test_id AND l.rulebook_no = c.rulebook_no AND l.loser_no = c.measure_no
LEFT JOIN follow_up_tests f
  ON f.test_id = c.test_id AND f.rulebook_no = c.rulebook_no AND f.measure_no = c.measure_no
WHERE l.test_id IS NULL AND f.test_id IS NULL;

-- table wide_facts: all facts whose runs tests or other facts start or move
SELECT 'event' AS source, e.fact_id, e.person_id, e.kind, e.fact_day, e.last_day, e.before_cut
FROM event_facts e
JOIN wide_kinds k ON k.kind = e.kind
UNION ALL
SELECT 'case', c.fact_id, c.person_id, c.kind, c.fact_day, c.last_day, c.before_cut
FROM case_facts c
JOIN wide_kinds k ON k.kind = c.kind
UNION ALL
SELECT 'test', t.test_id, t.person_id, t.kind, t.sampled_day, {day_max}, COALESCE(x.cut_day - 1, {day_max})
FROM (SELECT * FROM trigger_tests UNION SELECT * FROM branch_tests) t
LEFT JOIN cuts x ON x.person_id = t.person_id AND t.sampled_day >= x.since_day AND t.sampled_day <= x.until_day;

-- view credited: the earlier day that a fact is counted from
SELECT w.source, w.fact_id, w.kind, c.rulebook_no, MAX(e.occurred_day) AS counted_day
FROM wide_facts w
JOIN credits c ON c.kind = w.kind AND w.fact_day >= c.since_day AND w.fact_day < c.before_day
JOIN known_events e ON e.person_id = w.person_id AND e.kind = c.credit_event
                   AND e.occurred_day >= w.fact_day - c.credit_days AND e.occurred_day <= w.fact_day
GROUP BY w.source, w.fact_id, w.kind, c.rulebook_no;

-- table planned: every phase of every run as it is planned
SELECT w.source, w.fact_id, w.person_id, w.kind, w.fact_day, w.last_day, w.before_cut, r.run, r.rulebook_no, r.measure,
       r.from_moves, r.until_moves, COALESCE(c.counted_day, w.fact_day) + r.from_off AS from_day,
       LEAST(COALESCE(c.counted_day, w.fact_day) + r.until_off, {day_max}) AS until_day
FROM wide_facts w
JOIN runs r ON r.kind = w.kind AND r.wide = 1 AND w.fact_day >= r.since_day AND w.fact_day < r.before_day
LEFT JOIN credited c
  ON c.source = w.source AND c.fact_id = w.fact_id AND c.kind = w.kind AND c.rulebook_no = r.rulebook_no;

-- view samples: decisive samples of a phase that tests can end, and whether each counts for a way out
SELECT p.source, p.fact_id, p.run, l.path, t.test_id, t.sampled_day,
       CASE WHEN (l.any_method = 1 OR m.method IS NOT NULL)
             AND ((t.result = 'negative' AND l.negative = 1) OR (t.result = 'positive' AND l.positive = 1)
                  OR COALESCE(t.ct, -1) >= l.ct_from)
            THEN 1 ELSE 0 END AS counts
FROM planned p
JOIN releases l ON l.run = p.run AND l.event IS NULL
JOIN known_tests t ON t.person_id = p.person_id AND t.result IN ('negative', 'positive')
                  AND t.sampled_day >= p.from_day + l.first_sample - 1
                  AND t.sampled_day <= p.until_day AND t.sampled_day <= p.last_day
LEFT JOIN release_methods m ON m.path = l.path AND m.method = t.method;

-- view streaks: where a row of counting samples begins
SELECT s.*, CASE WHEN s.counts = 1 AND LAG(s.counts) OVER (
  PARTITION BY s.source, s.fact_id, s.run, s.path ORDER BY s.sampled_day, s.test_id
) = 1 THEN 0 ELSE 1 END AS begins
FROM samples s;

-- view streaks_numbered
SELECT s.*, SUM(s.begins) OVER (
  PARTITION BY s.source, s.fact_id, s.run, s.path ORDER BY s.sampled_day, s.test_id
  ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
) AS streak
FROM streaks s;

-- view in_a_row: on how many days of a row samples were taken up to each, and since which day. (More than two that must be
-- more than a day apart are not in the format: so these two tell whether enough of them are.)
SELECT s.source, s.fact_id, s.run, s.path, s.sampled_day, s.counts, DENSE_RANK() OVER (
  PARTITION BY s.source, s.fact_id, s.run, s.path, s.streak ORDER BY s.sampled_day
) AS nth, MIN(s.sampled_day) OVER (PARTITION BY s.source, s.fact_id, s.run, s.path, s.streak) AS row_day
FROM streaks_numbered s;

-- view ways_out: the days on which a phase may end
SELECT p.source, p.fact_id, p.run, GREATEST(p.from_day + l.after_day - 1, s.sampled_day) AS end_day
FROM planned p
JOIN releases l ON l.run = p.run AND l.event IS NULL
JOIN in_a_row s ON s.source = p.source AND s.fact_id = p.fact_id AND s.run = p.run AND s.path = l.path
WHERE s.counts = 1 AND s.nth >= l.tests AND s.sampled_day - s.row_day >= (l.tests - 1) * l.apart_days
  AND GREATEST(p.from_day + l.after_day - 1, s.sampled_day) - s.sampled_day <= l.within_days
UNION ALL
SELECT p.source, p.fact_id, p.run, e.occurred_day - 1
FROM planned p
JOIN releases l ON l.run = p.run
JOIN known_events e ON e.person_id = p.person_id AND e.kind = l.event AND e.occurred_day >= p.fact_day;

-- table released: the day on which a phase ends early, and the days that this saves
SELECT o.source, o.fact_id, o.kind, o.rulebook_no, o.measure, o.run, o.end_day, o.until_day - o.end_day AS saved
FROM (
  SELECT p.source, p.fact_id, p.kind, p.rulebook_no, p.measure, p.run, p.until_day,
         GREATEST(MIN(w.end_day), p.from_day - 1) AS end_day
  FROM planned p
  JOIN ways_out w ON w.source = p.source AND w.fact_id = p.fact_id AND w.run = p.run
  GROUP BY p.source, p.fact_id, p.kind, p.rulebook_no, p.measure, p.run, p.until_day, p.from_day
) o
WHERE o.end_day < o.until_day;

-- table moved: every phase of every run on its own days, before other rulebooks and cases are looked at
SELECT p.source, p.fact_id, p.person_id, p.kind, p.fact_day, p.last_day, p.before_cut, p.run, p.rulebook_no,
       p.from_day - p.from_moves * COALESCE(e.saved, 0) AS from_day,
       CASE WHEN e.run = p.run THEN e.end_day
            WHEN p.until_day >= {day_max} THEN p.until_day -- without end: a day saved before it does not give it one
            ELSE p.until_day - p.until_moves * COALESCE(e.saved, 0) END AS until_day
FROM planned p
LEFT JOIN released e
  ON e.source = p.source AND e.fact_id = p.fact_id AND e.kind = p.kind AND e.rulebook_no = p.rulebook_no;

-- view own_ends: the last day that each rulebook by itself asks for after a fact
SELECT m.source, m.fact_id, m.rulebook_no, MAX(m.until_day) AS end_day
FROM moved m
WHERE m.until_day >= m.from_day AND m.until_day >= m.fact_day
GROUP BY m.source, m.fact_id, m.rulebook_no;

-- view capped: the last day on which a run may bind so that nobody is held longer than before
SELECT m.source, m.fact_id, m.run, MIN(COALESCE(e.end_day, m.fact_day - 1)) AS cap_day
FROM moved m
JOIN caps c ON c.run = m.run
LEFT JOIN own_ends e ON e.source = m.source AND e.fact_id = m.fact_id AND e.rulebook_no = c.older_no
GROUP BY m.source, m.fact_id, m.run;

-- table bound_wide: as bound.sql
SELECT b.person_id, b.fact_id, b.run, r.weight, r.ceiling, r.place, b.from_day, b.first_day, b.until_day
FROM (
  SELECT m.person_id, m.fact_id, m.run, m.from_day, GREATEST(m.from_day, r.bind_from, m.fact_day) AS first_day,
         LEAST(m.until_day, m.last_day, m.before_cut, r.bind_to, COALESCE(c.cap_day, {day_max})) AS until_day
  FROM moved m
  JOIN runs r ON r.run = m.run
  LEFT JOIN capped c ON c.source = m.source AND c.fact_id = m.fact_id AND c.run = m.run
) b
JOIN runs r ON r.run = b.run
WHERE b.until_day >= b.first_day;
