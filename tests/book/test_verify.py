"""What a superuser does to the books is found, and named."""

from __future__ import annotations

import re
import subprocess
from typing import Any

import asyncpg
import msgspec
import pytest

from culm.book import (
    checkpoint,
    double_entry,
    event,
    finding,
    idempotency,
    merkle,
    note,
    seals,
    verify,
    verify_schema,
)
from culm.kernel import errors, pg_cluster
from tests.book import altering, conftest

BULK_EVENTS = 260

WRITTEN_ONCE = (
    "book_log",
    "book_turn",
    "book_node",
    "book_checkpoint",
    "ledger_entry",
    "ledger_unheld",
    "ledger_reference",
    "payment_party",
)


def named(report: verify.Report) -> str:
    """The table that the finding names."""
    return report.finding.table if report.finding else ""


async def test_books_that_nobody_touched_are_proven(books: Any) -> None:
    report = await books.verify(held=books.checkpoints)

    assert report.ok, report.finding
    (proven,) = report.partitions
    assert proven.checkpoints == 3
    assert proven.events == checkpoint.open_(books.checkpoints[-1], books.seals.verifier(0)).size
    assert proven.answers == await books.admin.fetchval("select count(*) from book_answer")
    counts = [
        await books.admin.fetchval(f"select count(*) from {table}")
        for table in altering.BOOKS
        if not table.startswith("book_")
    ]
    assert proven.rows == sum(counts)
    assert all(counts), "a table has no row to be altered"


async def test_a_stored_answer_can_be_replaced_by_another_that_makes_sense(books: Any) -> None:
    report = await books.verify_after(
        "update book_answer set result = replace(result, '\"500\"', '\"900\"') where key = 'late'"
    )

    assert report.ok  # docs/concepts/proof.md says so


ANSWER = "(partition, key, tenant) = (0, 'first', 'acme')"
ANSWERS_ALTERED = {
    "another key": f"update book_answer set key = 'third' where {ANSWER}",
    "another tenant": f"update book_answer set tenant = 'other' where {ANSWER}",
    "another partition": f"update book_answer set partition = 1 where {ANSWER}",
    "another command": f"update book_answer set command = 'Exchange' where {ANSWER}",
    "another content": (
        "update book_answer set fingerprint = set_byte(fingerprint, 3, 255 - get_byte(fingerprint,"
        f" 3)) where {ANSWER}"
    ),
    "two that change places": (
        "update book_answer set key = 'first' || key where key in ('first', 'late');"
        "update book_answer set key = 'late' where key = 'firstfirst';"
        "update book_answer set key = 'first' where key = 'firstlate'"
    ),
    "gone": f"delete from book_answer where {ANSWER}",
}


@pytest.mark.parametrize("altered", ANSWERS_ALTERED.values(), ids=ANSWERS_ALTERED.keys())
async def test_a_stored_answer_stays_under_the_key_that_it_was_asked_for(
    books: Any, altered: str
) -> None:
    position = await books.admin.fetchval("select min(event) from ledger_reference")

    report = await books.verify_after(altered)

    assert named(report) == "book_answer"
    assert report.finding.column or f"position {position} " in report.finding.what


async def test_a_request_that_was_booked_twice_is_found(books: Any) -> None:
    """As it would be after somebody had taken the answer away, and put it back later."""
    await books.admin.execute("delete from book_answer where key = 'late'")
    again = conftest.transfer(500, effective=books.late, metadata={"note": "late"})
    await books.ledger.submit(again, key="late")

    report = await books.verify()

    assert named(report) == "book_log"
    assert "carried out before" in report.finding.what


async def test_events_say_for_which_request_they_were_recorded(books: Any) -> None:
    rows = await books.admin.fetch("select request, count(*) from book_log group by request")
    answers = await books.admin.fetch("select * from book_answer")

    names = {
        idempotency.request(a["tenant"], a["key"], a["command"], a["fingerprint"]) for a in answers
    }
    assert {row["request"] for row in rows} == names | {""}
    assert all(re.fullmatch("([0-9a-f]{32})?", row["request"]) for row in rows)
    assert BULK_EVENTS in {row["count"] for row in rows}


