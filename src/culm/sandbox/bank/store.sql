-- What the bank keeps, in SQLite: files received, the ledger of their entries, answers until they
-- are due, and what goes out. Times are RFC 3339 texts in UTC of one length, so that they sort.

-- name: schema
create table if not exists file (
    id integer primary key,
    name text not null,
    sha256 text not null,
    identity text not null,
    received text not null,
    verdict text not null,
    code text not null,
    moved integer not null default 0
);
create index if not exists file_by_content on file (sha256);
create index if not exists file_by_name on file (name);
create table if not exists entry (
    file integer not null references file,
    batch integer not null,
    trace text not null,
    side text not null,
    amount integer not null,
    settles text not null,
    returned integer not null
);
create index if not exists entry_by_trace on entry (trace);
create table if not exists answer (
    id integer primary key,
    kind text not null,
    due text not null,
    bank text not null,
    heading text not null,
    line text not null,
    notice text not null,
    settled text not null,
    contest text not null,
    outgoing integer references outgoing
);
create index if not exists answer_due on answer (due) where outgoing is null;
create table if not exists outgoing (
    id integer primary key,
    name text not null unique,
    due text not null,
    content blob not null,
    file integer references file,
    delivered integer not null default 0
);
create index if not exists outgoing_due on outgoing (due) where not delivered;

-- name: accepted
-- The file that was accepted with this content, or under this identity.
select name, sha256, verdict, received from file
where verdict = 'accepted' and (sha256 = :sha256 or identity = :identity)
order by sha256 = :sha256 desc, id limit 1;

-- name: standing
-- The file of this name and content that was looked through, and may still stand where it came in.
select id from file where name = :name and sha256 = :sha256 and not moved;

-- name: times_named
-- How many files came under a name.
select count(*) from file where name = :name;

-- name: add_file
insert into file (name, sha256, identity, received, verdict, code)
values (:name, :sha256, :identity, :received, :verdict, :code);

-- name: add_entry
insert into entry (file, batch, trace, side, amount, settles, returned)
values (:file, :batch, :trace, :side, :amount, :settles, :returned);

-- name: add_answer
insert into answer (kind, due, bank, heading, line, notice, settled, contest)
values (:kind, :due, :bank, :heading, :line, :notice, :settled, :contest);

-- name: add_outgoing
insert into outgoing (name, due, content, file) values (:name, :due, :content, :file);

-- name: answer
-- A return by its number.
select kind, due, bank, heading, line, notice, settled, contest from answer where id = :id;

-- name: answers_due
-- The answers that are due and in no file yet, in the order in which they leave.
select id, kind, due, bank, heading, line, notice, settled, contest from answer
where outgoing is null and due <= :now order by due, id;

-- name: file_answer
-- An answer is in a file now.
update answer set outgoing = :outgoing where id = :id;

-- name: files_of_day
-- How many files of answers were made for a day, from its first moment to the next one's.
select count(*) from outgoing where file is null and due >= :first and due < :last;

-- name: outgoing_due
-- What is to go out now, in order.
select id, name, content from outgoing where not delivered and due <= :now order by due, id;

-- name: delivered
update outgoing set delivered = 1 where id = :id;

-- name: to_move
-- Files that were answered, and may still stand where they came in.
select f.id, f.name, f.sha256 from file f
where not f.moved and not exists (select 1 from outgoing o where o.file = f.id and not o.delivered)
order by f.id;

-- name: moved
update file set moved = 1 where id = :id;

-- name: next_due
-- When something goes out next.
select min(due) from (
    select due from answer where outgoing is null
    union all select due from outgoing where not delivered
);

-- name: paid
-- The ledger: what was paid and collected, in the order of receipt.
select f.name as file, e.batch, e.trace, e.side, e.amount, e.settles, e.returned
from entry e join file f on f.id = e.file order by e.rowid;

-- name: paid_twice
-- Trace numbers under which the same amount was paid more than once.
select trace from entry group by trace, side, amount having count(*) > 1 order by trace;

-- name: duplicates
-- How many files were refused because they had been accepted before.
select count(*) from file where code in ('duplicate', 'duplicate_id');
