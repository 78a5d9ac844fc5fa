-- The tables of the audit, one view each.
CREATE TEMP VIEW t_spells AS
SELECT i.level, i.province, i.city, i.county, i.place, i.scope, i.first_seen, i.last_seen,
       (DATE_DIFF('hour', i.first_seen, i.last_seen) + DATE_DIFF('hour', b.before, e.after)) / 48.0 AS days,
       DATE_DIFF('hour', i.first_seen, i.last_seen) / 24.0 AS days_least,
       DATE_DIFF('hour', b.before, e.after) / 24.0 AS days_most,
       b.before AS not_before, e.after AS gone_by, i."count", i."partial", s.stay
FROM listed i
LEFT JOIN in_runs r ON r.spell = i.spell
LEFT JOIN stays s ON s.area = r.area AND s.nth = r.nth
JOIN level_hours b ON b.n = i.first_n AND b.level = i.level
JOIN level_hours e ON e.n = i.last_n AND e.level = i.level
ORDER BY i.spell;

-- A medium area that comes when a high one of the same place ends (by a day more or less) was stepped down.
CREATE TEMP TABLE stepped AS
SELECT DISTINCT m.stay
FROM stays m
JOIN stays h ON h.level = 'high' AND h.province = m.province AND h.city = m.city AND h.county = m.county
            AND h."key" = m."key"
WHERE m.level = 'medium' AND h.first_seen < m.first_seen
  AND m.first_seen BETWEEN h.last_seen - INTERVAL 24 HOUR AND COALESCE(h.gone_by, h.last_seen) + INTERVAL 24 HOUR;

-- The days of the rulebook in force at the start, or of the one at the end where that gives more. Who was not on a
-- list of the day after the change, and came later, was surely drawn at a level that was gone; who came before may have
-- been drawn before.
CREATE TEMP TABLE judged AS
WITH ruled AS (
  SELECT s.*, d.stay IS NOT NULL AS stepped_down,
         CASE WHEN z.days > a.days THEN z.rulebook ELSE a.rulebook END AS rulebook,
         CASE WHEN z.days > a.days THEN z.clause ELSE a.clause END AS clause,
         CAST(CASE WHEN z.days > a.days THEN z.days ELSE a.days END AS INTEGER) AS rule_days
  FROM stays s
  LEFT JOIN stepped d ON d.stay = s.stay
  LEFT JOIN rules a ON a.level = s.level AND a.stepped_down = (d.stay IS NOT NULL)
                   AND CAST(s.first_seen AS DATE) BETWEEN a."from" AND a.until
  LEFT JOIN rules z ON z.level = s.level AND z.stepped_down = (d.stay IS NOT NULL)
                   AND CAST(s.last_seen AS DATE) BETWEEN z."from" AND z.until
)
SELECT *, CASE
    WHEN rule_days IS NULL AND level IN (SELECT level FROM gone)
         AND not_before >= TIMESTAMP '{changed_on} 00:00:00' + INTERVAL 1 DAY THEN 'level_gone'
    WHEN rule_days IS NULL AND level IN (SELECT level FROM gone)
         AND first_seen >= TIMESTAMP '{changed_on} 00:00:00' THEN 'cannot_tell'
    WHEN rule_days IS NULL THEN 'no_rule'
    WHEN unbroken_days > rule_days + {margin} THEN 'longer'
    WHEN seen_days > rule_days + {margin} THEN 'longer_with_gaps'
    WHEN days_most <= rule_days + {margin} THEN 'within'
    ELSE 'cannot_tell'
  END AS verdict
FROM ruled;

CREATE TEMP VIEW t_stays AS
SELECT stay, level, province, city, county, place, scope, "count", "partial", names, first_seen, last_seen,
       not_before, gone_by, (days_least + days_most) / 2 AS days, days_least, days_most, unbroken_days, runs, spells,
       stepped_down, rulebook, clause, rule_days, verdict
FROM judged ORDER BY stay;

CREATE TEMP VIEW t_longer AS
SELECT stay, level, province, city, county, place, scope, first_seen, last_seen, unbroken_days, days_least, days_most,
       rulebook, clause, rule_days, unbroken_days - rule_days AS days_over
FROM judged WHERE verdict = 'longer' ORDER BY days_over DESC, stay;

-- What is listed in the last hour of a day that has the level whole counts on that day.
CREATE TEMP TABLE at_day_end AS
SELECT h.date, i.level, i.province, i.city, i.scope, COUNT(*) AS areas
FROM level_hours h
JOIN entries i ON i.level = h.level AND h.n BETWEEN i.first_n AND i.last_n
WHERE h.last_of_day
GROUP BY h.date, i.level, i.province, i.city, i.scope;

