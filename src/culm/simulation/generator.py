"""Random commands of every kind: most of them sensible, all of them possible from outside."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final, NamedTuple

import msgspec

from culm.ledger import commands
from culm.simulation import subjects, values
from culm.simulation.model.state import LARGEST, State

CURRENCIES: Final = ("USD", "EUR", "JPY", "GOLD")
ROOTS: Final = ("assets", "liabilities", "equity", "income", "expenses")
ACCOUNTS: Final = 14
"""Of a tenant: enough for all kinds, and few enough to get into each other's way."""
WRONG_CODES: Final = (
    "assets", "assets:", "cash:usd", "assets:Cash", "assets:a:", "assets:\x00",
    "assets:" + ":".join("abcdefghijklmnop"), "assets:" + "a" * 65, "assets" + ":aa" * 66,
)  # fmt: skip
WRONG_CURRENCIES: Final = ("XXX", "usd", "", "U\x00D")
REMEMBERED: Final = 100

Maker = Callable[[str], msgspec.Struct]


class Ask(NamedTuple):
    """What a client asks for."""

    command: msgspec.Struct
    tenant: str
    key: str | None


class Generator:
    """Makes commands that mostly fit the books as the model has them."""

    def __init__(self, *, rng: Random, state: State, under_way: subjects.UnderWay) -> None:
        self._dice = values.Values(rng)
        self._state = state
        self._about = subjects.Subjects(dice=self._dice, state=state, under_way=under_way)
        self._asked: deque[Ask] = deque(maxlen=REMEMBERED)
        self._keys = 0
        self._now = state.now
        self._behind = False
        weights: dict[Maker, int] = {
            self._create_tenant: 1,
            self._register_asset: 1,
            self._open_account: 4,
            self._update_account: 6,
            self._close_account: 2,
            self._close_period: 1,
            self._post: 36,
            self._batch: 5,
            self._reverse: 10,
            self._place: 16,
            self._capture: 11,
            self._release: 3,
            self._expire: 3,
        }
        self._makers = [maker for maker, weight in weights.items() for _ in range(weight)]

    def ask(self, now: datetime) -> Ask:
        """The next command. `now` is about the time at which it will be decided."""
        self._now = max(now, self._state.now)
        self._behind = now < self._state.now
        self._about.catch_up()
        if self._asked and self._dice.chance(0.04):
            return self._again(self._dice.one(self._asked))
        tenant = self._about.tenant()
        command = self._dice.one(self._makers)(tenant)
        if self._dice.chance(0.6):
            return Ask(command, tenant, None)
        self._keys += 1
        self._asked.append(Ask(command, tenant, f"key {self._keys}"))
        return self._asked[-1]

    def first(self) -> list[Ask]:
        """What makes sure that there is something to begin with."""
        asks: list[Ask] = []
        for tenant in subjects.TENANTS:
            asks.append(Ask(commands.CreateTenant(name="Books of " + tenant), tenant, None))
            asks.append(Ask(commands.RegisterAsset(code="GOLD", scale=3), tenant, None))
            for root in ROOTS:
                opening = commands.OpenAccount(code=f"{root}:first", currency="USD")
                asks.append(Ask(opening, tenant, None))
        return asks

    def _again(self, ask: Ask) -> Ask:
        """The same key once more, with the same content or with other content."""
        if self._dice.chance(0.6):
            return ask
        if self._dice.chance(0.3):
            return ask._replace(command=self._dice.one(self._makers)(ask.tenant))
        likes = [other for other in self._asked if type(other.command) is type(ask.command)]
        name = self._dice.one(ask.command.__struct_fields__)
        other = getattr(self._dice.one(likes or [ask]).command, name)
        return ask._replace(command=msgspec.structs.replace(ask.command, **{name: other}))

    # -- tenants, accounts, periods -----------------------------------------------------------

    def _create_tenant(self, _tenant: str) -> commands.CreateTenant:
        hostile = self._dice.chance(0.3)
        return commands.CreateTenant(
            name=self._dice.one(values.HOSTILE_TEXTS) if hostile else "Again"
        )

    def _register_asset(self, _tenant: str) -> commands.RegisterAsset:
        code = self._dice.one(("GOLD", "BTC", "USDC", "A1B", "EUR", "A", "gold", "TOOLONGACODE1", "A\x00B"))
        scale = self._dice.one((0, 2, 8, 18, 19, -1))
        name = self._dice.one(("", "An asset", *values.HOSTILE_TEXTS))
        return commands.RegisterAsset(code=code, scale=scale, name=name)

    def _open_account(self, tenant: str) -> msgspec.Struct:
        enough = self._about.count(tenant) >= ACCOUNTS
        if enough and self._dice.chance(0.8):
            return self._post(tenant)
        number = self._dice.rng.randrange(8) if enough else len(self._state.codes)
        code = f"{self._dice.one(ROOTS)}:some.where:a-{number}"
        return commands.OpenAccount(
            code=code if self._dice.chance(0.85) else self._dice.one(WRONG_CODES),
            currency=self._dice.one(CURRENCIES if self._dice.chance(0.9) else WRONG_CURRENCIES),
            side=self._dice.one(("debit", "credit")) if self._dice.chance(0.2) else None,
            minimum=self._dice.minimum(),
            maximum=self._dice.maximum(),
            metadata=self._dice.metadata(),
        )

    def _update_account(self, tenant: str) -> commands.UpdateAccount:
        given: dict[str, Any] = {}
        if self._dice.chance(0.4):
            given["minimum"] = self._dice.minimum()
        if self._dice.chance(0.4):
            given["maximum"] = self._dice.maximum()
        if self._dice.chance(0.6):
            given["freeze"] = self._dice.one(("none",) * 30 + ("in", "out", "both"))
        if self._dice.chance(0.2):
            given["metadata"] = self._dice.metadata()
        return commands.UpdateAccount(account=self._about.account(tenant), **given)

    def _close_account(self, tenant: str) -> commands.CloseAccount:
        return commands.CloseAccount(account=self._about.account(tenant))

    def _close_period(self, tenant: str) -> commands.ClosePeriod:
        before = self._effective(tenant)
        ago = timedelta(seconds=self._dice.rng.randrange(7200))
        return commands.ClosePeriod(before=before or self._now - ago)

    def _effective(self, tenant: str) -> datetime | None:
        """An effective time: mostly none, sometimes the very end of the last closed period."""
        books = self._state.tenants.get(tenant)
        if books and books["closed_before"] and self._dice.chance(0.02):
            end: datetime = books["closed_before"]
            return end - timedelta(microseconds=self._dice.rng.randrange(2))
        return self._dice.time(self._now, likelihood=0.15)

    # -- transactions -------------------------------------------------------------------------

    def _post(self, tenant: str) -> commands.PostTransaction:
        return commands.PostTransaction(
            postings=self._postings(tenant),
            kind=self._dice.kind("transfer"),
            reference=self._dice.reference(),
            effective=self._effective(tenant),
            metadata=self._dice.metadata(),
            up_to=self._dice.chance(0.15),
        )

    def _postings(self, tenant: str) -> tuple[commands.Posting, ...]:
        dice = self._dice.rng.random()
        postings = self._legs(tenant)
        if dice < 0.78:
            return postings
        if dice < 0.86:
            return postings + self._legs(tenant)
        if dice < 0.92:
            return self._there_and_back(tenant)
        if dice < 0.97:
            return self._split(tenant)
        if dice < 0.995:
            return self._dice.one((postings[:1], (), postings + postings[:1], postings[:1] * 2))
        return postings * (500 if self._dice.chance(0.2) else 501)

    def _legs(self, tenant: str) -> tuple[commands.Posting, ...]:
        one, other = self._about.pair(tenant)
        amount = self._dice.amount()
        return commands.Posting(one, "debit", amount), commands.Posting(other, "credit", amount)

    def _there_and_back(self, tenant: str) -> tuple[commands.Posting, ...]:
        """Through the same accounts more than once: only the sum counts against limits."""
        one, other = self._about.pair(tenant)
        much = str(LARGEST) if self._dice.chance(0.3) else 400
        back = much if self._dice.chance(0.6) else 390
        return (
            commands.Posting(one, "debit", much),
            commands.Posting(other, "credit", much),
            commands.Posting(one, "credit", back),
            commands.Posting(other, "debit", back),
        )

    def _split(self, tenant: str) -> tuple[commands.Posting, ...]:
        one, other = self._about.pair(tenant)
        third, _ = self._about.pair(tenant)
        return (
            commands.Posting(one, "debit", 70),
            commands.Posting(other, "credit", 40),
            commands.Posting(self._dice.one((third, one, other)), "credit", 30),
        )

    def _batch(self, tenant: str) -> commands.PostTransactions:
        size = self._dice.one((1, 2, 2, 3, 4, 6))
        transactions = tuple(self._post(tenant) for _ in range(size))
        if self._dice.chance(0.03):
            transactions = transactions[:1] * 10_001 if self._dice.chance(0.04) else ()
        return commands.PostTransactions(
            transactions=transactions, mode=self._dice.one(("each", "all", "all"))
        )

    def _reverse(self, tenant: str) -> commands.ReverseTransaction:
        transaction = self._about.transaction(tenant)
        amount, amounts, dice = None, None, self._dice.rng.random()
        if dice < 0.35:
            amount = self._part_of(transaction) if self._dice.chance(0.7) else self._dice.amount()
        if 0.33 < dice < 0.6:
            amounts = self._parts_of(transaction)
        return commands.ReverseTransaction(
            transaction=transaction,
            amount=amount,
            amounts=amounts,
            reference=self._dice.reference(),
            effective=self._effective(tenant),
            metadata=self._dice.metadata(),
        )

    def _part_of(self, transaction: str) -> int | str:
        known = self._state.transactions.get(transaction)
        most = abs(known["lines"][0][1]) if known else 10
        return str(self._dice.rng.randrange(1, most + 2))

    def _parts_of(self, transaction: str) -> tuple[int | str, ...]:
        """One amount a posting: a half of each, nothing for some, nonsense, or a wrong number."""
        known = self._state.transactions.get(transaction)
        lines = known["lines"] if known else ()
        parts: list[int | str] = [str(abs(amount) // 2) for _, amount in lines]
        dice = self._dice.rng.random()
        if dice < 0.2:
            parts = [0] * len(parts)
        if 0.15 < dice < 0.4 and len(parts) > 2:
            parts[:2] = [0, "0"]
        if 0.4 < dice < 0.5:
            parts.append(1)
        if 0.5 < dice < 0.55 and parts:
            parts[-1] = self._dice.one(values.WRONG_AMOUNTS)
        return tuple(parts)

    # -- holds --------------------------------------------------------------------------------

    def _place(self, tenant: str) -> commands.PlaceHold:
        debit, credit = self._about.pair(tenant)
        expires = self._dice.time(self._now, likelihood=0.2)
        if expires is None and self._dice.chance(0.4):
            expires = self._now + timedelta(seconds=self._dice.rng.random() * 100)
            if self._behind:  # time goes on by microseconds: exactly this one may come
                expires = self._now + timedelta(microseconds=self._dice.rng.randrange(3, 50))
        return commands.PlaceHold(
            debit=debit,
            credit=credit if self._dice.chance(0.98) else debit,
            amount=self._dice.amount(),
            expires=expires,
            reference=self._dice.reference(),
            metadata=self._dice.metadata(),
            up_to=self._dice.chance(0.2),
        )

    def _capture(self, tenant: str) -> commands.CaptureHold:
        hold = self._about.hold(tenant)
        amount: int | str | None = None
        if self._dice.chance(0.6):
            known = self._state.holds.get(hold)
            most = known["amount"] if known else 10
            part = str(self._dice.rng.randrange(1, most + 2) // 2 or 1)
            amount = part if self._dice.chance(0.8) else self._dice.amount()
        return commands.CaptureHold(
            hold=hold,
            amount=amount,
            release_rest=self._dice.chance(0.2),
            kind=self._dice.kind("capture"),
            reference=self._dice.reference(),
            effective=self._effective(tenant),
            metadata=self._dice.metadata(),
        )

    def _release(self, tenant: str) -> commands.ReleaseHold:
        return commands.ReleaseHold(hold=self._about.hold(tenant))

    def _expire(self, tenant: str) -> commands.ExpireHolds:
        holds = tuple(self._about.hold(tenant) for _ in range(self._dice.rng.randrange(0, 8)))
        if holds and self._dice.chance(0.01):
            holds = holds[:1] * 10_001
        return commands.ExpireHolds(holds=holds)
