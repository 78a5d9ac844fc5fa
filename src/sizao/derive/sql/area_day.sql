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

-- table above_on: the places that have areas, and those above them
SELECT c.place_no, c.above_no, c.kind_no, c.up
FROM climbs c
WHERE c.place_no IN (SELECT a.place_no FROM areas_on a);

-- table places_on: what is recorded of them
SELECT p.place_no, p.place_id, p.parent_id, m.name, m.lat, m.lon
FROM area_places p
JOIN places m ON m.place_id = p.place_id
WHERE p.place_no IN (SELECT a.above_no FROM above_on a);

-- view counties_on: the nearest county around each area, which may be the area itself
SELECT a.place_no, MIN(a.up) AS up
FROM above_on a
WHERE a.kind_no = {county}
GROUP BY a.place_no;

-- table county_names
SELECT n.place_no, n.up, p.place_id AS county
FROM counties_on n
JOIN above_on a ON a.place_no = n.place_no AND a.up = n.up
JOIN places_on p ON p.place_no = a.above_no;

-- table own_names: a name without that of the place around it, where it begins with it
SELECT p.place_no, CASE WHEN LENGTH(p.name) > LENGTH(o.name) AND SUBSTR(p.name, 1, LENGTH(o.name)) = o.name
                        THEN SUBSTR(p.name, LENGTH(o.name) + 1) ELSE p.name END AS part
FROM places_on p
LEFT JOIN places_on o ON o.place_id = p.parent_id;

-- table names_on: from the county (where there is none: from the top) down
SELECT a.place_no, {name} AS name
FROM above_on a
JOIN own_names n ON n.place_no = a.above_no
LEFT JOIN county_names c ON c.place_no = a.place_no
WHERE c.up IS NULL OR a.up <= c.up
GROUP BY a.place_no;

-- view located_on: the nearest place with coordinates
SELECT a.place_no, MIN(a.up) AS up
FROM above_on a
JOIN places_on p ON p.place_no = a.above_no AND p.lat IS NOT NULL AND p.lon IS NOT NULL
GROUP BY a.place_no;

-- table coordinates_on
SELECT l.place_no, p.lat, p.lon, p.place_id AS located_by
FROM located_on l
JOIN above_on a ON a.place_no = l.place_no AND a.up = l.up
JOIN places_on p ON p.place_no = a.above_no;

-- view area_days: every level on the days on which a place has it
SELECT s.area_no AS place_no, s.phase_no, s.f, s.u FROM area_spans s
UNION ALL
SELECT r.place_no, r.rest_no, r.f, r.u FROM rest_spans r;

-- table held_parts: days on which an area is at its level or a stricter one, by itself or inside a wider one (not a rest)
SELECT a.place_no, a.phase_no, d.f, MAX(d.u) AS u
FROM areas_on a
JOIN above_on o ON o.place_no = a.place_no
JOIN area_days d ON d.place_no = o.above_no AND (o.up = 0 OR d.phase_no >= 0)
JOIN area_as_strict t ON t.phase_no = a.phase_no AND t.other_no = d.phase_no
GROUP BY a.place_no, a.phase_no, d.f;

-- view held_gaps
SELECT h.place_no, h.phase_no, h.f, h.u, CASE WHEN h.f <= 1 + MAX(h.u) OVER (
         PARTITION BY h.place_no, h.phase_no ORDER BY h.f ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
       ) THEN 0 ELSE 1 END AS begins
FROM held_parts h;

-- table held_on: those days without a gap around the day
SELECT g.place_no, g.phase_no, MIN(g.f) AS f, MAX(g.u) AS u
FROM (
  SELECT g.*, SUM(g.begins) OVER (PARTITION BY g.place_no, g.phase_no ORDER BY g.f) AS part
  FROM held_gaps g
) g
GROUP BY g.place_no, g.phase_no, g.part
HAVING MIN(g.f) <= {on} AND MAX(g.u) >= {on};

-- view areas
SELECT p.place_id, {on} AS on_day, t.rulebook, t.level, COALESCE(p.kind, 'unknown') AS scope, m.name, a.from_day,
       a.until_day, h.f AS held_since_day, h.u AS lifts_day, a.clock_day, t.clause, b.case_id AS because,
       l.case_id AS last_case, n.county, c.lat, c.lon, c.located_by
FROM areas_on a
JOIN held_on h ON h.place_no = a.place_no AND h.phase_no = a.phase_no
JOIN area_told t ON t.phase_no = a.phase_no
JOIN area_places p ON p.place_no = a.place_no
JOIN area_cases b ON b.case_no = a.because
JOIN area_cases l ON l.case_no = a.last_case
LEFT JOIN names_on m ON m.place_no = a.place_no
LEFT JOIN county_names n ON n.place_no = a.place_no
LEFT JOIN coordinates_on c ON c.place_no = a.place_no;

-- view spells_asked: all runs that touch the days asked about
SELECT p.place_id, t.rulebook, t.level, t.weight, t.rest, COALESCE(p.kind, 'unknown') AS scope, s.from_day, s.until_day,
       t.clause, a.case_id AS because, b.case_id AS last_case
FROM area_numbers s
JOIN area_told t ON t.phase_no = s.phase_no
JOIN area_places p ON p.place_no = s.place_no
JOIN area_cases a ON a.case_no = s.because
JOIN area_cases b ON b.case_no = s.last_case
WHERE s.from_day <= {last} AND s.until_day >= {first};
