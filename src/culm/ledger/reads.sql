-- The ledger's reads. $1 is the partition everywhere. Lists are read by the key that they are
-- ordered by, so that their pages neither lose nor repeat what is there while more is added.
--
-- Time. Every event is recorded later than what was committed before it, so the head's time is the
-- last moment of which everything is known: a question about a later one is answered for the head's
-- time, and a question about that time or an earlier one has the same answer for ever.
--
-- An account's entries are versioned in the order in which they were recorded. So the newest entry
-- recorded by a moment is found by binary search over (partition, account, version): an account with
-- millions of entries needs some twenty look-ups, and no index on the time of recording.
--
-- The balance at an effective moment E, as known at a recorded moment R, is taken from the newest
-- entry recorded by B, the earlier of E and R. Then
--     + entries recorded after B, by R, that are effective by E (booked late), and
--     - entries recorded by B that are effective after E (booked ahead).
-- Both concern only dated entries, whose effective time is not their recorded time: the others keep
-- no effective time (null). They are few and have the index ledger_entry_dated.
-- What is held is found in the same way; there, only dated captures are not effective when they
-- were recorded, and ledger_unheld tells what they took.

-- name: tenant
-- Who keeps books here.
select id, name, created, closed_before, sandbox
from ledger_tenant where partition = $1 and id = $2;

-- name: assets
-- A tenant's registered assets after a code ($3), $4 of them.
select tenant, code, scale, name from ledger_asset
where partition = $1 and tenant = $2 and code > $3
order by code limit $4;

-- name: account_by_id
-- The tenant, and its account by id ($3) if there is one.
select a.id, t.id as tenant, a.code, a.currency, a.side, a.minimum, a.maximum, a."freeze",
    a.closed, a.metadata, a.opened
from ledger_tenant t
left join ledger_account a on a.partition = $1 and a.tenant = t.id and a.id = $3
where t.partition = $1 and t.id = $2;

-- name: account_by_code
-- The tenant, and its account by code ($3) if there is one.
select a.id, t.id as tenant, a.code, a.currency, a.side, a.minimum, a.maximum, a."freeze",
    a.closed, a.metadata, a.opened
from ledger_tenant t
left join ledger_account a on a.partition = $1 and a.tenant = t.id and a.code = $3
where t.partition = $1 and t.id = $2;

-- name: accounts_by_id
-- Some of a tenant's accounts, by their ids.
select id, tenant, code, currency, side, minimum, maximum, "freeze", closed, metadata, opened
from ledger_account
where partition = $1 and tenant = $2 and id = any($3::bigint[]);

-- name: accounts
-- A tenant's accounts whose code begins with $3, after a code ($4), $5 of them.
select id, tenant, code, currency, side, minimum, maximum, "freeze", closed, metadata, opened
from ledger_account
where partition = $1 and tenant = $2 and code ^@ $3 and code > $4
order by code limit $5;

-- name: hold
-- A tenant's hold by id, with its currency.
select h.id, h.tenant, h.debit, h.credit, h.amount, h.captured, h.released, h.state, h.expires,
    h.reference, h.metadata, h.placed, h.owner, a.currency
from ledger_hold h
join ledger_account a on a.partition = $1 and a.id = h.debit
where h.partition = $1 and h.tenant = $2 and h.id = $3;

-- name: holds_of_tenant
-- A tenant's holds, newest first, before an id ($3), in one state ($4) or any, $5 of them.
select h.id, h.tenant, h.debit, h.credit, h.amount, h.captured, h.released, h.state, h.expires,
    h.reference, h.metadata, h.placed, h.owner, a.currency, h.id as place
from ledger_hold h
join ledger_account a on a.partition = $1 and a.id = h.debit
where h.partition = $1 and h.tenant = $2 and h.id < $3 and ($4::text is null or h.state = $4)
order by h.id desc limit $5;

