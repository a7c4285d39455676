-- The ledger's statements: first the state that the Book loads and writes, then the reads.

-- name: load_tenants
-- Tenants by id.
select id, name, created, closed_before, sandbox
from ledger_tenant where partition = $1 and id = any($2::text[]);

-- name: save_tenants
-- Part of a turn: tenants as they are now.
insert into ledger_tenant
select r.* from head, json_populate_recordset(null::ledger_tenant, :rows) r
on conflict (partition, id) do update
set name = excluded.name, closed_before = excluded.closed_before;

-- name: all_tenants
-- Every tenant of a partition.
select id, name, created, closed_before, sandbox from ledger_tenant where partition = $1;

-- name: load_assets
-- Registered assets by tenant and code.
select a.tenant, a.code, a.scale, a.name
from unnest($2::text[], $3::text[]) k (tenant, code)
cross join lateral (
    select tenant, code, scale, name from ledger_asset
    where partition = $1 and tenant = k.tenant and code = k.code limit 1
) a;

-- name: save_assets
-- Part of a turn: new assets.
insert into ledger_asset
select r.* from head, json_populate_recordset(null::ledger_asset, :rows) r;

-- name: all_assets
-- Every registered asset of a partition.
select tenant, code, scale, name from ledger_asset where partition = $1;

-- name: load_codes
-- Account ids by tenant and code path. Lateral, so that a plan made while the table was small
-- does not read all of it later.
select a.tenant, a.code, a.id
from unnest($2::text[], $3::text[]) k (tenant, code)
cross join lateral (
    select tenant, code, id from ledger_account
    where partition = $1 and tenant = k.tenant and code = k.code limit 1
) a;

-- name: load_accounts
-- Accounts by id.
select id, tenant, code, currency, side, minimum, maximum, "freeze", closed, metadata, opened
from ledger_account where partition = $1 and id = any($2::bigint[]);

-- name: save_accounts
-- Part of a turn: accounts as they are now.
insert into ledger_account
select r.* from head, json_populate_recordset(null::ledger_account, :rows) r
on conflict (partition, id) do update
set minimum = excluded.minimum, maximum = excluded.maximum, "freeze" = excluded."freeze",
    closed = excluded.closed, metadata = excluded.metadata;

-- name: all_accounts
-- Every account of a partition.
select id, tenant, code, currency, side, minimum, maximum, "freeze", closed, metadata, opened
from ledger_account where partition = $1;

-- name: load_balances
-- Accounts by id, each with its newest entry: its balance. One without an entry is at zero.
select a.id, a.tenant, a.code, a.currency, a.side, a.minimum, a.maximum, a."freeze", a.closed,
    a.metadata, a.opened, coalesce(e.version, 0) as version, coalesce(e.posted, 0) as posted,
    coalesce(e.held_in, 0) as held_in, coalesce(e.held_out, 0) as held_out
from ledger_account a
left join lateral (
    select version, posted, held_in, held_out from ledger_entry
    where partition = $1 and account = a.id
    order by version desc limit 1
) e on true
where a.partition = $1 and a.id = any($2::bigint[]);

-- name: save_entries
-- Part of a turn: the new entries.
insert into ledger_entry
select r.* from head, json_populate_recordset(null::ledger_entry, :rows) r;

-- name: all_entries
-- Every entry of a partition, in the order of the log.
select partition, account, version, event, amount, posted, held_in, held_out, effective, recorded
from ledger_entry where partition = $1 order by event, account, version;

-- name: save_unheld
-- Part of a turn: what dated captures took out of what was held.
insert into ledger_unheld
select r.* from head, json_populate_recordset(null::ledger_unheld, :rows) r;

-- name: all_unheld
-- All that dated captures of a partition took out of what was held, in the order of the log.
select partition, account, event, effective, recorded, held_in, held_out
from ledger_unheld where partition = $1 order by event, account;

-- name: load_holds
-- Holds by id.
select id, tenant, debit, credit, amount, captured, released, state, expires, reference, metadata,
    placed, owner
from ledger_hold where partition = $1 and id = any($2::bigint[]);

-- name: save_holds
-- Part of a turn: holds as they are now.
insert into ledger_hold
select r.* from head, json_populate_recordset(null::ledger_hold, :rows) r
on conflict (partition, id) do update
set captured = excluded.captured, released = excluded.released, state = excluded.state;

-- name: all_holds
-- Every hold of a partition.
select id, tenant, debit, credit, amount, captured, released, state, expires, reference, metadata,
    placed, owner
from ledger_hold where partition = $1;

-- name: load_reversed
-- How much of each posting of some transactions has been reversed.
select id, amounts from ledger_reversed where partition = $1 and id = any($2::bigint[]);

-- name: save_reversed
-- Part of a turn: reversed amounts as they are now.
insert into ledger_reversed
select r.* from head, json_populate_recordset(null::ledger_reversed, :rows) r
on conflict (partition, id) do update set amounts = excluded.amounts;

-- name: all_reversed
-- Every transaction of a partition of which something was reversed.
select id, amounts from ledger_reversed where partition = $1;

-- name: save_references
-- Part of a turn: new references.
insert into ledger_reference
select r.* from head, json_populate_recordset(null::ledger_reference, :rows) r;

-- name: all_references
-- Every reference of a partition, in the order of the log.
select partition, tenant, reference, event from ledger_reference
where partition = $1 order by event, tenant, reference;
