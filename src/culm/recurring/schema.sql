-- The tables of recurring payments. All are folds of the log.

create table recurring_schedule (
    partition smallint not null,
    id bigint not null,
    tenant text not null,
    state text not null
        check (state in ('active', 'paused', 'stopped', 'ended', 'cancelled')),
    template text not null,
    plan text not null,
    adjust text not null check (adjust in ('none', 'following', 'preceding')),
    retries integer[] not null,
    stop_after integer,
    occurrence timestamptz,
    due timestamptz,
    passed bigint not null,
    failures integer not null,
    created timestamptz not null,
    updated timestamptz not null,
    primary key (partition, id)
);
comment on table recurring_schedule is 'Payments that are made at a time, or again and again.';
create index recurring_schedule_by_tenant on recurring_schedule (partition, tenant, id);

create table recurring_run (
    partition smallint not null,
    id bigint not null,
    tenant text not null,
    schedule bigint not null,
    occurrence timestamptz not null,
    begun timestamptz not null,
    state text not null check (state in ('due', 'paid', 'retrying', 'failed', 'skipped')),
    attempts integer not null,
    payment text not null,
    code text not null,
    again timestamptz,
    created timestamptz not null,
    updated timestamptz not null,
    primary key (partition, id)
);
comment on table recurring_run is 'What became of each occurrence of a schedule.';
create index recurring_run_by_schedule on recurring_run (partition, schedule, id);

grant select, insert, update on recurring_schedule, recurring_run to culm_platform;

select culm_guard('recurring_schedule');
select culm_guard('recurring_run');

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
    counted boolean not null,
    primary key (partition, id)
);
comment on table recurring_collection is 'Payments, by number, that were collected by a mandate.';
create index recurring_collection_by_mandate on recurring_collection (partition, mandate, id);

grant select, insert, update on recurring_mandate to culm_platform;
grant select, insert, update on recurring_collection to culm_platform;

select culm_guard('recurring_mandate');
select culm_guard('recurring_collection');
