-- What was recorded by the known-at instant and is not taken back. Days are numbers since 1970-01-01.

-- view voids: what takes another event back
SELECT v.voids AS event_id
FROM events v
WHERE v.voids IS NOT NULL AND v.voids <> v.event_id AND v.recorded_us <= {known};

-- view known_events
SELECT e.event_id, e.person_id, e.kind, e.occurred_day
FROM events e
WHERE e.recorded_us <= {known} AND e.kind <> 'void'
  AND NOT EXISTS (SELECT 1 FROM voids v WHERE v.event_id = e.event_id);

-- table known_cases: the latest version of each; ended_day is the day of discharge or death, the first day free
SELECT c.case_id, c.person_id, concat('case/', c.classification, '/', c.origin) AS kind, c.found_by, c.confirmed_day,
       LEAST(COALESCE(c.discharged_day, {day_max} + 1), COALESCE(c.died_day, {day_max} + 1)) AS ended_day
FROM (
  SELECT c.*, ROW_NUMBER() OVER (PARTITION BY c.case_id ORDER BY c.recorded_us DESC) AS version
  FROM cases c
  WHERE c.recorded_us <= {known}
) c
WHERE c.version = 1;

-- table cuts: an event that occurred from since_day to until_day binds no day from cut_day on. A person's cases sorted by
-- their end divide time; within each stretch the earliest case that is still to end decides.
SELECT c.person_id,
       COALESCE(LAG(c.ended_day) OVER (PARTITION BY c.person_id ORDER BY c.ended_day, c.case_id), {day_min}) AS since_day,
       c.ended_day - 1 AS until_day,
       MIN(LEAST(c.confirmed_day, c.ended_day)) OVER (
         PARTITION BY c.person_id ORDER BY c.ended_day, c.case_id ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING
       ) AS cut_day
FROM known_cases c
JOIN case_kinds k ON k.kind = c.kind;

-- view event_facts: before_cut is the last day before a case cuts what the event started
SELECT e.event_id AS fact_id, e.person_id, e.kind, e.occurred_day AS fact_day, {day_max} AS last_day,
       COALESCE(x.cut_day - 1, {day_max}) AS before_cut
FROM known_events e
LEFT JOIN cuts x ON x.person_id = e.person_id AND e.occurred_day >= x.since_day AND e.occurred_day <= x.until_day;

-- view case_facts: last_day is the last day on which the case may bind
SELECT c.case_id AS fact_id, c.person_id, c.kind, c.confirmed_day AS fact_day, c.ended_day - 1 AS last_day,
       {day_max} AS before_cut
FROM known_cases c;

-- view facts
SELECT * FROM event_facts UNION ALL SELECT * FROM case_facts;
