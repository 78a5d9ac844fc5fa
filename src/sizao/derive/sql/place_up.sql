-- The tree of places, one parent at a time: repeated until no place is left.

-- table place_up_{upper}
SELECT u.place_id, p.place_id AS above_id, p.kind, p.parent_id, u.up + 1 AS up
FROM place_up_{lower} u
JOIN places p ON p.place_id = u.parent_id;
