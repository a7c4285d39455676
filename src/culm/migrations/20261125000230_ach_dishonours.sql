-- migrate:up

create table ach_return_apart (
    partition smallint not null,
    id bigint not null,
    problem text not null,
    amount bigint not null,
    direction text not null check (direction in ('credit', 'debit')),
    reason text not null,
    returned_on date not null,
    return_trace text not null,
    dishonour text not null,
    primary key (partition, id)
);
comment on table ach_return_apart is
    'Of a transfer the newest return whose money was set apart, and the transfer that dishonours it.';

create table ach_dishonour (
    partition smallint not null,
    id bigint not null,
    code text not null,
    information text not null,
    returned_on date not null,
    return_trace text not null,
    return_reason text not null,
    apart boolean not null,
    primary key (partition, id)
);
comment on table ach_dishonour is
    'What a transfer that dishonours a return says of it, and which return it is.';

grant select, insert, update on ach_return_apart, ach_dishonour to culm_platform;

select culm_guard('ach_return_apart', '
    select t.tenant from ach_transfer t
    where t.partition = ach_return_apart.partition and t.id = ach_return_apart.id');
select culm_guard('ach_dishonour', '
    select t.tenant from ach_transfer t
    where t.partition = ach_dishonour.partition and t.id = ach_dishonour.id');

-- migrate:down
-- Books are not unwritten: restore a backup instead.
do $$ begin raise 'the books cannot be migrated down'; end $$;
