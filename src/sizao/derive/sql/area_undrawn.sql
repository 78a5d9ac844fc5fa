-- Infections for which nothing is drawn on one day: under the rulebook in force ({drawing}) they would count, if a narrower
-- place of theirs were known.

-- view undrawn_cases: those that could still hold a place
SELECT c.case_id, c.found_no
FROM area_cases c
WHERE c.confirmed_day <= {on} AND c.confirmed_day >= {since}
  AND c.found_no IN (SELECT r.found_no FROM area_rules r WHERE r.rulebook_no = {drawing});

-- view undrawn
SELECT DISTINCT c.case_id, f.place_id, f.role,
       CASE WHEN p.kind_no = {unknown} THEN 'unknown_place' ELSE 'place_too_coarse' END AS why
FROM undrawn_cases c
JOIN case_places f ON f.case_id = c.case_id
JOIN area_places p ON p.place_id = f.place_id
JOIN area_sorts s ON s.role = f.role AND s.risk = CASE WHEN f.spread_risk THEN 1 ELSE 0 END
JOIN area_rules r ON r.rulebook_no = {drawing} AND r.sort_no = s.sort_no AND r.found_no = c.found_no
                 AND r.widest < p.kind_no
UNION ALL
SELECT c.case_id, NULL, NULL, 'no_place'
FROM undrawn_cases c
WHERE NOT EXISTS (SELECT 1 FROM case_places f WHERE f.case_id = c.case_id);

-- view places_in_themselves: places that lie in each other
SELECT DISTINCT p.place_id, m.name
FROM climbs c
JOIN area_places p ON p.place_no = c.place_no
JOIN places m ON m.place_id = p.place_id
WHERE c.up > 0 AND c.above_no = c.place_no;

-- view own_kinds: kinds of places of infections that are words of their own. In a building or the like (inside 1) they draw
-- what is around them, elsewhere themselves
SELECT p.kind, CASE WHEN s.place_no IS NULL THEN 0 ELSE 1 END AS inside, COUNT(*) AS places
FROM area_places p
LEFT JOIN area_starts s ON s.place_no = p.place_no
WHERE p.kind_no = 0 AND p.place_no IN (SELECT f.place_no FROM area_found f)
GROUP BY p.kind, CASE WHEN s.place_no IS NULL THEN 0 ELSE 1 END;
