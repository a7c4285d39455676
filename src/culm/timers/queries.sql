-- The state that the Book loads and writes.

-- name: load_timers
-- Timers by id.
select id, tenant, clock, due, state, command, body, schedule, event, correlation, "set", fired,
    last, outcome
from timer where partition = $1 and id = any($2::text[]);

-- name: save_timers
-- Part of a turn: timers as they are now. One that is set again is a new one.
insert into timer
select r.* from head, json_populate_recordset(null::timer, :rows) r
on conflict (partition, id) do update
set tenant = excluded.tenant, clock = excluded.clock, due = excluded.due, state = excluded.state,
    command = excluded.command, body = excluded.body, schedule = excluded.schedule,
    event = excluded.event, correlation = excluded.correlation, "set" = excluded."set",
    fired = excluded.fired, last = excluded.last, outcome = excluded.outcome;

-- name: all_timers
-- Every timer of a partition.
select id, tenant, clock, due, state, command, body, schedule, event, correlation, "set", fired,
    last, outcome
from timer where partition = $1;

-- name: load_clocks
-- Virtual clocks by tenant.
select tenant, now, target, news from tenant_clock
where partition = $1 and tenant = any($2::text[]);

-- name: save_clocks
-- Part of a turn: virtual clocks as they are now.
insert into tenant_clock
select r.* from head, json_populate_recordset(null::tenant_clock, :rows) r
on conflict (partition, tenant) do update
set now = excluded.now, target = excluded.target, news = excluded.news;

-- name: all_clocks
-- Every virtual clock of a partition.
select tenant, now, target, news from tenant_clock where partition = $1;
