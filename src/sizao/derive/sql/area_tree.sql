-- The places that those of the last round lie in: repeated until there are none.

-- table tree_{upper}
SELECT p.place_id, p.parent_id, p.kind
FROM (SELECT DISTINCT t.parent_id FROM tree_{lower} t WHERE t.parent_id IS NOT NULL) u
JOIN places p ON p.place_id = u.parent_id;
