-- migrate:up
-- The reading role, and for the platform's own the right to see every row. Where the user who
-- migrates may not give it, an administrator does so once: alter role culm_platform bypassrls.
do $$
begin
    if not exists (select from pg_roles where rolname = 'culm_reader') then
        create role culm_reader nologin;
    end if;
exception when duplicate_object or unique_violation then
    null; -- another database of the same server is being migrated right now
end
$$;
grant culm_reader to current_user;

do $$
begin
    perform pg_advisory_xact_lock(hashtextextended('culm/roles', 0));
    if not (select rolbypassrls from pg_roles where rolname = 'culm_platform') then
        alter role culm_platform bypassrls;
    end if;
end
$$;

-- Row-level security: what serves the API's reads runs as culm_reader, which is shown the rows of
-- one tenant at a time: that which the setting culm.tenant names. The platform's role sees all rows,
-- as it must to take turns and to prove them.

create function culm_guard(target regclass, owner text default 'tenant') returns void
language plpgsql as $$
begin
    execute format('alter table %s enable row level security', target);
    execute format(
        'create policy own on %s for select to culm_reader '
        'using ((%s) = current_setting(''culm.tenant'', true))', target, owner);
    execute format('grant select on %s to culm_reader', target);
end
$$;
comment on function culm_guard is
    'Show culm_reader the rows of a table that the tenant of culm.tenant owns; owner is an expression.';

create function book_time_at(of_partition smallint, of_position bigint) returns timestamptz
language sql stable security definer
return (select time from book_log where partition = of_partition and position = of_position);
comment on function book_time_at is
    'When an event of whomever was recorded: by this a reader knows how far behind something is.';
revoke execute on function book_time_at from public;
grant execute on function book_time_at to culm_platform, culm_reader;

select culm_guard('book_log');
alter table book_answer enable row level security; -- no reader has any business there
grant select (partition, size, time) on book_head to culm_reader;

-- An entry is its account's; how much of a transaction was reversed is for decisions only.
select culm_guard('ledger_tenant', 'id');
select culm_guard('ledger_asset');
select culm_guard('ledger_account');
select culm_guard('ledger_entry', '
    select a.tenant from ledger_account a
    where a.partition = ledger_entry.partition and a.id = ledger_entry.account');
select culm_guard('ledger_unheld', '
    select a.tenant from ledger_account a
    where a.partition = ledger_unheld.partition and a.id = ledger_unheld.account');
select culm_guard('ledger_hold');
select culm_guard('ledger_reference');
alter table ledger_reversed enable row level security;

select culm_guard('ach_file');
select culm_guard('timer');
select culm_guard('tenant_clock');
select culm_guard('work_parked');
select culm_guard('work_failure', '
    select p.tenant from work_parked p where p.partition = work_failure.partition
        and p.reactor = work_failure.reactor and p.fact = work_failure.fact');
select culm_guard('webhook_endpoint');
select culm_guard('webhook_delivery');
select culm_guard('webhook_owner');
select culm_guard('webhook_replay');
select culm_guard('webhook_attempt', '
    select e.tenant from webhook_endpoint e
    where e.partition = webhook_attempt.partition and e.id = webhook_attempt.endpoint');

grant usage on schema projection to culm_reader;
grant select on projection.progress to culm_reader;

-- Generations of the ledger's activity that were made before this.
do $$
declare
    made regclass;
begin
    for made in
        select oid from pg_class where relnamespace = 'projection'::regnamespace
            and relkind = 'r' and relname ~ '^ledger_activity_[0-9]+$'
    loop
        perform culm_guard(made, format('
            select a.tenant from ledger_account a
            where a.partition = %1$s.partition and a.id = %1$s.account', made));
    end loop;
    if to_regclass('projection.ledger_activity') is not null then
        alter view projection.ledger_activity set (security_invoker = true);
        grant select on projection.ledger_activity to culm_reader;
    end if;
end
$$;

-- migrate:down
do $$ begin raise 'row-level security is not taken away'; end $$;
