-- Windows: what is sent together.

create table ach_window (
    partition smallint not null,
    id bigint not null,
    tenant text not null,
    service text not null check (service in ('standard', 'same_day')),
    closes timestamptz not null,
    effective date not null,
    settles timestamptz not null,
    state text not null check (state in ('open', 'closed')),
    waiting bigint not null,
    cut bigint[] not null,
    files integer not null,
    terms text,
    primary key (partition, id)
);
comment on table ach_window is 'What is sent together: transfers up to a cut-off of the bank.';

create index ach_window_of_tenant on ach_window (partition, tenant, service, id);

grant select, insert, update on ach_window to culm_platform;

select culm_guard('ach_window');
