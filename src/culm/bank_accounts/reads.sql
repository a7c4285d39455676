-- The reads of bank accounts. $1 is the partition everywhere.

-- name: account
-- A tenant's bank account by id.
select id, tenant, customer, state, subject, sealed, routing, kind, sec, last4, created, deposits,
    round, misses, expires, reason
from bank_account where partition = $1 and tenant = $2 and id = $3;

-- name: accounts_by_id
-- Some of a tenant's bank accounts ($3).
select id, tenant, customer, state, subject, sealed, routing, kind, sec, last4, created, deposits,
    round, misses, expires, reason
from bank_account where partition = $1 and tenant = $2 and id = any($3::bigint[]);

-- name: accounts
-- A tenant's bank accounts, newest first, before an id ($3), in one state ($4) or any, $5 of them.
select id, tenant, customer, state, subject, sealed, routing, kind, sec, last4, created, deposits,
    round, misses, expires, reason
from bank_account
where partition = $1 and tenant = $2 and id < $3 and ($4::text is null or state = $4)
order by id desc limit $5;

-- name: accounts_of_customer
-- The same, of one customer ($6).
select id, tenant, customer, state, subject, sealed, routing, kind, sec, last4, created, deposits,
    round, misses, expires, reason
from bank_account
where partition = $1 and tenant = $2 and id < $3 and ($4::text is null or state = $4)
    and customer = $6
order by id desc limit $5;
