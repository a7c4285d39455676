-- What a drill looks for afterwards.

-- name: posted
-- How often each reference was posted, and how many entries belong to it.
select r.reference, count(distinct r.event) as events, count(e.account) as entries
from ledger_reference r
left join ledger_entry e on e.partition = r.partition and e.event = r.event
where r.partition = $1 and r.tenant = $2
group by r.reference;
