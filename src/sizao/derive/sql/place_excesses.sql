-- Orders on places against the areas that the rules draw, on every day of every order (docs/derivation-areas.md).
-- Reads orders and the steps area_spells and place_above: the places above each that has an area or is under an order, each
-- with its kind.

-- table place_orders: the latest version of each; open ones end on the last day asked. Word 0: no rulebook of the chain
-- knows it, however it is spelt.
SELECT o.order_id, o.place_id, o.level, o.clause, COALESCE(w.word_no, 0) AS word_no, o.from_day,
       COALESCE(o.until_day, {last}) AS until_day,
       CASE WHEN o.until_day IS NULL THEN 1 ELSE 0 END AS no_end
FROM (
  SELECT o.order_id, o.place_id, o.level, o.clause, o.from_day, o.until_day,
         ROW_NUMBER() OVER (PARTITION BY o.order_id ORDER BY o.recorded_us DESC) AS version
  FROM orders o
  WHERE o.recorded_us <= {known}
) o
LEFT JOIN place_words w ON w.word = o.level
WHERE o.version = 1 AND o.place_id IS NOT NULL AND o.level IS NOT NULL
  AND COALESCE(o.until_day, {last}) >= o.from_day;

-- table bound_orders: orders whose word alone decides, on the days of a term with exceptions
SELECT o.order_id, o.place_id, o.clause, o.from_day, r.term_no, r.spares_no, GREATEST(o.from_day, r.first_day) AS f,
       LEAST(o.until_day, r.last_day) AS u
FROM place_orders o
JOIN place_terms r ON r.word_no = o.word_no AND r.spares = 1
WHERE r.first_day <= o.until_day AND r.last_day >= o.from_day;

-- table asked: each place with each level that is ordered there, or that would excuse an order there
SELECT o.place_id, o.word_no
FROM place_orders o
WHERE o.word_no IN (SELECT l.word_no FROM place_levels l)
UNION
SELECT b.place_id, b.spares_no FROM bound_orders b WHERE b.spares_no IS NOT NULL;

-- table judged_areas
SELECT s.place_id, e.era_no, s.weight, s.rest, s.from_day, s.until_day
FROM area_spells s
JOIN place_eras e ON e.rulebook = s.rulebook;

-- table inside_areas: areas strictly inside a place asked about, so many parents below it
SELECT a.place_id, a.word_no, s.place_id AS area_id, l.up, s.era_no, s.weight, s.rest, s.from_day, s.until_day
FROM judged_areas s
JOIN place_above l ON l.place_id = s.place_id AND l.up > 0
JOIN asked a ON a.place_id = l.above_id;

-- table area_nearest: at or above each of them the nearest place of every kind that a level lists
SELECT l.place_id AS area_id, l.kind, MIN(l.up) AS up
FROM place_above l
JOIN (SELECT DISTINCT i.area_id FROM inside_areas i) i ON i.area_id = l.place_id
JOIN (SELECT DISTINCT k.kind FROM place_scopes k) k ON k.kind = l.kind
GROUP BY l.place_id, l.kind;

-- table area_reach: as many parents above an area an order of the level may be drawn
SELECT i.area_id, i.word_no, i.era_no, i.weight, MAX(n.up) AS up
FROM (SELECT DISTINCT i.area_id, i.word_no, i.era_no, i.weight FROM inside_areas i) i
JOIN place_scopes k ON k.word_no = i.word_no AND k.era_no = i.era_no AND k.weight <= i.weight
JOIN area_nearest n ON n.area_id = i.area_id AND n.kind = k.kind
GROUP BY i.area_id, i.word_no, i.era_no, i.weight;

-- table near_areas: areas at or above a place asked about, and those inside around which it may be drawn (inside 0); the
-- others inside it (inside 1)
SELECT a.place_id, a.word_no, s.era_no, s.weight, s.rest, s.from_day, s.until_day, 0 AS inside
FROM asked a
JOIN place_above l ON l.place_id = a.place_id
JOIN judged_areas s ON s.place_id = l.above_id
UNION ALL
SELECT i.place_id, i.word_no, i.era_no, i.weight, i.rest, i.from_day, i.until_day,
       CASE WHEN i.up <= r.up THEN 0 ELSE 1 END
FROM inside_areas i
LEFT JOIN area_reach r ON r.area_id = i.area_id AND r.word_no = i.word_no AND r.era_no = i.era_no
                      AND r.weight = i.weight;

-- table area_answers: those that answer to the level (at least as heavy by the rulebook that drew them; the rest of a wider
-- place only answers to a rest), and lighter ones that cover the place. `sort` tells them apart when it is added up.
SELECT n.place_id, n.word_no, n.from_day, n.until_day,
       CASE WHEN n.weight < r.weight THEN 1 WHEN n.inside = 1 THEN {inside} ELSE {covers} END AS sort