-- name: holds_of_account
-- The holds of a tenant's account ($6), newest first, before a version ($3), in one state ($4) or
-- any, $5 of them. Found through the entry that placing a hold made in both of its accounts; a
-- hold's id is its event's position behind the partition.
select h.id, h.tenant, h.debit, h.credit, h.amount, h.captured, h.released, h.state, h.expires,
    h.reference, h.metadata, h.placed, h.owner, a.currency, e.version as place
from ledger_entry e
join ledger_hold h on h.partition = $1 and h.id = ($1::bigint << 48 | e.event) and h.tenant = $2
join ledger_account a on a.partition = $1 and a.id = h.debit
where e.partition = $1 and e.account = $6 and e.version < $3 and e.amount = 0
    and ($4::text is null or h.state = $4)
order by e.version desc limit $5;

-- name: transaction
-- The event that booked a tenant's transaction.
select position, time, version, body from book_log
where partition = $1 and position = $3 and tenant = $2 and type = 'ledger.transaction_posted';

-- name: transactions
-- The events that booked a tenant's transactions with a reference ($3), newest first, before a
-- position ($4), $5 of them. Holds have references too; they are passed over.
select l.position, l.time, l.version, l.body
from ledger_reference r
join book_log l on l.partition = $1 and l.position = r.event
    and l.type = 'ledger.transaction_posted'
where r.partition = $1 and r.tenant = $2 and r.reference = $3 and r.event < $4
order by r.event desc limit $5;

-- name: bookings
-- The events that booked some transactions, by position.
select position, time, version, body from book_log
where partition = $1 and position = any($2::bigint[]) and type = 'ledger.transaction_posted';

-- name: balances
-- The balances of a tenant's account ($3), or with null of all its accounts, at the effective
-- moment $4 and the recorded moment $5; null is none, and everything recorded counts.
--
-- Every step is a look-up an account, whatever the planner believes of their number. Where few
-- entries were recorded since B, those booked late are looked for among them: accounts that date
-- every entry would otherwise go through all of them. A parent comes right before what is below it.
with recursive moment as materialized (
    select least($5::timestamptz, time) as recorded, least($4::timestamptz, $5, time) as base
    from book_head where partition = $1
),
account as materialized (
    select id, code, currency, side from ledger_account
    where partition = $1 and tenant = $2 and id = $3::bigint
    union all
    select id, code, currency, side from ledger_account, moment
    where $3 is null and partition = $1 and tenant = $2 and opened <= moment.recorded
),
search (account, newest, low, high) as (
    select a.id, coalesce(e.version, 0),
        case when e.recorded <= m.base then e.version else 0 end,
        case when e.recorded <= m.base then e.version else coalesce(e.version - 1, 0) end
    from account a
    cross join moment m
    left join lateral (
        select version, recorded from ledger_entry
        where partition = $1 and account = a.id order by version desc limit 1
    ) e on true
    union all
    select account, newest,
        case when passed then middle else low end,
        case when passed then high else middle - 1 end
    from (
        select s.account, s.newest, s.low, s.high, (s.low + s.high + 1) / 2 as middle,
            (select e.recorded <= (select base from moment) from ledger_entry e
             where e.partition = $1 and e.account = s.account
                and e.version = (s.low + s.high + 1) / 2) as passed
        from search s where s.low < s.high
        offset 0
    ) step
)
select a.id, a.code, a.currency, a.side, s.newest, m.recorded,
    coalesce(base.posted, 0) + case a.side when 'debit' then 1 else -1 end
        * (coalesce(late.amount, 0) - coalesce(ahead.amount, 0)) as posted,
    coalesce(base.held_in, 0) + coalesce(unheld.held_in, 0) as held_in,
    coalesce(base.held_out, 0) + coalesce(unheld.held_out, 0) as held_out