ODDITIES = r"""
update book_log set time = 'infinity' where position = 3
update book_log set time = '-infinity' where position = 3
update book_log set time = '20000-01-01' where position = 3
update book_log set time = '0044-03-15 BC' where position = 3
update book_log set time = (select time from book_log where position = 4) where position = 3
update book_log set body = '{' where position = 3
update book_log set body = repeat('[', 1000000) where position = 3
update book_log set body = replace(body, '"', ' "') where position = 3
update book_log set tenant = tenant || E'\n' || actor where position = 3
update book_log set leaf = '' where position = 3
update book_log set request = 'x' where position = 3
update book_log set request = E'\n' || request where position = 0
update book_log set request = '' where position = 0
update book_log set position = -1 where position = 0
delete from book_log
truncate book_log
update book_head set frontier = ''
update book_head set time = 'infinity'
update book_head set size = -1
delete from book_head
delete from book_turn
update book_turn set size = -1 where turn = 3
update book_turn set size = 9223372036854775807 where turn = 3
update book_turn set root = '' where turn = 3
delete from book_node
insert into book_node values (0, 2, 0, '')
insert into book_node values (0, 0, 0, '')
insert into book_node values (0, -1, -1, '')
update book_checkpoint set note = note || note
update book_checkpoint set note = ''
insert into book_checkpoint values (0, 9223372036854775807, 'x')
insert into book_checkpoint values (0, -1, 'x')
insert into book_checkpoint values (7, 1, 'x')
update book_answer set result = '{}' where command = 'CreateTenant'
update book_answer set result = repeat('[', 100000)
update book_answer set key = '' where key = 'bulk'
update book_answer set fingerprint = '\x00'
update ledger_entry set posted = 'NaN' where event = 20
update ledger_entry set effective = 'infinity' where event = 20
update ledger_entry set recorded = '20000-01-01' where event = 20
update ledger_entry set event = 9223372036854775807 where event = 20
update ledger_entry set event = -5 where event = 20
truncate ledger_entry
update ledger_account set metadata = replace(metadata, ':', ': ')
update ledger_account set minimum = 'NaN'
update ledger_account set opened = '20000-01-01'
update ledger_reversed set amounts = '{}'
update ledger_reversed set amounts = ('[0:1]=' || amounts::text)::numeric[]
update ledger_reversed set amounts = array[null, null]::numeric[]
update ledger_reference set reference = E'inv\t1'
update ledger_reference set reference = 'inv1'
"""
NAMED_TABLE = re.compile(r"(?:update|insert into|delete from|truncate) (\w+)")


async def test_what_no_program_would_write_is_a_finding_too(books: Any) -> None:
    statements = ODDITIES.strip().splitlines()

    found = [(named(await books.verify_after(oddity)), oddity) for oddity in statements]

    assert found == [(NAMED_TABLE.findall(oddity)[0], oddity) for oddity in statements]


UNREADABLE = (
    ("book_log", r"update book_log set body = ('\x41ff'::bytea)::text where position = 3"),
    ("book_log", r"update book_log set tenant = ('\x41ff'::bytea)::text where position = 3"),
    ("book_checkpoint", r"update book_checkpoint set note = ('\x41ff'::bytea)::text"),
    ("book_answer", r"update book_answer set result = ('\x41ff'::bytea)::text"),
    ("book_answer", r"update book_answer set command = ('\x41ff'::bytea)::text"),
    ("ledger_tenant", r"update ledger_tenant set name = ('\x41ff'::bytea)::text"),
    ("ledger_hold", r"update ledger_hold set reference = ('\x41ff'::bytea)::text"),
    ("ledger_reference", r"update ledger_reference set reference = ('\x41ff'::bytea)::text"),
)


@pytest.mark.parametrize(("table", "damage"), UNREADABLE, ids=[d for _, d in UNREADABLE])
async def test_what_cannot_be_decoded_at_all_is_a_finding_with_its_table(
    books: Any, table: str, damage: str
) -> None:
    report = await books.verify_after("create cast (bytea as text) without function", damage)

    assert (named(report), report.finding.partition) == (table, 0)


