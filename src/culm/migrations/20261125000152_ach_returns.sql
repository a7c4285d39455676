-- migrate:up

alter table ach_transfer add column effective date, add column followed text not null default '';
alter table ach_transfer alter column followed drop default;

create table ach_bank_file (
    partition smallint not null,
    tenant text not null,
    sha256 text not null,
    name text not null,
    kind text not null check (kind in ('acknowledgement', 'entries', 'unreadable')),
    returns integer not null,
    changes integer not null,
    taken timestamptz not null,
    primary key (partition, tenant, sha256)
);
comment on table ach_bank_file is 'Files of the bank that were taken in, by what they hold.';

grant select, insert, update on ach_bank_file to culm_platform;

select culm_guard('ach_bank_file');

-- migrate:down
-- Books are not unwritten: restore a backup instead.
do $$ begin raise 'the books cannot be migrated down'; end $$;
