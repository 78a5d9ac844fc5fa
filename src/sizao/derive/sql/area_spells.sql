-- Risk areas, second half: which level holds where on which days, from the runs of every rulebook (area_runs).

-- view area_phased: each level of each run, on the days of its rulebook
SELECT r.draw_no, r.area_no, r.run_from, r.run_last, p.rulebook_no, p.phase_no, p.step, p.weight, p.after_days,
       GREATEST(CASE WHEN p.step = 0 THEN r.run_from ELSE r.run_last + p.from_off END, p.era_from) AS f,
       LEAST(r.run_last + p.until_off, r.cap, p.era_to) AS u
FROM area_runs r
JOIN area_phases p ON p.draw_no = r.draw_no;

-- view area_again: the first infection that draws a place again, at a level no lighter than the one it stepped down to
SELECT h.phase_no, h.area_no, h.run_from, MIN(e.found_day) AS again_day
FROM area_phased h
JOIN area_levels l ON l.rulebook_no = h.rulebook_no AND l.level_no >= h.weight
JOIN area_events e ON e.draw_no = l.draw_no AND e.area_no = h.area_no
                  AND e.found_day > h.run_last + h.after_days AND e.found_day <= h.u
WHERE h.step > 0 AND e.drawn_by IS NOT NULL
GROUP BY h.phase_no, h.area_no, h.run_from;

-- table area_held: every level that a place is due to have
SELECT h.rulebook_no, h.draw_no, h.phase_no, h.area_no, h.run_from, h.run_last, h.f, h.u
FROM area_phased h
WHERE h.step = 0 AND h.f <= h.u
UNION ALL
SELECT h.rulebook_no, h.draw_no, h.phase_no, h.area_no, h.run_from, h.run_last, h.f,
       LEAST(h.u, COALESCE(a.again_day - 1, {day_max}))
FROM area_phased h
LEFT JOIN area_again a ON a.phase_no = h.phase_no AND a.area_no = h.area_no AND a.run_from = h.run_from
WHERE h.step > 0 AND h.f <= LEAST(h.u, COALESCE(a.again_day - 1, {day_max}));

-- table area_crowded: places that are due to have several levels on one day
SELECT DISTINCT b.rulebook_no, b.area_no
FROM (
  SELECT h.rulebook_no, h.area_no, h.f, MAX(h.u) OVER (
    PARTITION BY h.rulebook_no, h.area_no ORDER BY h.f, h.u ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
  ) AS held_to
  FROM area_held h
  JOIN area_eras e ON e.rulebook_no = h.rulebook_no AND e.mixed = 1
) b
WHERE b.held_to >= b.f;

-- table area_contest: what such places are due to have; rank: the strictest level first, of equals the one drawn
SELECT h.*, p.rank
FROM area_held h
JOIN area_crowded c ON c.rulebook_no = h.rulebook_no AND c.area_no = h.area_no
JOIN area_phases p ON p.phase_no = h.phase_no;

-- view area_stretches: their days, divided wherever something begins or ends
SELECT e.rulebook_no, e.area_no, e.edge AS f,
       LEAD(e.edge) OVER (PARTITION BY e.rulebook_no, e.area_no ORDER BY e.edge) - 1 AS u
FROM (
  SELECT c.rulebook_no, c.area_no, c.f AS edge FROM area_contest c
  UNION
  SELECT c.rulebook_no, c.area_no, c.u + 1 FROM area_contest c
) e;

-- view area_winners: what holds on each stretch; of equals, the latest
SELECT w.*
FROM (
  SELECT c.rulebook_no, c.draw_no, c.phase_no, c.area_no, c.run_from, c.run_last, s.f, s.u, ROW_NUMBER() OVER (
    PARTITION BY c.rulebook_no, c.area_no, s.f ORDER BY c.rank, c.run_from DESC
  ) AS turn
  FROM area_contest c
  JOIN area_stretches s ON s.rulebook_no = c.rulebook_no AND s.area_no = c.area_no AND s.f >= c.f AND s.u <= c.u
) w
WHERE w.turn = 1;

-- view area_turns: where another one takes over
SELECT w.*, CASE WHEN w.f = 1 + LAG(w.u) OVER (
         PARTITION BY w.phase_no, w.area_no, w.run_from ORDER BY w.f
       ) THEN 0 ELSE 1 END AS begins
FROM area_winners w;

-- table area_spans: one level for each place and day
SELECT h.rulebook_no, h.draw_no, h.phase_no, h.area_no, h.run_from, h.run_last, h.f, h.u
FROM area_held h
WHERE NOT EXISTS (SELECT 1 FROM area_crowded c WHERE c.rulebook_no = h.rulebook_no AND c.area_no = h.area_no)
UNION ALL
SELECT t.rulebook_no, t.draw_no, t.phase_no, t.area_no, t.run_from, t.run_last, MIN(t.f), MAX(t.u)
FROM (
  SELECT t.*, SUM(t.begins) OVER (PARTITION BY t.phase_no, t.area_no, t.run_from ORDER BY t.f) AS part
  FROM area_turns t
) t
GROUP BY t.rulebook_no, t.draw_no, t.phase_no, t.area_no, t.run_from, t.run_last, t.part;

