-- What recurring payments read beside what the Book loads.

-- name: schedule
-- A schedule by its number.
select id, tenant, state, template, plan, adjust, retries, stop_after, occurrence, due, passed,
    failures, created, updated
from recurring_schedule where partition = $1 and tenant = $2 and id = $3;

-- name: schedules
-- A tenant's schedules, newest first, before an id ($3), in one state ($4) or any, $5 of them.
select id, tenant, state, template, plan, adjust, retries, stop_after, occurrence, due, passed,
    failures, created, updated
from recurring_schedule
where partition = $1 and tenant = $2 and id < $3 and ($4::text is null or state = $4)
order by id desc limit $5;

-- name: run
-- A run by its number.
select id, tenant, schedule, occurrence, begun, state, attempts, payment, code, again, created,
    updated
from recurring_run where partition = $1 and tenant = $2 and id = $3;

-- name: runs
-- A tenant's runs of one schedule ($6), newest first, before an id ($3), in one state ($4) or any,
-- $5 of them.
select id, tenant, schedule, occurrence, begun, state, attempts, payment, code, again, created,
    updated
from recurring_run
where partition = $1 and tenant = $2 and schedule = $6 and id < $3
    and ($4::text is null or state = $4)
order by id desc limit $5;

-- name: mandate
-- A mandate by its number.
select id, tenant, state, kind, customer, source, destination, currency, agreed, text, given,
    maximum, monthly, single, valid_until, reference, month, collected, collections, reason, created,
    updated
from recurring_mandate where partition = $1 and tenant = $2 and id = $3;

-- name: mandates
-- A tenant's mandates, newest first, before an id ($3), in one state ($4) or any, $5 of them, given
-- by one customer ($6) or any.
select id, tenant, state, kind, customer, source, destination, currency, agreed, text, given,
    maximum, monthly, single, valid_until, reference, month, collected, collections, reason, created,
    updated
from recurring_mandate
where partition = $1 and tenant = $2 and id < $3 and ($4::text is null or state = $4)
    and ($6::text is null or customer = $6)
order by id desc limit $5;

-- name: collections
-- What was collected by a tenant's mandate ($5), newest first, before a payment ($3), $4 of them.
select id, tenant, mandate, amount, created, counted
from recurring_collection
where partition = $1 and tenant = $2 and mandate = $5 and id < $3
order by id desc limit $4;
