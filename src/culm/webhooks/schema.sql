-- The tables of webhooks. All but the attempts are folds of the log.

create table webhook_endpoint (
    partition smallint not null,
    id bigint not null,
    tenant text not null,
    url text not null,
    event_types text[] not null,
    payload text not null check (payload in ('full', 'thin')),
    signature text not null check (signature in ('hmac', 'ed25519')),
    description text not null,
    state text not null check (state in ('enabled', 'disabled', 'deleted')),
    reason text check (reason in ('owner', 'failing', 'gone')),
    since bigint not null,
    generation integer not null,
    previous_until timestamptz,
    created timestamptz not null,
    disabled timestamptz,
    primary key (partition, id)
);
comment on table webhook_endpoint is 'Where tenants are told of facts. Secrets are derived, not kept.';
create index webhook_endpoint_by_tenant on webhook_endpoint (partition, tenant, id);

create table webhook_delivery (
    partition smallint not null,
    endpoint bigint not null,
    event bigint not null,
    tenant text not null,
    attempt integer not null,
    first integer not null,
    since timestamptz not null,
    state text not null check (state in ('waiting', 'due', 'delivered', 'given_up')),
    due timestamptz,
    primary key (partition, endpoint, event)
);
comment on table webhook_delivery is 'Deliveries that have failed at least once, or were asked for again.';
create index webhook_delivery_by_due on webhook_delivery (partition, due) where due is not null;

create table webhook_owner (
    partition smallint not null,
    tenant text not null,
    endpoints integer not null,
    primary key (partition, tenant)
);
comment on table webhook_owner is 'How many endpoints a tenant has.';

create table webhook_replay (
    partition smallint not null,
    endpoint bigint not null,
    id bigint not null,
    tenant text not null,
    since timestamptz not null,
    place bigint not null,
    until bigint not null,
    again boolean not null,
    running boolean not null,
    primary key (partition, endpoint)
);
comment on table webhook_replay is 'The newest replay of each endpoint, and how far it is.';

create table webhook_attempt (
    partition smallint not null,
    endpoint bigint not null,
    event bigint not null,
    attempt integer not null,
    time timestamptz not null,
    status smallint,
    failure text not null,
    latency_ms integer not null,
    retry_after integer,
    answer text not null,
    primary key (partition, endpoint, event, attempt)
);
comment on table webhook_attempt is
    'Every attempt. Not a fold of the log: an answer may hold anything, so it can be deleted.';
create index webhook_attempt_by_time on webhook_attempt (partition, endpoint, time);
create index webhook_attempt_taken on webhook_attempt (partition, endpoint, time)
where failure = '';

grant select, insert, update on webhook_endpoint, webhook_delivery, webhook_owner, webhook_replay
to culm_platform;
grant select, insert, delete on webhook_attempt to culm_platform;

select culm_guard('webhook_endpoint');
select culm_guard('webhook_delivery');
select culm_guard('webhook_owner');
select culm_guard('webhook_replay');
select culm_guard('webhook_attempt', '
    select e.tenant from webhook_endpoint e
    where e.partition = webhook_attempt.partition and e.id = webhook_attempt.endpoint');
