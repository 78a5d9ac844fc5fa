-- The runs of one rulebook, after those of the one before it: repeated for each rulebook, oldest first.

-- table area_caps_{no}: runs of infections that began before the rulebook took effect, and the last day to which the one
-- before it would have held the place for them. An infection for which that one drew nothing there has no cap.
SELECT i.draw_no, i.area_no, i.island,
       MAX(CASE WHEN o.area_no IS NULL THEN {day_max} ELSE COALESCE(LEAST(r.run_last + r.reach, r.cap), {day_min}) END) AS cap
FROM area_islands i
JOIN area_infections j ON j.draw_no = i.draw_no AND j.area_no = i.area_no
                      AND j.found_day >= i.draw_first AND j.found_day <= i.pre_last
LEFT JOIN area_infections o ON o.rulebook_no = {older_no} AND o.place_no = j.place_no AND o.found_day = j.found_day
                           AND o.area_no IS NOT NULL AND o.up >= j.up
LEFT JOIN area_runs_{older} r ON r.draw_no = o.draw_no AND r.area_no = o.area_no
                             AND o.found_day >= r.run_from AND o.found_day <= r.run_last
WHERE i.rulebook_no = {no} AND i.pre_draw IS NOT NULL
GROUP BY i.draw_no, i.area_no, i.island;

-- table area_runs_{no}: whole; or, where the cap comes before the next infection, the run up to the cap and what follows
SELECT i.rulebook_no, i.draw_no, i.area_no, i.reach,
       CASE p.part WHEN 2 THEN i.post_draw ELSE i.draw_first END AS run_from,
       CASE p.part WHEN 1 THEN i.pre_last ELSE i.last_day END AS run_last,
       CASE WHEN p.part = 1 THEN c.cap ELSE {day_max} END AS cap
FROM area_islands i
LEFT JOIN area_caps_{no} c ON c.draw_no = i.draw_no AND c.area_no = i.area_no AND c.island = i.island
JOIN area_parts p ON p.part = 0 AND (c.cap IS NULL OR c.cap >= i.post_first)
                  OR p.part = 1 AND (c.cap IS NOT NULL AND i.post_first IS NULL OR c.cap < i.post_first)
                  OR p.part = 2 AND c.cap < i.post_first AND i.post_draw IS NOT NULL
WHERE i.rulebook_no = {no};
