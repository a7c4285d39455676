-- The state of bank accounts, as the Book loads and writes it.

-- name: load_accounts
-- Bank accounts by id.
select id, tenant, customer, state, subject, sealed, routing, kind, sec, last4, created, deposits,
    round, misses, expires, reason
from bank_account where partition = $1 and id = any($2::bigint[]);

-- name: save_accounts
-- Part of a turn: bank accounts as they are now.
insert into bank_account
select r.* from head, json_populate_recordset(null::bank_account, :rows) r
on conflict (partition, id) do update
set state = excluded.state, sealed = excluded.sealed, routing = excluded.routing,
    kind = excluded.kind, last4 = excluded.last4, deposits = excluded.deposits,
    round = excluded.round, misses = excluded.misses, expires = excluded.expires,
    reason = excluded.reason;

-- name: all_accounts
-- Every bank account of a partition.
select id, tenant, customer, state, subject, sealed, routing, kind, sec, last4, created, deposits,
    round, misses, expires, reason
from bank_account where partition = $1;
