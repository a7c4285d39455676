-- What those who take in the bank's files read.

-- name: correspondents
-- Tenants to whom a bank may have something to say, and whether that is the sandbox's.
select c.tenant, f.sandbox
from ach_counter c
cross join lateral (
    select sandbox from ach_sent_file
    where partition = c.partition and tenant = c.tenant order by id desc limit 1
) f
where c.partition = $1 order by c.tenant;

-- name: is_taken
-- Whether a file with this content was taken in.
select exists (
    select from ach_bank_file where partition = $1 and tenant = $2 and sha256 = $3
);

-- name: sealed_with
-- The newest transfer with each of these trace numbers, and whose key its payee is sealed with.
select k.trace, t.id, t.subject
from unnest($3::text[]) k (trace)
cross join lateral (
    select id, subject from ach_transfer
    where partition = $1 and tenant = $2 and trace = k.trace and trace <> ''
    order by id desc limit 1
) t;
