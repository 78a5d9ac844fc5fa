-- One parent up from the last round: repeated until no place is left.

-- table climb_{upper}
SELECT c.place_no, p.above_no, p.kind_no, p.parent_no, c.up + 1 AS up
FROM climb_{lower} c
JOIN climb_0 p ON p.place_no = c.parent_no;
