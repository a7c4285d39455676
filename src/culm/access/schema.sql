-- The tables of access. Keys and how many there are, are folds of the log; meters and last uses are
-- written by whoever lets requests in.

create table access_key (
    partition smallint not null,
    id bigint not null,
    tenant text not null,
    name text not null,
    sandbox boolean not null,
    scopes text[] not null,
    addresses text[] not null,
    per_second integer not null check (per_second > 0),
    burst integer not null check (burst > 0),
    daily_quota bigint check (daily_quota > 0),
    digest text not null,
    previous text,
    previous_until timestamptz,
    state text not null check (state in ('active', 'revoked')),
    created timestamptz not null,
    expires timestamptz,
    revoked timestamptz,
    routes text not null,
    primary key (partition, id)
);
comment on table access_key is 'Who may use the API. Secrets are known by their keyed digests alone.';
create index access_key_by_tenant on access_key (partition, tenant, id);

create table access_owner (
    partition smallint not null,
    tenant text not null,
    keys integer not null,
    primary key (partition, tenant)
);
comment on table access_owner is 'How many keys a tenant has that are not revoked.';

create table access_use (
    partition smallint not null,
    key bigint not null,
    tenant text not null,
    last_used timestamptz not null,
    primary key (partition, key)
);
comment on table access_use is 'When each key was last used, right to the minute. Not a fold of the log.';

create unlogged table access_meter (
    partition smallint not null,
    key bigint not null,
    meter text not null,
    tenant text not null,
    now bigint not null,
    each bigint not null,
    burst integer not null,
    asked integer not null,
    granted integer not null,
    until bigint not null,
    primary key (partition, key, meter)
) with (fillfactor = 50);
comment on table access_meter is
    'How fast keys are used: what came in last, and until when all that was let in is paid off, in microseconds since 1970. Begins anew after a crash.';

create unlogged table access_quota (
    partition smallint not null,
    key bigint not null,
    tenant text not null,
    day date not null,
    quota bigint not null,
    asked integer not null,
    granted integer not null,
    used bigint not null,
    meter text not null,
    primary key (partition, key, meter)
) with (fillfactor = 50);
comment on table access_quota is
    'Requests of the present day (UTC), of keys that have a quota: of all operations, or of one. Begins anew after a crash.';

grant select, insert, update on access_key, access_owner, access_use, access_meter, access_quota
to culm_platform;

select culm_guard('access_key');
select culm_guard('access_owner');
select culm_guard('access_use');
alter table access_meter enable row level security; -- no reader has any business there
alter table access_quota enable row level security;
