-- Orders against the rule as a ceiling, on every day of every order.

-- table person_orders: the latest version of each, from the first day on which any rulebook is in force
SELECT o.order_id, o.person_id, o.restriction, w.weight, w.banned, w.title,
       GREATEST(o.from_day, a.first_era) AS from_day, o.until_day
FROM (
  SELECT o.order_id, o.person_id, o.restriction, o.from_day, COALESCE(o.until_day, {day_max}) AS until_day,
         ROW_NUMBER() OVER (PARTITION BY o.order_id ORDER BY o.recorded_us DESC) AS version
  FROM orders o
  WHERE o.recorded_us <= {known}
) o
JOIN weights w ON w.restriction = o.restriction
CROSS JOIN (SELECT MIN(era_from) AS first_era FROM eras) a
WHERE o.version = 1 AND o.person_id IS NOT NULL AND o.until_day >= GREATEST(o.from_day, a.first_era);

-- view facts_ordered: facts of people under an order
SELECT * FROM facts f WHERE EXISTS (SELECT 1 FROM person_orders o WHERE o.person_id = f.person_id);

-- include bound_ordered from facts_ordered

-- table order_bound: what binds on days of each order, cut to the order
SELECT o.order_id, b.run, b.weight, b.place, b.fact_id, b.from_day, b.until_day,
       GREATEST(b.first_day, o.from_day) AS f, LEAST(b.until_day, o.until_day) AS u,
       CASE WHEN b.ceiling >= o.weight THEN 1 ELSE 0 END AS covers
FROM person_orders o
JOIN (SELECT * FROM bound_ordered UNION ALL SELECT * FROM bound_wide) b ON b.person_id = o.person_id AND b.first_day <= o.until_day AND b.until_day >= o.from_day
WHERE b.weight > 0;

-- view order_spans
SELECT b.order_id, MIN(b.f) AS first_bound, MAX(b.u) AS last_bound FROM order_bound b GROUP BY b.order_id;

-- view order_marks: covered stretches, between a mark before the order and one after it
SELECT b.order_id, b.f, b.u FROM order_bound b WHERE b.covers = 1
UNION ALL
SELECT o.order_id, o.from_day - 1, o.from_day - 1 FROM person_orders o
UNION ALL
SELECT o.order_id, o.until_day + 1, o.until_day + 1 FROM person_orders o;

-- view order_gaps: stretches of days that nothing covers
SELECT m.order_id, m.covered_to + 1 AS f, m.f - 1 AS u
FROM (
  SELECT m.order_id, m.f, MAX(m.u) OVER (
    PARTITION BY m.order_id ORDER BY m.f, m.u ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
  ) AS covered_to
  FROM order_marks m
) m
WHERE m.covered_to + 1 <= m.f - 1;

-- view order_parts: an order before, between and after its bound days; whole where none is bound
SELECT o.order_id, o.banned, p.kind,
       CASE p.kind WHEN 'stricter' THEN s.first_bound WHEN 'longer' THEN s.last_bound + 1 ELSE o.from_day END AS f,
       CASE p.kind WHEN 'earlier' THEN s.first_bound - 1 WHEN 'stricter' THEN s.last_bound ELSE o.until_day END AS u
FROM person_orders o
LEFT JOIN order_spans s ON s.order_id = o.order_id
JOIN phrases p ON p.kind IN ('earlier', 'stricter', 'longer') AND s.order_id IS NOT NULL
               OR p.kind = 'no_rule' AND s.order_id IS NULL;

-- view order_words: of an order whose word is forbidden on some days: the days on which it is judged, and whether it is
SELECT o.order_id, s.banned, s.span_from AS f, s.span_to AS u
FROM person_orders o
JOIN word_spans s ON s.word = o.restriction
WHERE o.banned = 1;

-- table order_excess: each gap, divided at the first and the last bound day of the order, but where the word is forbidden
SELECT g.order_id, p.kind, GREATEST(g.f, p.f) AS f, LEAST(g.u, p.u) AS u
FROM order_gaps g
JOIN order_parts p ON p.order_id = g.order_id AND p.banned = 0 AND p.f <= g.u AND p.u >= g.f
UNION ALL
SELECT g.order_id, p.kind, GREATEST(g.f, p.f, s.f), LEAST(g.u, p.u, s.u)
FROM order_gaps g
JOIN order_parts p ON p.order_id = g.order_id AND p.banned = 1 AND p.f <= g.u AND p.u >= g.f
JOIN order_words s ON s.order_id = g.order_id AND s.banned = 0 AND s.f <= g.u AND s.u >= g.f AND s.f <= p.u AND s.u >= p.f
UNION ALL
SELECT g.order_id, 'forbidden', GREATEST(g.f, s.f), LEAST(g.u, s.u)
FROM order_gaps g
JOIN order_words s ON s.order_id = g.order_id AND s.banned = 1 AND s.f <= g.u AND s.u >= g.f;

