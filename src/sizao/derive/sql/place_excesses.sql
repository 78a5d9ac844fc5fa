-- Orders on places against the areas that the rules draw (rules E1 to E5), on every day of every order.
-- Reads orders, places, and the step area_spells (place_id, rulebook, weight, rest, from_day, until_day).

-- table place_orders: the latest version of each, from the first day on which any rulebook is in force; open ones end on
-- the last day asked. Word 0: no rulebook of the chain knows it.
SELECT o.order_id, o.place_id, o.level, o.clause, COALESCE(w.word_no, 0) AS word_no,
       GREATEST(o.from_day, a.first_era) AS from_day, COALESCE(o.until_day, {last}) AS until_day,
       CASE WHEN o.until_day IS NULL THEN 1 ELSE 0 END AS no_end
FROM (
  SELECT o.order_id, o.place_id, o.level, o.clause, o.from_day, o.until_day,
         ROW_NUMBER() OVER (PARTITION BY o.order_id ORDER BY o.recorded_us DESC) AS version
  FROM orders o
  WHERE o.recorded_us <= {known}
) o
LEFT JOIN place_words w ON w.word = o.level
CROSS JOIN (SELECT MIN(first_day) AS first_era FROM place_eras) a
WHERE o.version = 1 AND o.place_id IS NOT NULL AND o.level IS NOT NULL
  AND COALESCE(o.until_day, {last}) >= GREATEST(o.from_day, a.first_era);

-- table asked: each place with each level that is ordered there
SELECT DISTINCT o.place_id, o.word_no
FROM place_orders o
WHERE o.word_no IN (SELECT r.word_no FROM place_rules r WHERE r.judge = 'area');

-- view up_1: places that others lie in, and where those lie; from here to lies_in the tree is climbed, in doubling steps
SELECT p.place_id, p.parent_id AS above_id
FROM places p
WHERE p.parent_id IS NOT NULL AND p.place_id IN (SELECT q.parent_id FROM places q WHERE q.parent_id IS NOT NULL);

-- table up_2
SELECT a.place_id, b.above_id FROM up_1 a JOIN up_1 b ON b.place_id = a.above_id;

-- table up_4
SELECT a.place_id, b.above_id FROM up_2 a JOIN up_2 b ON b.place_id = a.above_id;

-- table up_8
SELECT a.place_id, b.above_id FROM up_4 a JOIN up_4 b ON b.place_id = a.above_id;

-- view climb_1
SELECT DISTINCT p.parent_id AS place_id, p.parent_id AS above_id FROM places p WHERE p.parent_id IS NOT NULL
UNION ALL
SELECT a.place_id, a.above_id FROM up_1 a;

-- table climb_3
SELECT c.place_id, c.above_id FROM climb_1 c
UNION ALL
SELECT c.place_id, a.above_id FROM climb_1 c JOIN up_2 a ON a.place_id = c.above_id;

-- table climb_7
SELECT c.place_id, c.above_id FROM climb_3 c
UNION ALL
SELECT c.place_id, a.above_id FROM climb_3 c JOIN up_4 a ON a.place_id = c.above_id;

-- table climb_15
SELECT c.place_id, c.above_id FROM climb_7 c
UNION ALL
SELECT c.place_id, a.above_id FROM climb_7 c JOIN up_8 a ON a.place_id = c.above_id;

-- view lies_in: each place with the places above it, up to 16 steps
SELECT p.place_id, c.above_id FROM places p JOIN climb_15 c ON c.place_id = p.parent_id;

-- table near_areas: areas at, above and strictly inside each place asked about. By the rulebook that drew it an area
-- answers to a level when it is at least as heavy; the rest of a wider place only answers to a rest.
SELECT s.place_id, s.word_no, s.from_day, s.until_day,
       CASE WHEN s.inside = 0 AND s.weight >= s.least THEN 1 ELSE 0 END AS covers,
       CASE WHEN s.inside = 1 THEN 1 ELSE 0 END AS inside,
       CASE WHEN s.weight < s.least THEN 1 ELSE 0 END AS lighter
FROM (
  SELECT n.place_id, n.word_no, n.from_day, n.until_day, n.weight, n.inside, r.weight AS least
  FROM (
    SELECT a.place_id, a.word_no, s.rulebook, s.weight, s.rest, s.from_day, s.until_day, 0 AS inside
    FROM asked a
    JOIN area_spells s ON s.place_id = a.place_id
    UNION ALL
    SELECT a.place_id, a.word_no, s.rulebook, s.weight, s.rest, s.from_day, s.until_day, 0
    FROM asked a
    JOIN lies_in l ON l.place_id = a.place_id
    JOIN area_spells s ON s.place_id = l.above_id
    UNION ALL
    SELECT a.place_id, a.word_no, s.rulebook, s.weight, s.rest, s.from_day, s.until_day, 1
    FROM area_spells s
    JOIN lies_in l ON l.place_id = s.place_id
    JOIN asked a ON a.place_id = l.above_id
  ) n
  JOIN place_rules r ON r.word_no = n.word_no AND r.rulebook = n.rulebook AND r.judge = 'area'
  WHERE (n.rest = 0 OR (r.rest = 1 AND n.weight >= r.weight)) AND (n.inside = 0 OR n.weight >= r.weight)
) s;

-- view area_marks: days on which an area begins or is over
SELECT n.place_id, n.word_no, n.from_day AS mark_day, n.covers, n.inside, n.lighter FROM near_areas n
UNION ALL
SELECT n.place_id, n.word_no, n.until_day + 1, -n.covers, -n.inside, -n.lighter
FROM near_areas n
WHERE n.until_day < {day_max}
UNION ALL
SELECT a.place_id, a.word_no, {day_min}, 0, 0, 0 FROM asked a;

