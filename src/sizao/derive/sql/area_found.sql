-- What areas are drawn from: infections at places. Inside, places and cases are numbers, in the order of their ids.

-- table area_cases
SELECT c.case_id, c.confirmed_day, COALESCE(w.found_no, 0) AS found_no, ROW_NUMBER() OVER (ORDER BY c.case_id) AS case_no
FROM known_cases c
LEFT JOIN area_words w ON w.found_by = c.found_by;

-- table tree_0: the places that infections and orders name. One that is not among the places lies nowhere.
SELECT u.place_id, p.parent_id, p.kind
FROM (
  SELECT c.place_id FROM case_places c
  UNION
  SELECT o.place_id FROM orders o WHERE o.place_id IS NOT NULL
) u
LEFT JOIN places p ON p.place_id = u.place_id;
