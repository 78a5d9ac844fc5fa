-- Risk areas: what each infection draws where, how long it lasts, which level holds on which days. See
-- docs/derivation-areas.md. place_above, the tree of places, and area_runs come from place_up.sql and area_runs.sql.

-- table area_at: where a scope draws the area around a place whose own kind it does not list
SELECT t.scope_no, t.place_id, a.above_id AS area_id, t.up
FROM (
  SELECT c.scope_no, b.place_id, MIN(b.up) AS up
  FROM place_up_0 o
  JOIN area_climbs c ON c.kind = o.kind
  JOIN place_above b ON b.place_id = o.place_id
  JOIN area_listed l ON l.scope_no = c.scope_no AND l.kind = b.kind
  GROUP BY c.scope_no, b.place_id
) t
JOIN place_above a ON a.place_id = t.place_id AND a.up = t.up;

-- table area_infections: the level that each infection draws under each rulebook, and where; `up` parents above its place
SELECT r.rulebook_no, r.level_no, f.place_id, COALESCE(t.area_id, f.place_id) AS area_id, COALESCE(t.up, 0) AS up,
       f.found_day, f.first_case, f.last_case
FROM area_found f
JOIN area_rules r ON r.role = f.role AND r.risk = f.risk AND f.found_day <= r.era_to
LEFT JOIN area_at t ON t.scope_no = r.scope_no AND t.place_id = f.place_id
WHERE NOT EXISTS (SELECT 1 FROM area_ignored g WHERE g.rulebook_no = r.rulebook_no AND g.found_by = f.found_by);

-- table area_targets
SELECT DISTINCT i.rulebook_no, i.level_no, i.area_id FROM area_infections i;

-- table area_inside: places of infections that lie in an area, or are one
SELECT a.place_id, a.above_id AS area_id
FROM place_above a
JOIN (SELECT DISTINCT area_id FROM area_targets) t ON t.area_id = a.above_id;

-- table area_events: the days on which infections were found in an area. drawn_by: one that draws it; the others, of a
-- stricter level or of a place inside for which another area was drawn, only restart the clock.
SELECT e.rulebook_no, e.level_no, e.area_id, e.found_day, MIN(e.drawn_by) AS drawn_by, MAX(e.last_case) AS last_case
FROM (
  SELECT i.rulebook_no, i.level_no, i.area_id, i.found_day, i.first_case AS drawn_by, i.last_case
  FROM area_infections i
  UNION ALL
  SELECT i.rulebook_no, t.level_no, t.area_id, i.found_day, NULL, i.last_case
  FROM area_infections i
  JOIN area_inside n ON n.place_id = i.place_id
  JOIN area_targets t ON t.rulebook_no = i.rulebook_no AND t.area_id = n.area_id AND t.level_no <= i.level_no
  WHERE t.level_no <> i.level_no OR t.area_id <> i.area_id
) e
GROUP BY e.rulebook_no, e.level_no, e.area_id, e.found_day;

-- view area_gaps: an infection begins an island when the clock of those before it has run out
SELECT e.rulebook_no, e.level_no, e.area_id, e.found_day, l.era_from, l.reach,
       CASE WHEN e.drawn_by IS NULL THEN 0 ELSE 1 END AS draws,
       CASE WHEN e.found_day <= LAG(e.found_day) OVER (
         PARTITION BY e.rulebook_no, e.level_no, e.area_id ORDER BY e.found_day
       ) + l.after_days THEN 0 ELSE 1 END AS begins
FROM area_events e
JOIN area_levels l ON l.rulebook_no = e.rulebook_no AND l.level_no = e.level_no;

-- table area_islands: infections with no clean clock between them; `pre`, `post`: before and since the rulebook took effect.
-- Those in which nothing draws the area, and those that are over before the rulebook takes effect, are left out.
SELECT g.rulebook_no, g.level_no, g.area_id, g.island, g.reach, MAX(g.found_day) AS last_day,
       MIN(CASE WHEN g.draws = 1 THEN g.found_day END) AS draw_first,
       MIN(CASE WHEN g.draws = 1 AND g.found_day < g.era_from THEN g.found_day END) AS pre_draw,
       MAX(CASE WHEN g.found_day < g.era_from THEN g.found_day END) AS pre_last,
       MIN(CASE WHEN g.draws = 1 AND g.found_day >= g.era_from THEN g.found_day END) AS post_draw,
       MIN(CASE WHEN g.found_day >= g.era_from THEN g.found_day END) AS post_first
FROM (
  SELECT g.*, SUM(g.begins) OVER (
    PARTITION BY g.rulebook_no, g.level_no, g.area_id ORDER BY g.found_day
  ) AS island
  FROM area_gaps g
) g
GROUP BY g.rulebook_no, g.level_no, g.area_id, g.island, g.reach, g.era_from
HAVING MAX(g.draws) = 1 AND MAX(g.found_day) + g.reach >= g.era_from;

-- table area_runs_none: what the first rulebook finds before it
SELECT i.rulebook_no, i.level_no, i.area_id, i.reach, i.draw_first AS run_from, i.last_day AS run_last, {day_max} AS cap
FROM area_islands i
WHERE 1 = 0;
