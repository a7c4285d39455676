-- The projection of the ledger's activity: what was booked on each account on each day. :ledger_activity
-- is the table of whichever generation is written.

-- name: create
-- The table of one generation, of which readers see the days of their own accounts. Amounts have up to 38 digits and a day has up to 2^63 of them, so
-- their sum always fits. Rows of today change again and again: each page keeps room for it.
create table :ledger_activity (
    partition smallint not null,
    account bigint not null,
    day date not null,
    postings bigint not null,
    debit numeric(58, 0) not null,
    credit numeric(58, 0) not null,
    primary key (partition, account, day)
) with (fillfactor = 70);
select culm_guard(':ledger_activity', '
    select a.tenant from ledger_account a
    where a.partition = :ledger_activity.partition and a.id = :ledger_activity.account');

-- name: add
-- What was booked on some accounts ($2) on some days ($3): postings, debits and credits. Each is the
-- text of an array, which costs the driver a fraction of an array.
insert into :ledger_activity as a
select $1, account, day, postings, debit, credit
from unnest(
    $2::text::bigint[], $3::text::date[], $4::text::bigint[], $5::text::numeric[], $6::text::numeric[]
) as more (account, day, postings, debit, credit)
on conflict (partition, account, day) do update
set postings = a.postings + excluded.postings,
    debit = a.debit + excluded.debit,
    credit = a.credit + excluded.credit;

-- name: days
-- The days of an account ($2) on which anything was booked, from $3 on, or after $4, until $5, $6 of
-- them.
select day, postings, debit, credit from projection.ledger_activity
where partition = $1 and account = $2 and day >= $3 and ($4::date is null or day > $4) and day <= $5
order by day limit $6;
