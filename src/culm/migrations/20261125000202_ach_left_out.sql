-- migrate:up

alter table ach_batch add column left_out integer not null default 0;
alter table ach_batch alter column left_out drop default;

-- migrate:down
-- Books are not unwritten: restore a backup instead.
do $$ begin raise 'the books cannot be migrated down'; end $$;
