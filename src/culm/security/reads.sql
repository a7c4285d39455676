-- The keys of subjects, wrapped, and blind indexes.

-- name: insert_key
-- Keep a subject's key, unless it has one.
insert into security_key (partition, tenant, subject, hint, kek, wrapped)
values ($1, $2, $3, $4, $5, $6)
on conflict (partition, tenant, subject) do nothing;

-- name: load_keys
-- The keys of some subjects of a tenant.
select subject, kek, wrapped
from security_key where partition = $1 and tenant = $2 and subject = any($3::text[]);

-- name: delete_key
-- Delete a subject's key for ever, and the indexes of what it seals.
with indexes as (
    delete from security_index where partition = $1 and tenant = $2 and subject = $3
)
delete from security_key where partition = $1 and tenant = $2 and subject = $3;

-- name: insert_indexes
-- Keep the indexes ($5, fields; $6, digests) of one sealed text ($4) of a subject.
insert into security_index (partition, tenant, subject, seal, field, digest)
select $1, $2, $3, $4, f.field, f.digest
from unnest($5::text[], $6::text[]) f (field, digest)
on conflict (partition, tenant, field, digest, seal) do nothing;

-- name: delete_indexes
-- Delete the indexes of one sealed text of a subject.
delete from security_index
where partition = $1 and tenant = $2 and subject = $3 and seal = $4;

-- name: key_of_each_kek
-- For each key-encryption key in use, one key that it wraps. It looks at the index a few times,
-- however many keys there are.
with recursive keks as (
    (select kek from security_key order by kek limit 1)
    union all
    select (select kek from security_key where kek > k.kek order by kek limit 1)
    from keks k where k.kek is not null
)
select s.partition, s.tenant, s.subject, s.kek, s.wrapped
from keks k
cross join lateral (select * from security_key where kek = k.kek limit 1) s
where k.kek is not null;

-- name: keys_under_others
-- Keys that are wrapped by another key-encryption key than this ($1), $2 of them.
select partition, tenant, subject, kek, wrapped from security_key where kek <> $1 limit $2;

-- name: rewrap_keys
-- Wrap keys anew, but none that was destroyed or wrapped anew meanwhile.
update security_key k set kek = r.kek, wrapped = r.wrapped
from unnest($1::smallint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bytea[])
    r (partition, tenant, subject, was, kek, wrapped)
where k.partition = r.partition and k.tenant = r.tenant and k.subject = r.subject
    and k.kek = r.was;

-- name: keys_by_kek
-- How many keys each key-encryption key wraps.
select kek, count(*) as keys from security_key group by kek order by kek;
