-- The state of payments, as the Book loads and writes it.

-- name: load_payments
-- Payments by id.
select id, tenant, kind, state, amount, currency, source, destination, source_account,
    destination_account, method, authorised, captured, refunded, disputed, returned, fee, parts,
    hold, fee_hold, transfer, same_day, expires, confirmed, failure, reference, description,
    metadata, created, updated, exchange
from payment where partition = $1 and id = any($2::bigint[]);

-- name: save_payments
-- Part of a turn: payments as they are now. What they are about never changes.
insert into payment
select r.* from head, json_populate_recordset(null::payment, :rows) r
on conflict (partition, id) do update
set state = excluded.state, authorised = excluded.authorised, captured = excluded.captured,
    refunded = excluded.refunded, disputed = excluded.disputed, returned = excluded.returned,
    fee = excluded.fee, parts = excluded.parts, hold = excluded.hold,
    fee_hold = excluded.fee_hold, transfer = excluded.transfer, expires = excluded.expires,
    confirmed = excluded.confirmed, failure = excluded.failure, updated = excluded.updated;

-- name: all_payments
-- Every payment of a partition.
select id, tenant, kind, state, amount, currency, source, destination, source_account,
    destination_account, method, authorised, captured, refunded, disputed, returned, fee, parts,
    hold, fee_hold, transfer, same_day, expires, confirmed, failure, reference, description,
    metadata, created, updated, exchange
from payment where partition = $1;

-- name: save_parties
-- Part of a turn: who takes part in new payments.
insert into payment_party
select r.* from head, json_populate_recordset(null::payment_party, :rows) r;

-- name: all_parties
-- Who takes part in every payment of a partition, in the order of the log.
select partition, tenant, party, payment, event from payment_party
where partition = $1 order by event, party;

-- name: load_refunds
-- Refunds by id.
select id, tenant, payment, state, amount, currency, fee, parts, reason, tries, reference, created,
    updated
from payment_refund where partition = $1 and id = any($2::bigint[]);

-- name: save_refunds
-- Part of a turn: refunds as they are now.
insert into payment_refund
select r.* from head, json_populate_recordset(null::payment_refund, :rows) r
on conflict (partition, id) do update
set state = excluded.state, tries = excluded.tries, updated = excluded.updated;

-- name: all_refunds
-- Every refund of a partition.
select id, tenant, payment, state, amount, currency, fee, parts, reason, tries, reference, created,
    updated
from payment_refund where partition = $1;

-- name: load_disputes
-- Disputes by id.
select id, tenant, payment, state, amount, held, currency, reason, reference, created, updated
from payment_dispute where partition = $1 and id = any($2::bigint[]);

-- name: save_disputes
-- Part of a turn: disputes as they are now.
insert into payment_dispute
select r.* from head, json_populate_recordset(null::payment_dispute, :rows) r
on conflict (partition, id) do update set state = excluded.state, updated = excluded.updated;

-- name: all_disputes
-- Every dispute of a partition.
select id, tenant, payment, state, amount, held, currency, reason, reference, created, updated
from payment_dispute where partition = $1;

-- name: load_schedules
-- Fee schedules by id.
select id, tenant, name, currency, tiers, graduated, minimum, maximum, rounding, bearer, refunds,
    kinds, retired, created
from payment_fee_schedule where partition = $1 and id = any($2::bigint[]);

-- name: save_schedules
-- Part of a turn: fee schedules as they are now.
insert into payment_fee_schedule
select r.* from head, json_populate_recordset(null::payment_fee_schedule, :rows) r
on conflict (partition, id) do update set retired = excluded.retired;

-- name: all_schedules
-- Every fee schedule of a partition.
select id, tenant, name, currency, tiers, graduated, minimum, maximum, rounding, bearer, refunds,
    kinds, retired, created
from payment_fee_schedule where partition = $1;

-- name: load_prices
-- Standing prices by tenant, kind and currency.
select p.tenant, p.kind, p.currency, p.schedule
from unnest($2::text[], $3::text[], $4::text[]) k (tenant, kind, currency)
cross join lateral (
    select * from payment_price
    where partition = $1 and tenant = k.tenant and kind = k.kind and currency = k.currency limit 1
) p;

-- name: save_prices
-- Part of a turn: standing prices as they are now.
insert into payment_price
select r.* from head, json_populate_recordset(null::payment_price, :rows) r
on conflict (partition, tenant, kind, currency) do update set schedule = excluded.schedule;

-- name: all_prices
-- Every standing price of a partition.
select tenant, kind, currency, schedule from payment_price where partition = $1;
