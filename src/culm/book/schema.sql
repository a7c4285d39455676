-- The Book's tables. Every primary key begins with the partition, so that they can be distributed
-- by it. The platform's role may add to the log and to what proves it, and change none of it.

create table book_head (
    partition smallint primary key,
    turn bigint not null,
    size bigint not null,
    time timestamptz not null,
    frontier bytea not null
);
comment on table book_head is 'Where each partition stands; locked by the turn that moves it.';

create table book_turn (
    partition smallint not null,
    turn bigint not null,
    nonce text not null,
    size bigint not null,
    root bytea not null,
    primary key (partition, turn)
);
comment on table book_turn is 'Every turn that was taken: by whose attempt, and the tree after it.';

create table book_log (
    partition smallint not null,
    position bigint not null,
    time timestamptz not null,
    type text not null,
    version smallint not null,
    tenant text not null,
    actor text not null,
    correlation text not null,
    causation text not null,
    body text not null,
    leaf bytea not null,
    request text not null default '',
    primary key (partition, position)
);
comment on table book_log is 'The events, in commit order, without a gap. body is the exact JSON.';
comment on column book_log.request is
    'The digest of the request under a key that the event was recorded for; else empty.';

create table book_node (
    partition smallint not null,
    level smallint not null,
    index bigint not null,
    hash bytea not null,
    primary key (partition, level, index)
);
comment on table book_node is 'Roots of the full subtrees of 256^level leaves, for short proofs.';

create table book_answer (
    partition smallint not null,
    tenant text not null,
    key text not null,
    command text not null,
    fingerprint bytea not null,
    result text not null,
    time timestamptz not null,
    primary key (partition, key, tenant)
);
comment on table book_answer is 'What was answered under each idempotency key.';

create table book_checkpoint (
    partition smallint not null,
    size bigint not null,
    note text not null,
    primary key (partition, size)
);
comment on table book_checkpoint is 'The signed checkpoints that were given out.';

grant select, insert, update on book_head to culm_platform;
grant select, insert on book_turn, book_log, book_node, book_answer, book_checkpoint
to culm_platform;

-- Row-level security: what serves the API's reads runs as culm_reader, which is shown the rows of
-- one tenant at a time: that which the setting culm.tenant names. The platform's role sees all rows,
-- as it must to take turns and to prove them.

create function culm_guard(target regclass, owner text default 'tenant') returns void
language plpgsql as $$
begin
    execute format('alter table %s enable row level security', target);
    execute format(
        'create policy own on %s for select to culm_reader '
        'using ((%s) = current_setting(''culm.tenant'', true))', target, owner);
    execute format('grant select on %s to culm_reader', target);
end
$$;
comment on function culm_guard is
    'Show culm_reader the rows of a table that the tenant of culm.tenant owns; owner is an expression.';

create function book_time_at(of_partition smallint, of_position bigint) returns timestamptz
language sql stable security definer
return (select time from book_log where partition = of_partition and position = of_position);
comment on function book_time_at is
    'When an event of whomever was recorded: by this a reader knows how far behind something is.';
revoke execute on function book_time_at from public;
grant execute on function book_time_at to culm_platform, culm_reader;

select culm_guard('book_log');
alter table book_answer enable row level security; -- no reader has any business there
grant select (partition, size, time) on book_head to culm_reader;
