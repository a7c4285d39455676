-- migrate:up
-- The key tells more than the tenant: with it in front, all keys of a turn are found in one walk.
alter table book_answer drop constraint book_answer_pkey;
alter table book_answer add primary key (partition, key, tenant);

-- migrate:down
alter table book_answer drop constraint book_answer_pkey;
alter table book_answer add primary key (partition, tenant, key);
