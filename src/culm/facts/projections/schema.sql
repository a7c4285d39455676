-- Projections: a schema of their own, for how far each is, and for their tables, which come and go
-- while the platform runs. It belongs to the platform's role, which may make tables nowhere else.
-- Nothing in it is proven: what is in doubt is made again from the log.

create schema projection authorization culm_platform;

create table projection.progress (
    partition smallint not null,
    projection text not null,
    generation integer not null,
    version integer not null,
    state text not null check (state in ('building', 'live', 'retired')),
    tables text[] not null,
    position bigint not null,
    target bigint not null,
    primary key (partition, projection, generation)
);
comment on table projection.progress is
    'Up to where each generation of a projection has taken in the log; moved with its rows.';

create unique index progress_live on projection.progress (partition, projection)
where state = 'live';
create unique index progress_building on projection.progress (partition, projection)
where state = 'building';

grant select, insert, update, delete on projection.progress to culm_platform;

grant usage on schema projection to culm_reader;
grant select on projection.progress to culm_reader;
