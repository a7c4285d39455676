-- migrate:up

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

-- Every hold that was placed with a time to expire has a timer from now on, as if it had had one
-- from the beginning: the fold of the log gives it one.
insert into timer
select h.partition, named.id || ':expiry', h.tenant, '',
    case h.state when 'open' then h.expires end,
    case h.state when 'open' then 'armed' when 'expired' then 'fired' else 'cancelled' end,
    'ledger.expire_holds', '{"holds":["' || named.id || '"]}', null,
    l.position, l.correlation, h.placed, 0, null, null
from ledger_hold h
cross join lateral (select 'hld_' || lpad(to_hex(h.id), 16, '0') as id) named
join book_log l
    on l.partition = h.partition and l.position = (h.id & ((1::bigint << 48) - 1))
where h.expires is not null;

drop index ledger_hold_due;

alter table ledger_tenant add column sandbox boolean not null default false;
alter table ledger_tenant alter column sandbox drop default;

-- migrate:down

alter table ledger_tenant drop column sandbox;

create index ledger_hold_due on ledger_hold (partition, expires)
where state = 'open' and expires is not null;

drop table tenant_clock;
drop table timer;
