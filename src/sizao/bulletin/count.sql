-- A day's figures from the line list. on, before: the day and the day before; *_ends: the instant at which each ends;
-- known_at: what was recorded later is not known; whole: who has no known place counts; roots: places without a parent
-- are the children.

CREATE TEMP TABLE known AS
SELECT *, ROW_NUMBER() OVER (PARTITION BY case_id ORDER BY recorded_at DESC, confirmed_on DESC, classification DESC,
                             discharged_on DESC NULLS LAST, died_on DESC NULLS LAST, person_id, severity) AS age
FROM cases
WHERE recorded_at <= {known_at};

-- What was on record by the end of a day; of a case recorded later, what was recorded first.
CREATE TEMP VIEW severities AS
SELECT k.case_id, d.day, k.severity
FROM known k, (VALUES ({before}, {before_ends}), ({on}, {on_ends})) d (day, ends)
QUALIFY ROW_NUMBER() OVER (PARTITION BY k.case_id, d.day ORDER BY k.recorded_at < d.ends DESC,
                           CASE WHEN k.recorded_at < d.ends THEN k.age ELSE -k.age END) = 1;

CREATE TEMP TABLE states AS
SELECT c.case_id, c.person_id, c.origin,
       CASE WHEN c.classification = 'confirmed' THEN c.confirmed_on END AS confirmed_on,
       CASE WHEN c.classification = 'asymptomatic' THEN c.confirmed_on
            WHEN b.confirmed_on <= c.confirmed_on THEN b.confirmed_on END AS asymptomatic_on,
       COALESCE(c.died_on <= COALESCE(c.discharged_on, c.died_on), FALSE) AS died,
       CASE WHEN COALESCE(c.discharged_on, c.died_on) IS NOT NULL
            THEN GREATEST(LEAST(c.discharged_on, c.died_on), c.confirmed_on) END AS ended_on
FROM known c
LEFT JOIN (
  SELECT case_id, ARG_MIN(confirmed_on, age) AS confirmed_on
  FROM known
  WHERE classification = 'asymptomatic'
  GROUP BY case_id
) b USING (case_id)
WHERE c.age = 1;

-- Every place in the one asked for, and the child that it lies in; itself lies in none.
CREATE TEMP TABLE inside AS
WITH RECURSIVE inside AS (
  SELECT place_id, CASE WHEN place_id NOT IN (SELECT place_id FROM tops) THEN place_id END AS child
  FROM places
  WHERE place_id IN (SELECT place_id FROM tops) OR parent_id IN (SELECT place_id FROM tops)
     OR ({roots} AND parent_id IS NULL)
  UNION
  SELECT p.place_id, i.child
  FROM places p
  JOIN inside i ON i.place_id = p.parent_id
  WHERE i.child IS NOT NULL
)
SELECT place_id, MIN(child) AS child FROM inside GROUP BY place_id;

CREATE TEMP VIEW children AS
SELECT p.place_id, p.name, p.code
FROM places p
JOIN inside i ON i.place_id = p.place_id AND i.child = p.place_id
ORDER BY p.code NULLS LAST, p.place_id;

-- Each case with the child that it lives in; of several homes the last that it had moved to when it was found.
CREATE TEMP TABLE reported AS
WITH homes AS (
  SELECT h.case_id, h.place_id
  FROM case_places h
  JOIN states s USING (case_id)
  WHERE h.role = 'home'
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY h.case_id
    ORDER BY COALESCE(h."from" <= COALESCE(s.asymptomatic_on, s.confirmed_on), TRUE) DESC,
             h."from" DESC NULLS LAST, h.place_id
  ) = 1
)
SELECT s.*, i.child
FROM states s
LEFT JOIN homes h USING (case_id)
LEFT JOIN people p USING (person_id)
LEFT JOIN inside i ON i.place_id = COALESCE(h.place_id, p.home_place_id)
WHERE i.place_id IS NOT NULL OR {whole};

