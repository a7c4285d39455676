-- The Book's own statements. Those that a turn is written with are parts of one statement: each
-- inserts from a JSON array, and only if the `head` part has moved the head.

-- name: make_partition
-- Give a new partition its head; one that has turns has lost its own, and gets no other.
insert into book_head (partition, turn, size, time, frontier)
select $1, 0, 0, '1970-01-01T00:00:00Z', ''
where not exists (select from book_turn where partition = $1)
on conflict do nothing;

-- name: head
-- Where a partition stands.
select turn, size, time, frontier from book_head where partition = $1;

-- name: partitions
-- How many partitions there are, and whether anything was ever written to one.
select count(*) as known, coalesce(bool_or(turn > 0), false) as used from book_head;

-- name: sizes
-- How many events the log of each partition has.
select partition, size from book_head order by partition;

-- name: lock_head
-- Where a partition stands, keeping other writers out until the transaction ends.
select turn, size, time, frontier from book_head where partition = $1 for update;

-- name: nonce
-- Whose attempt a turn was.
select nonce from book_turn where partition = $1 and turn = $2;

-- name: events_at
-- The log rows at some positions.
select partition, position, time, type, version, tenant, actor, correlation, causation,
    request, body, leaf
from book_log where partition = $1 and position = any($2::bigint[]);

-- name: answers
-- The stored answers for some keys ($2) of some tenants ($3); pairs that nobody asked for among
-- them. One walk along the primary key, in which the key stands before the tenant.
select tenant, key, command, fingerprint, result from book_answer
where partition = $1 and key = any($2::text[]) and tenant = any($3::text[]);

-- name: write_head
-- Part of a turn: move the head, unless another writer has taken this turn.
update book_head set turn = $2, size = $3, time = $4::text::timestamptz, frontier = $5
where partition = $1 and turn = $2 - 1
returning partition, turn;

-- name: write_turn
-- Part of a turn: whose attempt it was, and the root of the tree.
insert into book_turn (partition, turn, nonce, size, root)
select partition, turn, $6, $3, $7 from head;

-- name: write_log
-- Part of a turn: the events.
insert into book_log
select r.* from head, json_populate_recordset(null::book_log, :rows) r;

-- name: write_nodes
-- Part of a turn: the subtrees that it completed.
insert into book_node
select r.* from head, json_populate_recordset(null::book_node, :rows) r;

-- name: write_answers
-- Part of a turn: what its keys are answered from now on.
insert into book_answer
select r.* from head, json_populate_recordset(null::book_answer, :rows) r;
