-- What a drill looks for afterwards.

-- name: referenced
-- Every reference that was posted, and the event that posted it.
select reference, event from ledger_reference where partition = $1 and tenant = $2;

-- name: entries
-- How many entries each event made.
select event, count(*) as entries from ledger_entry where partition = $1 group by event;

-- name: followed
-- A tenant's holds and what followed from them, in the order of the log.
select position, type, body from book_log
where partition = $1 and tenant = $2
    and type in ('ledger.hold_placed', 'ledger.hold_released', 'ledger.transaction_posted')
order by position;

-- name: parked
-- What reactors have set aside.
select reactor, code from work_parked
where partition = $1 and tenant = $2 and state in ('parked', 'retrying');

-- name: transfers
-- A tenant's transfers by ACH.
select id, purpose, state, direction, amount, trace, shortfall, unclaimed
from ach_transfer where tenant = $1 order by id;
