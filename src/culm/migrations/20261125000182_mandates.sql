-- migrate:up
create table recurring_mandate (
    partition smallint not null,
    id bigint not null,
    tenant text not null,
    state text not null check (state in ('active', 'revoked', 'expired', 'used')),
    kind text not null check (kind in ('top_up', 'transfer', 'purchase')),
    customer text not null,
    source text not null,
    destination text not null,
    currency text not null,
    agreed text not null check (agreed in ('written', 'online', 'telephone')),
    text text not null,
    given timestamptz not null,
    maximum numeric(38, 0),
    monthly numeric(38, 0),
    single boolean not null,
    valid_until timestamptz,
    reference text not null,
    month text not null,
    collected numeric(38, 0) not null,
    collections bigint not null,
    reason text not null,
    created timestamptz not null,
    updated timestamptz not null,
    primary key (partition, id)
);
comment on table recurring_mandate is 'What payers allow to be collected from them.';
create index recurring_mandate_by_tenant on recurring_mandate (partition, tenant, id);

create table recurring_collection (
    partition smallint not null,
    id bigint not null,
    tenant text not null,
    mandate bigint not null,
    amount numeric(38, 0) not null,
    created timestamptz not null,
    primary key (partition, id)
);
comment on table recurring_collection is 'Payments, by number, that were collected by a mandate.';
create index recurring_collection_by_mandate on recurring_collection (partition, mandate, id);

grant select, insert, update on recurring_mandate to culm_platform;
grant select, insert on recurring_collection to culm_platform;

select culm_guard('recurring_mandate');
select culm_guard('recurring_collection');

-- A debit may be agreed to by telephone.
alter table ach_transfer drop constraint ach_transfer_sec_check;
alter table ach_transfer add constraint ach_transfer_sec_check check (
    sec in ('PPD', 'CCD', 'WEB', 'TEL')
);

-- migrate:down
-- Books are not unwritten: restore a backup instead.
do $$ begin raise 'the books cannot be migrated down'; end $$;