-- view excess_cited: the row whose clause each excess goes beyond
SELECT c.order_id, c.kind, c.f, c.run
FROM (
  SELECT x.order_id, x.kind, x.f, b.run, ROW_NUMBER() OVER (
    PARTITION BY x.order_id, x.kind, x.f
    ORDER BY CASE x.kind WHEN 'longer' THEN -b.u WHEN 'earlier' THEN b.f ELSE 0 END,
             b.weight DESC, b.until_day DESC, b.from_day DESC, b.place, b.fact_id
  ) AS turn
  FROM order_excess x
  JOIN order_bound b ON b.order_id = x.order_id AND (x.kind <> 'stricter' OR (b.f <= x.u AND b.u >= x.f))
  WHERE x.kind <> 'forbidden'
) c
WHERE c.turn = 1;

-- view sampled: the latest version of each test
SELECT t.person_id, t.sampled_day, COUNT(*) AS samples
FROM (
  SELECT t.person_id, t.sampled_day, ROW_NUMBER() OVER (PARTITION BY t.test_id ORDER BY t.recorded_us DESC) AS version
  FROM tests t
  WHERE t.recorded_us <= {known}
) t
WHERE t.version = 1
GROUP BY t.person_id, t.sampled_day;

-- view excesses
SELECT x.order_id, o.person_id, x.f AS from_day, x.u AS until_day,
       CASE WHEN x.u >= {day_max} THEN NULL ELSE x.u - x.f + 1 END AS days,
       x.kind, COALESCE(v.clause, r.clause, e.ceiling_clause) AS clause,
       REPLACE(REPLACE(p.phrase, '{{restriction}}', o.title), '{{days}}', concat('', x.u - x.f + 1)) AS text
FROM order_excess x
JOIN person_orders o ON o.order_id = x.order_id
JOIN phrases p ON p.kind = CASE WHEN x.u >= {day_max} THEN concat(x.kind, '_open') ELSE x.kind END
LEFT JOIN excess_cited c ON c.order_id = x.order_id AND c.kind = x.kind AND c.f = x.f
LEFT JOIN runs r ON r.run = c.run
LEFT JOIN bans v ON x.kind = 'forbidden' AND v.word = o.restriction AND x.u >= v.ban_from AND x.u <= v.ban_to
LEFT JOIN eras e ON x.u >= e.era_from AND x.u <= e.era_to
UNION ALL
SELECT NULL, s.person_id, s.sampled_day, s.sampled_day, 1, 'too_many_tests', e.tests_clause,
       REPLACE(REPLACE(p.phrase, '{{samples}}', concat('', s.samples)), '{{at_most}}', concat('', e.samples_at_most))
FROM sampled s
JOIN eras e ON s.sampled_day >= e.era_from AND s.sampled_day <= e.era_to
JOIN phrases p ON p.kind = 'too_many_tests'
WHERE s.samples > e.samples_at_most;

-- view facts_undecided: facts of kinds that some rulebook of the chain does not know
SELECT * FROM facts f WHERE EXISTS (SELECT 1 FROM runs r WHERE r.kind = f.kind AND r.phase IS NULL);

-- include bound_undecided from facts_undecided

-- view undecided
SELECT DISTINCT b.fact_id, b.person_id, r.kind, b.from_day AS occurred_day, p.phrase AS why
FROM bound_undecided b
JOIN runs r ON r.run = b.run
JOIN phrases p ON p.kind = 'unknown_kind'
WHERE r.phase IS NULL
UNION ALL
SELECT o.order_id, o.person_id, o.restriction, o.from_day, p.phrase
FROM (
  SELECT o.*, ROW_NUMBER() OVER (PARTITION BY o.order_id ORDER BY o.recorded_us DESC) AS version
  FROM orders o
  WHERE o.recorded_us <= {known}
) o
JOIN phrases p ON p.kind = 'unknown_restriction'
WHERE o.version = 1 AND o.person_id IS NOT NULL AND o.restriction IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM weights w WHERE w.restriction = o.restriction);
