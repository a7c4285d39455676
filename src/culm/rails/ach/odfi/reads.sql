-- What the API reads of the terms with the ODFI.

-- name: terms
-- The tenant's terms, where it has set them, and whether it is of the sandbox.
select t.sandbox, a.terms
from ledger_tenant t
left join ach_terms a on a.partition = t.partition and a.tenant = t.id
where t.partition = $1 and t.id = $2;
