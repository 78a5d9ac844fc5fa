-- Each row of the file with its first fault; `row` counts from 0.
CREATE TEMP TABLE judged AS
WITH timed AS (
  SELECT t.* REPLACE (TRIM(t.province) AS province, TRIM(t.city) AS city, TRIM(t.county) AS county),
         l.id AS level_id,
         b.at AS first_at,
         e.at AS last_at,
         g.at AS gone_at
  FROM written t
  LEFT JOIN levels l ON l.name = LOWER(TRIM(t.level))
  LEFT JOIN clock b ON b.written = t.first_seen
  LEFT JOIN clock e ON e.written = t.last_seen
  LEFT JOIN clock g ON g.written = t.gone_by
), two_forms AS (  -- with and without idle blanks on the list at one time: two names there, and counted as two
  SELECT DISTINCT a."row"
  FROM timed a JOIN timed b USING (level_id, province, city, county, stripped)
  WHERE a.place <> stripped AND a.place <> b.place AND a.first_at <= b.last_at AND b.first_at <= a.last_at
), named AS (
  SELECT * REPLACE (CASE WHEN "row" IN (FROM two_forms) THEN place ELSE stripped END AS place) FROM timed
)
SELECT *, CASE
    WHEN level_id IS NULL THEN 'unknown-level'
    WHEN TRIM(place) = '' THEN 'no-name'
    WHEN first_at IS NULL THEN 'bad-time first_seen'
    WHEN last_at IS NULL THEN 'bad-time last_seen'
    WHEN gone_at IS NULL AND TRIM(gone_by) <> '' THEN 'bad-time gone_by'
    WHEN last_at < first_at THEN 'ends-before-begins last_seen'
    WHEN gone_at < last_at THEN 'ends-before-begins gone_by'
    WHEN ROW_NUMBER() OVER (
      PARTITION BY level_id, province, city, county, place, first_at, last_at, gone_at ORDER BY "row"
    ) > 1 THEN 'spell-twice'
  END AS fault
FROM named;

CREATE TEMP VIEW good AS SELECT * FROM judged WHERE fault IS NULL;

-- Spells of one place that hold a common time beyond the snapshot at which one ends and the next begins.
CREATE TEMP VIEW overlapping AS
SELECT "row", place FROM (
  SELECT "row", place, first_at, MAX(last_at) OVER (
    PARTITION BY level_id, province, city, county, place ORDER BY first_at, last_at, "row"
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
  ) AS before
  FROM good
) WHERE first_at < before;

CREATE TEMP VIEW two_counties AS
SELECT DISTINCT a.province, a.city, a.county, b.city AS other_city, b.county AS other_county, a.place,
       MIN(b."row") OVER (PARTITION BY a.province, a.city, a.county, b.city, b.county, a.place) AS "row"
FROM good a
JOIN good b USING (level_id, province, place)
WHERE (a.city, a.county) < (b.city, b.county) AND a.first_at <= b.last_at AND b.first_at <= a.last_at
  AND level_id <> 'low';