-- table rest_around: for each area the places above it of the kinds of which there can be a rest
SELECT c.place_no, c.above_no, c.kind_no, c.up
FROM climbs c
JOIN (SELECT DISTINCT kind_no FROM area_rests) r ON r.kind_no = c.kind_no
WHERE c.up > 0 AND c.place_no IN (SELECT s.area_no FROM area_spans s);

-- table rest_parts: the areas that make a rest, and the nearest of those places
SELECT r.rest_no, a.above_no AS place_no, s.draw_no, s.area_no, s.run_from, s.run_last, s.f, s.u
FROM area_spans s
JOIN area_phases p ON p.phase_no = s.phase_no
JOIN area_rests r ON r.rulebook_no = s.rulebook_no AND r.around = p.level
JOIN rest_around a ON a.place_no = s.area_no AND a.kind_no = r.kind_no
WHERE NOT EXISTS (
  SELECT 1 FROM rest_around n WHERE n.place_no = a.place_no AND n.kind_no = a.kind_no AND n.up < a.up
);

-- view rest_gaps: days on which one area or more lies in the place, without a gap
SELECT d.rest_no, d.place_no, d.f, d.u,
       CASE WHEN d.f <= 1 + MAX(d.u) OVER (
         PARTITION BY d.rest_no, d.place_no ORDER BY d.f ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
       ) THEN 0 ELSE 1 END AS begins
FROM (SELECT r.rest_no, r.place_no, r.f, MAX(r.u) AS u FROM rest_parts r GROUP BY r.rest_no, r.place_no, r.f) d;

-- table rest_spans
SELECT g.rest_no, g.place_no, MIN(g.f) AS f, MAX(g.u) AS u
FROM (
  SELECT g.*, SUM(g.begins) OVER (PARTITION BY g.rest_no, g.place_no ORDER BY g.f) AS part
  FROM rest_gaps g
) g
GROUP BY g.rest_no, g.place_no, g.part;

-- table rest_found: the days of the first infection that drew one of those areas and of the last
SELECT s.rest_no, s.place_no, s.f, s.u, MIN(r.run_from) AS first_day, MAX(r.run_last) AS last_day
FROM rest_spans s
JOIN rest_parts r ON r.rest_no = s.rest_no AND r.place_no = s.place_no AND r.f >= s.f AND r.u <= s.u
GROUP BY s.rest_no, s.place_no, s.f, s.u;

-- table rest_cases: and the infections
SELECT s.rest_no, s.place_no, s.f, s.u,
       MIN(CASE WHEN e.found_day = s.first_day THEN e.drawn_by END) AS because,
       MAX(CASE WHEN e.found_day = s.last_day THEN e.last_case END) AS last_case
FROM rest_found s
JOIN rest_parts r ON r.rest_no = s.rest_no AND r.place_no = s.place_no AND r.f >= s.f AND r.u <= s.u
                 AND (r.run_from = s.first_day OR r.run_last = s.last_day)
JOIN area_events e ON e.draw_no = r.draw_no AND e.area_no = r.area_no
                  AND (e.found_day = r.run_from AND r.run_from = s.first_day
                       OR e.found_day = r.run_last AND r.run_last = s.last_day)
GROUP BY s.rest_no, s.place_no, s.f, s.u;

-- view area_numbers: what holds where, from_day to until_day, with the infections behind it
SELECT s.area_no AS place_no, s.phase_no, s.f AS from_day, s.u AS until_day, a.drawn_by AS because, b.last_case
FROM area_spans s
JOIN area_events a ON a.draw_no = s.draw_no AND a.area_no = s.area_no AND a.found_day = s.run_from
JOIN area_events b ON b.draw_no = s.draw_no AND b.area_no = s.area_no AND b.found_day = s.run_last
UNION ALL
SELECT c.place_no, c.rest_no, c.f, c.u, c.because, c.last_case
FROM rest_cases c;

-- view area_spells: rest 1: the rest of a wider place around areas
SELECT p.place_id, t.rulebook, t.level, t.weight, s.from_day, s.until_day, t.clause, a.case_id AS because,
       b.case_id AS last_case, t.rest
FROM area_numbers s
JOIN area_told t ON t.phase_no = s.phase_no
JOIN area_places p ON p.place_no = s.place_no
JOIN area_cases a ON a.case_no = s.because
JOIN area_cases b ON b.case_no = s.last_case;
