-- Which level holds where on which days, from the runs of every rulebook (area_runs).

-- view area_phased: each level of each run, on the days of its rulebook
SELECT r.rulebook_no, r.level_no, r.area_id, r.run_from, r.run_last, p.step, p.weight, l.after_days,
       GREATEST(CASE WHEN p.step = 0 THEN r.run_from ELSE r.run_last + p.from_off END, p.era_from) AS f,
       LEAST(r.run_last + p.until_off, r.cap, p.era_to) AS u
FROM area_runs r
JOIN area_phases p ON p.rulebook_no = r.rulebook_no AND p.level_no = r.level_no
JOIN area_levels l ON l.rulebook_no = r.rulebook_no AND l.level_no = r.level_no;

-- view area_again: the first infection that draws a place again, at a level no lighter than the one it stepped down to
SELECT h.rulebook_no, h.level_no, h.area_id, h.run_from, h.step, MIN(e.found_day) AS again_day
FROM area_phased h
JOIN area_events e ON e.rulebook_no = h.rulebook_no AND e.area_id = h.area_id AND e.level_no >= h.weight
                  AND e.found_day > h.run_last + h.after_days AND e.found_day <= h.u
WHERE h.step > 0 AND e.drawn_by IS NOT NULL
GROUP BY h.rulebook_no, h.level_no, h.area_id, h.run_from, h.step;

-- table area_held: every level that a place is due to have
SELECT h.rulebook_no, h.level_no, h.area_id, h.run_from, h.run_last, h.step, h.weight, h.f, h.u
FROM area_phased h
WHERE h.step = 0 AND h.f <= h.u
UNION ALL
SELECT h.rulebook_no, h.level_no, h.area_id, h.run_from, h.run_last, h.step, h.weight, h.f,
       LEAST(h.u, COALESCE(a.again_day - 1, {day_max}))
FROM area_phased h
LEFT JOIN area_again a ON a.rulebook_no = h.rulebook_no AND a.level_no = h.level_no AND a.area_id = h.area_id
                      AND a.run_from = h.run_from AND a.step = h.step
WHERE h.step > 0 AND h.f <= LEAST(h.u, COALESCE(a.again_day - 1, {day_max}));

-- table area_crowded: places that are due to have several levels on one day
SELECT DISTINCT b.rulebook_no, b.area_id
FROM (
  SELECT h.rulebook_no, h.area_id, h.f, MAX(h.u) OVER (
    PARTITION BY h.rulebook_no, h.area_id ORDER BY h.f, h.u ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
  ) AS held_to
  FROM area_held h
  JOIN area_eras e ON e.rulebook_no = h.rulebook_no AND e.mixed = 1
) b
WHERE b.held_to >= b.f;

-- table area_contest: what such places are due to have
SELECT h.*
FROM area_held h
JOIN area_crowded c ON c.rulebook_no = h.rulebook_no AND c.area_id = h.area_id;

-- view area_stretches: their days, divided wherever something begins or ends
SELECT e.rulebook_no, e.area_id, e.edge AS f,
       LEAD(e.edge) OVER (PARTITION BY e.rulebook_no, e.area_id ORDER BY e.edge) - 1 AS u
FROM (
  SELECT c.rulebook_no, c.area_id, c.f AS edge FROM area_contest c
  UNION
  SELECT c.rulebook_no, c.area_id, c.u + 1 FROM area_contest c
) e;

-- view area_winners: the strictest level of each stretch; of equals, the one drawn, then the latest
SELECT w.*
FROM (
  SELECT c.rulebook_no, c.level_no, c.area_id, c.run_from, c.run_last, c.step, s.f, s.u, ROW_NUMBER() OVER (
    PARTITION BY c.rulebook_no, c.area_id, s.f ORDER BY c.weight DESC, c.step, c.level_no DESC, c.run_from DESC
  ) AS turn
  FROM area_contest c
  JOIN area_stretches s ON s.rulebook_no = c.rulebook_no AND s.area_id = c.area_id AND s.f >= c.f AND s.u <= c.u
) w
WHERE w.turn = 1;

-- view area_turns: where another one takes over
SELECT w.*, CASE WHEN w.f = 1 + LAG(w.u) OVER (
         PARTITION BY w.rulebook_no, w.area_id, w.level_no, w.run_from, w.step ORDER BY w.f
       ) THEN 0 ELSE 1 END AS begins
FROM area_winners w;

-- table area_spans: one level for each place and day
SELECT h.rulebook_no, h.level_no, h.area_id, h.run_from, h.run_last, h.step, h.f, h.u
FROM area_held h
WHERE NOT EXISTS (SELECT 1 FROM area_crowded c WHERE c.rulebook_no = h.rulebook_no AND c.area_id = h.area_id)
UNION ALL
SELECT t.rulebook_no, t.level_no, t.area_id, t.run_from, t.run_last, t.step, MIN(t.f), MAX(t.u)
FROM (
  SELECT t.*, SUM(t.begins) OVER (
    PARTITION BY t.rulebook_no, t.area_id, t.level_no, t.run_from, t.step ORDER BY t.f
  ) AS part
  FROM area_turns t
) t
GROUP BY t.rulebook_no, t.level_no, t.area_id, t.run_from, t.run_last, t.step, t.part;

-- view area_told: with what each says of itself
SELECT s.area_id AS place_id, e.rulebook, p.level, p.weight, s.f AS from_day, s.u AS until_day, p.clause,
       a.drawn_by AS because, b.last_case, s.rulebook_no, s.level_no, s.run_from, s.run_last
