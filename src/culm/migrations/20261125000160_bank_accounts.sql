-- migrate:up
-- The table of bank accounts, a fold of the log. Numbers and names are in it sealed.

create table bank_account (
    partition smallint not null,
    id bigint not null,
    tenant text not null,
    customer text not null,
    state text not null
        check (state in ('new', 'verifying', 'verified', 'failed', 'blocked', 'removed')),
    subject text not null,
    sealed text not null,
    routing text not null,
    kind text not null check (kind in ('checking', 'savings')),
    sec text not null check (sec in ('PPD', 'CCD')),
    last4 text not null,
    created timestamptz not null,
    deposits text[] not null,
    round integer not null,
    misses integer not null,
    expires timestamptz,
    reason text not null,
    primary key (partition, id)
);
comment on table bank_account is
    'Accounts that customers have elsewhere, and whether they are known to be theirs.';
create index bank_account_by_tenant on bank_account (partition, tenant, id);
create index bank_account_by_customer on bank_account (partition, tenant, customer, id);

grant select, insert, update on bank_account to culm_platform;

select culm_guard('bank_account');

-- migrate:down
-- Books are not unwritten: restore a backup instead.
do $$ begin raise 'the books cannot be migrated down'; end $$;
