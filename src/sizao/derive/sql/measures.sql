-- Every phase of every run under its rulebook.

-- include bound from facts

-- view measures
SELECT b.person_id, r.rulebook, r.measure, r.phase, r.restriction, b.from_day, b.until_day, r.clause,
       b.fact_id AS because
FROM (SELECT * FROM bound UNION ALL SELECT * FROM bound_wide) b
JOIN runs r ON r.run = b.run;
