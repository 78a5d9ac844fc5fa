-- What areas are drawn from: infections at places, and where these lie in the tree.

-- table area_found: infections at a place on a day that are alike in all that rules look at
SELECT f.place_id, f.role, f.risk, f.found_by, f.found_day, MIN(f.case_id) AS first_case, MAX(f.case_id) AS last_case
FROM (
  SELECT p.place_id, p.role, CASE WHEN p.role = 'home' OR p.spread_risk THEN 1 ELSE 0 END AS risk, g.found_by,
         c.confirmed_day AS found_day, c.case_id
  FROM case_places p
  JOIN known_cases c ON c.case_id = p.case_id
  LEFT JOIN (SELECT DISTINCT found_by FROM area_ignored) g ON g.found_by = c.found_by
  WHERE c.confirmed_day <= {last_day}
) f
GROUP BY f.place_id, f.role, f.risk, f.found_by, f.found_day;

-- table place_up_0: the places that infections and orders name; one that is not among the places is of no known kind
SELECT u.place_id, u.place_id AS above_id, COALESCE(p.kind, 'unknown') AS kind, p.parent_id, 0 AS up
FROM (
  SELECT f.place_id FROM area_found f
  UNION
  SELECT o.place_id FROM orders o WHERE o.place_id IS NOT NULL
) u
LEFT JOIN places p ON p.place_id = u.place_id;
