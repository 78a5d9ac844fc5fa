-- The areas of one day.

-- table spans_on: with the last infection found by then
SELECT s.rulebook_no, s.level_no, s.area_id, s.run_from, s.step, s.f, s.u, MAX(e.found_day) AS found_last
FROM area_spans s
JOIN area_events e ON e.rulebook_no = s.rulebook_no AND e.level_no = s.level_no AND e.area_id = s.area_id
                  AND e.found_day >= s.run_from AND e.found_day <= s.run_last AND e.found_day <= {on}
WHERE s.f <= {on} AND s.u >= {on}
GROUP BY s.rulebook_no, s.level_no, s.area_id, s.run_from, s.step, s.f, s.u;

-- view areas_on
SELECT s.area_id AS place_id, s.area_id, e.rulebook, p.level, s.f AS from_day, s.u AS until_day,
       {on} - s.found_last AS clock_day, p.clause, a.drawn_by AS because, b.last_case
FROM spans_on s
JOIN area_eras e ON e.rulebook_no = s.rulebook_no
JOIN area_phases p ON p.rulebook_no = s.rulebook_no AND p.level_no = s.level_no AND p.step = s.step
JOIN area_events a ON a.rulebook_no = s.rulebook_no AND a.level_no = s.level_no AND a.area_id = s.area_id
                  AND a.found_day = s.run_from
JOIN area_events b ON b.rulebook_no = s.rulebook_no AND b.level_no = s.level_no AND b.area_id = s.area_id
                  AND b.found_day = s.found_last
UNION ALL
SELECT r.place_id, NULL, r.rulebook, r.level, r.from_day, r.until_day, NULL, r.clause, r.because, r.last_case
FROM area_spells r
WHERE r.rest = 1 AND r.from_day <= {on} AND r.until_day >= {on};

-- table area_counties: the county of each area, which may be the area itself
SELECT n.area_id, a.above_id AS county
FROM (SELECT b.area_id, MIN(b.up) AS up FROM area_above b WHERE b.kind = 'county' GROUP BY b.area_id) n
JOIN area_above a ON a.area_id = n.area_id AND a.up = n.up;

-- view areas
SELECT a.place_id, {on} AS on_day, a.rulebook, a.level, COALESCE(p.kind, 'unknown') AS scope, a.from_day, a.until_day,
       a.clock_day, a.clause, a.because, a.last_case,
       COALESCE(c.county, CASE WHEN a.area_id IS NULL AND p.kind = 'county' THEN a.place_id END) AS county, p.lat, p.lon
FROM areas_on a
LEFT JOIN places p ON p.place_id = a.place_id
LEFT JOIN area_counties c ON c.area_id = a.area_id;

-- view spells_asked: all runs that touch the days asked about
SELECT s.place_id, s.rulebook, s.level, s.weight, s.rest, COALESCE(p.kind, 'unknown') AS scope, s.from_day, s.until_day,
       s.clause, s.because, s.last_case
FROM area_spells s
LEFT JOIN places p ON p.place_id = s.place_id
WHERE s.from_day <= {last} AND s.until_day >= {first};
