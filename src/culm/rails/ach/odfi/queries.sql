-- The terms with the ODFI.

-- name: load_terms
-- Terms by tenant.
select tenant, terms from ach_terms where partition = $1 and tenant = any($2::text[]);

-- name: save_terms
-- Part of a turn: terms as they are now.
insert into ach_terms
select r.* from head, json_populate_recordset(null::ach_terms, :rows) r
on conflict (partition, tenant) do update set terms = excluded.terms;

-- name: all_terms
-- The terms of every tenant of a partition.
select tenant, terms from ach_terms where partition = $1;
