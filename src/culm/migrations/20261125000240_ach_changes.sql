-- migrate:up

alter table ach_transfer
    add column change text not null default '',
    add column corrected text not null default '';
alter table ach_transfer alter column change drop default, alter column corrected drop default;

-- What was noticed before stands in the log: the newest of each transfer.
update ach_transfer t set change = n.body ->> 'code', corrected = n.body ->> 'sealed'
from (
    select distinct on (l.partition, l.body::jsonb ->> 'id')
        l.partition, l.body::jsonb as body
    from book_log l where l.type = 'ach.change_noticed'
    order by l.partition, l.body::jsonb ->> 'id', l.position desc
) n
where t.partition = n.partition
    and t.id = ('x' || substr(n.body ->> 'id', 5))::bit(64)::bigint;

-- migrate:down
-- Books are not unwritten: restore a backup instead.
do $$ begin raise 'the books cannot be migrated down'; end $$;