FROM near_areas n
JOIN place_levels r ON r.word_no = n.word_no AND r.era_no = n.era_no
WHERE n.rest = 0 AND (n.inside = 0 OR n.weight >= r.weight) OR r.rest = 1 AND n.weight >= r.weight;

-- view asked_marks: days on which such an area begins or is over
SELECT n.place_id, n.word_no, {day_min} AS mark_day, 0 AS sort FROM area_answers n
UNION ALL
SELECT n.place_id, n.word_no, n.from_day, n.sort FROM area_answers n
UNION ALL
SELECT n.place_id, n.word_no, n.until_day + 1, -n.sort FROM area_answers n;

-- view asked_days: what covers a place asked about from a mark on, and before it
SELECT m.place_id, m.word_no, m.mark_day,
       CASE WHEN m.now >= {covers} THEN 'covered' WHEN m.now >= {inside} THEN 'wider' WHEN m.now > 0 THEN 'stricter'
            ELSE 'none' END AS state,
       CASE WHEN m.now - m.sort >= {covers} THEN 'covered' WHEN m.now - m.sort >= {inside} THEN 'wider'
            WHEN m.now - m.sort > 0 THEN 'stricter' ELSE 'none' END AS state_before
FROM (
  SELECT m.place_id, m.word_no, m.mark_day, m.sort,
         SUM(m.sort) OVER (PARTITION BY m.place_id, m.word_no ORDER BY m.mark_day) AS now
  FROM (
    SELECT m.place_id, m.word_no, m.mark_day, SUM(m.sort) AS sort FROM asked_marks m
    GROUP BY m.place_id, m.word_no, m.mark_day
  ) m
) m;

-- table asked_times: all days of a place asked about, divided where that changes; with the end of the area before and the
-- beginning of the next. (Areas that end or begin while another goes on are of no account: those days are covered, or
-- wider.)
SELECT d.place_id, d.word_no, d.state, d.mark_day AS f,
       LEAD(d.mark_day, 1, {day_max} + 1) OVER (PARTITION BY d.place_id, d.word_no ORDER BY d.mark_day) - 1 AS u,
       MAX(CASE WHEN d.state_before IN ('covered', 'wider') AND d.state IN ('stricter', 'none') THEN d.mark_day - 1 END)
         OVER (PARTITION BY d.place_id, d.word_no ORDER BY d.mark_day) AS ended,
       MIN(CASE WHEN d.state IN ('covered', 'wider') THEN d.mark_day END) OVER (
         PARTITION BY d.place_id, d.word_no ORDER BY d.mark_day ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
       ) AS begins
FROM asked_days d
WHERE d.state <> d.state_before OR d.mark_day = {day_min};

-- table spared_days: days of an order that its word alone would make an excess, on which it is none: where an order of a
-- level would be justified by an area; in a place of some kinds; or its reason is on record, and the place not too wide for any reason
SELECT b.order_id, b.term_no, GREATEST(b.f, s.from_day) AS f, LEAST(b.u, s.until_day) AS u
FROM bound_orders b
JOIN near_areas s ON s.place_id = b.place_id AND s.word_no = b.spares_no AND s.inside = 0 AND s.from_day <= b.u
                 AND s.until_day >= b.f
JOIN place_levels v ON v.word_no = s.word_no AND v.era_no = s.era_no
WHERE s.weight >= v.weight AND (s.rest = 0 OR v.rest = 1)
UNION ALL
SELECT b.order_id, b.term_no, b.f, b.u
FROM bound_orders b
JOIN place_above l ON l.place_id = b.place_id
JOIN place_kinds k ON k.term_no = b.term_no AND k.kind = l.kind AND k.spared = 1
UNION ALL
SELECT b.order_id, b.term_no, b.f, b.u
FROM bound_orders b
JOIN place_reasons n ON n.term_no = b.term_no AND n.reason = b.clause AND b.from_day >= n.given_from
                    AND b.from_day <= n.given_to
LEFT JOIN (
  SELECT l.place_id, k.term_no FROM place_above l JOIN place_kinds k ON k.kind = l.kind AND k.spared = 0 WHERE l.up = 0
) w ON w.place_id = b.place_id AND w.term_no = b.term_no
WHERE w.term_no IS NULL;

-- table bound_days: the days that remain
SELECT d.order_id, d.term_no, d.since AS f, d.f - 1 AS u
FROM (
  SELECT d.order_id, d.term_no, d.f,
         COALESCE(MAX(d.u) OVER (PARTITION BY d.order_id, d.term_no ORDER BY d.f
                                 ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) + 1, d.first_f) AS since
  FROM (
    SELECT s.order_id, s.term_no, s.f, s.u, b.f AS first_f
    FROM spared_days s
    JOIN bound_orders b ON b.order_id = s.order_id AND b.term_no = s.term_no
    UNION ALL
    SELECT b.order_id, b.term_no, b.u + 1, b.u + 1, b.f FROM bound_orders b
  ) d
) d
WHERE d.since < d.f;

