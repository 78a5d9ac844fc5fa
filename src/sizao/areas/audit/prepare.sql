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
FROM counted
WINDOW w AS (ORDER BY taken_at);

-- The same for each level. A list that is cut short proves what it lists and not what it lacks: `before` and `after`
-- are the hours next to this one that have the level whole, `wholes` how many such hours there were so far, and a day
-- ends with its last one.
CREATE TEMP TABLE level_hours AS
WITH told AS (
  SELECT level, taken_at, BOOL_OR(COALESCE(whole, TRUE)) AS whole FROM told_by_level GROUP BY level, taken_at
), known AS (
  SELECT l.level, h.n, h.taken_at, h.date, COALESCE(t.whole, TRUE) AS whole
  FROM hours h
  CROSS JOIN (SELECT level FROM told_by_level UNION SELECT level FROM spells) l
  LEFT JOIN told t ON t.taken_at = h.taken_at AND t.level = l.level
), around AS (
  SELECT *, CAST(COUNT(*) FILTER (WHERE whole) OVER w AS INTEGER) AS wholes,
         MAX(taken_at) FILTER (WHERE whole) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before,
         MIN(taken_at) FILTER (WHERE whole) OVER (w ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS after
  FROM known
  WINDOW w AS (PARTITION BY level ORDER BY n)
)
SELECT *, whole AND (after IS NULL OR CAST(after AS DATE) > date) AS last_of_day FROM around;

-- Neighbouring lists that lie so far apart that an area may have been off the list between them and come back. The later
-- one may be cut short: it proves that the area was back, and not where it was since the last whole one.
CREATE TEMP TABLE unseen AS
SELECT level, before, taken_at AS after FROM level_hours WHERE taken_at > before + INTERVAL {bridge} HOUR;

-- Spellings of one place in a county are one area: its key, or the name as published where none was found.
CREATE TEMP TABLE named AS
SELECT CAST(ROW_NUMBER() OVER () AS INTEGER) AS spell, s.*, a.scope, a."count", a."partial",
       COALESCE(NULLIF(a."key", ''), s.place) AS "key", f.n AS first_n, l.n AS last_n,
       f.wholes - CAST(f.whole AS INTEGER) AS wholes_before, l.wholes AS wholes_last
FROM spells s
JOIN addresses a ON a.province = s.province AND a.city = s.city AND a.county = s.county AND a.place = s.place
JOIN level_hours f ON f.taken_at = s.first_seen AND f.level = s.level
JOIN level_hours l ON l.taken_at = s.last_seen AND l.level = s.level;

CREATE TEMP TABLE listed AS
SELECT *, CAST(DENSE_RANK() OVER (ORDER BY level, province, city, county, "key") AS INTEGER) AS area FROM named;

-- Levels of which it is known how many areas there were, be it none.
CREATE TEMP TABLE levels AS
SELECT level FROM listed
UNION
SELECT t.level FROM told_by_level t JOIN drawn_levels d ON d.level = t.level WHERE t.listed IS NOT NULL;

-- What a list names, as it names it, from hour to hour: no two rows of one name hold a common hour. It was gone
-- between two spells only if there is an hour between them that has its level whole.
CREATE TEMP TABLE entries AS
WITH met AS (
  SELECT area, place, level, province, city, scope, first_n, last_n, spell, wholes_before, MAX(wholes_last) OVER p AS reached
  FROM listed
  WINDOW p AS (
    PARTITION BY area, place ORDER BY first_n, last_n, spell ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
  )
), numbered AS (
  SELECT *, SUM(CASE WHEN wholes_before > reached THEN 1 ELSE 0 END) OVER (
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
  SELECT *, MAX(wholes_last) OVER p AS reached, MAX(last_seen) OVER p AS reached_at
  FROM listed
  WHERE level IN (SELECT level FROM drawn_levels)
  WINDOW p AS (PARTITION BY area ORDER BY first_n, last_n, spell ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
)
SELECT *,
       SUM(CASE WHEN wholes_before > reached THEN 1 ELSE 0 END) OVER q AS run,
       SUM(CASE WHEN wholes_before > reached AND first_seen > reached_at + INTERVAL {bridge} HOUR THEN 1 ELSE 0 END)
         OVER q AS nth
FROM met
WINDOW q AS (PARTITION BY area ORDER BY first_n, last_n, spell ROWS UNBOUNDED PRECEDING);

CREATE TEMP TABLE runs AS
SELECT area, nth, run, ANY_VALUE(level) AS level,
       MIN(wholes_before) AS wholes_before, MAX(wholes_last) AS wholes_last,
       MIN(first_seen) AS first_seen, MAX(last_seen) AS last_seen
FROM in_runs
GROUP BY area, nth, run;

-- The longest part of a run, and of a stay, in which no two lists are too far apart.
CREATE TEMP TABLE seen AS
WITH spans AS (
  SELECT area, nth, run, level, first_seen, last_seen FROM runs
  UNION ALL
  SELECT area, nth, NULL, ANY_VALUE(level), MIN(first_seen), MAX(last_seen) FROM runs GROUP BY area, nth
), starts AS (
  SELECT area, nth, run, first_seen AS start, NULL AS left_at, last_seen FROM spans
  UNION ALL
  SELECT s.area, s.nth, s.run, u.after, u.before, s.last_seen
  FROM spans s JOIN unseen u ON u.level = s.level AND u.before < s.last_seen AND u.after > s.first_seen
), parts AS (
  SELECT area, nth, run, DATE_DIFF('hour', start, COALESCE(LEAD(left_at) OVER p, last_seen)) AS hours
  FROM starts WINDOW p AS (PARTITION BY area, nth, run ORDER BY start)
)
SELECT area, nth, GREATEST(0, MAX(hours) FILTER (WHERE run IS NOT NULL)) / 24.0 AS unbroken_days,
       GREATEST(0, MAX(hours) FILTER (WHERE run IS NULL)) / 24.0 AS seen_days
FROM parts GROUP BY area, nth;

CREATE TEMP TABLE stays AS
WITH counted AS (
  SELECT area, nth, COUNT(*) AS runs FROM runs GROUP BY area, nth
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
       v.*, g.runs, c.unbroken_days, c.seen_days, b.before AS not_before, e.after AS gone_by,
       DATE_DIFF('hour', v.first_seen, v.last_seen) / 24.0 AS days_least,
       DATE_DIFF('hour', b.before, e.after) / 24.0 AS days_most
FROM names v
JOIN counted g USING (area, nth)
JOIN seen c USING (area, nth)
JOIN level_hours b ON b.n = v.first_n AND b.level = v.level
JOIN level_hours e ON e.n = v.last_n AND e.level = v.level;
