-- The state of access, as the Book loads and writes it.

-- name: load_keys
-- Keys by id.
select id, tenant, name, sandbox, scopes, addresses, per_second, burst, daily_quota, routes,
    digest, previous, previous_until, state, created, expires, revoked
from access_key where partition = $1 and id = any($2::bigint[]);

-- name: save_keys
-- Part of a turn: keys as they are now.
insert into access_key
select r.* from head, json_populate_recordset(null::access_key, :rows) r
on conflict (partition, id) do update
set name = excluded.name, addresses = excluded.addresses, per_second = excluded.per_second,
    burst = excluded.burst, daily_quota = excluded.daily_quota, routes = excluded.routes,
    digest = excluded.digest, previous = excluded.previous, previous_until = excluded.previous_until,
    state = excluded.state, revoked = excluded.revoked;

-- name: all_keys
-- Every key of a partition.
select id, tenant, name, sandbox, scopes, addresses, per_second, burst, daily_quota, routes,
    digest, previous, previous_until, state, created, expires, revoked
from access_key where partition = $1;

-- name: load_owners
-- How many keys tenants have.
select tenant, keys from access_owner where partition = $1 and tenant = any($2::text[]);

-- name: save_owners
-- Part of a turn: how many keys tenants have now.
insert into access_owner
select r.* from head, json_populate_recordset(null::access_owner, :rows) r
on conflict (partition, tenant) do update set keys = excluded.keys;

-- name: all_owners
-- How many keys every tenant of a partition has.
select tenant, keys from access_owner where partition = $1;
