-- The state of wallets, as the Book loads and writes it.

-- name: load_wallets
-- Wallets by id.
select id, tenant, customer, name, currencies, "freeze", reason, closed, metadata, created
from wallet where partition = $1 and id = any($2::bigint[]);

-- name: save_wallets
-- Part of a turn: wallets as they are now.
insert into wallet
select r.* from head, json_populate_recordset(null::wallet, :rows) r
on conflict (partition, id) do update
set name = excluded.name, currencies = excluded.currencies, "freeze" = excluded."freeze",
    reason = excluded.reason, closed = excluded.closed, metadata = excluded.metadata;

-- name: all_wallets
-- Every wallet of a partition.
select id, tenant, customer, name, currencies, "freeze", reason, closed, metadata, created
from wallet where partition = $1;

-- name: load_limits
-- The limits of tiers, by tenant, tier, currency and direction.
select l.tenant, l.tier, l.currency, l.direction, l.per_payment, l.day_sum, l.day_count,
    l.month_sum, l.month_count
from unnest($2::text[], $3::text[], $4::text[], $5::text[]) k (tenant, tier, currency, direction)
cross join lateral (
    select * from wallet_limits
    where partition = $1 and tenant = k.tenant and tier = k.tier and currency = k.currency
        and direction = k.direction
    limit 1
) l;

-- name: save_limits
-- Part of a turn: limits as they are now.
insert into wallet_limits
select r.* from head, json_populate_recordset(null::wallet_limits, :rows) r
on conflict (partition, tenant, tier, currency, direction) do update
set per_payment = excluded.per_payment, day_sum = excluded.day_sum,
    day_count = excluded.day_count, month_sum = excluded.month_sum,
    month_count = excluded.month_count;

-- name: all_limits
-- The limits of every tier of a partition.
select tenant, tier, currency, direction, per_payment, day_sum, day_count, month_sum, month_count
from wallet_limits where partition = $1;

-- name: load_uses
-- What wallets have used of their limits, by wallet, currency and direction.
select u.tenant, u.wallet, u.currency, u.direction, u.day, u.day_sum, u.day_count, u.month_sum,
    u.month_count
from unnest($2::bigint[], $3::text[], $4::text[]) k (wallet, currency, direction)
cross join lateral (
    select * from wallet_use
    where partition = $1 and wallet = k.wallet and currency = k.currency
        and direction = k.direction
    limit 1
) u;

-- name: save_uses
-- Part of a turn: what wallets have used by now.
insert into wallet_use
select r.* from head, json_populate_recordset(null::wallet_use, :rows) r
on conflict (partition, wallet, currency, direction) do update
set day = excluded.day, day_sum = excluded.day_sum, day_count = excluded.day_count,
    month_sum = excluded.month_sum, month_count = excluded.month_count;

-- name: all_uses
-- What every wallet of a partition has used of its limits.
select tenant, wallet, currency, direction, day, day_sum, day_count, month_sum, month_count
from wallet_use where partition = $1;
