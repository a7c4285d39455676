-- The projector's own statements; those of a projection stand beside its context. What a generation
-- is made of (:table, :view) is named by us, and never by a caller.

-- name: session
-- Everything is read by key, though a plan is made while a table is small. A commit need not be
-- durable when it returns: a crash takes rows and position back together, and they are made again.
select set_config('enable_seqscan', 'off', false), set_config('synchronous_commit', 'off', false);

-- name: hurry
-- For this transaction: readers come to wait behind a change of tables that itself waits for a
-- reader, so it gives up soon.
select set_config('lock_timeout', '300ms', true);

-- name: lead
-- Try to be the one process that feeds a projection in a partition, as long as the session lasts.
select pg_try_advisory_lock(hashtextextended($1, 0));

-- name: lock_generations
-- Keep other processes from beginning, swapping or dropping generations until the transaction ends.
select pg_advisory_xact_lock(hashtextextended('culm/projections', 0));

-- name: progress
-- How far every generation is in every partition, and when the next event for it was recorded.
select p.projection, p.generation, p.partition, p.version, p.state, p.tables, p.position, p.target,
    h.size, book_time_at(p.partition, p.position) as oldest
from projection.progress p
join book_head h on h.partition = p.partition
order by p.projection, p.partition, p.generation;

-- name: live
-- How far the live generation of a projection ($1) is in a partition ($2).
select p.projection, p.generation, p.partition, p.version, p.state, p.tables, p.position, p.target,
    h.size, book_time_at(p.partition, p.position) as oldest
from projection.progress p
join book_head h on h.partition = p.partition
where p.projection = $1 and p.partition = $2 and p.state = 'live';

-- name: events
-- The events of some types ($4) from a position ($2) to just before another ($3), $5 of them.
select position, time, tenant, type, version, body from book_log
where partition = $1 and position >= $2 and position < $3 and type = any($4::text[])
order by position limit $5;

-- name: advance
-- Go on from $5 to $6, unless another process has done so, or the generation is gone.
update projection.progress set position = $6
where partition = $1 and projection = $2 and generation = $3 and version = $4 and position = $5
returning position;

-- name: begin
-- A new generation, with all of the log before it.
insert into projection.progress
select partition, $1, $2, $3, 'building', $4, 0, size from book_head
returning partition;

-- name: add_partitions
-- Partitions that were begun after a generation was.
insert into projection.progress
select h.partition, p.projection, p.generation, p.version, p.state, p.tables, 0, 0
from book_head h
cross join (
    select distinct projection, generation, version, state, tables from projection.progress
) p
on conflict do nothing;

-- name: hold_still
-- Lock where every generation of a projection is, so that none moves until the transaction ends.
select from projection.progress where projection = $1 order by partition, generation for update;

-- name: caught_up
-- Whether a generation ($2) has taken in what there was when it was begun, and is nowhere behind the
-- live one: a reader never sees the past come back.
select bool_and(b.position >= greatest(b.target, l.position))
from projection.progress b
left join projection.progress l
    on l.partition = b.partition and l.projection = b.projection and l.state = 'live'
where b.projection = $1 and b.generation = $2 and b.state = 'building';

-- name: retire
-- The live generation is live no longer.
update projection.progress set state = 'retired' where projection = $1 and state = 'live';

-- name: go_live
-- This generation is live from now on.
update projection.progress set state = 'live' where projection = $1 and generation = $2;

-- name: forget
-- A generation is no more.
delete from projection.progress where projection = $1 and generation = $2;

-- name: show
-- Readers see this table from now on, each with the rights of its own role.
create or replace view :view with (security_invoker = true) as select * from :table;

-- name: let_read
-- The API's readers may look; the policy of the table says what they see.
grant select on :view to culm_reader;

-- name: hide
-- Before a view gets other columns.
drop view if exists :view;

-- name: drop
-- The table of a generation that is no more, and a view of it that nothing has replaced.
drop table if exists :table cascade;
