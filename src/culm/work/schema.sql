-- The tables of the work that follows from facts. What is parked is state, the fold of the log; where
-- reactors stand and what they last said is kept beside it, for them and those who run them.

create table work_parked (
    partition smallint not null,
    reactor text not null,
    fact bigint not null,
    tenant text not null,
    type text not null,
    lane text not null,
    code text not null,
    attempts integer not null,
    round integer not null,
    state text not null check (state in ('parked', 'retrying', 'settled', 'dropped')),
    parked timestamptz not null,
    changed timestamptz not null,
    primary key (partition, reactor, fact)
);
comment on table work_parked is 'Facts that a reactor was not done with, and what became of them.';
comment on column work_parked.fact is 'The number behind the fact''s id: partition and position.';

create index work_parked_of_tenant on work_parked (partition, tenant, fact, reactor);
create index work_parked_open on work_parked (partition, tenant, fact, reactor)
where state in ('parked', 'retrying');
create index work_parked_lane on work_parked (partition, reactor, lane, fact)
where lane <> '' and state in ('parked', 'retrying');

create table work_place (
    partition smallint not null,
    reactor text not null,
    next bigint not null,
    pending bigint[] not null,
    primary key (partition, reactor)
);
comment on table work_place is 'How far each reactor is in the log of a partition.';
comment on column work_place.next is 'The position from which on it was told of nothing yet.';
comment on column work_place.pending is 'Positions before that which it is not done with.';

create table work_failure (
    partition smallint not null,
    reactor text not null,
    fact bigint not null,
    attempts integer not null,
    code text not null,
    message text not null,
    at timestamptz not null,
    primary key (partition, reactor, fact)
);
comment on table work_failure is 'What reactors last failed with, in words: these may hold anything.';

grant select, insert, update on work_parked, work_place to culm_platform;
grant select, insert, update, delete on work_failure to culm_platform;
grant delete on work_place to culm_platform;

select culm_guard('work_parked');
select culm_guard('work_failure', '
    select p.tenant from work_parked p where p.partition = work_failure.partition
        and p.reactor = work_failure.reactor and p.fact = work_failure.fact');
