-- The ledger's tables. Entries are only ever inserted: an account's balance is its newest entry.
-- Ids are the numbers behind the public ids: the position of the event that made the thing.

create table ledger_tenant (
    partition smallint not null,
    id text not null,
    name text not null,
    created timestamptz not null,
    closed_before timestamptz,
    sandbox boolean not null,
    primary key (partition, id)
);
comment on table ledger_tenant is 'Who keeps books here, and up to when they are closed.';

create table ledger_asset (
    partition smallint not null,
    tenant text not null,
    code text not null,
    scale smallint not null,
    name text not null,
    primary key (partition, tenant, code)
);
comment on table ledger_asset is 'What a tenant keeps books in beside the currencies of ISO 4217.';

create table ledger_account (
    partition smallint not null,
    id bigint not null,
    tenant text not null,
    code text not null,
    currency text not null,
    side text not null check (side in ('debit', 'credit')),
    minimum numeric(38, 0),
    maximum numeric(38, 0),
    "freeze" text not null check ("freeze" in ('none', 'in', 'out', 'both')),
    closed boolean not null,
    metadata text not null,
    opened timestamptz not null,
    primary key (partition, id),
    unique (partition, tenant, code)
);
comment on table ledger_account is 'Accounts: what they are for and what bounds them.';

create table ledger_entry (
    partition smallint not null,
    account bigint not null,
    version bigint not null,
    event bigint not null,
    amount numeric(38, 0) not null,
    posted numeric(38, 0) not null,
    held_in numeric(38, 0) not null,
    held_out numeric(38, 0) not null,
    effective timestamptz,
    recorded timestamptz not null,
    primary key (partition, account, version)
);
comment on table ledger_entry is
    'One line an account and event. amount: debits positive; the running balances: normal sense.';
comment on column ledger_entry.effective is 'Null: when it was recorded.';

-- Entries whose effective time is not when they were recorded, for balances in effective time.
create index ledger_entry_dated on ledger_entry (partition, account, effective, version)
include (recorded, amount)
where effective is not null;

-- Entries of holds, for the holds of an account.
create index ledger_entry_held on ledger_entry (partition, account, version) where amount = 0;

create table ledger_unheld (
    partition smallint not null,
    account bigint not null,
    event bigint not null,
    effective timestamptz not null,
    recorded timestamptz not null,
    held_in numeric(38, 0) not null,
    held_out numeric(38, 0) not null,
    primary key (partition, account, event)
);
comment on table ledger_unheld is
    'What dated captures took out of what was held, for held balances in effective time.';

create table ledger_hold (
    partition smallint not null,
    id bigint not null,
    tenant text not null,
    debit bigint not null,
    credit bigint not null,
    amount numeric(38, 0) not null,
    captured numeric(38, 0) not null,
    released numeric(38, 0) not null,
    state text not null check (state in ('open', 'captured', 'released', 'expired')),
    expires timestamptz,
    reference text not null,
    metadata text not null,
    placed timestamptz not null,
    owner text not null,
    primary key (partition, id)
);
comment on table ledger_hold is 'Money reserved on its way from one account to another.';

create index ledger_hold_of_tenant on ledger_hold (partition, tenant, id);
create index ledger_hold_open on ledger_hold (partition, tenant, id) where state = 'open';

create table ledger_reversed (
    partition smallint not null,
    id bigint not null,
    amounts numeric(38, 0)[] not null,
    primary key (partition, id)
);
comment on table ledger_reversed is 'How much of each posting of a transaction has been reversed.';

create table ledger_reference (
    partition smallint not null,
    tenant text not null,
    reference text not null,
    event bigint not null,
    primary key (partition, tenant, reference, event)
);
comment on table ledger_reference is 'Transactions and holds by the reference they were given.';

grant select, insert, update on ledger_tenant, ledger_asset, ledger_account to culm_platform;
grant select, insert, update on ledger_hold, ledger_reversed to culm_platform;
grant select, insert on ledger_entry, ledger_unheld, ledger_reference to culm_platform;

-- An entry is its account's; how much of a transaction was reversed is for decisions only.
select culm_guard('ledger_tenant', 'id');
select culm_guard('ledger_asset');
select culm_guard('ledger_account');
select culm_guard('ledger_entry', '
    select a.tenant from ledger_account a
    where a.partition = ledger_entry.partition and a.id = ledger_entry.account');
select culm_guard('ledger_unheld', '
    select a.tenant from ledger_account a
    where a.partition = ledger_unheld.partition and a.id = ledger_unheld.account');
select culm_guard('ledger_hold');
select culm_guard('ledger_reference');
alter table ledger_reversed enable row level security;
