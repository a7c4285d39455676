-- The state of customers, as the Book loads and writes it.

-- name: load_customers
-- Customers by id.
select id, tenant, kind, state, reason, tier, subject, sealed, seal, revision, attached, consents,
    created, activated, closed, erased
from customer where partition = $1 and id = any($2::bigint[]);

-- name: save_customers
-- Part of a turn: customers as they are now.
insert into customer
select r.* from head, json_populate_recordset(null::customer, :rows) r
on conflict (partition, id) do update
set state = excluded.state, reason = excluded.reason, tier = excluded.tier,
    sealed = excluded.sealed, seal = excluded.seal, revision = excluded.revision,
    attached = excluded.attached, consents = excluded.consents, activated = excluded.activated,
    closed = excluded.closed, erased = excluded.erased;

-- name: all_customers
-- Every customer of a partition.
select id, tenant, kind, state, reason, tier, subject, sealed, seal, revision, attached, consents,
    created, activated, closed, erased
from customer where partition = $1;

-- name: load_consents
-- Consents by customer and purpose.
select c.tenant, c.customer, c.purpose, c.version, c.given, c.withdrawn
from unnest($2::bigint[], $3::text[]) k (customer, purpose)
cross join lateral (
    select * from customer_consent
    where partition = $1 and customer = k.customer and purpose = k.purpose limit 1
) c;

-- name: save_consents
-- Part of a turn: consents as they are now.
insert into customer_consent
select r.* from head, json_populate_recordset(null::customer_consent, :rows) r
on conflict (partition, customer, purpose) do update
set version = excluded.version, given = excluded.given, withdrawn = excluded.withdrawn;

-- name: all_consents
-- Every consent of a partition.
select tenant, customer, purpose, version, given, withdrawn
from customer_consent where partition = $1;
