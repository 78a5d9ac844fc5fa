-- The areas of one day.

-- table spans_on: with the last infection found by then
SELECT s.draw_no, s.phase_no, s.area_no, s.run_from, s.f, s.u, MAX(e.found_day) AS found_last
FROM area_spans s
JOIN area_events e ON e.draw_no = s.draw_no AND e.area_no = s.area_no
                  AND e.found_day >= s.run_from AND e.found_day <= s.run_last AND e.found_day <= {on}
WHERE s.f <= {on} AND s.u >= {on}
GROUP BY s.draw_no, s.phase_no, s.area_no, s.run_from, s.f, s.u;

-- table areas_on
SELECT s.area_no AS place_no, s.phase_no, s.f AS from_day, s.u AS until_day, {on} - s.found_last AS clock_day,
       a.drawn_by AS because, b.last_case
FROM spans_on s
JOIN area_events a ON a.draw_no = s.draw_no AND a.area_no = s.area_no AND a.found_day = s.run_from
JOIN area_events b ON b.draw_no = s.draw_no AND b.area_no = s.area_no AND b.found_day = s.found_last
UNION ALL
SELECT c.place_no, c.rest_no, c.f, c.u, NULL, c.because, c.last_case
FROM rest_cases c
WHERE c.f <= {on} AND c.u >= {on};

-- view counties_on: the nearest county around each area, which may be the area itself
SELECT c.place_no, MIN(c.up) AS up
FROM climbs c
WHERE c.kind_no = {county} AND c.place_no IN (SELECT a.place_no FROM areas_on a)
GROUP BY c.place_no;

-- table county_names
SELECT n.place_no, p.place_id AS county
FROM counties_on n
JOIN climbs c ON c.place_no = n.place_no AND c.up = n.up
JOIN area_places p ON p.place_no = c.above_no;

-- view areas
SELECT p.place_id, {on} AS on_day, t.rulebook, t.level, COALESCE(p.kind, 'unknown') AS scope, a.from_day, a.until_day,
       a.clock_day, t.clause, b.case_id AS because, l.case_id AS last_case, n.county, m.lat, m.lon
FROM areas_on a
JOIN area_told t ON t.phase_no = a.phase_no
JOIN area_places p ON p.place_no = a.place_no
JOIN area_cases b ON b.case_no = a.because
JOIN area_cases l ON l.case_no = a.last_case
LEFT JOIN county_names n ON n.place_no = a.place_no
LEFT JOIN places m ON m.place_id = p.place_id;

-- view spells_asked: all runs that touch the days asked about
SELECT p.place_id, t.rulebook, t.level, t.weight, t.rest, COALESCE(p.kind, 'unknown') AS scope, s.from_day, s.until_day,
       t.clause, a.case_id AS because, b.case_id AS last_case
FROM area_numbers s
JOIN area_told t ON t.phase_no = s.phase_no
JOIN area_places p ON p.place_no = s.place_no
JOIN area_cases a ON a.case_no = s.because
JOIN area_cases b ON b.case_no = s.last_case
WHERE s.from_day <= {last} AND s.until_day >= {first};