FROM area_spans s
JOIN area_eras e ON e.rulebook_no = s.rulebook_no
JOIN area_phases p ON p.rulebook_no = s.rulebook_no AND p.level_no = s.level_no AND p.step = s.step
JOIN area_events a ON a.rulebook_no = s.rulebook_no AND a.level_no = s.level_no AND a.area_id = s.area_id
                  AND a.found_day = s.run_from
JOIN area_events b ON b.rulebook_no = s.rulebook_no AND b.level_no = s.level_no AND b.area_id = s.area_id
                  AND b.found_day = s.run_last;

-- view area_reps: a place of an infection for each area, from which its parents are known
SELECT i.area_id, MIN(i.place_id) AS place_id FROM area_infections i GROUP BY i.area_id;

-- view area_above: every area and the places at (up 0) and above it
SELECT r.area_id, b.above_id, b.kind, b.up - a.up AS up
FROM area_reps r
JOIN place_above a ON a.place_id = r.place_id AND a.above_id = r.area_id
JOIN place_above b ON b.place_id = r.place_id AND b.up >= a.up;

-- table rest_places: for each area the nearest place above it of each kind of which there can be a rest
SELECT n.area_id, a.above_id AS place_id, a.kind
FROM (
  SELECT b.area_id, b.kind, MIN(b.up) AS up
  FROM area_above b
  JOIN (SELECT DISTINCT within AS kind FROM area_rests) k ON k.kind = b.kind
  WHERE b.up > 0
  GROUP BY b.area_id, b.kind
) n
JOIN area_above a ON a.area_id = n.area_id AND a.kind = n.kind AND a.up = n.up;

-- table rest_parts: the areas that make a rest
SELECT s.rulebook_no, r.level, q.place_id, s.level_no, s.area_id, s.run_from, s.run_last, s.f, s.u
FROM area_spans s
JOIN area_phases p ON p.rulebook_no = s.rulebook_no AND p.level_no = s.level_no AND p.step = s.step
JOIN area_rests r ON r.rulebook_no = s.rulebook_no AND r.around = p.level
JOIN rest_places q ON q.area_id = s.area_id AND q.kind = r.within;

-- view rest_gaps: days on which one area or more lies in the place, without a gap
SELECT d.rulebook_no, d.level, d.place_id, d.f, d.u,
       CASE WHEN d.f <= 1 + MAX(d.u) OVER (
         PARTITION BY d.rulebook_no, d.level, d.place_id ORDER BY d.f ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
       ) THEN 0 ELSE 1 END AS begins
FROM (
  SELECT r.rulebook_no, r.level, r.place_id, r.f, MAX(r.u) AS u
  FROM rest_parts r
  GROUP BY r.rulebook_no, r.level, r.place_id, r.f
) d;

-- table rest_spans
SELECT g.rulebook_no, g.level, g.place_id, MIN(g.f) AS f, MAX(g.u) AS u
FROM (
  SELECT g.*, SUM(g.begins) OVER (PARTITION BY g.rulebook_no, g.level, g.place_id ORDER BY g.f) AS part
  FROM rest_gaps g
) g
GROUP BY g.rulebook_no, g.level, g.place_id, g.part;

-- view rest_found: the days of the first infection that drew one of those areas and of the last
SELECT s.rulebook_no, s.level, s.place_id, s.f, s.u, MIN(r.run_from) AS first_day, MAX(r.run_last) AS last_day
FROM rest_spans s
JOIN rest_parts r ON r.rulebook_no = s.rulebook_no AND r.level = s.level AND r.place_id = s.place_id
                 AND r.f >= s.f AND r.u <= s.u
GROUP BY s.rulebook_no, s.level, s.place_id, s.f, s.u;

-- view rest_cases: and the infections
SELECT s.rulebook_no, s.level, s.place_id, s.f, s.u,
       MIN(CASE WHEN e.found_day = s.first_day THEN e.drawn_by END) AS because,
       MAX(CASE WHEN e.found_day = s.last_day THEN e.last_case END) AS last_case
FROM rest_found s
JOIN rest_parts r ON r.rulebook_no = s.rulebook_no AND r.level = s.level AND r.place_id = s.place_id
                 AND r.f >= s.f AND r.u <= s.u
JOIN area_events e ON e.rulebook_no = r.rulebook_no AND e.level_no = r.level_no AND e.area_id = r.area_id
                  AND (e.found_day = r.run_from AND r.run_from = s.first_day
                       OR e.found_day = r.run_last AND r.run_last = s.last_day)
GROUP BY s.rulebook_no, s.level, s.place_id, s.f, s.u;

-- view area_spells: what holds where, from_day to until_day; rest 1: the rest of a wider place around areas
SELECT t.place_id, t.rulebook, t.level, t.weight, t.from_day, t.until_day, t.clause, t.because, t.last_case, 0 AS rest
FROM area_told t
UNION ALL
SELECT c.place_id, e.rulebook, c.level, r.weight, c.f, c.u, r.clause, c.because, c.last_case, 1
FROM rest_cases c
JOIN area_eras e ON e.rulebook_no = c.rulebook_no
JOIN (SELECT DISTINCT rulebook_no, level, weight, clause FROM area_rests) r
  ON r.rulebook_no = c.rulebook_no AND r.level = c.level;
