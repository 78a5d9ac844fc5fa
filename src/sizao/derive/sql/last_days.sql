-- How long somebody with a status stays under measures, as far as is known.

-- view facts_standing: every fact of people with a status
SELECT * FROM facts f WHERE EXISTS (SELECT 1 FROM status_rows s WHERE s.person_id = f.person_id);

-- include bound_standing from facts_standing

-- view last_days: what is undecided tells nothing
SELECT b.person_id, MAX(b.until_day) AS last_day
FROM (SELECT * FROM bound_standing UNION ALL SELECT * FROM bound_wide) b
JOIN runs r ON r.run = b.run
WHERE r.phase IS NOT NULL AND b.until_day >= {on}
GROUP BY b.person_id;
