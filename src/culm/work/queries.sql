-- The statements of the work that follows from facts.

-- name: load_parked
-- Parked facts by reactor and fact.
select p.*
from unnest($2::text[], $3::bigint[]) k (reactor, fact)
cross join lateral (
    select tenant, reactor, fact, type, lane, code, attempts, round, state, parked, changed
    from work_parked
    where partition = $1 and reactor = k.reactor and fact = k.fact limit 1
) p;

-- name: save_parked
-- Part of a turn: parked facts as they are now.
insert into work_parked
select r.* from head, json_populate_recordset(null::work_parked, :rows) r
on conflict (partition, reactor, fact) do update
set code = excluded.code, attempts = excluded.attempts, round = excluded.round,
    state = excluded.state, parked = excluded.parked, changed = excluded.changed,
    lane = excluded.lane;

-- name: all_parked
-- Every parked fact of a partition.
select tenant, reactor, fact, type, lane, code, attempts, round, state, parked, changed
from work_parked where partition = $1;

-- name: load_lanes
-- For some aggregates of reactors, their facts that wait, the earliest first.
select k.reactor, k.lane, p.facts
from unnest($2::text[], $3::text[]) k (reactor, lane)
cross join lateral (
    select array_agg(fact order by fact) as facts
    from work_parked
    where partition = $1 and reactor = k.reactor and lane = k.lane and lane <> ''
        and state in ('parked', 'retrying')
) p
where p.facts is not null;

-- name: lanes_of
-- The aggregates of a reactor ($2) of which something is parked.
select distinct lane from work_parked
where partition = $1 and reactor = $2 and lane <> '' and state in ('parked', 'retrying');

-- name: begin
-- Where a reactor ($2) stands; one that is new begins at a position ($3; null: at what comes now).
with begun as (
    insert into work_place (partition, reactor, next, pending)
    select $1, $2, coalesce($3::bigint,
        (select size from book_head where partition = $1), 0), '{}'
    on conflict (partition, reactor) do nothing
    returning next, pending
)
select next, pending from begun
union all
select next, pending from work_place where partition = $1 and reactor = $2
limit 1;

-- name: note
-- Note where a reactor ($2) stands.
update work_place set next = $3, pending = $4 where partition = $1 and reactor = $2;

-- name: note_floor
-- Note that a reactor ($2) is done with everything before a position.
update work_place set next = greatest(next, $3), pending = '{}'
where partition = $1 and reactor = $2 and (next < $3 or pending <> '{}');

-- name: forget
-- A reactor ($2) is gone for good: where it stood, and what it said.
with place as (delete from work_place where partition = $1 and reactor = $2)
delete from work_failure where partition = $1 and reactor = $2;

-- name: failed
-- A reactor ($2) has failed with a fact ($3) once more ($4: code, $5: words, $6: when); how often
-- by now.
insert into work_failure as f (partition, reactor, fact, attempts, code, message, at)
values ($1, $2, $3, 1, $4, $5, $6)
on conflict (partition, reactor, fact) do update
set attempts = f.attempts + 1, code = excluded.code, message = excluded.message, at = excluded.at
returning attempts;

-- name: recovered
-- What a reactor ($2) had failed with is done.
delete from work_failure where partition = $1 and reactor = $2 and fact = $3;

-- name: prune_failures
-- Forget what was said before a time ($2) about facts that are not parked any more.
delete from work_failure f where partition = $1 and at < $2 and not exists (
    select from work_parked p
    where p.partition = $1 and p.reactor = f.reactor and p.fact = f.fact
        and p.state in ('parked', 'retrying')
);

-- name: facts_between
-- The facts of a partition from a position ($2) to one that is left out ($3), of some types ($4) or
-- all, of one tenant ($5) or all, in order, at most so many ($6).
select partition, position, time, type, version, tenant, actor, correlation, causation, body
from book_log
where partition = $1 and position >= $2 and position < $3
    and ($4::text[] is null or type = any($4)) and ($5::text is null or tenant = $5)
order by position
limit $6;

-- name: facts_at
-- The facts at some positions ($2) of a partition, in order.
select partition, position, time, type, version, tenant, actor, correlation, causation, body
from book_log
where partition = $1 and position = any($2::bigint[])
order by position;
