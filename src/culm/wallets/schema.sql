-- The tables of wallets, all folds of the log. What is in a wallet stands on accounts of the ledger.

create table wallet (
    partition smallint not null,
    id bigint not null,
    tenant text not null,
    customer text not null,
    name text not null,
    currencies text[] not null,
    "freeze" text not null check ("freeze" in ('none', 'in', 'out', 'both')),
    reason text check (reason in ('requested', 'lost', 'suspected_fraud', 'legal_order', 'other')),
    closed boolean not null,
    metadata text not null,
    created timestamptz not null,
    primary key (partition, id)
);
comment on table wallet is 'What a customer has in some currencies, and whether it may be used.';
create index wallet_by_tenant on wallet (partition, tenant, id);
create index wallet_by_customer on wallet (partition, customer, id);

create table wallet_limits (
    partition smallint not null,
    tenant text not null,
    tier text not null,
    currency text not null,
    direction text not null check (direction in ('in', 'out')),
    per_payment numeric(38, 0),
    day_sum numeric(38, 0),
    day_count bigint,
    month_sum numeric(38, 0),
    month_count bigint,
    primary key (partition, tenant, tier, currency, direction)
);
comment on table wallet_limits is 'What wallets of a tier may do in a currency; null is no bound.';

create table wallet_use (
    partition smallint not null,
    tenant text not null,
    wallet bigint not null,
    currency text not null,
    direction text not null check (direction in ('in', 'out')),
    day date not null,
    day_sum numeric not null,
    day_count bigint not null,
    month_sum numeric not null,
    month_count bigint not null,
    primary key (partition, wallet, currency, direction)
);
comment on table wallet_use is
    'What a wallet has used of its limits on its newest day, and in the month of that day.';

grant select, insert, update on wallet, wallet_limits, wallet_use to culm_platform;

select culm_guard('wallet');
select culm_guard('wallet_limits');
select culm_guard('wallet_use');
