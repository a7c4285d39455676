-- migrate:up
-- A key may have rates of its own for single operations, and quotas with them.
alter table access_key add column routes text not null default '{}';
alter table access_key alter column routes drop default;
alter table access_quota add column meter text not null default 'day';
alter table access_quota alter column meter drop default;
alter table access_quota drop constraint access_quota_pkey;
alter table access_quota add primary key (partition, key, meter);
comment on table access_quota is
    'Requests of the present day (UTC), of keys that have a quota: of all operations, or of one. Begins anew after a crash.';

-- migrate:down
-- Books are not unwritten: restore a backup instead.
do $$ begin raise 'the books cannot be migrated down'; end $$;
