-- The bank's files.

-- name: load_bank_files
-- Files by tenant and content.
select f.tenant, f.sha256, f.name, f.kind, f.returns, f.changes, f.taken
from unnest($2::text[], $3::text[]) k (tenant, sha256)
cross join lateral (
    select tenant, sha256, name, kind, returns, changes, taken from ach_bank_file
    where partition = $1 and tenant = k.tenant and sha256 = k.sha256 limit 1
) f;

-- name: save_bank_files
-- Part of a turn: new files.
insert into ach_bank_file
select r.* from head, json_populate_recordset(null::ach_bank_file, :rows) r;

-- name: all_bank_files
-- Every file of a partition.
select tenant, sha256, name, kind, returns, changes, taken
from ach_bank_file where partition = $1;