-- view area_stretches: all days of each place asked about, divided at the marks
SELECT m.place_id, m.word_no, m.mark_day AS f,
       LEAD(m.mark_day, 1, {day_max} + 1) OVER (PARTITION BY m.place_id, m.word_no ORDER BY m.mark_day) - 1 AS u,
       SUM(m.covers) OVER (PARTITION BY m.place_id, m.word_no ORDER BY m.mark_day) AS covers,
       SUM(m.inside) OVER (PARTITION BY m.place_id, m.word_no ORDER BY m.mark_day) AS inside,
       SUM(m.lighter) OVER (PARTITION BY m.place_id, m.word_no ORDER BY m.mark_day) AS lighter
FROM (
  SELECT m.place_id, m.word_no, m.mark_day, SUM(m.covers) AS covers, SUM(m.inside) AS inside, SUM(m.lighter) AS lighter
  FROM area_marks m
  GROUP BY m.place_id, m.word_no, m.mark_day
) m;

-- table area_times: the stretches that may be beyond the rules, each with the end of the area before it and the
-- beginning of the next. (Areas that end or begin while another goes on are of no account: those days are covered, or
-- wider.)
SELECT t.place_id, t.word_no, t.f, t.u, t.state, t.ended, t.begins
FROM (
  SELECT s.place_id, s.word_no, s.f, s.u,
         CASE WHEN s.covers > 0 THEN 'covered' WHEN s.inside > 0 THEN 'wider' WHEN s.lighter > 0 THEN 'stricter'
              ELSE 'none' END AS state,
         MAX(CASE WHEN s.covers > 0 OR s.inside > 0 THEN s.u END) OVER (
           PARTITION BY s.place_id, s.word_no ORDER BY s.f ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
         ) AS ended,
         MIN(CASE WHEN s.covers > 0 OR s.inside > 0 THEN s.f END) OVER (
           PARTITION BY s.place_id, s.word_no ORDER BY s.f ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
         ) AS begins
  FROM area_stretches s
) t
WHERE t.state <> 'covered';

-- view place_parts: stretches of days of an order that are beyond the rules in one way
SELECT o.order_id, GREATEST(o.from_day, r.first_day) AS f, LEAST(o.until_day, r.last_day) AS u, r.judge AS kind,
       r.clause_no
FROM place_orders o
JOIN place_rules r ON r.word_no = o.word_no AND r.judge <> 'area'
WHERE r.first_day <= o.until_day AND r.last_day >= o.from_day
  AND (r.reason IS NULL OR o.clause IS NULL OR o.clause <> r.reason)
UNION ALL
SELECT o.order_id, GREATEST(o.from_day, r.first_day, t.f), LEAST(o.until_day, r.last_day, t.u),
       CASE WHEN t.state <> 'none' THEN t.state WHEN t.ended >= o.from_day THEN 'longer'
            WHEN t.begins <= o.until_day THEN 'earlier' ELSE 'no_area' END,
       CASE WHEN t.state = 'none' AND t.ended >= o.from_day THEN r.lifts_no ELSE r.clause_no END
FROM place_orders o
JOIN area_times t ON t.place_id = o.place_id AND t.word_no = o.word_no AND t.f <= o.until_day AND t.u >= o.from_day
JOIN place_rules r ON r.word_no = o.word_no AND r.judge = 'area' AND r.first_day <= o.until_day
                  AND r.last_day >= o.from_day AND r.first_day <= t.u AND r.last_day >= t.f
WHERE t.state <> 'wider' OR r.reason IS NULL OR o.clause IS NULL OR o.clause <> r.reason;

-- view place_runs: parts of one kind and clause that follow one another are one run
SELECT q.order_id, q.kind, q.clause_no, MIN(q.f) AS f, MAX(q.u) AS u
FROM (
  SELECT q.order_id, q.kind, q.clause_no, q.f, q.u, SUM(q.is_new) OVER (PARTITION BY q.order_id ORDER BY q.f) AS run
  FROM (
    SELECT p.order_id, p.kind, p.clause_no, p.f, p.u,
           CASE WHEN p.f = LAG(p.u) OVER (PARTITION BY p.order_id ORDER BY p.f) + 1
                 AND p.kind = LAG(p.kind) OVER (PARTITION BY p.order_id ORDER BY p.f)
                 AND p.clause_no = LAG(p.clause_no) OVER (PARTITION BY p.order_id ORDER BY p.f)
                THEN 0 ELSE 1 END AS is_new
    FROM place_parts p
  ) q
) q
GROUP BY q.order_id, q.run, q.kind, q.clause_no;

-- view place_excesses
SELECT x.order_id, x.place_id, x.f AS from_day, CASE WHEN x.no_end = 1 THEN NULL ELSE x.u END AS until_day,
       CASE WHEN x.no_end = 1 THEN NULL ELSE x.u - x.f + 1 END AS days, x.kind, c.clause,
       REPLACE(REPLACE(p.phrase, '{{level}}', COALESCE(r.title, x.level)), '{{days}}', concat('', x.u - x.f + 1)) AS text
FROM (
  SELECT r.order_id, r.kind, r.clause_no, r.f, r.u, o.place_id, o.word_no, o.level,
         CASE WHEN o.no_end = 1 AND r.u = o.until_day THEN 1 ELSE 0 END AS no_end
  FROM place_runs r
  JOIN place_orders o ON o.order_id = r.order_id
) x
JOIN place_phrases p ON p.kind = x.kind AND p.no_end = x.no_end
JOIN place_clauses c ON c.clause_no = x.clause_no
JOIN place_rules r ON r.word_no = x.word_no AND x.u >= r.first_day AND x.u <= r.last_day;