CREATE TEMP VIEW counts AS
WITH days AS (
  SELECT r.*, v.severity, w.severity AS severity_before,
         r.confirmed_on <= {on} AND COALESCE(r.ended_on > {on}, TRUE) AS active,
         r.confirmed_on <= {before} AND COALESCE(r.ended_on > {before}, TRUE) AS active_before,
         r.confirmed_on = {on} AND r.asymptomatic_on IS NOT NULL AS converted
  FROM reported r
  LEFT JOIN severities v ON v.case_id = r.case_id AND v.day = {on}
  LEFT JOIN severities w ON w.case_id = r.case_id AND w.day = {before}
)
SELECT origin, child,
       COUNT(*) FILTER (WHERE confirmed_on = {on}) AS confirmed_new,
       COUNT(*) FILTER (WHERE converted) AS converted_new,
       COUNT(*) FILTER (WHERE confirmed_on IS NOT NULL AND ended_on = {on} AND died) AS deaths_new,
       COUNT(*) FILTER (WHERE confirmed_on IS NOT NULL AND ended_on = {on} AND NOT died) AS discharged_new,
       COUNT(*) FILTER (WHERE confirmed_on <= {on}) AS confirmed_total,
       COUNT(*) FILTER (WHERE confirmed_on IS NOT NULL AND ended_on <= {on} AND died) AS deaths_total,
       COUNT(*) FILTER (WHERE confirmed_on IS NOT NULL AND ended_on <= {on} AND NOT died) AS discharged_total,
       COUNT(*) FILTER (WHERE active) AS active,
       COUNT(*) FILTER (WHERE active AND severity IN ('severe', 'critical')) AS severe,
       COUNT(*) FILTER (WHERE active AND severity IS NULL) AS severity_unknown,
       COUNT(*) FILTER (WHERE active_before AND severity_before IN ('severe', 'critical')) AS severe_before,
       COUNT(*) FILTER (WHERE active_before AND severity_before IS NULL) AS severity_before_unknown,
       COUNT(*) FILTER (WHERE asymptomatic_on = {on}) AS asymptomatic_new,
       COUNT(*) FILTER (WHERE confirmed_on IS NULL AND ended_on = {on} AND NOT died) AS asymptomatic_released,
       COUNT(*) FILTER (WHERE converted) AS asymptomatic_converted,
       COUNT(*) FILTER (WHERE asymptomatic_on <= {on} AND COALESCE(confirmed_on, ended_on, {on} + 1) > {on}) AS asymptomatic_observed
FROM days
GROUP BY origin, child;

CREATE TEMP VIEW exposed AS
SELECT e.event_id, e.person_id, e.occurred_on
FROM events e
LEFT JOIN people p USING (person_id)
LEFT JOIN inside i ON i.place_id = p.home_place_id
WHERE e.recorded_at <= {known_at} AND e.kind IN (SELECT kind FROM kinds)
  AND NOT EXISTS (
    SELECT 1 FROM events v WHERE v.voids = e.event_id AND v.event_id <> e.event_id AND v.recorded_at <= {known_at}
  )
  AND (i.place_id IS NOT NULL OR {whole});

CREATE TEMP VIEW traced AS
SELECT COUNT(DISTINCT person_id) AS contacts_total FROM exposed WHERE occurred_on <= {on};

-- Released: observed on the day before, not on this one, and no case.
CREATE TEMP VIEW observed AS
WITH bound AS (
  SELECT x.person_id,
         BOOL_OR(m."from" <= {on} AND COALESCE(m.until >= {on}, TRUE)) AS today,
         BOOL_OR(m."from" <= {before} AND COALESCE(m.until >= {before}, TRUE)) AS yesterday
  FROM measures m
  JOIN exposed x ON x.event_id = m.because AND x.person_id = m.person_id
  WHERE m.restriction IS NOT NULL
  GROUP BY x.person_id
)
SELECT COUNT(*) FILTER (WHERE today) AS contacts_observed,
       COUNT(*) FILTER (WHERE yesterday AND NOT today AND person_id NOT IN (
         SELECT person_id FROM states
         WHERE COALESCE(asymptomatic_on, confirmed_on) <= {on} AND COALESCE(ended_on >= {on}, TRUE)
       )) AS contacts_released
FROM bound;
