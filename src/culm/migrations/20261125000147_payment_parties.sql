-- migrate:up
-- Rows of a journal name the event that made them, by which `culm verify` folds the log.
alter table payment_party add column event bigint;
update payment_party set event = payment & 281474976710655;
alter table payment_party alter column event set not null;

-- migrate:down
do $$ begin raise 'the books cannot be migrated down'; end $$;
