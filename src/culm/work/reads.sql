-- What is asked about parked facts.

-- name: parked
-- A parked fact of a tenant ($2), or of whichever, by reactor ($3) and fact ($4), with what was said last.
select p.tenant, p.reactor, p.fact, p.type, p.lane, p.code, p.attempts, p.round, p.state,
    p.parked, p.changed, f.message
from work_parked p
left join work_failure f on f.partition = $1 and f.reactor = p.reactor and f.fact = p.fact
where p.partition = $1 and ($2::text is null or p.tenant = $2) and p.reactor = $3
    and p.fact = $4;

-- name: parked_page
-- A tenant's ($2) parked facts, the newest facts first, before a fact ($3) and reactor ($4), those
-- of one reactor ($5) or all, in one state ($6) or any that waits, $7 of them.
select tenant, reactor, fact, type, lane, code, attempts, round, state, parked, changed
from work_parked
where partition = $1 and tenant = $2 and (fact, reactor) < ($3, $4)
    and ($5::text is null or reactor = $5) and state = any($6::text[])
order by fact desc, reactor desc limit $7;

-- name: parked_everywhere
-- What is parked and waits in a partition, of one tenant ($2) or all, of one reactor ($3) or all,
-- the earliest first, after a fact ($4) and reactor ($5), $6 of them.
select tenant, reactor, fact, type, lane, code, attempts, round, state, parked, changed
from work_parked
where partition = $1 and ($2::text is null or tenant = $2) and ($3::text is null or reactor = $3)
    and (fact, reactor) > ($4, $5) and state in ('parked', 'retrying')
order by fact, reactor limit $6;

-- name: count_open
-- How many facts wait in a partition, by reactor.
select reactor, count(*) as parked from work_parked
where partition = $1 and state in ('parked', 'retrying') group by reactor;
