-- The tree, numbered.

-- table area_places: kind_no: how wide, from 1; 0 for a premise
SELECT t.place_id, t.parent_id, t.kind,
       COALESCE(k.kind_no, CASE WHEN t.kind IS NULL THEN {unknown} ELSE 0 END) AS kind_no,
       ROW_NUMBER() OVER (ORDER BY t.place_id) AS place_no
FROM (SELECT DISTINCT t.place_id, t.parent_id, t.kind FROM tree t) t
LEFT JOIN area_kinds k ON k.kind = t.kind;

-- table climb_0
SELECT t.place_no, t.place_no AS above_no, t.kind_no, p.place_no AS parent_no, 0 AS up
FROM area_places t
LEFT JOIN area_places p ON p.place_id = t.parent_id;
