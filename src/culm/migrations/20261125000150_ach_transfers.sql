-- migrate:up

create table ach_terms (
    partition smallint not null,
    tenant text not null,
    terms text not null,
    primary key (partition, tenant)
);
comment on table ach_terms is 'Under which names and numbers a tenant sends files, and when (JSON).';

grant select, insert, update on ach_terms to culm_platform;

create table ach_window (
    partition smallint not null,
    id bigint not null,
    tenant text not null,
    service text not null check (service in ('standard', 'same_day')),
    closes timestamptz not null,
    effective date not null,
    settles timestamptz not null,
    state text not null check (state in ('open', 'closed')),
    waiting bigint not null,
    cut bigint[] not null,
    files integer not null,
    terms text,
    primary key (partition, id)
);
comment on table ach_window is 'What is sent together: transfers up to a cut-off of the bank.';

create index ach_window_of_tenant on ach_window (partition, tenant, service, id);

grant select, insert, update on ach_window to culm_platform;

create table ach_transfer (
    partition smallint not null,
    id bigint not null,
    tenant text not null,
    state text not null check (
        state in (
            'queued', 'cancelled', 'batched', 'rejected', 'settled', 'returned', 'dishonoured',
            'contested'
        )
    ),
    kind text not null check (kind in ('payment', 'reversal', 'dishonour')),
    original text not null,
    purpose text not null,
    direction text not null check (direction in ('credit', 'debit')),
    amount bigint not null,
    account bigint not null,
    hold bigint not null,
    bank_account text not null,
    subject text not null,
    sealed text not null,
    routing text not null,
    account_kind text not null check (account_kind in ('checking', 'savings')),
    sec text not null check (sec in ('PPD', 'CCD', 'WEB')),
    description text not null,
    identification text not null,
    "window" bigint not null,
    ordered timestamptz not null,
    batch text not null,
    trace text not null,
    reason text not null,
    late boolean not null,
    return_trace text not null,
    returned_on date,
    shortfall bigint not null,
    unclaimed bigint not null,
    primary key (partition, id)
);
comment on table ach_transfer is
    'One entry each: a payment, or a reversal or a dishonour that is about another one.';

create index ach_transfer_of_tenant on ach_transfer (partition, tenant, id);
create index ach_transfer_in_window on ach_transfer (partition, "window", id);
create index ach_transfer_of_purpose on ach_transfer (partition, tenant, purpose, id);
create index ach_transfer_by_trace on ach_transfer (partition, tenant, trace, id) where trace <> '';

grant select, insert, update on ach_transfer to culm_platform;

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

-- migrate:down
-- Books are not unwritten: restore a backup instead.
do $$ begin raise 'the books cannot be migrated down'; end $$;
