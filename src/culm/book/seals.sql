-- Checkpoints, and the stored hashes that proofs are made of.

-- name: head
-- What a partition's log is now.
select size, frontier from book_head where partition = $1;

-- name: newest_checkpoint
-- The last checkpoint that was signed.
select note from book_checkpoint where partition = $1 order by size desc limit 1;

-- name: checkpoint_at
-- The checkpoint of a size.
select note from book_checkpoint where partition = $1 and size = $2;

-- name: covering_checkpoint
-- The first checkpoint that covers a position.
select note from book_checkpoint where partition = $1 and size > $2 order by size limit 1;

-- name: writing
-- The pool is for reads; this transaction is not.
set transaction read write;

-- name: keep_checkpoint
-- Keep a signed checkpoint. Whoever was first for a size wins.
insert into book_checkpoint (partition, size, note) values ($1, $2, $3) on conflict do nothing;

-- name: log_row
-- One event, with every column that is sealed. A time that no event can have reads as null.
select partition, position, type, version, tenant, actor, correlation, causation, request, body,
    case when time >= '1970-01-01Z' and time < '9999-12-31Z' then time end as time
from book_log where partition = $1 and position = $2;

-- name: leaves
-- A run of leaf hashes.
select leaf from book_log
where partition = $1 and position >= $2::bigint and position < $2::bigint + $3::bigint
order by position;

-- name: nodes
-- A run of the roots of full subtrees of 256^level leaves.
select hash from book_node
where partition = $1 and level = $2 and index >= $3::bigint and index < $3::bigint + $4::bigint
order by index;
