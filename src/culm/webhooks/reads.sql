-- What webhooks read beside what the Book loads, and their journal of attempts.

-- name: endpoint
-- An endpoint by its number.
select id, tenant, url, event_types, payload, signature, description, state, reason, since,
    generation, previous_until, created, disabled
from webhook_endpoint where partition = $1 and id = $2;

-- name: endpoints
-- A tenant's endpoints, newest first, before an id ($3), $4 of them.
select id, tenant, url, event_types, payload, signature, description, state, reason, since,
    generation, previous_until, created, disabled
from webhook_endpoint
where partition = $1 and tenant = $2 and id < $3 and state <> 'deleted'
order by id desc limit $4;

-- name: enabled
-- Every endpoint that is enabled.
select id, tenant, url, event_types, payload, signature, description, state, reason, since,
    generation, previous_until, created, disabled
from webhook_endpoint where state = 'enabled' order by partition, id;

-- name: deliveries
-- Deliveries of an endpoint, those of the newest events first, before an event ($3), in one state
-- ($4) or any, $5 of them.
select tenant, endpoint, event, attempt, first, since, state, due
from webhook_delivery
where partition = $1 and endpoint = $2 and event < $3 and ($4::text is null or state = $4)
order by event desc limit $5;

-- name: due
-- Deliveries of all tenants whose next attempt is due by $2, the longest due first, $3 of them.
select tenant, endpoint, event, attempt
from webhook_delivery
where partition = $1 and due is not null and due <= $2
order by due limit $3;

-- name: replay
-- The newest replay of an endpoint.
select tenant, endpoint, id, since, place, until, again, running
from webhook_replay where partition = $1 and endpoint = $2;

-- name: event
-- A tenant's event at a position.
select partition, position, time, type, version, tenant, actor, correlation, causation, body
from book_log where partition = $1 and position = $2 and tenant = $3;

-- name: time_at
-- When the event at a position was recorded.
select time from book_log where partition = $1 and position = $2;

-- name: slice
-- The positions from $2 to before $3 of a tenant's events that an endpoint with these types ($5) is
-- told of, $8 of them; without those that the endpoint ($7) has got, unless they go again ($6).
select l.position
from book_log l
where l.partition = $1 and l.position >= $2 and l.position < $3 and l.tenant = $4
    and (l.type not like 'webhooks.%' or l.type = 'webhooks.endpoint_disabled')
    and l.type not like 'work.%'
    and (
        cardinality($5::text[]) = 0 or l.type = any($5)
        or split_part(l.type, '.', 1) || '.*' = any($5)
    )
    and ($6 or not exists (
        select from webhook_attempt a
        where a.partition = $1 and a.endpoint = $7 and a.event = ($1::bigint << 48 | l.position)
            and a.failure = ''
    ))
order by l.position limit $8;

-- name: note_attempt
-- Keep an attempt, unless it is there.
insert into webhook_attempt (
    partition, endpoint, event, attempt, time, status, failure, latency_ms, retry_after, answer
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
on conflict (partition, endpoint, event, attempt) do nothing;

-- name: attempt
-- One attempt.
select status, failure, latency_ms, retry_after, answer
from webhook_attempt where partition = $1 and endpoint = $2 and event = $3 and attempt = $4;

-- name: last_success
-- When an endpoint last took anything.
select time from webhook_attempt
where partition = $1 and endpoint = $2 and failure = ''
order by time desc limit 1;

-- name: attempts
-- The attempts at an endpoint, newest first, with one outcome ($3) or any, before one of them
-- ($4, $5, $6), $7 of them.
select endpoint, event, attempt, time, status, failure, latency_ms, answer
from webhook_attempt
where partition = $1 and endpoint = $2
    and ($3::text is null or (failure = '') = ($3 = 'succeeded'))
    and ($4::timestamptz is null or (time, event, attempt) < ($4, $5::bigint, $6::int))
order by time desc, event desc, attempt desc limit $7;

-- name: attempts_of_event
-- The same of the attempts to deliver one event ($8).
select endpoint, event, attempt, time, status, failure, latency_ms, answer
from webhook_attempt
where partition = $1 and endpoint = $2 and event = $8
    and ($3::text is null or (failure = '') = ($3 = 'succeeded'))
    and ($4::timestamptz is null or (time, event, attempt) < ($4, $5::bigint, $6::int))
order by time desc, event desc, attempt desc limit $7;

-- name: prune
-- Delete attempts that were made before a time, $2 of them at most; how many there were.
with gone as (
    delete from webhook_attempt
    where ctid = any(array(select ctid from webhook_attempt where time < $1 limit $2))
    returning 1
)
select count(*) from gone;
