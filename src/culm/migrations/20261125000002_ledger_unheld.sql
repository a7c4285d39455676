-- migrate:up
-- A capture may be effective at another time than it is recorded: what it takes out of what is held
-- then counts from that other time too, though never from before the hold was placed.
create table ledger_unheld (
    partition smallint not null,
    account bigint not null,
    event bigint not null,
    effective timestamptz not null,
    recorded timestamptz not null,
    held_in numeric(38, 0) not null,
    held_out numeric(38, 0) not null,
    primary key (partition, account, event)
);
comment on table ledger_unheld is
    'What dated captures took out of what was held, for held balances in effective time.';

insert into ledger_unheld
select e.partition, e.account, e.event, greatest(e.effective, h.placed), e.recorded,
    before.held_in - e.held_in, before.held_out - e.held_out
from ledger_entry e
join ledger_entry before
    on before.partition = e.partition and before.account = e.account
    and before.version = e.version - 1
join book_log l on l.partition = e.partition and l.position = e.event
join ledger_hold h
    on h.partition = e.partition
    and h.id = ('x' || substr(l.body::json -> 'capture' ->> 'hold', 5))::bit(64)::bigint
where e.effective <> e.recorded and e.amount <> 0;

grant select, insert on ledger_unheld to culm_platform;

-- migrate:down
drop table ledger_unheld;
