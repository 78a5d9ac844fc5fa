-- view {name}: every phase of every run of {facts}, and the days from first_day to until_day on which it binds
SELECT f.person_id, f.fact_id, r.run, r.weight, r.ceiling, r.place,
       f.fact_day + r.from_off AS from_day,
       GREATEST(f.fact_day + r.from_off, r.bind_from) AS first_day,
       LEAST(f.fact_day + r.until_off, f.last_day, f.before_cut, r.bind_to) AS until_day
FROM {facts} f
JOIN runs r ON r.kind = f.kind AND r.wide = 0 AND f.fact_day >= r.since_day AND f.fact_day < r.before_day
WHERE LEAST(f.fact_day + r.until_off, f.last_day, f.before_cut, r.bind_to)
      >= GREATEST(f.fact_day + r.from_off, r.bind_from);
