-- Batches and files for the bank.

create table ach_batch (
    partition smallint not null,
    id bigint not null,
    tenant text not null,
    "window" bigint not null,
    sec text not null,
    direction text not null check (direction in ('credit', 'debit')),
    description text not null,
    first integer not null,
    entries integer not null,
    amount bigint not null,
    state text not null check (state in ('cut', 'settled', 'rejected')),
    file bigint,
    ordinal integer not null,
    left_out integer not null,
    primary key (partition, id)
);
comment on table ach_batch is 'Transfers that are one batch of a file for the bank.';
comment on column ach_batch.first is 'The number of its first trace.';

create table ach_sent_file (
    partition smallint not null,
    id bigint not null,
    tenant text not null,
    "window" bigint not null,
    name text not null,
    sandbox boolean not null,
    created timestamptz not null,
    modifier text not null,
    effective date not null,
    settles timestamptz not null,
    terms text not null,
    batches bigint[] not null,
    entries integer not null,
    debit bigint not null,
    credit bigint not null,
    state text not null check (
        state in ('cut', 'sending', 'sent', 'unknown', 'accepted', 'rejected')
    ),
    sha256 text not null,
    size bigint not null,
    part text not null,
    refused integer[] not null,
    code text not null,
    reason text not null,
    primary key (partition, id)
);
comment on table ach_sent_file is 'Files for the bank: what became of each.';

create index ach_sent_file_by_name on ach_sent_file (partition, tenant, name);
create index ach_sent_file_of_tenant on ach_sent_file (partition, tenant, id);
create index ach_sent_file_in_doubt on ach_sent_file (partition, id) where state = 'unknown';

create table ach_counter (
    partition smallint not null,
    tenant text not null,
    sequence integer not null,
    day date,
    files integer not null,
    primary key (partition, tenant)
);
comment on table ach_counter is 'The last trace number, and how many files the last day has.';

grant select, insert, update on ach_batch, ach_sent_file, ach_counter to culm_platform;

select culm_guard('ach_batch');
select culm_guard('ach_sent_file');
select culm_guard('ach_counter');
