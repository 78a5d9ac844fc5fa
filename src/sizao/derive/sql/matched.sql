-- view matched: one row where any sample at all could start a measure
SELECT 1 AS matched
FROM tests t
JOIN test_rules r ON (r.result IS NULL OR r.result = t.result) AND (r.method IS NULL OR r.method = t.method)
                 AND (r.ct_from IS NULL OR t.ct >= r.ct_from) AND (r.ct_below IS NULL OR t.ct < r.ct_below)
LIMIT 1;