BOMB = """
    create function bomb() returns text language plpgsql as
    $$ begin raise exception using errcode = '{code}', message = 'boom'; end $$;
    alter table {table} rename to hidden;
    create view {table} as select * from hidden where bomb() is not null
"""


async def test_whatever_the_server_cannot_read_is_a_finding(
    books: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify_schema, "declared", set)  # else a view is found before it is read
    for code in ("XX000", "XX001", "XX002", "22008", "42703"):
        for table in ("book_log", "book_node", "book_turn", "book_checkpoint", "book_answer"):
            bomb = BOMB.format(code=code, table=table)
            report = await books.verify_after(bomb)

            assert "boom" in (report.finding.found or "")
            assert table in named(report)


async def test_a_database_that_is_lost_or_has_no_room_is_no_finding(
    books: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify_schema, "declared", set)
    for code in ("53200", "40001", "57014"):
        with pytest.raises(errors.Unavailable, match="while book_node of partition 0 was read"):
            await books.verify_after(BOMB.format(code=code, table="book_node"))


async def test_a_proof_whose_connection_dies_says_what_was_being_read(books: Any) -> None:
    def kill(*_: int) -> None:
        """As an administrator would; called when events of the partition have been read."""
        ended = (
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where state = 'idle in transaction' and datname = current_database()"
        )
        subprocess.run([pg_cluster.binaries() / "psql", books.ledger.url, "-c", ended], check=True)

    with pytest.raises(errors.Unavailable, match="of partition 0 was read"):
        await books.verify(progress=kill)


SCHEMA_ALTERED = (
    ("book_log", "alter table book_log add column note text"),
    ("book_log", "alter table book_log drop column leaf"),
    ("book_log", "alter table book_log alter column body type varchar"),
    ("book_log", "alter table book_log drop constraint book_log_pkey"),
    ("book_log", "alter table book_log disable row level security"),
    ("book_head", "alter table book_head enable row level security"),
    ("ledger_account", "create policy more on ledger_account to culm_reader using (true)"),
    ("ledger_entry", "drop policy own on ledger_entry"),
    ("ledger_tenant", "alter policy own on ledger_tenant using (true)"),
    ("book_answer", "grant select on book_answer to culm_reader"),
    ("book_log", "grant update (body) on book_log to culm_platform"),
    ("book_log", "grant delete on book_log to public"),
    ("book_turn", "grant truncate on book_turn to culm_platform"),
    ("ledger_entry", "grant update on ledger_entry to culm_platform"),
    ("ledger_entry", "alter table ledger_entry owner to culm_platform"),
    ("ledger_entry", "drop table ledger_entry"),
    ("ledger_entry", "create rule r as on insert to ledger_entry do also nothing"),
    ("ledger_entry", "revoke select on ledger_entry from culm_platform"),
    ("ledger_hold", "alter table ledger_hold rename to hold"),
    ("ledger_hold", "alter table ledger_hold alter column credit set default 7"),
    ("ledger_hold", "alter table ledger_hold drop constraint ledger_hold_state_check"),
    (
        "book_answer",
        """create function f() returns trigger language plpgsql as 'begin return null; end';
        create trigger t before insert on book_answer execute function f()""",
    ),
)


@pytest.mark.parametrize(("table", "altered"), SCHEMA_ALTERED, ids=[a for _, a in SCHEMA_ALTERED])
async def test_a_table_is_as_the_migrations_made_it(books: Any, table: str, altered: str) -> None:
    report = await books.verify_after(altered)

    assert named(report) == table
    assert str(report.finding).startswith(f"{table}: the table is not as the migrations made it")


async def test_a_finding_says_where_and_what(books: Any) -> None:
    account, posted = await books.admin.fetchrow(
        "select account, posted::text from ledger_entry where event = 20 order by account limit 1"
    )

    report = await books.verify_after(
        f"update ledger_entry set posted = posted + 1 where event = 20 and account = {account}"
    )

    place = f"partition 0, ledger_entry, account {account}, version 11, posted"
    assert str(report.finding).splitlines() == [
        f"{place}: the value is not what the events make of it",
        f"  expected  {posted}",
        f"  found     {int(posted) + 1}",
    ]


