-- What the export of a log reads.

-- name: export
-- The events before a position, in order, with every column that is sealed.
select position, time, type, version, tenant, actor, correlation, causation, body
from book_log where partition = $1 and position < $2 order by position;
