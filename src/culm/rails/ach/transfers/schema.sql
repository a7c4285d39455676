-- Transfers: entries on their way to other banks.

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
    sec text not null check (sec in ('PPD', 'CCD', 'WEB', 'TEL')),
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
    effective date,
    followed text not null,
    recurring boolean not null,
    change text not null,
    corrected text not null,
    primary key (partition, id)
);
comment on table ach_transfer is
    'One entry each: a payment, or a reversal or a dishonour that is about another one.';

create index ach_transfer_of_tenant on ach_transfer (partition, tenant, id);
create index ach_transfer_in_window on ach_transfer (partition, "window", id);
create index ach_transfer_of_purpose on ach_transfer (partition, tenant, purpose, id);
create index ach_transfer_by_trace on ach_transfer (partition, tenant, trace, id) where trace <> '';

grant select, insert, update on ach_transfer to culm_platform;

select culm_guard('ach_transfer');

create table ach_return_apart (
    partition smallint not null,
    id bigint not null,
    problem text not null,
    amount bigint not null,
    direction text not null check (direction in ('credit', 'debit')),
    reason text not null,
    returned_on date not null,
    return_trace text not null,
    dishonour text not null,
    primary key (partition, id)
);
comment on table ach_return_apart is
    'Of a transfer the newest return whose money was set apart, and the transfer that dishonours it.';

create table ach_dishonour (
    partition smallint not null,
    id bigint not null,
    code text not null,
    information text not null,
    returned_on date not null,
    return_trace text not null,
    return_reason text not null,
    apart boolean not null,
    primary key (partition, id)
);
comment on table ach_dishonour is
    'What a transfer that dishonours a return says of it, and which return it is.';

grant select, insert, update on ach_return_apart, ach_dishonour to culm_platform;

select culm_guard('ach_return_apart', '
    select t.tenant from ach_transfer t
    where t.partition = ach_return_apart.partition and t.id = ach_return_apart.id');
select culm_guard('ach_dishonour', '
    select t.tenant from ach_transfer t
    where t.partition = ach_dishonour.partition and t.id = ach_dishonour.id');
