-- The ACH rail's statements.

-- name: load_files
-- Files by tenant and content.
select tenant, sha256, name, verdict, entries, received from ach_file
where partition = $1 and (tenant, sha256) in (select * from unnest($2::text[], $3::text[]));

-- name: save_files
-- Part of a turn: files as they are now.
insert into ach_file
select r.* from head, json_populate_recordset(null::ach_file, :rows) r
on conflict (partition, tenant, sha256) do update
set name = excluded.name, verdict = excluded.verdict, entries = excluded.entries,
    received = excluded.received;

-- name: all_files
-- Every file of a partition.
select tenant, sha256, name, verdict, entries, received from ach_file where partition = $1;
