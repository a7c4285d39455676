-- What access reads beside what the Book loads, and what lets requests in.

-- name: key
-- A key by its number, and when it was last used.
select k.id, k.tenant, name, sandbox, scopes, addresses, per_second, burst, daily_quota, routes,
    digest, previous, previous_until, state, created, expires, revoked, u.last_used
from access_key k left join access_use u on u.partition = k.partition and u.key = k.id
where k.partition = $1 and k.id = $2;

-- name: keys
-- A tenant's keys, newest first, before an id ($3), in one state ($4) or any, $5 of them.
select k.id, k.tenant, name, sandbox, scopes, addresses, per_second, burst, daily_quota, routes,
    digest, previous, previous_until, state, created, expires, revoked, u.last_used
from access_key k left join access_use u on u.partition = k.partition and u.key = k.id
where k.partition = $1 and k.tenant = $2 and k.id < $3 and ($4::text is null or state = $4)
order by k.id desc limit $5;

-- name: admit
-- Let in what came in together: under the digest ($2) of the secret of a key ($1, with its
-- partition in front), from an address ($3), so many requests ($6) for an operation ($5), which is
-- on a meter ($4). $7 is the time, where that is not the database's.
--
-- An operation that the key has a rate of its own for is on a meter of its own, which is called as
-- it is; if there is a quota in that, its requests count for that one alone.
-- For a secret that does not match there is no row. What a key is refused for costs it nothing.
-- The rest takes from the key's meters as the generic cell rate algorithm does (ITU-T I.371, Annex
-- A): each request costs `each` microseconds, `until` is when all of them are paid off, and more is
-- let in while that is less than a burst away. Who would owe a minute more than a burst owes a burst:
-- the clock was set back, or the rate is another by now. What passes there takes from the quota of
-- the day.
-- Rows are locked in the order of their keys, so that no two processes ever wait for each other.
with asked as materialized (
    select a.place, k.partition, a.key, a.count, k.tenant, k.sandbox, k.scopes,
        case when o.own is null then a.meter else a.operation end as meter,
        case when o.own ->> 'daily_quota' is null then 'day' else a.operation end as quota,
        coalesce((o.own ->> 'daily_quota')::bigint, k.daily_quota) as daily_quota,
        t.time, (extract(epoch from t.time) * 1000000)::bigint as now,
        1000000 / coalesce((o.own ->> 'per_second')::integer, k.per_second)
            * (case when a.meter = 'bulk' then 10 else 1 end) as each,
        greatest(coalesce((o.own ->> 'burst')::integer, k.burst)
            / (case when a.meter = 'bulk' then 10 else 1 end), 1) as burst,
        case when k.state <> 'active' then 'revoked'
            when k.expires <= t.time then 'expired'
            when k.addresses <> '{}'
                and not coalesce(a.address::inet <<= any (k.addresses::cidr[]), false)
            then 'elsewhere' else '' end as refused
    from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::integer[])
        with ordinality a (key, digest, address, meter, operation, count, place)
    cross join (select coalesce($7::timestamptz, now()) as time) t
    join access_key k on k.partition = (a.key >> 48)::smallint and k.id = a.key
    cross join lateral (
        select case when k.routes <> '{}' then k.routes::json -> a.operation end as own
    ) o
    where k.digest = a.digest or (k.previous = a.digest and k.previous_until > t.time)
), metered as (
    insert into access_meter as m
        (partition, key, meter, tenant, now, each, burst, asked, granted, until)
    select partition, key, meter, tenant, now, each, burst, sum(count), least(sum(count), burst),
        now + least(sum(count), burst) * each
    from asked where refused = ''
    group by partition, key, meter, tenant, now, each, burst
    order by partition, key, meter
    on conflict (partition, key, meter) do update
    set (now, each, burst, asked, granted, until) = (
        select excluded.now, excluded.each, excluded.burst, excluded.asked, g.granted,
            g.owed + g.granted * excluded.each
        from (
            select o.owed, greatest(0, least(
                excluded.asked,
                (excluded.now + excluded.burst * excluded.each - o.owed) / excluded.each
            )) as granted
            from (
                select case when m.until > excluded.now + excluded.burst * excluded.each + 60000000
                    then excluded.now + excluded.burst * excluded.each
                    else greatest(m.until, excluded.now) end as owed
            ) o
        ) g
    )
    returning partition, key, meter, tenant, granted, until
), counted as (
    insert into access_quota as q (partition, key, meter, tenant, day, quota, asked, granted, used)
    select partition, key, a.quota, tenant, (time at time zone 'UTC')::date, daily_quota,
        sum(granted), least(sum(granted), daily_quota), least(sum(granted), daily_quota)
    from metered
    join (select distinct partition, key, meter, quota, daily_quota, time from asked) a
        using (partition, key, meter)
    where daily_quota is not null
    group by partition, key, a.quota, tenant, time, daily_quota
    order by partition, key, a.quota
    on conflict (partition, key, meter) do update
    set (day, quota, asked, granted, used) = (
        select greatest(q.day, excluded.day), excluded.quota, excluded.asked, g.granted,
            g.before + g.granted
        from (
            select u.before, greatest(0, least(excluded.asked, excluded.quota - u.before)) granted
            from (select case when q.day < excluded.day then 0 else q.used end as before) u
        ) g
    )
    returning partition, key, meter as quota, granted, used
), noted as (
    insert into access_use (partition, key, tenant, last_used)
    select distinct partition, key, tenant, time from asked a
    where refused = '' and not exists (
        select from access_use u
        where u.partition = a.partition and u.key = a.key
            and u.last_used > a.time - interval '1 minute'
    )
    order by partition, key
    on conflict (partition, key) do update set last_used = excluded.last_used
)
select a.place, a.tenant, a.sandbox, a.scopes, a.refused, a.now, a.meter, a.each, a.burst,
    a.quota, a.daily_quota, m.until, m.granted, c.granted as counted, c.used
from asked a
left join metered m using (partition, key, meter)
left join counted c using (partition, key, quota);
