-- migrate:up
-- The account of a file is one fact about the file. Of those that were accepted before it was kept,
-- nothing more can be posted: what is null is equal to no account.
alter table ach_file add column account text, add column clearing text;
comment on column ach_file.account is 'The company''s account; null where nothing may be posted.';
comment on column ach_file.clearing is 'The account opposite; null where nothing may be posted.';

-- migrate:down
-- Books are not unwritten: restore a backup instead.
do $$ begin raise 'the books cannot be migrated down'; end $$;
