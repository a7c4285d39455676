-- The tables of payments. All are folds of the log.

create table payment (
    partition smallint not null,
    id bigint not null,
    tenant text not null,
    kind text not null check (
        kind in ('transfer', 'purchase', 'top_up', 'withdrawal', 'payout', 'exchange')
    ),
    state text not null check (state in (
        'created', 'authorised', 'processing', 'unknown', 'captured', 'failed', 'voided', 'expired',
        'returned'
    )),
    amount numeric(38, 0) not null,
    currency text not null,
    source text not null,
    destination text not null,
    source_account text not null,
    destination_account text not null,
    method text not null check (method in ('automatic', 'manual')),
    authorised numeric(38, 0) not null,
    captured numeric(38, 0) not null,
    refunded numeric(38, 0) not null,
    disputed numeric(38, 0) not null,
    returned numeric(38, 0) not null,
    fee text not null,
    parts text not null,
    hold text not null,
    fee_hold text not null,
    transfer text not null,
    same_day boolean not null,
    expires timestamptz,
    confirmed timestamptz,
    failure text not null,
    reference text not null,
    description text not null,
    metadata text not null,
    created timestamptz not null,
    updated timestamptz not null,
    exchange text not null default 'null',
    primary key (partition, id),
    check (captured <= authorised and authorised <= amount),
    check (refunded + disputed + returned <= captured)
);
comment on table payment is 'Payments over every rail, as they are now.';
create index payment_by_tenant on payment (partition, tenant, id);
create index payment_by_reference on payment (partition, tenant, reference, id)
where reference <> '';
create index payment_by_state on payment (partition, tenant, state, id)
where state <> 'captured';

create table payment_party (
    partition smallint not null,
    tenant text not null,
    party bigint not null,
    payment bigint not null,
    event bigint not null,
    primary key (partition, party, payment)
);
comment on table payment_party is
    'Who takes part in a payment: wallets, bank accounts, and their customers, by number.';

create table payment_refund (
    partition smallint not null,
    id bigint not null,
    tenant text not null,
    payment bigint not null,
    state text not null check (state in ('pending', 'succeeded', 'failed')),
    amount numeric(38, 0) not null,
    currency text not null,
    fee numeric(38, 0) not null,
    parts numeric(38, 0)[] not null,
    reason text not null,
    tries integer not null,
    reference text not null,
    created timestamptz not null,
    updated timestamptz not null,
    primary key (partition, id)
);
comment on table payment_refund is 'What went back of payments, or will.';
create index payment_refund_by_tenant on payment_refund (partition, tenant, id);
create index payment_refund_by_payment on payment_refund (partition, payment, id);

create table payment_dispute (
    partition smallint not null,
    id bigint not null,
    tenant text not null,
    payment bigint not null,
    state text not null check (state in ('open', 'won', 'lost', 'accepted')),
    amount numeric(38, 0) not null,
    held numeric(38, 0) not null,
    currency text not null,
    reason text not null,
    reference text not null,
    created timestamptz not null,
    updated timestamptz not null,
    primary key (partition, id)
);
comment on table payment_dispute is 'What is or was contested of payments.';
create index payment_dispute_by_tenant on payment_dispute (partition, tenant, id);
create index payment_dispute_by_payment on payment_dispute (partition, payment, id);

create table payment_fee_schedule (
    partition smallint not null,
    id bigint not null,
    tenant text not null,
    name text not null,
    currency text not null,
    tiers text not null,
    graduated boolean not null,
    minimum numeric(38, 0) not null,
    maximum numeric(38, 0),
    rounding text not null,
    bearer text not null,
    refunds text not null,
    kinds text[] not null,
    retired boolean not null,
    created timestamptz not null,
    primary key (partition, id)
);
comment on table payment_fee_schedule is 'What payments cost: never changed, only retired.';
create index payment_fee_schedule_by_tenant on payment_fee_schedule (partition, tenant, id);

create table payment_price (
    partition smallint not null,
    tenant text not null,
    kind text not null,
    currency text not null,
    schedule text not null,
    primary key (partition, tenant, kind, currency)
);
comment on table payment_price is
    'The fee schedule that is the standing price of a kind of payment; empty for none any more.';

grant select, insert, update on
    payment, payment_refund, payment_dispute, payment_fee_schedule, payment_price
to culm_platform;
grant select, insert on payment_party to culm_platform;

select culm_guard('payment');
select culm_guard('payment_party');
select culm_guard('payment_refund');
select culm_guard('payment_dispute');
select culm_guard('payment_fee_schedule');
select culm_guard('payment_price');
