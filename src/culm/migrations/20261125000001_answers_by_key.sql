-- migrate:up
-- The key tells more than the tenant: with it in front, all keys of a turn are found in one walk.
alter table book_answer drop constraint book_answer_pkey;
alter table book_answer add primary key (partition, key, tenant);

-- What was answered under a key is never forgotten, so that nothing is ever done twice under it.
revoke delete on book_answer from culm_platform;

-- migrate:down
grant delete on book_answer to culm_platform;
alter table book_answer drop constraint book_answer_pkey;
alter table book_answer add primary key (partition, tenant, key);
