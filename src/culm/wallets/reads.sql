-- The reads of wallets. $1 is the partition everywhere.

-- name: wallet
-- A tenant's wallet by id.
select id, tenant, customer, name, currencies, "freeze", reason, closed, metadata, created
from wallet where partition = $1 and tenant = $2 and id = $3;

-- name: wallets
-- A tenant's wallets, newest first, before an id ($3), in one state ($4) or any, $5 of them.
select id, tenant, customer, name, currencies, "freeze", reason, closed, metadata, created
from wallet
where partition = $1 and tenant = $2 and id < $3
    and ($4::text is null or $4 = case
        when closed then 'closed' when "freeze" = 'none' then 'active' else 'frozen' end)
order by id desc limit $5;

-- name: wallets_of_customer
-- The same of one customer ($6).
select id, tenant, customer, name, currencies, "freeze", reason, closed, metadata, created
from wallet
where partition = $1 and tenant = $2 and customer = $6 and id < $3
    and ($4::text is null or $4 = case
        when closed then 'closed' when "freeze" = 'none' then 'active' else 'frozen' end)
order by id desc limit $5;

-- name: limits
-- A tenant's limits, of one tier ($3) or all, after a tier, currency and direction ($4, $5, $6), $7
-- of them.
select tenant, tier, currency, direction, per_payment, day_sum, day_count, month_sum, month_count
from wallet_limits
where partition = $1 and tenant = $2 and ($3::text is null or tier = $3)
    and (tier, currency, direction) > ($4, $5, $6)
order by tier, currency, direction limit $7;

-- name: limits_of_wallet
-- The limits of a tenant's tier ($4) in the currencies ($5) of a wallet ($3), and what it has used
-- of them by its newest day.
select l.tenant, l.tier, l.currency, l.direction, l.per_payment, l.day_sum, l.day_count,
    l.month_sum, l.month_count, u.day as used_day, u.day_sum as used_day_sum,
    u.day_count as used_day_count, u.month_sum as used_month_sum,
    u.month_count as used_month_count
from wallet_limits l
left join wallet_use u on u.partition = $1 and u.wallet = $3 and u.currency = l.currency
    and u.direction = l.direction
where l.partition = $1 and l.tenant = $2 and l.tier = $4 and l.currency = any($5::text[])
order by l.currency, l.direction;

-- name: wallets_by_id
-- Some of a tenant's wallets ($3).
select id, tenant, customer, name, currencies, "freeze", reason, closed, metadata, created
from wallet where partition = $1 and tenant = $2 and id = any($3::bigint[]);
