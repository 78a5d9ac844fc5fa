-- What the bulletins of the table `raw` say or imply, one row for each day, place and measure. See complete.py for the rules.
-- `provinces` (place_code, place): those that a national list would name. `split` (base): measures counted by origin.

CREATE TEMP TABLE facts AS
SELECT source, report_date AS on_day, place_code, place, measure, value,
       regexp_replace(measure, '_(imported|local)$', '') AS base,
       CASE WHEN measure LIKE '%\_imported' ESCAPE '\' THEN 'i' WHEN measure LIKE '%\_local' ESCAPE '\' THEN 'l' ELSE 't' END
           AS part
FROM raw
QUALIFY row_number() OVER (PARTITION BY source, report_date, place_code, place, measure ORDER BY start NULLS LAST, value) = 1;

-- t, i, l: the total, the imported and the local count; ht, hi, hl: how each is known.
CREATE TEMP TABLE told AS
SELECT source, on_day, place_code, place, base,
       max(value) FILTER (part = 't') AS t, max(value) FILTER (part = 'i') AS i, max(value) FILTER (part = 'l') AS l,
       CASE WHEN t IS NOT NULL THEN 'given' END AS ht,
       CASE WHEN i IS NOT NULL THEN 'given' END AS hi,
       CASE WHEN l IS NOT NULL THEN 'given' END AS hl
FROM facts
GROUP BY ALL;

CREATE TEMP MACRO filled(rows_of) AS TABLE
SELECT source, on_day, place_code, place, base,
       coalesce(t, i + l) AS t,
       coalesce(i, CASE WHEN t = 0 THEN 0 WHEN t >= l THEN t - l END) AS i,
       coalesce(l, CASE WHEN t = 0 THEN 0 WHEN t >= i THEN t - i END) AS l,
       coalesce(ht, CASE WHEN i + l IS NOT NULL THEN 'sum' END) AS ht,
       coalesce(hi, CASE WHEN t = 0 THEN 'zero' WHEN t >= l THEN 'rest' END) AS hi,
       coalesce(hl, CASE WHEN t = 0 THEN 'zero' WHEN t >= i THEN 'rest' END) AS hl
FROM query_table(rows_of) SEMI JOIN split USING (base)
UNION ALL
SELECT * FROM query_table(rows_of) ANTI JOIN split USING (base);

CREATE TEMP TABLE parted AS FROM filled('told');

CREATE TEMP TABLE long AS
SELECT source, on_day, place_code, base, 't' AS part, t AS value FROM parted WHERE t IS NOT NULL
UNION ALL SELECT source, on_day, place_code, base, 'i', i FROM parted WHERE i IS NOT NULL
UNION ALL SELECT source, on_day, place_code, base, 'l', l FROM parted WHERE l IS NOT NULL;

-- A list is complete where it sums to the nation's figure, or misses it by a correction printed beside it.
CREATE TEMP TABLE complete AS
WITH nation AS (FROM long WHERE place_code = '100000'),
listed AS (
    SELECT source, on_day, base, part, sum(value) AS listed
    FROM long SEMI JOIN provinces USING (place_code)
    GROUP BY ALL
),
corrected AS (
    SELECT source, on_day, regexp_replace(base, '_(imported|local)$', '') AS base,
           CASE WHEN base LIKE '%\_imported' ESCAPE '\' THEN 'i' WHEN base LIKE '%\_local' ESCAPE '\' THEN 'l' ELSE 't' END AS part,
           sum(value) AS correction
    FROM (SELECT source, report_date AS on_day, regexp_replace(measure, '_correction$', '') AS base, value
          FROM raw WHERE measure LIKE '%\_correction' ESCAPE '\')
    GROUP BY ALL
)
SELECT source, on_day, base, part
FROM nation
LEFT JOIN listed USING (source, on_day, base, part)
LEFT JOIN corrected USING (source, on_day, base, part)
WHERE (value = coalesce(listed, 0) OR (listed > 0 AND abs(value - listed) = abs(correction)))
  AND NOT regexp_matches(base, '_(change|correction)$');  -- signed: a sum of 0 is no sum of zeros

CREATE TEMP TABLE whole AS
WITH absent AS (
    SELECT source, on_day, place_code, provinces.place, base, part
    FROM complete CROSS JOIN provinces
    ANTI JOIN long USING (source, on_day, place_code, base, part)
),
zeros AS (
    SELECT source, on_day, place_code, place, base,
           max(0) FILTER (part = 't') AS t, max(0) FILTER (part = 'i') AS i, max(0) FILTER (part = 'l') AS l
    FROM absent
    GROUP BY ALL
)
SELECT source, on_day, place_code, coalesce(p.place, z.place) AS place, base,
       coalesce(p.t, z.t) AS t, coalesce(p.i, z.i) AS i, coalesce(p.l, z.l) AS l,
       CASE WHEN p.t IS NOT NULL THEN p.ht WHEN z.t IS NOT NULL THEN 'absent' END AS ht,
       CASE WHEN p.i IS NOT NULL THEN p.hi WHEN z.i IS NOT NULL THEN 'absent' END AS hi,
       CASE WHEN p.l IS NOT NULL THEN p.hl WHEN z.l IS NOT NULL THEN 'absent' END AS hl
FROM parted AS p FULL JOIN zeros AS z USING (source, on_day, place_code, base);

CREATE TEMP TABLE every AS
WITH done AS (FROM filled('whole')),
of_national AS (SELECT DISTINCT source, on_day, true AS national FROM facts WHERE place_code = '100000'),
cells AS (
    SELECT source, on_day, place_code, place, base AS measure, t AS value, ht AS how FROM done WHERE t IS NOT NULL
    UNION ALL
    SELECT source, on_day, place_code, place, base || '_imported', i, hi FROM done WHERE i IS NOT NULL
    UNION ALL
    SELECT source, on_day, place_code, place, base || '_local', l, hl FROM done WHERE l IS NOT NULL
)
-- What a text says comes before what is derived, and the national bulletin before a province's own.
SELECT cells.*, count(DISTINCT value) FILTER (how = 'given') OVER (PARTITION BY on_day, place_code, place, measure) AS values_given
FROM cells LEFT JOIN of_national USING (source, on_day)
QUALIFY row_number() OVER (
    PARTITION BY on_day, place_code, place, measure ORDER BY how = 'given' DESC, national NULLS LAST, source
) = 1;

-- A cumulative count of two days that follow each other gives the new ones where nothing else does.
CREATE TEMP TABLE stepped AS
SELECT a.source, a.on_day, a.place_code, a.place, replace(a.measure, '_total', '_new') AS measure, a.value - b.value AS value,
       'step' AS how, 0 AS values_given
FROM every AS a JOIN every AS b ON a.place = b.place AND a.place_code IS NOT DISTINCT FROM b.place_code
     AND a.measure = b.measure AND a.on_day = b.on_day + 1
WHERE a.measure IN ('confirmed_total', 'deaths_total', 'discharged_total')
  AND a.how = 'given' AND b.how = 'given' AND a.value >= b.value;

CREATE TEMP VIEW answer AS
SELECT on_day AS "on", place_code, place, measure, value, how = 'given' AS given, how, nullif(source, '') AS source,
       greatest(values_given - 1, 0) AS others
FROM (
    FROM every
    UNION ALL
    (FROM stepped ANTI JOIN every USING (on_day, place, measure))
)
ORDER BY "on", place_code NULLS LAST, place, measure;
