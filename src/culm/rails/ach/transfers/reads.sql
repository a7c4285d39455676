-- What the API reads of transfers.

-- name: transfer
-- One of the tenant's transfers, and the file that it is in.
select t.*, f.id as file, f.state as file_state
from ach_transfer t
left join ach_batch b on b.partition = t.partition and t.batch <> ''
    and b.id = ('x' || substr(t.batch, 5))::bit(64)::bigint
left join ach_sent_file f on f.partition = b.partition and f.id = b.file
where t.partition = $1 and t.tenant = $2 and t.id = $3;

-- name: transfers
-- The tenant's transfers, newest first: all, or those in one state.
select t.*, f.id as file, f.state as file_state
from ach_transfer t
left join ach_batch b on b.partition = t.partition and t.batch <> ''
    and b.id = ('x' || substr(t.batch, 5))::bit(64)::bigint
left join ach_sent_file f on f.partition = b.partition and f.id = b.file
where t.partition = $1 and t.tenant = $2 and t.id < $3
    and ($4::text[] is null or t.state = any($4))
    and ($5::text[] is null or coalesce(f.state, '') = any($5))
order by t.id desc limit $6;

-- name: transfers_for
-- The tenant's transfers with a purpose, newest first.
select t.*, f.id as file, f.state as file_state
from ach_transfer t
left join ach_batch b on b.partition = t.partition and t.batch <> ''
    and b.id = ('x' || substr(t.batch, 5))::bit(64)::bigint
left join ach_sent_file f on f.partition = b.partition and f.id = b.file
where t.partition = $1 and t.tenant = $2 and t.id < $3
    and ($4::text[] is null or t.state = any($4))
    and ($5::text[] is null or coalesce(f.state, '') = any($5))
    and t.purpose = $7
order by t.id desc limit $6;
