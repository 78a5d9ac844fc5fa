-- Short answers for the report.
CREATE TEMP VIEW f_counts AS
SELECT (SELECT MIN(taken_at) FROM hours) AS first, (SELECT MAX(taken_at) FROM hours) AS last,
       (SELECT COUNT(*) FROM snapshots) AS snapshots, (SELECT COUNT(*) FROM hours) AS hours,
       (SELECT COUNT(*) FROM hours WHERE lists > 1) AS hours_of_several,
       (SELECT COUNT(*) FROM in_runs) AS spells,
       (SELECT COUNT(DISTINCT area) FROM in_runs) AS areas,
       (SELECT COUNT(*) FROM stays) AS stays,
       (SELECT COUNT(DISTINCT area) FROM stays WHERE nth > 0) AS relisted,
       (SELECT COUNT(DISTINCT place) FROM in_runs) AS names,
       (SELECT COUNT(DISTINCT place) FROM in_runs WHERE scope = 'unknown') AS names_unread;

CREATE TEMP VIEW f_agreement AS
SELECT COUNT(*) AS hours_single, COUNT(*) FILTER (WHERE apart = 0) AS hours_agreeing,
       COALESCE(MAX(apart), 0) AS most_apart
FROM (
  SELECT taken_at, MAX(ABS(areas - listed_most)) AS apart FROM by_hour
  WHERE snapshots = 1 AND whole AND listed_most IS NOT NULL GROUP BY taken_at
);

CREATE TEMP VIEW f_weeks AS
WITH weeks AS (
  SELECT CAST(DATE_TRUNC('week', date) AS DATE) AS week, level, scope, SUM(areas) AS areas,
         COUNT(DISTINCT date) AS days
  FROM by_day GROUP BY ALL
)
SELECT week, level, scope, areas / days AS areas, SUM(areas / days) OVER (PARTITION BY week, level) AS all_areas
FROM weeks ORDER BY week, level, scope;

CREATE TEMP VIEW f_terms AS
SELECT level, stepped_down, rulebook, rule_days AS days, COUNT(*) AS stays,
       COUNT(*) FILTER (WHERE verdict = 'within') AS within,
       COUNT(*) FILTER (WHERE verdict = 'longer') AS longer,
       COUNT(*) FILTER (WHERE verdict = 'longer_with_gaps') AS longer_with_gaps,
       COUNT(*) FILTER (WHERE verdict = 'cannot_tell') AS cannot_tell,
       COUNT(*) FILTER (WHERE verdict = 'level_gone') AS level_gone
FROM judged GROUP BY ALL ORDER BY level, rulebook NULLS FIRST, stepped_down;

CREATE TEMP VIEW f_provinces AS
SELECT j.province, COUNT(*) AS drawn,
       SUM(CASE WHEN j.scope IN (SELECT scope FROM narrow) THEN 1 ELSE 0 END) / COUNT(*) AS narrow,
       COUNT(*) FILTER (WHERE verdict = 'longer') AS longer,
       ANY_VALUE(a.share_before) AS narrow_before,
       ANY_VALUE(a.half_on) AS half_on, ANY_VALUE(a.not_half_on) AS not_half_on, ANY_VALUE(a.fell_back_on) AS fell_back_on, ANY_VALUE(a.enough_on) AS enough_on
FROM judged j LEFT JOIN adoption a ON a.province = j.province
WHERE level = 'high' AND not_before IS NOT NULL AND first_seen >= TIMESTAMP '{changed_on} 00:00:00'
GROUP BY j.province ORDER BY narrow DESC, j.province;
