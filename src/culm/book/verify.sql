-- What the proof reads. Everything is read in one snapshot, in order, by server-side cursors.

-- name: texts
-- For this transaction: equal values read as equal texts, sorts have memory, and rows that a policy
-- would hide are an error.
select set_config('row_security', 'off', true), set_config('work_mem', '64MB', true), set_config('TimeZone', 'UTC', true), set_config('DateStyle', 'ISO, YMD', true),
    set_config('bytea_output', 'hex', true);

-- name: schema
-- What each table is, and what the platform's roles may do with it and see of it, one line a fact.
with tables as (
    select oid, relname::text as name, relkind, relrowsecurity, relforcerowsecurity from pg_class
    where relname = any ($1::text[]) and relkind <> 'i' and pg_table_is_visible(oid)
)
select name, 'is a table' as fact from tables where relkind in ('r', 'p')
union all
select name, 'row security' from tables where relrowsecurity
union all
select name, 'row security for its owner too' from tables where relforcerowsecurity
union all
select name, format('policy %I %s%s to %s using (%s)', polname, polcmd,
    case when not polpermissive then ' restrictive' end,
    (select string_agg(r::regrole::text, ', ') from unnest(polroles) r),
    regexp_replace(pg_get_expr(polqual, polrelid), '\s+', ' ', 'g'))
from tables join pg_policy on polrelid = tables.oid
union all
select name, format('column %I %s%s%s', attname, format_type(atttypid, atttypmod),
    case when attnotnull then ' not null' end,
    (select ' default ' || pg_get_expr(adbin, adrelid) from pg_attrdef
    where adrelid = attrelid and adnum = attnum))
from tables join pg_attribute on attrelid = tables.oid and attnum > 0 and not attisdropped
union all
select name, pg_get_constraintdef(c.oid)
from tables join pg_constraint c on conrelid = tables.oid and contype <> 'n'
union all
select name, format('trigger %I', tgname)
from tables join pg_trigger on tgrelid = tables.oid and not tgisinternal
union all
select name, format('rule %I', rulename) from tables join pg_rewrite on ev_class = tables.oid
union all
select name, format('%s for %s', lower(privilege), role)
from tables, unnest(array['culm_platform', 'culm_reader']) role,
    unnest(array['SELECT', 'INSERT', 'UPDATE', 'REFERENCES', 'DELETE', 'TRUNCATE', 'TRIGGER']) privilege
where case when privilege in ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES')
    then has_any_column_privilege(role, tables.oid, privilege)
    else has_table_privilege(role, tables.oid, privilege) end;

-- name: partitions
-- Every partition with a head, and those that have taken a turn.
select partition, exists (select from book_head h where h.partition = p.partition) as has_head
from (select partition from book_head union select partition from book_turn) p
order by has_head desc, partition;

-- name: strangers
-- A row of no partition.
select partition from :table where partition <> all ($1::smallint[]) limit 1;

-- name: head
-- Where a partition stands. A time that no event can have reads as null, here and below.
select turn, size, frontier,
    case when time >= '1970-01-01Z' and time < '9999-12-31Z' then time end as time
from book_head where partition = $1;

-- name: log
-- The events, with every column that is sealed.
select position, type, version, tenant, actor, correlation, causation, request, body, leaf,
    case when time >= '1970-01-01Z' and time < '9999-12-31Z' then time end as time
from book_log where partition = $1 order by position;

-- name: turns
-- Every turn, and the tree after it.
select turn, size, root from book_turn where partition = $1 order by turn;

-- name: checkpoints
-- Every checkpoint that was signed.
select size, note from book_checkpoint where partition = $1 order by size;

-- name: nodes
-- The stored roots of some subtrees.
select level, index, hash from book_node
where partition = $1
  and (level, index) in (select * from unnest($2::smallint[], $3::bigint[]));

-- name: stray_node
-- A stored root of a subtree that a log of this size does not have in full.
select level, index from book_node
where partition = $1
  and (level not between 1 and 7 or index not between 0 and ($2::bigint >> 8 * level) - 1)
limit 1;

-- name: answers
-- What was answered under each idempotency key.
select tenant, key, command, fingerprint, result from book_answer
where partition = $1 order by key, tenant;

-- name: unanswered
-- The first request of the log that has no answer under exactly its key, command and fingerprint
-- (`idempotency.request` says how they make a request's name).
select min(l.position) as position from book_log l
where l.partition = $1 and l.request <> '' and not exists (
    select from book_answer a
    where a.partition = $1 and l.request = left(encode(sha256(
        convert_to(concat_ws(E'\n', a.tenant, a.key, a.command, ''), 'UTF8') || a.fingerprint
    ), 'hex'), 32)
);

-- name: repeated
-- A request that was carried out twice: by two commands, each with a time of its own.
select min(position) as first, max(position) as again from book_log
where partition = $1 and request <> ''
group by request having min(time) <> max(time)
order by again limit 1;

-- name: columns
-- The columns of a table, their types, and whether they are of the key that names its rows.
select a.attname::text, format_type(a.atttypid, a.atttypmod),
    exists (
        select from pg_index i
        where i.indrelid = a.attrelid and i.indisprimary and a.attnum = any (i.indkey)
    )
from pg_attribute a
where a.attrelid = $1::text::regclass and a.attnum > 0 and not a.attisdropped
order by a.attnum;

-- name: any_row
-- A row where there should be none.
select r::text from (:rows) r limit 1;

-- name: journal_lines
-- Insert-only rows as texts, in the order of the log.
select r.event, concat_ws(E'\t', :texts) as line from (:rows) r order by r.event;

-- name: table_lines
-- State rows as texts.
select concat_ws(E'\t', :texts) as line from (:rows) r;
