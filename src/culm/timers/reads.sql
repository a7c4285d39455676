-- The reads of timers and clocks. $1 is the partition everywhere.

-- name: due
-- Timers of the real time that are due by $2, the longest due first, $3 of them.
select tenant, id, octet_length(body) as size from timer
where partition = $1 and clock = '' and due <= $2
order by due, event, id limit $3;

-- name: next_due
-- When the next timer of the real time is due.
select due from timer where partition = $1 and clock = '' and due is not null
order by due limit 1;

-- name: clocks_to_run
-- Tenants whose virtual clock is on its way, or has a timer that is due where it stands.
select c.tenant from tenant_clock c
where c.partition = $1 and (c.target is not null or exists (
    select from timer t where t.partition = $1 and t.clock = c.tenant and t.due <= c.now
));

-- name: on_the_way
-- A tenant's ($2) virtual clock, and the timers that fire on its way, in order, $3 of them.
select c.news, t.id, t.size
from tenant_clock c
left join lateral (
    select id, octet_length(body) as size, due, event from timer
    where partition = $1 and clock = c.tenant and due <= coalesce(c.target, c.now)
    order by due, event, id limit $3
) t on true
where c.partition = $1 and c.tenant = $2
order by t.due, t.event, t.id;

-- name: timer
-- A tenant's timer by id.
select id, tenant, clock, due, state, command, body, schedule, event, correlation, "set", fired,
    last, outcome
from timer where partition = $1 and tenant = $2 and id = $3;

-- name: timers
-- A tenant's timers, those that were set last first, before an event and an id ($3, $4), in one
-- state ($5) or any, $6 of them.
select id, tenant, clock, due, state, command, body, schedule, event, correlation, "set", fired,
    last, outcome
from timer
where partition = $1 and tenant = $2 and (event, id) < ($3, $4 collate "C")
    and ($5::text is null or state = $5)
order by event desc, id desc limit $6;

-- name: clock
-- A tenant's virtual clock.
select tenant, now, target, news from tenant_clock where partition = $1 and tenant = $2;
