-- What the API reads of customers.

-- name: customer
-- A tenant's customer by its number.
select id, tenant, kind, state, reason, tier, subject, sealed, seal, revision, attached, consents,
    created, activated, closed, erased
from customer where partition = $1 and id = $3 and tenant = $2;

-- name: customers_by_id
-- Some of a tenant's customers, by their numbers ($3).
select id, tenant, kind, state, reason, tier, subject, sealed, seal, revision, attached, consents,
    created, activated, closed, erased
from customer where partition = $1 and tenant = $2 and id = any($3::bigint[]);

-- name: customers
-- A tenant's customers, newest first, before an id ($3), of a state ($4), kind ($5) and tier ($6) or
-- any, $7 of them.
select id, tenant, kind, state, reason, tier, subject, sealed, seal, revision, attached, consents,
    created, activated, closed, erased
from customer
where partition = $1 and tenant = $2 and id < $3
    and ($4::text is null or state = $4)
    and ($5::text is null or kind = $5)
    and ($6::text is null or tier = $6)
order by id desc limit $7;

-- name: customers_by_index
-- A tenant's customers with a value, by its blind index ($4 of the field $3), newest first, before an
-- id ($5), $6 of them. An index of what was known once refers to no customer.
select c.id, c.tenant, c.kind, c.state, c.reason, c.tier, c.subject, c.sealed, c.seal, c.revision,
    c.attached, c.consents, c.created, c.activated, c.closed, c.erased
from security_index i
join customer c on c.partition = i.partition and c.tenant = i.tenant and c.seal = i.seal
where i.partition = $1 and i.tenant = $2 and i.field = $3 and i.digest = $4 and c.id < $5
order by c.id desc limit $6;

-- name: consents
-- A customer's consents ($3), by purpose, after one of them ($4), $5 of them.
select tenant, customer, purpose, version, given, withdrawn
from customer_consent
where partition = $1 and tenant = $2 and customer = $3 and purpose > $4 collate "C"
order by purpose collate "C" limit $5;
