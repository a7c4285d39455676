-- What foreign exchange reads beside what the Book loads.

-- name: rates
-- A tenant's rates by base and counter, after a pair ($3, $4), $5 of them.
select tenant, base, counter, rate, spread_basis_points, valid_until, "set"
from fx_rate
where partition = $1 and tenant = $2 and (base, counter) > ($3, $4)
order by base, counter limit $5;

-- name: quote
-- A quote by its number.
select id, tenant, sell_currency, sell_amount, buy_currency, buy_amount, fixed, base, counter, rate,
    spread_basis_points, expires, payment, created
from fx_quote where partition = $1 and tenant = $2 and id = $3;

-- name: quotes
-- A tenant's quotes, newest first, before an id ($3), $4 of them.
select id, tenant, sell_currency, sell_amount, buy_currency, buy_amount, fixed, base, counter, rate,
    spread_basis_points, expires, payment, created
from fx_quote
where partition = $1 and tenant = $2 and id < $3
order by id desc limit $4;
