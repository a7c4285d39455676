-- migrate:up
-- The tables of foreign exchange. Both are folds of the log.

create table fx_rate (
    partition smallint not null,
    tenant text not null,
    base text not null,
    counter text not null,
    rate text not null,
    spread_basis_points integer not null,
    valid_until timestamptz not null,
    "set" timestamptz not null,
    primary key (partition, tenant, base, counter)
);
comment on table fx_rate is 'What a unit of a currency costs in another: one row serves both ways.';

create table fx_quote (
    partition smallint not null,
    id bigint not null,
    tenant text not null,
    sell_currency text not null,
    sell_amount numeric(38, 0) not null,
    buy_currency text not null,
    buy_amount numeric(38, 0) not null,
    fixed text not null check (fixed in ('sell', 'buy')),
    base text not null,
    counter text not null,
    rate text not null,
    spread_basis_points integer not null,
    expires timestamptz not null,
    payment text not null,
    created timestamptz not null,
    primary key (partition, id)
);
comment on table fx_quote is 'Prices that were promised until they expire, and what used them.';
create index fx_quote_by_tenant on fx_quote (partition, tenant, id);

grant select, insert, update on fx_rate, fx_quote to culm_platform;

select culm_guard('fx_rate');
select culm_guard('fx_quote');

-- Payments of the kind `exchange` say what is bought, and by which quote.
alter table payment add column exchange text not null default 'null';
alter table payment drop constraint payment_kind_check;
alter table payment add constraint payment_kind_check check (
    kind in ('transfer', 'purchase', 'top_up', 'withdrawal', 'payout', 'exchange')
);

-- migrate:down
-- Books are not unwritten: restore a backup instead.
do $$ begin raise 'the books cannot be migrated down'; end $$;
