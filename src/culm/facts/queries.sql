-- What the relay and its kin read of the log, and the little that they write.

-- name: take_lead
-- Lead something from now on, for as long as the session lasts, unless somebody leads it already.
select pg_try_advisory_lock($1);

-- name: give_lead_back
-- Lead something no longer.
select pg_advisory_unlock($1);

-- name: facts_from
-- The events of a partition ($1) from a position ($2) on, at most so many ($3).
select partition, position, time, type, version, tenant, actor, correlation, causation, body
from book_log
where partition = $1 and position >= $2
order by position
limit $3;

-- name: fact_at
-- A tenant's ($3) event at a position.
select partition, position, time, type, version, tenant, actor, correlation, causation, body
from book_log
where partition = $1 and position = $2 and tenant = $3;

-- name: size
-- How many events a partition has.
select size from book_head where partition = $1;

-- name: set_published
-- Note how far a partition's log is known to be published.
insert into relay (partition, published) values ($1, $2)
on conflict (partition) do update set published = excluded.published;

-- name: backlog
-- For every partition: the events that are not known to be published, and the oldest one's time.
select h.partition, h.size, coalesce(r.published, 0) as published, l.time as oldest
from book_head h
left join relay r on r.partition = h.partition
left join book_log l on l.partition = h.partition and l.position = coalesce(r.published, 0)
order by h.partition;

-- name: time_at
-- When the event at a position was recorded.
select time from book_log where partition = $1 and position = $2;
