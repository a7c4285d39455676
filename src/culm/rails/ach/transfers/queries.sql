-- Transfers.

-- name: load_transfers
-- Transfers by id.
select id, tenant, state, kind, original, purpose, direction, amount, account, hold, bank_account,
    subject, sealed, routing, account_kind, sec, description, identification, "window",
    ordered, batch, trace, effective, followed, reason, late, return_trace, returned_on,
    shortfall, unclaimed, recurring, change, corrected
from ach_transfer where partition = $1 and id = any($2::bigint[]);

-- name: load_traces
-- The newest transfer with a trace number: after ten million of them, they begin again.
select k.tenant, k.trace, t.id
from unnest($2::text[], $3::text[]) k (tenant, trace)
cross join lateral (
    select id from ach_transfer
    where partition = $1 and tenant = k.tenant and trace = k.trace and trace <> ''
    order by id desc limit 1
) t;

-- name: save_transfers
-- Part of a turn: transfers as they are now.
insert into ach_transfer
select r.* from head, json_populate_recordset(null::ach_transfer, :rows) r
on conflict (partition, id) do update
set state = excluded.state, batch = excluded.batch, trace = excluded.trace,
    effective = excluded.effective, followed = excluded.followed,
    reason = excluded.reason, late = excluded.late, return_trace = excluded.return_trace,
    returned_on = excluded.returned_on, shortfall = excluded.shortfall,
    unclaimed = excluded.unclaimed, change = excluded.change,
    corrected = excluded.corrected;

-- name: all_transfers
-- Every transfer of a partition.
select id, tenant, state, kind, original, purpose, direction, amount, account, hold, bank_account,
    subject, sealed, routing, account_kind, sec, description, identification, "window",
    ordered, batch, trace, effective, followed, reason, late, return_trace, returned_on,
    shortfall, unclaimed, recurring, change, corrected
from ach_transfer where partition = $1;

-- name: load_apart
-- By transfer, the newest return of it whose money was set apart.
select id, problem, amount, direction, reason, returned_on, return_trace, dishonour
from ach_return_apart where partition = $1 and id = any($2::bigint[]);

-- name: save_apart
-- Part of a turn: returns that were set apart, as they are now.
insert into ach_return_apart
select r.* from head, json_populate_recordset(null::ach_return_apart, :rows) r
on conflict (partition, id) do update
set problem = excluded.problem, amount = excluded.amount, direction = excluded.direction,
    reason = excluded.reason, returned_on = excluded.returned_on,
    return_trace = excluded.return_trace, dishonour = excluded.dishonour;

-- name: all_apart
-- Every transfer with a return whose money was set apart.
select id, problem, amount, direction, reason, returned_on, return_trace, dishonour
from ach_return_apart where partition = $1;

-- name: load_dishonours
-- What dishonours say, by their transfers.
select id, code, information, returned_on, return_trace, return_reason, apart
from ach_dishonour where partition = $1 and id = any($2::bigint[]);

-- name: save_dishonours
-- Part of a turn: new dishonours.
insert into ach_dishonour
select r.* from head, json_populate_recordset(null::ach_dishonour, :rows) r
on conflict (partition, id) do nothing;

-- name: all_dishonours
-- What every dishonour says.
select id, code, information, returned_on, return_trace, return_reason, apart
from ach_dishonour where partition = $1;
