-- What the export of a log reads.

-- name: export
-- The events before a position, in order, with every column that is sealed. A time that no event
-- can have reads as null.
select position,
    case when time >= '1970-01-01Z' and time < '9999-12-31Z' then time end as time, type, version, tenant, actor, correlation, causation, body,
    request
from book_log where partition = $1 and position < $2 order by position;
