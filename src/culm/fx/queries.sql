-- The state of foreign exchange, as the Book loads and writes it.

-- name: load_rates
-- Rates by tenant, base and counter.
select r.tenant, r.base, r.counter, r.rate, r.spread_basis_points, r.valid_until, r."set"
from unnest($2::text[], $3::text[], $4::text[]) k (tenant, base, counter)
cross join lateral (
    select * from fx_rate
    where partition = $1 and tenant = k.tenant and base = k.base and counter = k.counter limit 1
) r;

-- name: save_rates
-- Part of a turn: rates as they are now.
insert into fx_rate
select r.* from head, json_populate_recordset(null::fx_rate, :rows) r
on conflict (partition, tenant, base, counter) do update
set rate = excluded.rate, spread_basis_points = excluded.spread_basis_points,
    valid_until = excluded.valid_until, "set" = excluded."set";

-- name: all_rates
-- Every rate of a partition.
select tenant, base, counter, rate, spread_basis_points, valid_until, "set"
from fx_rate where partition = $1;

-- name: load_quotes
-- Quotes by id.
select id, tenant, sell_currency, sell_amount, buy_currency, buy_amount, fixed, base, counter, rate,
    spread_basis_points, expires, payment, created
from fx_quote where partition = $1 and id = any($2::bigint[]);

-- name: save_quotes
-- Part of a turn: quotes as they are now.
insert into fx_quote
select r.* from head, json_populate_recordset(null::fx_quote, :rows) r
on conflict (partition, id) do update set payment = excluded.payment;

-- name: all_quotes
-- Every quote of a partition.
select id, tenant, sell_currency, sell_amount, buy_currency, buy_amount, fixed, base, counter, rate,
    spread_basis_points, expires, payment, created
from fx_quote where partition = $1;
