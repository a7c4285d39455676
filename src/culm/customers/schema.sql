-- The tables of customers. All of them are folds of the log.

create table customer (
    partition smallint not null,
    id bigint not null,
    tenant text not null,
    kind text not null check (kind in ('person', 'business')),
    state text not null check (state in ('created', 'active', 'restricted', 'closed')),
    reason text,
    tier text not null,
    subject text not null,
    sealed text not null,
    seal text not null,
    revision integer not null,
    attached integer not null check (attached >= 0),
    consents integer not null,
    created timestamptz not null,
    activated timestamptz,
    closed timestamptz,
    erased timestamptz,
    primary key (partition, id)
);
comment on table customer is 'Customers. What is known of them is sealed with the key of their subject.';
create index customer_by_tenant on customer (partition, tenant, id);
create index customer_by_seal on customer (partition, tenant, seal);

create table customer_consent (
    partition smallint not null,
    customer bigint not null,
    purpose text not null,
    tenant text not null,
    version text not null,
    given timestamptz not null,
    withdrawn timestamptz,
    primary key (partition, customer, purpose)
);
comment on table customer_consent is 'What customers have consented to.';

grant select, insert, update on customer, customer_consent to culm_platform;

select culm_guard('customer');
select culm_guard('customer_consent');
