-- From spells to areas, their unbroken runs on the list, and their stays.
-- An hour is a time for which at least one snapshot is known. Of several snapshots of one hour nobody knows the order,
-- and some of them are cut off: a place in any of them was listed in that hour.
CREATE TEMP TABLE hours AS
WITH times AS (
  SELECT taken_at FROM snapshots
  UNION SELECT first_seen FROM spells
  UNION SELECT last_seen FROM spells
), counted AS (
  SELECT t.taken_at, COUNT(n.taken_at) AS lists
  FROM times t LEFT JOIN snapshots n ON n.taken_at = t.taken_at
  GROUP BY t.taken_at
)
SELECT taken_at, lists, CAST(taken_at AS DATE) AS date,
       CAST(ROW_NUMBER() OVER w AS INTEGER) AS n,
       LAG(taken_at) OVER w AS before,
       LEAD(taken_at) OVER w AS after,
       LEAD(taken_at) OVER w IS NULL OR CAST(LEAD(taken_at) OVER w AS DATE) > CAST(taken_at AS DATE) AS last_of_day
FROM counted
WINDOW w AS (ORDER BY taken_at);

-- Spellings of one place in a county are one area: its key, or the name as published where none was found.
CREATE TEMP TABLE named AS
SELECT CAST(ROW_NUMBER() OVER () AS INTEGER) AS spell, s.*, a.scope, a."count", a."partial",
       COALESCE(NULLIF(a."key", ''), s.place) AS "key", f.n AS first_n, l.n AS last_n
FROM spells s
JOIN addresses a ON a.province = s.province AND a.city = s.city AND a.county = s.county AND a.place = s.place
JOIN hours f ON f.taken_at = s.first_seen
JOIN hours l ON l.taken_at = s.last_seen;

CREATE TEMP TABLE listed AS
SELECT *, CAST(DENSE_RANK() OVER (ORDER BY level, province, city, county, "key") AS INTEGER) AS area FROM named;

-- Levels of which it is known how many areas there were, be it none.
CREATE TEMP TABLE levels AS
SELECT level FROM listed
UNION
SELECT t.level FROM told_by_level t JOIN drawn_levels d ON d.level = t.level WHERE t.listed IS NOT NULL;

-- What a list names, as it names it, from hour to hour: no two rows of one name hold a common hour.
CREATE TEMP TABLE entries AS
WITH met AS (
  SELECT area, place, level, province, city, scope, first_n, last_n, spell, MAX(last_n) OVER p AS reached
  FROM listed
  WINDOW p AS (
    PARTITION BY area, place ORDER BY first_n, last_n, spell ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
  )
), numbered AS (
  SELECT *, SUM(CASE WHEN first_n > reached + 1 THEN 1 ELSE 0 END) OVER (
    PARTITION BY area, place ORDER BY first_n, last_n, spell ROWS UNBOUNDED PRECEDING
  ) AS nth
  FROM met
)
SELECT ANY_VALUE(level) AS level, ANY_VALUE(province) AS province, ANY_VALUE(city) AS city, ANY_VALUE(scope) AS scope,
       MIN(first_n) AS first_n, MAX(last_n) AS last_n
FROM numbered
GROUP BY area, place, nth;

-- A run: hour after hour on the list. A stay: runs that are apart by no more than {bridge} hours.
-- Low areas are the rest of a county: they are counted, but nobody drew them, and no rule says how long they stay.
CREATE TEMP TABLE in_runs AS
WITH met AS (
  SELECT *, MAX(last_n) OVER p AS reached, MAX(last_seen) OVER p AS reached_at
  FROM listed
  WHERE level IN (SELECT level FROM drawn_levels)
  WINDOW p AS (PARTITION BY area ORDER BY first_n, last_n, spell ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
)
SELECT *,
       SUM(CASE WHEN first_n > reached + 1 THEN 1 ELSE 0 END) OVER q AS run,
       SUM(CASE WHEN first_n > reached + 1 AND first_seen > reached_at + INTERVAL {bridge} HOUR THEN 1 ELSE 0 END) OVER q
         AS nth
FROM met
WINDOW q AS (PARTITION BY area ORDER BY first_n, last_n, spell ROWS UNBOUNDED PRECEDING);

CREATE TEMP TABLE runs AS
SELECT area, nth, run, MIN(first_n) AS first_n, MAX(last_n) AS last_n,
       MIN(first_seen) AS first_seen, MAX(last_seen) AS last_seen, COUNT(*) AS spells
FROM in_runs
GROUP BY area, nth, run;

CREATE TEMP TABLE stays AS
WITH longest AS (
  SELECT area, nth, COUNT(*) AS runs, MAX(DATE_DIFF('hour', first_seen, last_seen)) / 24.0 AS unbroken_days
  FROM runs GROUP BY area, nth
), names AS (
  SELECT area, nth, MIN_BY(place, (first_n, spell)) AS place, MIN_BY(scope, (first_n, spell)) AS scope,
         MIN_BY("partial", (first_n, spell)) AS "partial", MAX("count") AS "count",
         COUNT(DISTINCT place) AS names, COUNT(*) AS spells,
         ANY_VALUE(level) AS level, ANY_VALUE(province) AS province, ANY_VALUE(city) AS city,
         ANY_VALUE(county) AS county, ANY_VALUE("key") AS "key",
         MIN(first_n) AS first_n, MAX(last_n) AS last_n, MIN(first_seen) AS first_seen, MAX(last_seen) AS last_seen
  FROM in_runs
  GROUP BY area, nth
)
SELECT CAST(ROW_NUMBER() OVER (ORDER BY v.level, v.province, v.city, v.county, v.first_n, v."key") AS INTEGER) AS stay,
       v.*, g.runs, g.unbroken_days, b.before AS not_before, e.after AS gone_by,
       DATE_DIFF('hour', v.first_seen, v.last_seen) / 24.0 AS days_least,
       DATE_DIFF('hour', b.before, e.after) / 24.0 AS days_most
FROM names v
JOIN longest g USING (area, nth)
JOIN hours b ON b.n = v.first_n
JOIN hours e ON e.n = v.last_n;
