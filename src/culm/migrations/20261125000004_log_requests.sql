-- migrate:up
-- The log says which request under which key an event was recorded for, so that the stored answers,
-- which keep the same thing from being done twice, are proven by it. Events from before say nothing.
alter table book_log add column request text not null default '';
comment on column book_log.request is
    'The digest of the request under a key that the event was recorded for; else empty.';

-- migrate:down
-- Books are not unwritten: restore a backup instead.
do $$ begin raise 'the books cannot be migrated down'; end $$;