-- table place_parts: stretches of days of an order that are beyond the rules in one way; alone 1: no other terms hold on
-- any day of the order
SELECT o.order_id, GREATEST(o.from_day, r.first_day) AS f, LEAST(o.until_day, r.last_day) AS u, r.judge AS kind,
       r.clause_no, CASE WHEN r.first_day <= o.from_day AND r.last_day >= o.until_day THEN 1 ELSE 0 END AS alone
FROM place_orders o
JOIN place_terms r ON r.word_no = o.word_no AND r.judge <> 'area' AND r.spares = 0
WHERE r.first_day <= o.until_day AND r.last_day >= o.from_day
UNION ALL
SELECT o.order_id, d.f, d.u, r.judge, r.clause_no,
       CASE WHEN r.first_day <= o.from_day AND r.last_day >= o.until_day THEN 1 ELSE 0 END
FROM bound_days d
JOIN place_orders o ON o.order_id = d.order_id
JOIN place_terms r ON r.term_no = d.term_no
UNION ALL
SELECT o.order_id, GREATEST(o.from_day, r.first_day, COALESCE(t.f, {day_min})),
       LEAST(o.until_day, r.last_day, COALESCE(t.u, {day_max})),
       CASE WHEN t.state <> 'none' THEN t.state WHEN t.ended >= o.from_day THEN 'longer'
            WHEN t.begins <= o.until_day THEN 'earlier' ELSE 'no_area' END,
       CASE WHEN t.state = 'none' AND t.ended >= o.from_day THEN r.lifts_no ELSE r.clause_no END,
       CASE WHEN r.first_day <= o.from_day AND r.last_day >= o.until_day THEN 1 ELSE 0 END
FROM place_orders o
JOIN place_terms r ON r.word_no = o.word_no AND r.judge = 'area' AND r.first_day <= o.until_day
                  AND r.last_day >= o.from_day
LEFT JOIN asked_times t ON t.place_id = o.place_id AND t.word_no = o.word_no AND t.f <= o.until_day
                       AND t.u >= o.from_day AND t.f <= r.last_day AND t.u >= r.first_day
LEFT JOIN place_reasons n ON n.term_no = r.term_no AND n.reason = o.clause AND o.from_day >= n.given_from
                         AND o.from_day <= n.given_to
WHERE t.state IS NULL OR t.state <> 'covered' AND (t.state <> 'wider' OR n.reason IS NULL);

-- view place_runs: parts of one kind and clause that follow one another, under one rulebook and the next, are one run
SELECT p.order_id, p.kind, p.clause_no, p.f, p.u FROM place_parts p WHERE p.alone = 1
UNION ALL
SELECT q.order_id, q.kind, q.clause_no, MIN(q.f), MAX(q.u)
FROM (
  SELECT q.order_id, q.kind, q.clause_no, q.f, q.u, SUM(q.is_new) OVER (PARTITION BY q.order_id ORDER BY q.f) AS run
  FROM (
    SELECT p.order_id, p.kind, p.clause_no, p.f, p.u,
           CASE WHEN p.f = LAG(p.u) OVER (PARTITION BY p.order_id ORDER BY p.f) + 1
                 AND p.kind = LAG(p.kind) OVER (PARTITION BY p.order_id ORDER BY p.f)
                 AND p.clause_no = LAG(p.clause_no) OVER (PARTITION BY p.order_id ORDER BY p.f)
                THEN 0 ELSE 1 END AS is_new
    FROM place_parts p
    WHERE p.alone = 0
  ) q
) q
GROUP BY q.order_id, q.run, q.kind, q.clause_no;

-- view place_excesses
SELECT x.order_id, x.place_id, x.f AS from_day, CASE WHEN x.no_end = 1 THEN NULL ELSE x.u END AS until_day,
       CASE WHEN x.no_end = 1 THEN NULL ELSE x.u - x.f + 1 END AS days, x.kind, c.clause,
       concat(REPLACE(REPLACE(p.phrase, '{{level}}', COALESCE(r.title, x.level)), '{{days}}', concat('', x.u - x.f + 1)),
              COALESCE(REPLACE(w.phrase, '{{unless}}', r.unless), '')) AS text
FROM (
  SELECT r.order_id, r.kind, r.clause_no, r.f, r.u, o.place_id, o.word_no, o.level,
         CASE WHEN o.no_end = 1 AND r.u = o.until_day THEN 1 ELSE 0 END AS no_end
  FROM place_runs r
  JOIN place_orders o ON o.order_id = r.order_id
) x
JOIN place_phrases p ON p.kind = x.kind AND p.no_end = x.no_end
JOIN place_phrases w ON w.kind = 'unless'
JOIN place_clauses c ON c.clause_no = x.clause_no
JOIN place_terms r ON r.word_no = x.word_no AND x.u >= r.first_day AND x.u <= r.last_day;
