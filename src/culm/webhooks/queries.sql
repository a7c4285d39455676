-- The state of webhooks, as the Book loads and writes it.

-- name: load_endpoints
-- Endpoints by id.
select id, tenant, url, event_types, payload, signature, description, state, reason, since, generation,
    previous_until, created, disabled
from webhook_endpoint where partition = $1 and id = any($2::bigint[]);

-- name: save_endpoints
-- Part of a turn: endpoints as they are now.
insert into webhook_endpoint
select r.* from head, json_populate_recordset(null::webhook_endpoint, :rows) r
on conflict (partition, id) do update
set url = excluded.url, event_types = excluded.event_types, payload = excluded.payload,
    description = excluded.description, state = excluded.state, reason = excluded.reason,
    since = excluded.since, generation = excluded.generation,
    previous_until = excluded.previous_until, disabled = excluded.disabled;

-- name: all_endpoints
-- Every endpoint of a partition.
select id, tenant, url, event_types, payload, signature, description, state, reason, since, generation,
    previous_until, created, disabled
from webhook_endpoint where partition = $1;

-- name: load_deliveries
-- Deliveries by endpoint and event.
select d.tenant, d.endpoint, d.event, d.attempt, d.first, d.since, d.state, d.due
from unnest($2::bigint[], $3::bigint[]) k (endpoint, event)
cross join lateral (
    select * from webhook_delivery
    where partition = $1 and endpoint = k.endpoint and event = k.event limit 1
) d;

-- name: save_deliveries
-- Part of a turn: deliveries as they are now.
insert into webhook_delivery
select r.* from head, json_populate_recordset(null::webhook_delivery, :rows) r
on conflict (partition, endpoint, event) do update
set attempt = excluded.attempt, first = excluded.first, since = excluded.since,
    state = excluded.state, due = excluded.due;

-- name: all_deliveries
-- Every delivery of a partition.
select tenant, endpoint, event, attempt, first, since, state, due
from webhook_delivery where partition = $1;

-- name: load_owners
-- How many endpoints tenants have.
select tenant, endpoints from webhook_owner where partition = $1 and tenant = any($2::text[]);

-- name: save_owners
-- Part of a turn: how many endpoints tenants have now.
insert into webhook_owner
select r.* from head, json_populate_recordset(null::webhook_owner, :rows) r
on conflict (partition, tenant) do update set endpoints = excluded.endpoints;

-- name: all_owners
-- How many endpoints every tenant of a partition has.
select tenant, endpoints from webhook_owner where partition = $1;

-- name: load_replays
-- Replays by endpoint.
select tenant, endpoint, id, since, place, until, again, running
from webhook_replay where partition = $1 and endpoint = any($2::bigint[]);

-- name: save_replays
-- Part of a turn: replays as they are now.
insert into webhook_replay
select r.* from head, json_populate_recordset(null::webhook_replay, :rows) r
on conflict (partition, endpoint) do update
set id = excluded.id, since = excluded.since, place = excluded.place, until = excluded.until,
    again = excluded.again, running = excluded.running;

-- name: all_replays
-- Every replay of a partition.
select tenant, endpoint, id, since, place, until, again, running
from webhook_replay where partition = $1;