async def test_what_comes_out_of_the_database_cannot_write_to_the_terminal(books: Any) -> None:
    report = await books.verify_after(
        "insert into ledger_reference select partition, tenant, E'\\x1b[2J', event"
        " from ledger_reference limit 1"
    )

    assert "\x1b" in (report.finding.found or "")
    assert "\x1b" not in str(report.finding)


CUT_OFF = (
    "delete from book_log where position >= {size}",
    "delete from book_turn where size > {size}",
    "delete from ledger_entry where event >= {size}",
    "delete from ledger_unheld where event >= {size}",
    "delete from ledger_reference where event >= {size}",
    "delete from ledger_hold where id >= {size}",
    "update ledger_tenant set closed_before = null",
    "delete from ach_file",
    "delete from ledger_tenant where sandbox",
    "delete from timer",
    "delete from tenant_clock",
    "delete from webhook_endpoint",
    "delete from webhook_delivery",
    "delete from webhook_owner",
    "delete from webhook_replay",
    "delete from work_parked",
    "delete from book_node",
)


async def cut_off(books: Any, size: int) -> list[str]:
    """What makes the books look as if the log had ended at a size."""
    admin = books.admin
    leaves = await admin.fetch(
        "select leaf from book_log where position < $1 order by position", size
    )
    tree, _ = merkle.Frontier().append([row["leaf"] for row in leaves])
    head = (
        f"update book_head set size = {size}, frontier = '\\x{tree.to_bytes().hex()}',"
        f" turn = (select max(turn) from book_turn),"
        " time = (select max(time) from book_log)"
    )
    return [*(statement.format(size=size) for statement in CUT_OFF), head]


async def test_a_log_cut_off_is_found_by_a_later_checkpoint_alone(books: Any) -> None:
    sizes = [checkpoint.open_(text, books.seals.verifier(0)).size for text in books.checkpoints]
    cut = await cut_off(books, sizes[1])

    kept = await books.verify_after(*cut)
    assert named(kept) == "book_log"
    assert f"signed for {sizes[2]} events" in kept.finding.what

    cut.append("delete from book_checkpoint where size = (select max(size) from book_checkpoint)")
    assert (await books.verify_after(*cut)).ok

    held = await books.verify_after(*cut, held=[books.checkpoints[2]])
    assert named(held) == "book_log"


async def test_history_written_anew_with_all_its_hashes_is_found_by_its_seal(books: Any) -> None:
    position = await books.admin.fetchval("select min(event) from ledger_reference")
    statements = await rewritten(books, position, '"inv\\\\1"', '"inv\\\\2"')
    statements.append(f"update ledger_reference set reference = 'inv\\2' where event = {position}")

    assert named(await books.verify_after(*statements)) == "book_checkpoint"

    statements.append("delete from book_checkpoint")
    assert (await books.verify_after(*statements)).ok
    held = await books.verify_after(*statements, held=[books.checkpoints[-1]])
    assert named(held) == "book_log"


async def rewritten(books: Any, position: int, old: str, new: str) -> list[str]:
    """What changes one body and every hash that follows from it, without the key."""
    admin = books.admin
    records = await admin.fetch("select * from book_log order by position")
    rows = [event.LogRow(**record) for record in records]
    body = rows[position].body.replace(old, new)
    assert body != rows[position].body
    row = event.LogRow(**{f: getattr(rows[position], f) for f in row_fields()} | {"body": body})
    leaves = [merkle.leaf_hash(r.sealed_bytes()) for r in [*rows[:position], row]]
    leaves += [r.leaf for r in rows[position + 1 :]]
    leaf = leaves[position].hex()
    changed = f"body = '{body}', leaf = '\\x{leaf}'"
    done = [f"update book_log set {changed} where position = {position}"]
    tree, nodes = merkle.Frontier().append(leaves)
    done += [
        f"update book_node set hash = '\\x{node.hash.hex()}'"
        f" where level = {node.level} and index = {node.index}"
        for node in nodes
    ]
    for turn, size in await admin.fetch("select turn, size from book_turn"):
        root = merkle.Frontier().append(leaves[:size])[0].root()
        done.append(f"update book_turn set root = '\\x{root.hex()}' where turn = {turn}")
    return [*done, f"update book_head set frontier = '\\x{tree.to_bytes().hex()}'"]


