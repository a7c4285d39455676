-- What those who send files read.

-- name: window_transfers
-- All transfers of a window, in the order of their ids.
select id, kind, sec, direction, description, amount
from ach_transfer where partition = $1 and "window" = $2 order by id;

-- name: file
-- One file.
select id, tenant, "window", name, sandbox, created, modifier, effective, settles, terms, batches,
    entries, debit, credit, state, sha256, size, part, refused, code, reason
from ach_sent_file where partition = $1 and id = $2;

-- name: in_doubt
-- Files of which nobody knows whether the bank has them.
select id, tenant, name, part from ach_sent_file
where partition = $1 and state = 'unknown' order by id;

-- name: batches
-- Some batches, in the order of their ids, which is that of their file.
select id, tenant, "window", sec, direction, description, first, entries, amount, state, file,
    ordinal, left_out
from ach_batch where partition = $1 and id = any($2::bigint[]) order by id;

-- name: batch_transfers
-- The ids of the transfers of a batch, whose trace numbers follow one another.
select id from ach_transfer
where partition = $1 and tenant = $2 and trace between $3 and $4 and batch = $5 order by id;

-- name: batch_entries
-- What the entries of a batch say, but for transfers that were rejected before it was written. Of a
-- dishonour without a row of its own the return was late, and is the one that its original has.
select t.id, t.kind, t.subject, t.sealed, t.routing, t.account_kind, t.direction, t.amount,
    t.identification, t.sec, t.recurring, t.trace, coalesce(o.trace, '') as original_trace,
    coalesce(d.return_trace, o.return_trace, '') as return_trace,
    coalesce(d.returned_on, o.returned_on) as returned_on,
    coalesce(d.return_reason, o.reason, '') as return_reason,
    coalesce(d.code, 'R68') as dishonour_code, coalesce(d.information, '') as information
from ach_transfer t
left join ach_dishonour d on d.partition = t.partition and d.id = t.id
left join ach_transfer o on o.partition = t.partition and t.original <> ''
    and o.id = ('x' || substr(t.original, 5))::bit(64)::bigint
where t.partition = $1 and t.tenant = $2 and t.trace between $3 and $4 and t.batch = $5
    and t.state <> 'rejected'
order by t.id;

-- name: sent_file
-- One of the tenant's files.
select id, tenant, "window", name, sandbox, created, modifier, effective, settles, terms, batches,
    entries, debit, credit, state, sha256, size, part, refused, code, reason
from ach_sent_file where partition = $1 and tenant = $2 and id = $3;

-- name: sent_files
-- The tenant's files, newest first: all, or those in one state.
select id, tenant, "window", name, sandbox, created, modifier, effective, settles, terms, batches,
    entries, debit, credit, state, sha256, size, part, refused, code, reason
from ach_sent_file
where partition = $1 and tenant = $2 and id < $3 and ($4::text is null or state = $4)
order by id desc limit $5;

-- name: file_counts
-- How many files a partition has, by state, of the sandbox and of live tenants, and when the oldest
-- of them was made.
select state, sandbox, count(*) as files, min(created) as oldest from ach_sent_file
where partition = $1 group by state, sandbox order by state, sandbox;