CREATE TEMP VIEW t_by_day AS
SELECT h.date, l.level, c.scope, CAST(COALESCE(SUM(d.areas), 0) AS BIGINT) AS areas
FROM level_hours h
JOIN levels l ON l.level = h.level
CROSS JOIN scopes c
LEFT JOIN at_day_end d ON d.date = h.date AND d.level = l.level AND d.scope = c.scope
WHERE h.last_of_day
GROUP BY h.date, l.level, c.scope, c.nth
ORDER BY h.date, l.level, c.nth;

CREATE TEMP VIEW t_by_province AS
SELECT date, level, province, scope, CAST(SUM(areas) AS BIGINT) AS areas
FROM at_day_end GROUP BY ALL ORDER BY ALL;

CREATE TEMP VIEW t_by_city AS
SELECT date, level, province, city, scope, areas FROM at_day_end ORDER BY ALL;

-- The day on which an area came onto the list; of those of the first hour it is not known.
CREATE TEMP VIEW t_drawn AS
SELECT CAST(first_seen AS DATE) AS date, level, province, scope, COUNT(*) AS areas
FROM stays WHERE not_before IS NOT NULL GROUP BY ALL ORDER BY ALL;

CREATE TEMP VIEW t_terms AS
SELECT level, stepped_down, rulebook, rule_days, province, verdict, COUNT(*) AS stays,
       MEDIAN((days_least + days_most) / 2) AS median_days
FROM judged GROUP BY ALL ORDER BY ALL;

-- Every hour: what the spells hold beside what the snapshots list. Gone and back within the bridge shows cut lists.
CREATE TEMP VIEW t_by_hour AS
WITH steps AS (
  SELECT level, first_n AS n, 1 AS step FROM entries
  UNION ALL SELECT level, last_n + 1, -1 FROM entries
), told AS (
  SELECT taken_at, l.level, MIN(t.listed) AS listed_least, MAX(t.listed) AS listed_most,
         MIN(t.stated) AS stated_least, MAX(t.stated) AS stated_most
  FROM told_by_level t JOIN levels l USING (level)
  GROUP BY taken_at, l.level
)
SELECT h.taken_at, l.level, k.lists AS snapshots,
       CAST(SUM(COALESCE(d.step, 0)) OVER (PARTITION BY l.level ORDER BY h.n) AS BIGINT) AS areas,
       t.listed_least, t.listed_most, t.stated_least, t.stated_most, h.whole
FROM level_hours h
JOIN levels l ON l.level = h.level
JOIN hours k ON k.n = h.n
LEFT JOIN (SELECT level, n, SUM(step) AS step FROM steps GROUP BY level, n) d ON d.n = h.n AND d.level = l.level
LEFT JOIN told t ON t.taken_at = h.taken_at AND t.level = l.level
ORDER BY h.taken_at, l.level;

CREATE TEMP VIEW t_breaks AS
WITH back AS (
  SELECT area, nth, wholes_last, last_seen,
         LEAD(wholes_before) OVER w AS back_n, LEAD(first_seen) OVER w AS back_at, LEAD(nth) OVER w AS back_nth
  FROM runs WINDOW w AS (PARTITION BY area ORDER BY run)
)
SELECT last_seen, back_at, CAST(back_n - wholes_last AS INTEGER) AS hours_missed, back_nth = nth AS bridged,
       COUNT(*) AS areas
FROM back WHERE back_n IS NOT NULL GROUP BY ALL ORDER BY areas DESC, last_seen, back_at;

CREATE TEMP VIEW t_longest AS
SELECT stay, level, province, city, county, place, scope, first_seen, last_seen, days_least, days_most, unbroken_days,
       runs, rulebook, rule_days, verdict
FROM judged
QUALIFY ROW_NUMBER() OVER (PARTITION BY level ORDER BY days_least DESC, stay) <= {most}
ORDER BY level, days_least DESC, stay;

CREATE TEMP VIEW t_widest AS
WITH wide AS (
  SELECT stay, level, province, city, county, place, scope, "count", "partial", first_seen, last_seen, days_least,
         days_most, s.width
  FROM judged JOIN scopes s USING (scope)
  WHERE scope IN ('county', 'street') OR "count" > 1
)
SELECT * EXCLUDE (width) FROM wide
QUALIFY scope IN ('county', 'street') OR ROW_NUMBER() OVER (PARTITION BY scope ORDER BY "count" DESC, stay) <= {most}
ORDER BY width DESC, "count" DESC, days_least DESC, stay;

CREATE TEMP VIEW t_unread AS
SELECT level, province, city, county, place, COUNT(*) AS spells, MIN(first_seen) AS first_seen
FROM listed WHERE scope = 'unknown' AND level IN (SELECT level FROM drawn_levels) GROUP BY ALL ORDER BY ALL;
