-- Windows.

-- name: load_windows
-- Windows by id.
select id, tenant, service, closes, effective, settles, state, waiting, cut, files, terms
from ach_window where partition = $1 and id = any($2::bigint[]);

-- name: load_current
-- The window that a tenant opened last for a service.
select k.tenant, k.service, w.id
from unnest($2::text[], $3::text[]) k (tenant, service)
cross join lateral (
    select id from ach_window
    where partition = $1 and tenant = k.tenant and service = k.service
    order by id desc limit 1
) w;

-- name: save_windows
-- Part of a turn: windows as they are now.
insert into ach_window
select r.* from head, json_populate_recordset(null::ach_window, :rows) r
on conflict (partition, id) do update
set state = excluded.state, waiting = excluded.waiting, cut = excluded.cut, files = excluded.files,
    terms = excluded.terms;

-- name: all_windows
-- Every window of a partition.
select id, tenant, service, closes, effective, settles, state, waiting, cut, files, terms
from ach_window where partition = $1;
