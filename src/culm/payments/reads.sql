-- What payments read beside what the Book loads.

-- name: payment
-- A payment by its number.
select id, tenant, kind, state, amount, currency, source, destination, source_account,
    destination_account, method, authorised, captured, refunded, disputed, returned, fee, parts,
    hold, fee_hold, transfer, same_day, expires, confirmed, failure, reference, description,
    metadata, created, updated, exchange
from payment where partition = $1 and tenant = $2 and id = $3;

-- name: payments_by_id
-- Some of a tenant's payments ($3).
select id, tenant, kind, state, amount, currency, source, destination, source_account,
    destination_account, method, authorised, captured, refunded, disputed, returned, fee, parts,
    hold, fee_hold, transfer, same_day, expires, confirmed, failure, reference, description,
    metadata, created, updated, exchange
from payment where partition = $1 and tenant = $2 and id = any($3::bigint[]);

-- name: payments
-- A tenant's payments, newest first, before an id ($3), in one state ($4) and of one kind ($5) or
-- any, made from a time ($6) on and before another ($7), $8 of them.
select id, tenant, kind, state, amount, currency, source, destination, source_account,
    destination_account, method, authorised, captured, refunded, disputed, returned, fee, parts,
    hold, fee_hold, transfer, same_day, expires, confirmed, failure, reference, description,
    metadata, created, updated, exchange
from payment
where partition = $1 and tenant = $2 and id < $3
    and ($4::text is null or state = $4) and ($5::text is null or kind = $5)
    and ($6::timestamptz is null or created >= $6) and ($7::timestamptz is null or created < $7)
order by id desc limit $8;

-- name: open_payments
-- The same of payments in a state ($4) that few are in: any but captured.
select id, tenant, kind, state, amount, currency, source, destination, source_account,
    destination_account, method, authorised, captured, refunded, disputed, returned, fee, parts,
    hold, fee_hold, transfer, same_day, expires, confirmed, failure, reference, description,
    metadata, created, updated, exchange
from payment
where partition = $1 and tenant = $2 and state = $4 and state <> 'captured' and id < $3
    and ($5::text is null or kind = $5)
    and ($6::timestamptz is null or created >= $6) and ($7::timestamptz is null or created < $7)
order by id desc limit $8;

-- name: payments_of_reference
-- The same of payments with a reference ($9).
select id, tenant, kind, state, amount, currency, source, destination, source_account,
    destination_account, method, authorised, captured, refunded, disputed, returned, fee, parts,
    hold, fee_hold, transfer, same_day, expires, confirmed, failure, reference, description,
    metadata, created, updated, exchange
from payment
where partition = $1 and tenant = $2 and reference = $9 and reference <> '' and id < $3
    and ($4::text is null or state = $4) and ($5::text is null or kind = $5)
    and ($6::timestamptz is null or created >= $6) and ($7::timestamptz is null or created < $7)
order by id desc limit $8;

-- name: payments_of_party
-- The same of payments that a wallet, a bank account or a customer ($9, by number) takes part in,
-- and all of some others ($10), with one reference ($11) or any.
select p.id, p.tenant, p.kind, p.state, p.amount, p.currency, p.source, p.destination,
    p.source_account, p.destination_account, p.method, p.authorised, p.captured, p.refunded,
    p.disputed, p.returned, p.fee, p.parts, p.hold, p.fee_hold, p.transfer, p.same_day, p.expires,
    p.confirmed, p.failure, p.reference, p.description, p.metadata, p.created, p.updated, p.exchange
from payment_party t
join payment p on p.partition = $1 and p.id = t.payment
where t.partition = $1 and t.tenant = $2 and t.party = $9 and t.payment < $3
    and p.tenant = $2
    and ($4::text is null or p.state = $4) and ($5::text is null or p.kind = $5)
    and ($6::timestamptz is null or p.created >= $6)
    and ($7::timestamptz is null or p.created < $7)
    and not exists (
        select from unnest($10::bigint[]) o (party)
        where not exists (
            select from payment_party a
            where a.partition = $1 and a.party = o.party and a.payment = t.payment
        )
    )
    and ($11::text is null or p.reference = $11)
order by t.payment desc limit $8;

-- name: refund
-- A refund by its number.
select id, tenant, payment, state, amount, currency, fee, parts, reason, tries, reference, created,
    updated
from payment_refund where partition = $1 and tenant = $2 and id = $3;

-- name: refunds
-- A tenant's refunds, newest first, before an id ($3), in one state ($4) or any, $5 of them.
select id, tenant, payment, state, amount, currency, fee, parts, reason, tries, reference, created,
    updated
from payment_refund
where partition = $1 and tenant = $2 and id < $3 and ($4::text is null or state = $4)
order by id desc limit $5;

-- name: refunds_of_payment
-- The same of one payment ($6).
select id, tenant, payment, state, amount, currency, fee, parts, reason, tries, reference, created,
    updated
from payment_refund
where partition = $1 and tenant = $2 and payment = $6 and id < $3
    and ($4::text is null or state = $4)
order by id desc limit $5;

-- name: dispute
-- A dispute by its number.
select id, tenant, payment, state, amount, held, currency, reason, reference, created, updated
from payment_dispute where partition = $1 and tenant = $2 and id = $3;

-- name: disputes
-- A tenant's disputes, newest first, before an id ($3), in one state ($4) or any, $5 of them.
select id, tenant, payment, state, amount, held, currency, reason, reference, created, updated
from payment_dispute
where partition = $1 and tenant = $2 and id < $3 and ($4::text is null or state = $4)
order by id desc limit $5;

-- name: disputes_of_payment
-- The same of one payment ($6).
select id, tenant, payment, state, amount, held, currency, reason, reference, created, updated
from payment_dispute
where partition = $1 and tenant = $2 and payment = $6 and id < $3
    and ($4::text is null or state = $4)
order by id desc limit $5;

-- name: schedule
-- A fee schedule by its number.
select id, tenant, name, currency, tiers, graduated, minimum, maximum, rounding, bearer, refunds,
    kinds, retired, created
from payment_fee_schedule where partition = $1 and tenant = $2 and id = $3;

-- name: schedules
-- A tenant's fee schedules, newest first, before an id ($3), $4 of them.
select id, tenant, name, currency, tiers, graduated, minimum, maximum, rounding, bearer, refunds,
    kinds, retired, created
from payment_fee_schedule
where partition = $1 and tenant = $2 and id < $3
order by id desc limit $4;

-- name: open_counts
-- How many payments of a partition have not ended, by state.
select state, count(*) as payments from payment
where partition = $1 and state in ('created', 'authorised', 'processing', 'unknown')
group by state order by state;
