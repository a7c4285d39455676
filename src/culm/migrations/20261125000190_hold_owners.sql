-- migrate:up
-- What a rail has reserved is captured and released by that rail alone.
alter table ledger_hold add column owner text not null default '';
alter table ledger_hold alter column owner drop default;

-- migrate:down
-- Books are not unwritten: restore a backup instead.
do $$ begin raise 'the books cannot be migrated down'; end $$;
