-- The ACH rail's statements.

-- name: load_files
-- Files by tenant and content.
select f.tenant, f.sha256, f.name, f.verdict, f.entries, f.received, f.account, f.clearing,
    f.refused_batches
from unnest($2::text[], $3::text[]) k (tenant, sha256)
cross join lateral (
    select tenant, sha256, name, verdict, entries, received, account, clearing, refused_batches
    from ach_file
    where partition = $1 and tenant = k.tenant and sha256 = k.sha256 limit 1
) f;

-- name: save_files
-- Part of a turn: files as they are now.
insert into ach_file
select r.* from head, json_populate_recordset(null::ach_file, :rows) r
on conflict (partition, tenant, sha256) do update
set name = excluded.name, verdict = excluded.verdict, entries = excluded.entries,
    received = excluded.received, account = excluded.account, clearing = excluded.clearing,
    refused_batches = excluded.refused_batches;

-- name: all_files
-- Every file of a partition.
select tenant, sha256, name, verdict, entries, received, account, clearing, refused_batches
from ach_file where partition = $1;
