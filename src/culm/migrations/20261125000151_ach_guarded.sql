-- migrate:up

select culm_guard('ach_terms');
select culm_guard('ach_window');
select culm_guard('ach_transfer');
select culm_guard('ach_batch');
select culm_guard('ach_sent_file');
select culm_guard('ach_counter');

-- migrate:down
-- Books are not unwritten: restore a backup instead.
do $$ begin raise 'the books cannot be migrated down'; end $$;
