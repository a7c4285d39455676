-- The tables of batches: three are folds of the log, and batch_content holds what came in, sealed,
-- until it was judged.

create table batch (
    partition smallint not null,
    id bigint not null,
    tenant text not null,
    state text not null check (state in ('received', 'processing', 'processed', 'refused')),
    source text not null,
    currency text not null,
    format text not null,
    mode text not null,
    same_day boolean not null,
    reference text not null,
    subject text not null,
    content text not null,
    sha256 text not null,
    parts integer not null,
    taken integer not null,
    accepted integer not null,
    refused integer not null,
    accepted_amount numeric(38, 0) not null,
    refused_amount numeric(38, 0) not null,
    reason text not null,
    line integer not null,
    created timestamptz not null,
    updated timestamptz not null,
    primary key (partition, id)
);
comment on table batch is 'Many payouts that came in as one, and how far they were judged.';
create index batch_by_tenant on batch (partition, tenant, id);

create table batch_seen (
    partition smallint not null,
    tenant text not null,
    sha256 text not null,
    batch bigint not null,
    primary key (partition, tenant, sha256)
);
comment on table batch_seen is 'The newest batch of each content: the same is not paid twice.';

create table batch_entry (
    partition smallint not null,
    tenant text not null,
    batch bigint not null,
    line integer not null,
    payment bigint,
    amount numeric(38, 0) not null,
    code text not null,
    field text not null,
    event bigint not null,
    primary key (partition, batch, line)
);
comment on table batch_entry is 'What became of each entry of a batch: a payment, or a code.';

create table batch_content (
    partition smallint not null,
    tenant text not null,
    content text not null,
    sealed text not null,
    kept timestamptz not null,
    primary key (partition, tenant, content)
);
comment on table batch_content is
    'What came in, sealed with the key of the payer, until it was judged. Not a fold of the log.';

grant select, insert, update on batch, batch_seen to culm_platform;
grant select, insert on batch_entry to culm_platform;
grant select, insert, delete on batch_content to culm_platform;

select culm_guard('batch');
select culm_guard('batch_seen');
select culm_guard('batch_entry');
alter table batch_content enable row level security; -- no reader has any business there