from moment m
cross join account a
join search s on s.account = a.id and s.low = s.high
left join lateral (
    select posted, held_in, held_out from ledger_entry
    where partition = $1 and account = a.id and version = s.low
    offset 0
) base on true
cross join lateral (
    select sum(amount) as amount from (
        select e.amount from ledger_entry e
        where e.partition = $1 and e.account = a.id and e.effective is not null
            and e.effective <= $4 and e.recorded > m.base and e.recorded <= m.recorded
            and m.base < m.recorded and s.newest - s.low > 20000
        union all
        select e.amount from ledger_entry e
        where e.partition = $1 and e.account = a.id and e.version > s.low
            and e.effective <= $4 and e.recorded <= m.recorded
            and m.base < m.recorded and s.newest - s.low <= 20000
    ) e
) late
cross join lateral (
    select sum(e.amount) as amount from ledger_entry e
    where e.partition = $1 and e.account = a.id and e.effective is not null
        and e.effective > $4 and e.recorded <= m.base and s.low > 0
) ahead
cross join lateral (
    select sum(case when u.recorded <= m.base then u.held_in else -u.held_in end) as held_in,
        sum(case when u.recorded <= m.base then u.held_out else -u.held_out end) as held_out
    from ledger_unheld u
    where u.partition = $1 and u.account = a.id and $4 is not null
        and u.recorded <= m.recorded and (u.recorded <= m.base) <> (u.effective <= $4)
) unheld
order by replace(a.code, ':', ' ') collate "C";

-- name: standing
-- What stands now on those of a tenant's accounts that have one of these codes ($3).
select a.id, a.code, coalesce(e.posted, 0) as posted, coalesce(e.held_in, 0) as held_in,
    coalesce(e.held_out, 0) as held_out
from ledger_account a
left join lateral (
    select posted, held_in, held_out from ledger_entry
    where partition = $1 and account = a.id order by version desc limit 1
) e on true
where a.partition = $1 and a.tenant = $2 and a.code = any($3::text[]);

-- name: versions
-- For each moment ($3) and version ($4): the newest entry of an account ($2) with
-- (recorded, version) not after it, by binary search; 0 before the first.
with recursive search (place, moment, bound, low, high) as (
    select m.place::int, m.moment, m.bound, 0::bigint, coalesce((
        select version from ledger_entry
        where partition = $1 and account = $2 order by version desc limit 1
    ), 0)
    from unnest($3::timestamptz[], $4::bigint[]) with ordinality m (moment, bound, place)
    union all
    select place, moment, bound,
        case when passed then middle else low end,
        case when passed then high else middle - 1 end
    from (
        select s.*, (s.low + s.high + 1) / 2 as middle,
            (select (e.recorded, e.version) <= (s.moment, s.bound) from ledger_entry e
             where e.partition = $1 and e.account = $2
                and e.version = (s.low + s.high + 1) / 2) as passed
        from search s where s.low < s.high
        offset 0
    ) step
)
select place, low as version from search where low = high order by place;

-- name: entries_before
-- An account's ($2) entries, newest first, before a version ($3), $4 of them.
select version, event, amount, posted, held_in, held_out,
    coalesce(effective, recorded) as effective, recorded
from ledger_entry
where partition = $1 and account = $2 and version < $3
order by version desc limit $4;

-- name: entries_after
-- An account's ($2) entries, oldest first, after a version ($3), $4 of them.
select version, event, amount, posted, held_in, held_out,
    coalesce(effective, recorded) as effective, recorded
from ledger_entry
where partition = $1 and account = $2 and version > $3
order by version limit $4;

-- name: history
-- What was booked on those of a tenant's accounts that have one of these codes ($3), on each before a
-- version ($4) and after another ($5), newest first: $6 lines. Each account gives as many as it might
-- have among them.
select a.id, a.code, a.currency, a.side, e.version, e.event, e.amount, e.posted,
    coalesce(e.effective, e.recorded) as effective, e.recorded
