-- The ACH rail's tables.

create table ach_file (
    partition smallint not null,
    tenant text not null,
    sha256 text not null,
    name text not null,
    verdict text not null check (verdict in ('accepted', 'accepted_in_part', 'refused')),
    entries bigint not null,
    received timestamptz not null,
    account text,
    clearing text,
    refused_batches integer[],
    primary key (partition, tenant, sha256)
);
comment on table ach_file is 'NACHA files that came in, by the SHA-256 of what they hold.';
comment on column ach_file.account is 'The company''s account; null where nothing may be posted.';
comment on column ach_file.clearing is 'The account opposite; null where nothing may be posted.';
comment on column ach_file.refused_batches is 'Ordinals of the batches of an accepted file that are not posted.';

grant select, insert, update on ach_file to culm_platform;

select culm_guard('ach_file');
