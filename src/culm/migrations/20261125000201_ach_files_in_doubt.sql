-- migrate:up

create index ach_sent_file_in_doubt on ach_sent_file (partition, id) where state = 'unknown';

-- migrate:down
-- Books are not unwritten: restore a backup instead.
do $$ begin raise 'the books cannot be migrated down'; end $$;
