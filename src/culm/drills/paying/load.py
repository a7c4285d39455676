"""What people do all day: pay each other, buy, give back, fill their wallets and empty them."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable
from typing import Any, Final

from culm import client
from culm.client import types
from culm.drills.paying import asking
from culm.drills.paying import town as town_

PAUSE_SECONDS: Final = 0.02
"""The longest between two doings of one person."""
SAME_DAY: Final = 0.5
"""The share of what goes by the bank that is to settle on the same day."""
ILL_FATED: Final = 0.1
"""The share of withdrawals to an account that is not there."""
PAYROLLS: Final = 0.05
"""The share of doings that are many payouts at once."""
INSIDE: Final = 0.2
"""The share of those that go to a wallet."""
LEAST, MOST = 20, 5_000
"""Cents of a payment."""


async def go_about(asker: asking.Asker, town: town_.Town, name: str, over: asyncio.Event) -> None:
    """Do one thing after the other, each until it is answered."""
    someone = Someone(asker, town, random.Random(name))  # noqa: S311 - not for secrets
    number = 0
    while not over.is_set():
        number += 1
        await someone.do(f"{name}-{number}")
        await asyncio.sleep(someone.chance.uniform(0, PAUSE_SECONDS))


class Someone:
    """Whoever asks. What is asked under a key is the same whenever it is asked again."""

    def __init__(self, asker: asking.Asker, town: town_.Town, chance: random.Random) -> None:
        self.chance = chance
        self._asker = asker
        self._notes = asker.notes
        self._town = town

    async def do(self, key: str) -> None:
        """Something."""
        if self.chance.random() < PAYROLLS:
            await self._pay_out(key)
            return
        doings = (self._transfer, self._purchase, self._authorise, self._top_up, self._withdraw)
        await self.chance.choice(doings)(key)

    async def _transfer(self, key: str) -> None:
        source, destination = self.chance.sample(self._town.people, 2)
        await self._pay(key, kind="transfer", source=source.wallet, destination=destination.wallet)

    async def _top_up(self, key: str) -> None:
        """By a debit of the owner's account."""
        person = self.chance.choice(self._town.people)
        await self._pay(
            key,
            kind="top_up",
            source=self.chance.choice(person.collected),
            destination=person.wallet,
            same_day=self.chance.random() < SAME_DAY,
        )

    async def _withdraw(self, key: str) -> None:
        """By a credit to the owner's account, mostly one that is good."""
        person = self.chance.choice(self._town.people)
        there = person.paid if self.chance.random() < ILL_FATED else person.collected
        await self._pay(
            key,
            kind="withdrawal",
            source=person.wallet,
            destination=self.chance.choice(there),
            same_day=self.chance.random() < SAME_DAY,
        )

    async def _purchase(self, key: str) -> None:
        """At once, with a part for whoever delivers; sometimes a part goes back, or all in two."""
        payer, courier = self.chance.sample(self._town.people, 2)
        payment = await self._pay(
            key,
            kind="purchase",
            source=payer.wallet,
            destination=self._town.shop.wallet,
            splits=[{"wallet": courier.wallet, "basis_points": 1_000}],
        )
        if payment is not None and self.chance.random() < 0.5:
            first = self.chance.randint(1, payment.captured - 1)
            await self._refund(payment, first, f"{key}-r1")
            if self.chance.random() < 0.5:
                await self._refund(payment, payment.captured - first, f"{key}-r2")

    async def _authorise(self, key: str) -> None:
        """Held first; a part is captured, or none; what is left is taken, or taken back."""
        payment = await self._pay(
            key,
            kind="purchase",
            source=self.chance.choice(self._town.people).wallet,
            destination=self._town.shop.wallet,
            capture="manual",
        )
        if payment is None:
            return
        left = payment.amount
        if self.chance.random() < 0.7:
            part = self.chance.randint(1, left - 1)
            await self._capture(payment, part, f"{key}-c1")
            left -= part
        if self.chance.random() < 0.5:
            await self._capture(payment, left, f"{key}-c2")
        else:
            await self._void(payment, f"{key}-v")

    async def _pay_out(self, key: str) -> None:
        """Many at once, to accounts outside and to wallets here."""
        source, colleague = self.chance.sample(self._town.people, 2)
        entries = [self._payout(colleague.wallet) for _ in range(self.chance.randint(2, 30))]

        def pay(culm: client.AsyncClient, key: str) -> Awaitable[types.Batch]:
            return culm.batches.create(
                source=source.wallet, entries=entries, reference=key, idempotency_key=key
            )

        if (made := await self._asker.ask(key, pay)) is not None:
            self._notes.entries[made.id] = len(entries)

    def _payout(self, colleague: str) -> types.NewEntry:
        """One of them; some cannot be made."""
        amount = self.chance.randint(LEAST, MOST)
        if self.chance.random() < INSIDE:
            return {"amount": amount, "to": colleague}
        account = self.chance.choice(town_.OUTSIDE)
        outside: types.Outside = {
            "routing": self.chance.choice(town_.ROUTINGS),
            "account": account,
            "holder_name": "Sam",
        }
        return {"amount": amount, "outside": outside}

    async def _pay(self, key: str, **asked: Any) -> types.Payment | None:
        """A payment with its key as its reference."""
        amount = self.chance.randint(LEAST, MOST)

        def pay(culm: client.AsyncClient, key: str) -> Awaitable[types.Payment]:
            return culm.payments.create(
                amount=amount, currency="USD", reference=key, idempotency_key=key, **asked
            )

        made = await self._asker.ask(key, pay)
        if made is not None and made.state == "captured":
            self._notes.captured[made.id] = amount
        return made

    async def _capture(self, payment: types.Payment, amount: int, key: str) -> None:
        def capture(culm: client.AsyncClient, key: str) -> Awaitable[types.Payment]:
            return culm.payments.capture(payment.id, amount=amount, idempotency_key=key)

        if await self._asker.ask(key, capture) is not None:
            before = self._notes.captured.get(payment.id, 0)
            self._notes.captured[payment.id] = before + amount

    async def _void(self, payment: types.Payment, key: str) -> None:
        await self._asker.ask(
            key, lambda culm, key: culm.payments.void(payment.id, idempotency_key=key)
        )

    async def _refund(self, payment: types.Payment, amount: int, key: str) -> None:
        def refund(culm: client.AsyncClient, key: str) -> Awaitable[types.Refund]:
            return culm.payments.refund(
                payment.id, amount=amount, from_splits=True, reference=key, idempotency_key=key
            )

        if await self._asker.ask(key, refund) is not None:
            before = self._notes.refunded.get(payment.id, 0)
            self._notes.refunded[payment.id] = before + amount
