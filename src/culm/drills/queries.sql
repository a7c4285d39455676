-- What a drill looks for afterwards.

-- name: referenced
-- Every reference that was posted, and the event that posted it.
select reference, event from ledger_reference where partition = $1 and tenant = $2;

-- name: entries
-- How many entries each event made.
select event, count(*) as entries from ledger_entry where partition = $1 group by event;
