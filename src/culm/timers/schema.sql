-- The tables of timers and of virtual clocks.

create table timer (
    partition smallint not null,
    id text collate "C" not null,
    tenant text not null,
    clock text not null,
    due timestamptz,
    state text not null check (state in ('armed', 'fired', 'cancelled', 'failed')),
    command text not null,
    body text not null,
    schedule text,
    event bigint not null,
    correlation text not null,
    "set" timestamptz not null,
    fired bigint not null,
    last timestamptz,
    outcome text,
    primary key (partition, id)
);
comment on table timer is 'Commands that are decided when they are due.';
comment on column timer.clock is 'The tenant whose virtual clock counts; empty: the real time.';
comment on column timer.event is 'The position of the event that set it.';

create index timer_due on timer (partition, clock, due, event, id) where due is not null;
create index timer_of_tenant on timer (partition, tenant, event, id);
create index timer_failed on timer (partition, event, id) where state = 'failed';

create table tenant_clock (
    partition smallint not null,
    tenant text not null,
    now timestamptz not null,
    target timestamptz,
    news bigint not null,
    primary key (partition, tenant)
);
comment on table tenant_clock is 'The virtual clocks of tenants, and where they are on their way to.';

grant select, insert, update on timer, tenant_clock to culm_platform;

select culm_guard('timer');
select culm_guard('tenant_clock');
