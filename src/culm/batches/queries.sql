-- The state of batches, as the Book loads and writes it.

-- name: load_batches
-- Batches by id.
select id, tenant, state, source, currency, format, mode, same_day, reference, subject, content,
    sha256, parts, taken, accepted, refused, accepted_amount, refused_amount, reason, line, created,
    updated
from batch where partition = $1 and id = any($2::bigint[]);

-- name: save_batches
-- Part of a turn: batches as they are now.
insert into batch
select r.* from head, json_populate_recordset(null::batch, :rows) r
on conflict (partition, id) do update
set state = excluded.state, parts = excluded.parts, taken = excluded.taken,
    accepted = excluded.accepted, refused = excluded.refused,
    accepted_amount = excluded.accepted_amount, refused_amount = excluded.refused_amount,
    reason = excluded.reason, line = excluded.line, updated = excluded.updated;

-- name: all_batches
-- Every batch of a partition.
select id, tenant, state, source, currency, format, mode, same_day, reference, subject, content,
    sha256, parts, taken, accepted, refused, accepted_amount, refused_amount, reason, line, created,
    updated
from batch where partition = $1;

-- name: load_seen
-- The newest batches that had some contents.
select s.tenant, s.sha256, s.batch
from unnest($2::text[], $3::text[]) k (tenant, sha256)
join batch_seen s on s.partition = $1 and s.tenant = k.tenant and s.sha256 = k.sha256;

-- name: save_seen
-- Part of a turn: the newest batches with their contents.
insert into batch_seen
select r.* from head, json_populate_recordset(null::batch_seen, :rows) r
on conflict (partition, tenant, sha256) do update set batch = excluded.batch;

-- name: all_seen
-- The newest batch of every content in a partition.
select tenant, sha256, batch from batch_seen where partition = $1;

-- name: save_entries
-- Part of a turn: what became of entries.
insert into batch_entry
select r.* from head, json_populate_recordset(null::batch_entry, :rows) r;

-- name: all_entries
-- What became of every entry of a partition, in the order of the log.
select partition, tenant, batch, line, payment, amount, code, field, event from batch_entry
where partition = $1 order by event, line;
