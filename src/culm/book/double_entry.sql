-- The books balance: judged by the entries and the accounts alone, in the database.

-- name: unbalanced_event
-- An event whose entries do not sum to zero in a currency.
select e.event, coalesce(a.currency, 'no account') as currency, sum(e.amount) as total
from ledger_entry e
left join ledger_account a on a.partition = e.partition and a.id = e.account
where e.partition = $1
group by e.event, a.currency
having sum(e.amount) <> 0
order by e.event
limit 1;

-- name: broken_balance
-- An entry whose version or balance does not continue the entry before, or that is out of range.
select account, version, posted, expected_version, expected_posted, held_in, held_out
from (
    select e.account, e.version, e.posted, e.held_in, e.held_out,
        row_number() over entries as expected_version,
        lag(e.posted, 1, 0::numeric) over entries
            + case a.side when 'debit' then e.amount else -e.amount end as expected_posted
    from ledger_entry e
    join ledger_account a on a.partition = e.partition and a.id = e.account
    where e.partition = $1
    window entries as (partition by e.account order by e.version)
) continued
where version <> expected_version or posted <> expected_posted
   or abs(posted) >= 1e38 or held_in not between 0 and 1e38 - 1 or held_out not between 0 and 1e38 - 1
order by account, version
limit 1;

-- name: unequal_trial_balance
-- A tenant's currency in which what is on the debit side is not what is on the credit side.
select a.tenant, a.currency,
    sum(case when a.side = 'debit' then newest.posted else 0 end) as debit,
    sum(case when a.side = 'credit' then newest.posted else 0 end) as credit
from (
    select distinct on (account) account, posted from ledger_entry
    where partition = $1 order by account, version desc
) newest
join ledger_account a on a.partition = $1 and a.id = newest.account
group by a.tenant, a.currency
having sum(case when a.side = 'debit' then newest.posted else -newest.posted end) <> 0
order by a.tenant, a.currency
limit 1;
