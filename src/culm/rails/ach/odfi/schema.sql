-- The terms with the ODFI.

create table ach_terms (
    partition smallint not null,
    tenant text not null,
    terms text not null,
    primary key (partition, tenant)
);
comment on table ach_terms is 'Under which names and numbers a tenant sends files, and when (JSON).';

grant select, insert, update on ach_terms to culm_platform;

select culm_guard('ach_terms');
