-- How provinces took up the rulebook that did away with a level ({changed_on}).
CREATE TEMP VIEW t_gone_level AS
WITH there AS (
  SELECT DISTINCT level, province FROM listed WHERE level IN (SELECT level FROM gone)
    AND last_seen >= TIMESTAMP '{changed_on} 00:00:00'
), held AS (
  SELECT t.level, t.province, h.n, h.taken_at,
         COUNT(i.level) AS areas
  FROM level_hours h
  JOIN there t ON t.level = h.level
  LEFT JOIN entries i ON i.level = t.level AND i.province = t.province AND h.n BETWEEN i.first_n AND i.last_n
  WHERE h.whole AND h.date >= DATE '{changed_on}'
  GROUP BY t.level, t.province, h.n, h.taken_at
)
SELECT level, province, taken_at, areas FROM held
QUALIFY areas > 0 OR LAG(areas) OVER (PARTITION BY level, province ORDER BY n) > 0
ORDER BY level, province, taken_at;

CREATE TEMP VIEW t_adoption AS
WITH days AS (
  SELECT province, date, CAST(SUM(areas) AS BIGINT) AS areas,
         CAST(SUM(CASE WHEN scope IN (SELECT scope FROM narrow) THEN areas ELSE 0 END) AS BIGINT) AS narrow_areas
  FROM at_day_end WHERE level = 'high' GROUP BY province, date
), spoken AS (  -- few areas say nothing of how a province draws them
  SELECT province, date, 2 * narrow_areas >= areas AS half FROM days
  WHERE areas >= {enough} AND date >= DATE '{changed_on}'
), turned AS (
  SELECT *, half IS DISTINCT FROM LAG(half) OVER (PARTITION BY province ORDER BY date) AS turns FROM spoken
), phases AS (
  SELECT province, half, MIN(date) AS since, MAX(date) AS until
  FROM (SELECT *, SUM(CAST(turns AS INTEGER)) OVER (PARTITION BY province ORDER BY date) AS phase FROM turned)
  GROUP BY province, half, phase
), lasting AS (  -- {lasting} days, or to the end of the lists
  SELECT * FROM phases
  WHERE until >= since + {lasting} - 1 OR until = (SELECT MAX(date) FROM level_hours WHERE level = 'high' AND last_of_day)
), taken_up AS (
  SELECT province, MIN(since) FILTER (WHERE half) AS first_half, MAX(since) FILTER (WHERE NOT half) AS last_fall,
         MIN(since) FILTER (WHERE half AND since > COALESCE(fall, DATE '0001-01-01')) AS half_on
  FROM (SELECT *, MAX(since) FILTER (WHERE NOT half) OVER (PARTITION BY province) AS fall FROM lasting)
  GROUP BY province
), drawn AS (
  SELECT province, first_seen >= TIMESTAMP '{changed_on} 00:00:00' AS after, COUNT(*) AS areas,
         SUM(CASE WHEN scope IN (SELECT scope FROM narrow) THEN 1 ELSE 0 END) AS narrow_areas
  FROM stays WHERE level = 'high' AND not_before IS NOT NULL
    AND first_seen >= TIMESTAMP '{changed_on} 00:00:00' - INTERVAL {window} DAY
    AND first_seen < TIMESTAMP '{changed_on} 00:00:00' + INTERVAL {window} DAY
  GROUP BY ALL
), left_over AS (
  SELECT province, MAX_BY(level, last_seen) AS level, MAX(last_seen) AS last_seen FROM listed
  WHERE level IN (SELECT level FROM gone) AND last_seen >= TIMESTAMP '{changed_on} 00:00:00'
  GROUP BY province
), first_day AS (
  SELECT i.province, COUNT(*) AS areas
  FROM level_hours h JOIN entries i ON i.level = h.level AND h.n BETWEEN i.first_n AND i.last_n
  WHERE h.date = DATE '{changed_on}' AND h.last_of_day AND i.level IN (SELECT level FROM gone)
  GROUP BY i.province
)
SELECT p.province,
       COALESCE(f.areas, 0) AS gone_level_areas,
       g.last_seen AS gone_level_last_seen,
       e.after AS gone_level_gone_by,
       b.areas AS areas_before, b.narrow_areas / b.areas AS share_before,
       w.areas AS drawn_before, w.narrow_areas / w.areas AS drawn_share_before,
       a.areas AS drawn_after, a.narrow_areas / a.areas AS drawn_share_after,
       t.half_on,
       (SELECT MAX(date) FROM spoken o WHERE o.province = p.province AND o.date < t.half_on) AS not_half_on,
       CASE WHEN t.half_on IS NULL AND t.first_half < t.last_fall THEN t.last_fall END AS fell_back_on,
       s.enough_on
FROM (SELECT DISTINCT province FROM listed) p
LEFT JOIN days b ON b.province = p.province AND b.date = DATE '{changed_on}' - 1
LEFT JOIN drawn w ON w.province = p.province AND NOT w.after
LEFT JOIN drawn a ON a.province = p.province AND a.after
LEFT JOIN left_over g ON g.province = p.province
LEFT JOIN level_hours e ON e.taken_at = g.last_seen AND e.level = g.level
LEFT JOIN first_day f ON f.province = p.province
LEFT JOIN taken_up t ON t.province = p.province
LEFT JOIN (SELECT province, MIN(date) AS enough_on FROM spoken GROUP BY province) s ON s.province = p.province
ORDER BY p.province;
