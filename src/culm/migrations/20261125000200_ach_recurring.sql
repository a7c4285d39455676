-- migrate:up

alter table ach_transfer add column recurring boolean not null default false;
alter table ach_transfer alter column recurring drop default;

-- migrate:down
-- Books are not unwritten: restore a backup instead.
do $$ begin raise 'the books cannot be migrated down'; end $$;