from unnest($3::text[], $4::bigint[], $5::bigint[]) k (code, before, after)
join ledger_account a on a.partition = $1 and a.tenant = $2 and a.code = k.code
cross join lateral (
    select version, event, amount, posted, effective, recorded from ledger_entry
    where partition = $1 and account = a.id and version < k.before and version > k.after
        and amount <> 0
    order by version desc limit $6
) e
order by e.event desc, a.code, e.version desc limit $6;

-- name: versions_before
-- For each of a tenant's accounts that have one of these codes ($3), and each moment ($4): its newest
-- entry recorded before that, by binary search; 0 before the first.
with recursive search (code, account, place, moment, low, high) as (
    select a.code, a.id, m.place::int, m.moment, 0::bigint, coalesce((
        select version from ledger_entry
        where partition = $1 and account = a.id order by version desc limit 1
    ), 0)
    from ledger_account a
    cross join unnest($4::timestamptz[]) with ordinality m (moment, place)
    where a.partition = $1 and a.tenant = $2 and a.code = any($3::text[])
    union all
    select code, account, place, moment,
        case when passed then middle else low end,
        case when passed then high else middle - 1 end
    from (
        select s.*, (s.low + s.high + 1) / 2 as middle,
            (select e.recorded < s.moment from ledger_entry e
             where e.partition = $1 and e.account = s.account
                and e.version = (s.low + s.high + 1) / 2) as passed
        from search s where s.low < s.high
        offset 0
    ) step
)
select code, low as version from search where low = high order by code, place;

-- name: codes
-- The codes of some of a tenant's accounts ($3).
select id, code from ledger_account
where partition = $1 and tenant = $2 and id = any($3::bigint[]);

-- name: statement_lines
-- What was booked on an account ($2) in the order of (effective, version): after $3 and $4, before
-- the effective moment $5, recorded by $6; $9 lines. Entries effective when they were recorded have
-- that order by version: they lie after version $7 and not after $8. The others are in an index.
(
    select version, event, amount, recorded as effective, recorded from ledger_entry
    where partition = $1 and account = $2 and version > $7 and version <= $8
        and effective is null and amount <> 0
    order by version limit $9
)
union all
(
    select version, event, amount, effective, recorded from ledger_entry
    where partition = $1 and account = $2 and effective is not null
        and effective >= $3 and (effective, version) > ($3, $4) and effective < $5
        and recorded <= $6
    order by effective, version limit $9
)
order by effective, version limit $9;

-- name: export_lines
-- Everything booked on a tenant's accounts, effective by $3 (null: whenever) and recorded by $4,
-- in the order of the log.
select e.event, e.account, e.version, e.amount, coalesce(e.effective, e.recorded) as effective,
    e.recorded, a.code, a.currency
from ledger_account a
join ledger_entry e on e.partition = $1 and e.account = a.id
where a.partition = $1 and a.tenant = $2 and e.amount <> 0
    and e.recorded <= $4 and ($3::timestamptz is null or coalesce(e.effective, e.recorded) <= $3)
order by e.event, e.account, e.version;

-- name: export_accounts
-- A tenant's accounts that were open by $3, with the earliest time at which anything that was
-- recorded by then can have been booked on them.
select a.id, a.code, a.currency, least(a.opened, (
        select min(e.effective) from ledger_entry e
        where e.partition = $1 and e.account = a.id and e.effective is not null
            and e.recorded <= $3
    )) as since
from ledger_account a
where a.partition = $1 and a.tenant = $2 and a.opened <= $3
order by a.code;

-- name: currencies
-- The currencies of a tenant's accounts that were open by $3, and the scales of those that are
-- registered assets.
select c.currency, x.scale
from (
    select distinct currency from ledger_account
    where partition = $1 and tenant = $2 and opened <= $3
) c
left join ledger_asset x on x.partition = $1 and x.tenant = $2 and x.code = c.currency
order by c.currency;

-- name: known_until
-- The last moment of which everything is known, or an earlier one ($2).
select least($2::timestamptz, time) from book_head where partition = $1;
