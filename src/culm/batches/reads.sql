-- Reads of batches beside those of the Book.

-- name: batch
-- One batch of a tenant.
select id, tenant, state, source, currency, format, mode, same_day, reference, subject, content,
    sha256, parts, taken, accepted, refused, accepted_amount, refused_amount, reason, line, created,
    updated
from batch where partition = $1 and tenant = $2 and id = $3;

-- name: batches
-- Batches of a tenant, newest first, in a state and of a wallet where given.
select id, tenant, state, source, currency, format, mode, same_day, reference, subject, content,
    sha256, parts, taken, accepted, refused, accepted_amount, refused_amount, reason, line, created,
    updated
from batch
where partition = $1 and tenant = $2 and id < $3
    and ($4::text is null or state = $4) and ($5::text is null or source = $5)
order by id desc limit $6;

-- name: entries
-- Entries of a batch in the order of its lines, with how their payments stand: all of them, those
-- that were refused or not, or those whose payments are in a state.
select e.line, e.amount, e.payment, e.code, e.field, p.state, p.failure
from batch_entry e
left join payment p on p.partition = e.partition and p.id = e.payment
where e.partition = $1 and e.tenant = $2 and e.batch = $3 and e.line > $4
    and ($5::boolean is null or (e.payment is null) = $5)
    and ($6::text is null or p.state = $6)
order by e.line limit $7;

-- name: keep_content
-- Keep what came in, sealed.
insert into batch_content (partition, tenant, content, sealed, kept) values ($1, $2, $3, $4, $5);

-- name: content
-- What came in, sealed.
select sealed from batch_content where partition = $1 and tenant = $2 and content = $3;

-- name: delete_content
-- Delete what was judged, or never came to be a batch.
delete from batch_content where partition = $1 and tenant = $2 and content = $3;
