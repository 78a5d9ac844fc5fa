-- Risk areas, first half: what each infection draws where, and how long one comes after the other (docs/derivation-areas.md).

-- view place_above: every place that an infection or an order names, every place above one, and those at (up 0) and above it
SELECT p.place_id, a.place_id AS above_id, a.kind, c.up
FROM climbs c
JOIN area_places p ON p.place_no = c.place_no
JOIN area_places a ON a.place_no = c.above_no;

-- table area_found: infections at a place on a day that are alike in all that rules look at
SELECT p.place_no, p.kind_no, s.sort_no, c.found_no, c.confirmed_day AS found_day, MIN(c.case_no) AS first_case,
       MAX(c.case_no) AS last_case
FROM case_places f
JOIN area_cases c ON c.case_id = f.case_id
JOIN area_places p ON p.place_id = f.place_id
JOIN area_sorts s ON s.role = f.role AND s.risk = CASE WHEN f.spread_risk THEN 1 ELSE 0 END
WHERE c.confirmed_day <= {last_day}
GROUP BY p.place_no, p.kind_no, s.sort_no, c.found_no, c.confirmed_day;

-- view premises_in: the nearest place of a kind with a number above each premise
SELECT c.place_no, MIN(c.up) AS up
FROM climbs c
JOIN climb_0 o ON o.place_no = c.place_no AND o.kind_no = 0
WHERE c.up > 0 AND c.kind_no > 0
GROUP BY c.place_no;

-- table area_starts: places around which an area may be wider than they are. Kind 0: a flat, a shop, or whatever else is
-- called by a word of its own, in a building or the like
SELECT o.place_no, o.kind_no
FROM climb_0 o
WHERE o.kind_no > 0
UNION ALL
SELECT n.place_no, 0
FROM premises_in n
JOIN climbs c ON c.place_no = n.place_no AND c.up = n.up AND c.kind_no <= {dwelling};

-- table area_around: places of the kinds that a scope lists above a place of a narrower kind, which it does not list
SELECT k.scope_no, b.place_no, b.above_no, b.up
FROM area_starts o
JOIN area_scopes k ON k.kind_no = o.kind_no AND k.climbs = 1
JOIN climbs b ON b.place_no = o.place_no
JOIN area_scopes l ON l.scope_no = k.scope_no AND l.kind_no = b.kind_no AND l.climbs = 0;

-- table area_at: the nearest of them, around which the area is drawn
SELECT a.scope_no, a.place_no, a.above_no AS area_no, a.up
FROM area_around a
JOIN (SELECT n.scope_no, n.place_no, MIN(n.up) AS up FROM area_around n GROUP BY n.scope_no, n.place_no) t
  ON t.scope_no = a.scope_no AND t.place_no = a.place_no AND t.up = a.up;

-- table area_infections: the level that each infection draws under each rulebook, and where; `up` parents above its place.
-- Nowhere (null), where its place is wider than the level may be drawn
SELECT r.rulebook_no, r.draw_no, r.level_no, f.place_no,
       CASE WHEN f.kind_no <= r.widest THEN COALESCE(t.area_no, f.place_no) END AS area_no,
       COALESCE(t.up, 0) AS up, f.found_day, f.first_case, f.last_case
FROM area_found f
JOIN area_rules r ON r.sort_no = f.sort_no AND r.found_no = f.found_no AND f.found_day <= r.era_to
LEFT JOIN area_at t ON t.scope_no = r.scope_no AND t.place_no = f.place_no;

-- table area_targets
SELECT DISTINCT i.rulebook_no, i.draw_no, i.level_no, i.area_no FROM area_infections i WHERE i.area_no IS NOT NULL;

-- table area_inside: places of infections that lie in an area, or are one
SELECT a.place_no, a.above_no AS area_no
FROM climbs a
JOIN (SELECT DISTINCT area_no FROM area_targets) t ON t.area_no = a.above_no;

-- table area_events: the days on which infections were found in an area. drawn_by: one that draws it; the others, of a
-- stricter level or of a place inside for which another area was drawn, only restart the clock.
SELECT e.draw_no, e.area_no, e.found_day, MIN(e.drawn_by) AS drawn_by, MAX(e.last_case) AS last_case
FROM (
  SELECT i.draw_no, i.area_no, i.found_day, i.first_case AS drawn_by, i.last_case
  FROM area_infections i
  WHERE i.area_no IS NOT NULL
  UNION ALL
  SELECT t.draw_no, t.area_no, i.found_day, NULL, i.last_case
  FROM area_infections i
  JOIN area_inside n ON n.place_no = i.place_no
  JOIN area_targets t ON t.rulebook_no = i.rulebook_no AND t.area_no = n.area_no AND t.level_no <= i.level_no
  WHERE t.draw_no <> i.draw_no OR t.area_no <> i.area_no OR i.area_no IS NULL
) e
GROUP BY e.draw_no, e.area_no, e.found_day;

-- view area_gaps: an infection begins an island when the clock of those before it has run out
SELECT e.draw_no, e.area_no, e.found_day, l.era_from,
       CASE WHEN e.drawn_by IS NULL THEN 0 ELSE 1 END AS draws,
       CASE WHEN e.found_day <= LAG(e.found_day) OVER (
         PARTITION BY e.draw_no, e.area_no ORDER BY e.found_day
       ) + l.after_days THEN 0 ELSE 1 END AS begins
FROM area_events e
JOIN area_levels l ON l.draw_no = e.draw_no;

-- table area_islands: infections with no clean clock between them; `pre`, `post`: before and since the rulebook took effect.
-- Those in which nothing draws the area, and those that are over before the rulebook takes effect, are left out.
SELECT l.rulebook_no, i.*, l.reach
FROM (
  SELECT g.draw_no, g.area_no, g.island, MAX(g.found_day) AS last_day,
         MIN(CASE WHEN g.draws = 1 THEN g.found_day END) AS draw_first,
         MIN(CASE WHEN g.draws = 1 AND g.found_day < g.era_from THEN g.found_day END) AS pre_draw,
         MAX(CASE WHEN g.found_day < g.era_from THEN g.found_day END) AS pre_last,
         MIN(CASE WHEN g.draws = 1 AND g.found_day >= g.era_from THEN g.found_day END) AS post_draw,
         MIN(CASE WHEN g.found_day >= g.era_from THEN g.found_day END) AS post_first
  FROM (
    SELECT g.*, SUM(g.begins) OVER (PARTITION BY g.draw_no, g.area_no ORDER BY g.found_day) AS island
    FROM area_gaps g
  ) g
  GROUP BY g.draw_no, g.area_no, g.island
) i
JOIN area_levels l ON l.draw_no = i.draw_no
WHERE i.draw_first IS NOT NULL AND i.last_day + l.reach >= l.era_from;

-- table area_runs_none: what the first rulebook finds before it
SELECT i.rulebook_no, i.draw_no, i.area_no, i.reach, i.draw_first AS run_from, i.last_day AS run_last, {day_max} AS cap
FROM area_islands i
WHERE 1 = 0;
