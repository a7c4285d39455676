-- migrate:up

alter table recurring_collection add column counted boolean not null default true;
alter table recurring_collection alter column counted drop default;
grant update on recurring_collection to culm_platform;

-- migrate:down
-- Books are not unwritten: restore a backup instead.
do $$ begin raise 'the books cannot be migrated down'; end $$;
