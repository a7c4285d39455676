-- migrate:up
-- Which accounts a file is posted between, and which of its batches, are facts about the file. Of
-- those that were accepted before they were kept, nothing more can be posted: what is null is equal
-- to no account.
alter table ach_file
    add column account text,
    add column clearing text,
    add column refused_batches integer[];
comment on column ach_file.account is 'The company''s account; null where nothing may be posted.';
comment on column ach_file.clearing is 'The account opposite; null where nothing may be posted.';
comment on column ach_file.refused_batches is 'Ordinals of the batches of an accepted file that are not posted.';

-- migrate:down
-- Books are not unwritten: restore a backup instead.
do $$ begin raise 'the books cannot be migrated down'; end $$;
