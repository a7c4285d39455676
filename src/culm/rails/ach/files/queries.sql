-- Batches and files.

-- name: load_batches
-- Batches by id.
select id, tenant, "window", sec, direction, description, first, entries, amount, state, file,
    ordinal, left_out
from ach_batch where partition = $1 and id = any($2::bigint[]);

-- name: save_batches
-- Part of a turn: batches as they are now.
insert into ach_batch
select r.* from head, json_populate_recordset(null::ach_batch, :rows) r
on conflict (partition, id) do update
set state = excluded.state, file = excluded.file, ordinal = excluded.ordinal,
    left_out = excluded.left_out;

-- name: all_batches
-- Every batch of a partition.
select id, tenant, "window", sec, direction, description, first, entries, amount, state, file,
    ordinal, left_out
from ach_batch where partition = $1;

-- name: load_files
-- Files by id.
select id, tenant, "window", name, sandbox, created, modifier, effective, settles, terms, batches,
    entries, debit, credit, state, sha256, size, part, refused, code, reason
from ach_sent_file where partition = $1 and id = any($2::bigint[]);

-- name: load_names
-- Files by the name that they have at the bank's place.
select f.tenant, f.name, f.id
from unnest($2::text[], $3::text[]) k (tenant, name)
cross join lateral (
    select tenant, name, id from ach_sent_file
    where partition = $1 and tenant = k.tenant and name = k.name limit 1
) f;

-- name: save_files
-- Part of a turn: files as they are now.
insert into ach_sent_file
select r.* from head, json_populate_recordset(null::ach_sent_file, :rows) r
on conflict (partition, id) do update
set state = excluded.state, settles = excluded.settles, sha256 = excluded.sha256,
    size = excluded.size, part = excluded.part, batches = excluded.batches,
    refused = excluded.refused, code = excluded.code, reason = excluded.reason;

-- name: all_files
-- Every file of a partition.
select id, tenant, "window", name, sandbox, created, modifier, effective, settles, terms, batches,
    entries, debit, credit, state, sha256, size, part, refused, code, reason
from ach_sent_file where partition = $1;

-- name: load_counters
-- Counters by tenant.
select tenant, sequence, day, files from ach_counter
where partition = $1 and tenant = any($2::text[]);

-- name: save_counters
-- Part of a turn: counters as they are now.
insert into ach_counter
select r.* from head, json_populate_recordset(null::ach_counter, :rows) r
on conflict (partition, tenant) do update
set sequence = excluded.sequence, day = excluded.day, files = excluded.files;

-- name: all_counters
-- The counters of every tenant of a partition.
select tenant, sequence, day, files from ach_counter where partition = $1;
