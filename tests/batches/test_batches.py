"""Batches: what comes in under seal becomes payments, each entry judged on its own."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from culm.batches import commands, events, reactors, rejections, views
from culm.batches.parsing import call, draft
from culm.batches.parsing import sealing as parsing
from culm.batches.reads import batches as reads
from culm.batches.reads import contents
from culm.gateway import expansions
from culm.payments.routes import behind
from tests import conftest
from tests.payments import test_banks
from tests.rails.ach.sending import desk

SOUND = "123456789"
R03 = "990000003"


class World(test_banks.World):
    """The tenant acme, whose customers pay many at once."""

    REACTORS = (*test_banks.World.REACTORS, *reactors.REACTORS)

    async def payer(self, funds: int) -> str:
        """A wallet with some money in it; its owner is the payer."""
        owner = await self.customer("business")
        self.subject = owner.subject
        return await self.wallet(await self.link(SOUND, owner), funds)

    async def receive(self, wallet: str, content: bytes, **more: Any) -> views.Batch:
        """Have a batch received."""
        key = (await self.sealing.keys("acme", [self.subject]))[self.subject]
        name, sealed = secrets.token_hex(16), key.seal(content, parsing.ABOUT)
        where = {"partition": 0, "tenant": "acme"}
        await contents.keep(self.db, **where, content=name, sealed=sealed, now=self.clock())  # type: ignore[arg-type]
        given: dict[str, Any] = {"format": "json", "sha256": secrets.token_hex(32), **more}
        command = commands.ReceiveBatch(
            source=wallet, currency="USD", subject=self.subject, content=name, **given
        )
        received: views.Record = await self.ask(command)
        return received.batch

    async def batch(self, batch: views.Batch) -> views.Batch:
        """A batch as it is now."""
        return views.batch(await reads.find(self.db, partition=0, tenant="acme", batch=batch.id))

    async def entries(self, batch: views.Batch, **more: Any) -> tuple[views.BatchEntry, ...]:
        """What became of its entries."""
        page = await reads.entries(self.db, partition=0, tenant="acme", batch=batch.id, **more)
        return page.items

    async def kept(self) -> int:
        """How many contents are kept."""
        return int(await self.db.fetchval("select count(*) from batch_content"))


def to(account: str, amount: int) -> call.NewEntry:
    """An entry to an account outside."""
    outside = draft.Outside(routing="021200025", account=account, holder_name="Ann Doe")
    return call.NewEntry(amount=amount, outside=outside, identification="E-1")


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """On PostgreSQL, on a virtual clock that stands on a Monday at 10:00 in New York."""
    async with conftest.ledger_on(database_url) as ledger:
        world = World(ledger, tmp_path)
        await world.open(clock=desk.MONDAY)
        yield world
        if world.bank is not None:
            world.bank.close()


async def test_each_entry_becomes_a_payment_or_is_refused_with_its_code(world: World) -> None:
    payer = await world.payer(10_000)
    friend = await world.wallet(await world.link(SOUND))
    linked = await world.link(SOUND)
    entries = (
        to(SOUND, 3_000),
        call.NewEntry(amount=2_000, to=friend),
        call.NewEntry(amount=1_000, to=linked.id),
        call.NewEntry(amount=9_000, to=friend),
        call.NewEntry(amount=1, to="wal_0000000000ffffff"),
        to("12", 5),
    )
    batch = await world.receive(payer, call.encode(entries))
    assert batch.state == "received"
    await world.play()
    done = await world.batch(batch)
    assert (done.state, done.accepted, done.refused) == ("processed", 3, 3)
    assert (done.accepted_amount, done.refused_amount) == ("6000", "9006")
    found = await world.entries(batch)
    assert [(one.state, one.code) for one in found] == [
        ("processing", None),
        ("captured", None),
        ("processing", None),
        (None, "insufficient_funds"),
        (None, "wallet_not_found"),
        (None, "account_number_invalid"),
    ]
    assert [one.line for one in await world.entries(batch, verdict="refused")] == [4, 5, 6]
    assert (await world.balances(payer)).available == 4_000


async def test_entries_show_the_payments_that_were_made_of_them(world: World) -> None:
    payer, friend = await world.payer(10_000), await world.wallet(await world.link(SOUND))
    entries = (call.NewEntry(amount=2_000, to=friend), call.NewEntry(amount=9_000, to=friend))
    batch = await world.receive(payer, call.encode(entries))
    await world.play()
    where: dict[str, Any] = {"partition": 0, "tenant": "acme"}
    page = await reads.entries(world.db, **where, batch=batch.id)
    shown = await expansions.expanded(page, ["payment"], behind.PAYMENT, world.db, **where)
    paid, refused = shown["items"]
    assert (paid["payment"].destination, paid["payment"].state) == (friend, "captured")
    assert refused["payment"] is None


async def test_what_the_bank_returns_is_the_payers_again_and_told_of_its_entry(
    world: World,
) -> None:
    payer = await world.payer(10_000)
    batch = await world.receive(payer, call.encode((to(SOUND, 3_000), to(R03, 2_000))))
    await world.play()
    await world.settled(2)
    assert await world.posted(payer) == 5_000
    await world.until("2026-03-05", "12:00")
    found = await world.entries(batch)
    assert [(one.state, one.failure) for one in found] == [("captured", None), ("returned", "R03")]
    assert await world.posted(payer) == 7_000
    assert [one.line for one in await world.entries(batch, state="returned")] == [2]


async def test_of_all_or_none_one_refusal_leaves_nothing(world: World) -> None:
    payer = await world.payer(10_000)
    content = call.encode((to(SOUND, 3_000), to(SOUND, 7_001)))
    batch = await world.receive(payer, content, mode="all")
    await world.play()
    done = await world.batch(batch)
    assert (done.state, done.reason, done.line) == ("refused", "insufficient_funds", 2)
    assert await world.entries(batch) == ()
    assert (await world.balances(payer)).available == 10_000


async def test_of_all_or_none_everything_is_paid_where_nothing_is_wrong(world: World) -> None:
    payer = await world.payer(10_000)
    content = call.encode((to(SOUND, 3_000), to(SOUND, 7_000)))
    batch = await world.receive(payer, content, mode="all")
    await world.play()
    assert (await world.batch(batch)).accepted == 2


@pytest.mark.parametrize(
    ("form", "content", "reason"),
    [
        ("csv", b"iban\n1\n", "batch_unreadable"),
        ("csv", b"amount,to\n", "batch_empty"),
        ("nacha", b"101 nonsense\n", "batch_unreadable"),
    ],
)
async def test_a_file_that_cannot_be_read_is_refused_and_may_come_again(
    world: World, form: str, content: bytes, reason: str
) -> None:
    payer = await world.payer(10_000)
    batch = await world.receive(payer, content, format=form, sha256="a" * 64)
    await world.play()
    done = await world.batch(batch)
    assert (done.state, done.reason) == ("refused", reason)
    assert (await world.receive(payer, content, format=form, sha256="a" * 64)).state == "received"


async def test_the_same_content_is_not_paid_twice_by_mistake(world: World) -> None:
    payer = await world.payer(10_000)
    content = call.encode((to(SOUND, 1_000),))
    first = await world.receive(payer, content, sha256="a" * 64)
    with pytest.raises(rejections.BatchDuplicate, match=first.id):
        await world.receive(payer, content, sha256="a" * 64)
    again = await world.receive(payer, content, sha256="a" * 64, again=True)
    await world.play()
    assert again.id != first.id
    assert (await world.balances(payer)).available == 8_000


async def test_what_came_in_is_deleted_once_it_was_judged(world: World) -> None:
    payer = await world.payer(10_000)
    await world.receive(payer, call.encode((to(SOUND, 1_000),)))
    await world.receive(payer, b"nonsense", format="csv")
    assert await world.kept() == 2
    await world.play()
    assert await world.kept() == 0


async def test_nobody_is_paid_by_whom_was_erased(world: World) -> None:
    payer = await world.payer(10_000)
    batch = await world.receive(payer, call.encode((to(SOUND, 1_000),)))
    await world.sealing.destroy("acme", world.subject)
    await world.play()
    assert (await world.batch(batch)).reason == "batch_payer_erased"


@pytest.mark.parametrize("step", ["react:batches-read", "submit:JudgeEntries"])
async def test_a_worker_that_dies_pays_nobody_twice(world: World, step: str) -> None:
    payer = await world.payer(1_000_000)
    died: list[str] = []

    def dies(at: str) -> bool:
        if at == step and len(died) < 3:
            died.append(at)
            return True
        return False

    world.killed_after = dies
    entries = tuple(call.NewEntry(amount=1, to=payer_of) for payer_of in [await wallet(world)])
    batch = await world.receive(payer, call.encode(entries * 2_500))
    await world.play()
    done = await world.batch(batch)
    assert len(died) == 3
    assert (done.state, done.accepted) == ("processed", 2_500)
    assert await world.posted(payer) == 1_000_000 - 2_500


async def wallet(world: World) -> str:
    """Somebody's wallet."""
    return await world.wallet(await world.link(SOUND))


async def test_the_log_holds_no_name_and_no_number(world: World) -> None:
    payer = await world.payer(10_000)
    await world.receive(payer, call.encode((to("8642086420", 1_000),)))
    await world.play()
    bodies = await world.db.fetch("select body from book_log")
    assert not [row for row in bodies if "8642086420" in row["body"] or "Ann Doe" in row["body"]]
    assert len(await world.facts_of(events.BatchProcessed)) == 1
