-- migrate:up
-- The keys of subjects, and blind indexes of what is sealed with them. Neither is a fold of the log:
-- what is deleted here is erased everywhere.

create table security_key (
    partition smallint not null,
    tenant text not null,
    subject text not null,
    hint text not null,
    kek text not null,
    wrapped bytea not null,
    created timestamptz not null default now(),
    primary key (partition, tenant, subject)
);
comment on table security_key is
    'Keys of the subjects of sealed data, each wrapped by a key-encryption key that is not here.';
create index security_key_by_kek on security_key (kek);

create table security_index (
    partition smallint not null,
    tenant text not null,
    field text not null,
    digest text not null,
    seal text not null,
    subject text not null,
    primary key (partition, tenant, field, digest, seal)
);
comment on table security_index is
    'Blind indexes: keyed digests of values, and the digest of the sealed text that holds them.';
create index security_index_by_subject on security_index (partition, tenant, subject, seal);

grant select, insert, update, delete on security_key to culm_platform;
grant select, insert, delete on security_index to culm_platform;

alter table security_key enable row level security;
select culm_guard('security_index');

-- migrate:down
-- Books are not unwritten: restore a backup instead.
do $$ begin raise 'the books cannot be migrated down'; end $$;
