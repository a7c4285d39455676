-- What the relay notes for those who look after it. The stream itself says how far it is.

create table relay (
    partition smallint primary key,
    published bigint not null
);
comment on table relay is
    'How far each partition''s log is known to be published. For those who look; the stream knows.';

grant select, insert, update on relay to culm_platform;
