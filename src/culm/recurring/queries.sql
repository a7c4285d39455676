-- The state of recurring payments, as the Book loads and writes it.

-- name: load_schedules
-- Schedules by id.
select id, tenant, state, template, plan, adjust, retries, stop_after, occurrence, due, passed,
    failures, created, updated
from recurring_schedule where partition = $1 and id = any($2::bigint[]);

-- name: save_schedules
-- Part of a turn: schedules as they are now.
insert into recurring_schedule
select r.* from head, json_populate_recordset(null::recurring_schedule, :rows) r
on conflict (partition, id) do update
set state = excluded.state, occurrence = excluded.occurrence, due = excluded.due,
    passed = excluded.passed, failures = excluded.failures, updated = excluded.updated;

-- name: all_schedules
-- Every schedule of a partition.
select id, tenant, state, template, plan, adjust, retries, stop_after, occurrence, due, passed,
    failures, created, updated
from recurring_schedule where partition = $1;

-- name: load_runs
-- Runs by id.
select id, tenant, schedule, occurrence, begun, state, attempts, payment, code, again, created,
    updated
from recurring_run where partition = $1 and id = any($2::bigint[]);

-- name: save_runs
-- Part of a turn: runs as they are now.
insert into recurring_run
select r.* from head, json_populate_recordset(null::recurring_run, :rows) r
on conflict (partition, id) do update
set state = excluded.state, attempts = excluded.attempts, payment = excluded.payment,
    code = excluded.code, again = excluded.again, updated = excluded.updated;

-- name: all_runs
-- Every run of a partition.
select id, tenant, schedule, occurrence, begun, state, attempts, payment, code, again, created,
    updated
from recurring_run where partition = $1;

-- name: load_mandates
-- Mandates by id.
select id, tenant, state, kind, customer, source, destination, currency, agreed, text, given,
    maximum, monthly, single, valid_until, reference, month, collected, collections, reason, created,
    updated
from recurring_mandate where partition = $1 and id = any($2::bigint[]);

-- name: save_mandates
-- Part of a turn: mandates as they are now.
insert into recurring_mandate
select r.* from head, json_populate_recordset(null::recurring_mandate, :rows) r
on conflict (partition, id) do update
set state = excluded.state, month = excluded.month, collected = excluded.collected,
    collections = excluded.collections, reason = excluded.reason, updated = excluded.updated;

-- name: all_mandates
-- Every mandate of a partition.
select id, tenant, state, kind, customer, source, destination, currency, agreed, text, given,
    maximum, monthly, single, valid_until, reference, month, collected, collections, reason, created,
    updated
from recurring_mandate where partition = $1;

-- name: load_collections
-- What was collected, by the id of its payment.
select id, tenant, mandate, amount, created, counted
from recurring_collection where partition = $1 and id = any($2::bigint[]);

-- name: save_collections
-- Part of a turn: what was collected, and whether it counts.
insert into recurring_collection
select r.* from head, json_populate_recordset(null::recurring_collection, :rows) r
on conflict (partition, id) do update set counted = excluded.counted;

-- name: all_collections
-- All that was collected in a partition.
select id, tenant, mandate, amount, created, counted
from recurring_collection where partition = $1;