def row_fields() -> tuple[str, ...]:
    return event.LogRow.__struct_fields__


async def test_a_log_whose_events_do_not_decode_or_apply_is_found(books: Any) -> None:
    for old, new in (('"id"', '"ID"'), ("acc_", "acc-")):
        position = await books.admin.fetchval("select min(event) from ledger_reference")
        statements = await rewritten(books, position, old, new)

        report = await books.verify_after(*statements, "delete from book_checkpoint")

        assert named(report) == "book_log"
        assert report.finding.key == f"position {position}"


async def test_a_partition_that_is_gone_is_found_by_a_checkpoint_held_outside(books: Any) -> None:
    gone = [f"delete from {table}" for table in altering.BOOKS]

    assert (await books.verify_after(*gone)).ok
    assert named(await books.verify_after(*gone, held=books.checkpoints)) == "book_head"


async def test_a_stored_checkpoint_holds_our_signature_and_nothing_else(books: Any) -> None:
    newest = checkpoint.open_(books.checkpoints[-1], books.seals.verifier(0))
    signer = books.seals._signer(0)
    witness = note.Signer.from_seed("witness", bytes(32))
    extended = msgspec.structs.replace(newest, extensions=("more",))
    for text in (
        note.sign(checkpoint.format_(newest), [signer, witness]),
        checkpoint.sign(extended, signer),
    ):
        report = await books.verify_after(
            f"update book_checkpoint set note = '{text}' where size = {newest.size}"
        )

        assert named(report) == "book_checkpoint"
        assert "more than a checkpoint and our signature" in report.finding.what


async def test_a_checkpoint_of_another_log_is_refused(books: Any, tmp_path: Any) -> None:
    other = seals.Seals(books.ledger.db, tmp_path / "other", "culm.test")

    for text in ("", "x", await signed_by(other)):
        with pytest.raises(verify.CheckpointOfNoLog):
            await books.verify(held=[text])


async def signed_by(other: seals.Seals) -> str:
    verifier = other.verifier(0)
    sealed = checkpoint.Checkpoint(verifier.name, 0, merkle.EMPTY_ROOT)
    return checkpoint.sign(sealed, other._signer(0))


async def test_the_books_balance_by_their_entries_alone(books: Any) -> None:
    async def audited(statement: str) -> finding.Finding | None:
        transaction = books.admin.transaction()
        await transaction.start()
        try:
            await books.admin.execute(statement)
            return await double_entry.audit(books.admin, 0)
        finally:
            await transaction.rollback()

    assert await audited("select 1") is None
    for statement, what in (
        ("update ledger_entry set amount = amount + 1 where event = 20 and amount > 0", "balance"),
        ("update ledger_entry set posted = posted + 1 where event = 20", "continue"),
        ("update ledger_entry set held_in = -1 where event = 20", "out of range"),
        ("update ledger_entry set version = version + 900 where event = 20", "continue"),
        ("delete from ledger_entry where event = 20", "continue"),
    ):
        found = await audited(statement)
        assert found is not None
        assert what in found.what


@pytest.mark.parametrize("table", WRITTEN_ONCE)
async def test_the_platform_itself_cannot_change_what_was_written(ledger: Any, table: str) -> None:
    for statement in (
        f"update {table} set partition = partition",
        f"delete from {table}",
        f"truncate {table}",
    ):
        async with ledger.db.acquire() as connection:
            await connection.execute("set default_transaction_read_only = off")
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)


async def test_a_new_platform_without_an_event_is_proven(ledger: Any, tmp_path: Any) -> None:
    sealed = seals.Seals(ledger.db, tmp_path / "keys", "culm.test")
    signed = await sealed.checkpoint(0)

    proof = verify.Proof(catalog=ledger.catalog, verifier=sealed.verifier, held=[signed])
    report = await verify.verify(ledger.db, proof)

    assert report.ok
    assert report.partitions[0].root == merkle.EMPTY_ROOT
