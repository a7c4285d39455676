-- migrate:up
-- Few entries are effective at another time than they were recorded at: only those keep it.
drop index ledger_entry_dated;
alter table ledger_entry alter column effective drop not null;
update ledger_entry set effective = null where effective = recorded;
comment on column ledger_entry.effective is 'Null: when it was recorded.';
create index ledger_entry_dated on ledger_entry (partition, account, effective, version)
include (recorded, amount)
where effective is not null;

-- migrate:down
drop index ledger_entry_dated;
update ledger_entry set effective = recorded where effective is null;
comment on column ledger_entry.effective is null;
alter table ledger_entry alter column effective set not null;
create index ledger_entry_dated on ledger_entry (partition, account, effective, version)
include (recorded, amount)
where effective <> recorded;
