"""Debits by mandate: through the rail, the sandbox bank, and back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from culm.payments import commands as payment_commands
from culm.payments import rejections as payment_rejections
from culm.payments import views as payment_views
from culm.rails.ach.transfers import events as transfers
from culm.recurring import commands, events, reactors, rejections, tables, types, views
from tests import conftest
from tests.payments import test_banks
from tests.rails.ach.sending import desk

R07 = "990000007"
DAILY = {"cron": "0 17 * * *"}


class World(test_banks.World):
    """The tenant acme, which collects from bank accounts by mandate."""

    REACTORS = (*test_banks.World.REACTORS, *reactors.REACTORS)

    async def mandate(
        self, source: str, destination: str, agreed: types.Agreed, **more: Any
    ) -> views.Mandate:
        """What the holder of a bank account allows."""
        command = commands.CreateMandate(
            kind="top_up",
            source=source,
            destination=destination,
            currency="USD",
            agreed=agreed,
            text="debits-1",
            given=datetime.fromisoformat("2026-03-01T12:00:00Z"),
            **more,
        )
        made: views.Mandate = await self.ask(command)
        return made

    async def collect(self, mandate: views.Mandate, amount: int) -> payment_views.Payment:
        """Collect something."""
        command = commands.Collect(mandate=mandate.id, amount=amount)
        made: payment_views.Payment = await self.ask(command)
        return made

    async def schedule(self, source: str, destination: str, **when: Any) -> None:
        """Have a top-up made at a time, or again and again."""
        asked = {"kind": "top_up", "amount": 100, "currency": "USD", **when}
        command = {**asked, "source": source, "destination": destination}
        await self.ask(msgspec.convert(command, commands.CreateSchedule))

    async def noted(self, news: msgspec.Struct) -> str:
        """The mandate that some news has changed."""
        done: commands.Noted = await self.ask(news)
        return done.mandate

    async def state(self, mandate: views.Mandate) -> tuple[str, str]:
        """How a mandate stands, and why."""
        found = await self.ledger.store.load(tables.MANDATES, 0, [mandate.id])
        return found[mandate.id].state, found[mandate.id].reason


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """On PostgreSQL, on a virtual clock that stands on a Monday at 10:00 in New York."""
    async with conftest.ledger_on(database_url) as ledger:
        world = World(ledger, tmp_path)
        await world.open(clock=desk.MONDAY)
        yield world
        if world.bank is not None:
            world.bank.close()


async def test_by_mandate_one_collects_from_the_bank_account_of_another(world: World) -> None:
    account = await world.verified()
    shop = await world.wallet(await world.link(test_banks.SOUND))
    with pytest.raises(payment_rejections.NotOwnAccount):
        await world.make("top_up", account.id, shop)
    for agreed, sec in (("written", "PPD"), ("online", "WEB"), ("telephone", "TEL")):
        given = await world.mandate(account.id, shop, msgspec.convert(agreed, types.Agreed))
        assert given.customer == account.customer
        await world.collect(given, 1_000)
        *_, queued = await world.facts_of(transfers.TransferQueued)
        assert (queued.direction, queued.sec) == ("debit", sec)
    await world.settled(3)
    assert await world.posted(shop) == 3_000


async def test_the_other_bank_is_told_what_is_one_of_several(world: World) -> None:
    account = await world.verified()
    own = await world.wallet(account)

    async def recurring() -> bool:
        *_, queued = await world.facts_of(transfers.TransferQueued)
        return bool(queued.recurring)

    await world.make("top_up", account.id, own)
    assert not await recurring()
    for single in (False, True):
        await world.collect(await world.mandate(account.id, own, "online", single=single), 1_000)
        assert await recurring() is not single
    for day, plan in ((4, {"at": "2026-03-04T17:00:00Z"}), (5, {"schedule": DAILY})):
        await world.schedule(account.id, own, **plan)
        await world.until(f"2026-03-{day:02}", "13:00")
        assert await recurring() is (day == 5)


async def test_a_schedule_collects_no_more_than_its_customer_could(world: World) -> None:
    account = await world.verified()
    shop = await world.wallet(await world.link(test_banks.SOUND))
    await world.schedule(account.id, shop, schedule=DAILY)
    await world.until("2026-03-04", "13:00")
    refused = await world.facts_of(events.RunRefused)
    assert {one.code for one in refused} == {payment_rejections.NotOwnAccount.code}


async def test_a_mandate_is_revoked_when_the_bank_says_so(world: World) -> None:
    account = await world.verified(R07)
    shop = await world.wallet(await world.link(test_banks.SOUND))
    given = await world.mandate(account.id, shop, "online")
    paid = await world.collect(given, 1_000)
    await world.settled(3)
    assert await world.state(given) == ("active", "")
    await world.until("2026-05-29", "12:00")
    assert (await world.payment(paid)).failure == "R07"
    assert await world.state(given) == ("revoked", "R07")
    (told,) = await world.facts_of(events.MandateRevoked)
    assert told.payment == paid.id


@pytest.mark.parametrize("becomes", ["voided", "failed", "captured", "returned"])
async def test_what_never_moved_counts_no_more_in_the_month(world: World, becomes: str) -> None:
    account = await world.verified()
    shop = await world.wallet(await world.link(test_banks.SOUND))
    given = await world.mandate(account.id, shop, "written", monthly=1_000)
    paid = await world.collect(given, 1_000)
    assert paid.transfer is not None
    with pytest.raises(rejections.MandateExceeded):
        await world.collect(given, 1)
    if becomes == "voided":
        await world.ask(payment_commands.VoidPayment(payment=paid.id))
    else:
        await world.until("2026-03-03", "20:01")
    if becomes in ("captured", "returned"):
        await world.until("2026-03-04", "08:30")
    if becomes in ("failed", "returned"):
        await world.ask(desk.returned(await world.transfer(paid.transfer), reason="R01"))
    await world.settle_down()
    assert (await world.payment(paid)).state == becomes
    undone = await world.facts_of(events.CollectionUndone)
    assert not await world.noted(commands.NoteUndone(payment=paid.id))
    if becomes in ("voided", "failed"):
        assert [(one.payment, one.month) for one in undone] == [(paid.id, "2026-03")]
        await world.collect(given, 1_000)
    else:
        assert undone == []
    with pytest.raises(rejections.MandateExceeded):
        await world.collect(given, 1)


async def test_what_never_moved_gives_no_room_in_another_month(world: World) -> None:
    account = await world.verified()
    shop = await world.wallet(await world.link(test_banks.SOUND))
    given = await world.mandate(account.id, shop, "written", monthly=1_000)
    await world.until("2026-03-31", "19:00")
    paid = await world.collect(given, 1_000)
    await world.until("2026-03-31", "20:01")  # in UTC it is April
    await world.collect(given, 1_000)
    assert paid.transfer is not None
    await world.ask(desk.returned(await world.transfer(paid.transfer), reason="R01"))
    await world.settle_down()
    assert len(await world.facts_of(events.CollectionUndone)) == 1
    with pytest.raises(rejections.MandateExceeded):
        await world.collect(given, 1)
