"""The judgement on a drill of payments: what was acknowledged, against what the API tells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from culm import client
from culm.client import types
from culm.drills.paying import asking, batches, rail
from culm.drills.paying import town as town_

BY_BANK: Final = frozenset({"payout", "top_up", "withdrawal"})
ENDED: Final = frozenset({"captured", "expired", "failed", "returned", "voided"})


class Verdict(msgspec.Struct, frozen=True):
    """What is not as it should be."""

    lost: list[str]
    """Keys that were acknowledged, and of which there is nothing."""
    doubled: list[str]
    """References of more than one payment or refund."""
    wrong: list[str]
    """Payments of which another amount was captured or refunded than was acknowledged, accounts
    with another balance than payments make, and what the bank has done otherwise than we know."""
    stuck: list[str]
    """Payments, refunds and transfers that have not ended, wallets with money that is held, and
    facts that a reactor has given up on."""

    @property
    def is_good(self) -> bool:
        """Whether there is nothing of it."""
        return not (self.lost or self.doubled or self.wrong or self.stuck)


class Seen(msgspec.Struct, frozen=True):
    """Everything that is there."""

    payments: list[types.Payment]
    refunds: list[types.Refund]
    batches: list[types.Batch]
    wallets: list[types.Wallet]
    balances: Mapping[str, int]
    """What is posted, by code, credit less debit."""
    rail: rail.Seen
    parked: list[types.Parked] = []
    """What reactors have given up on."""


async def look(culm: client.AsyncClient, town: town_.Town, at_the_rail: rail.Seen) -> Seen:
    """Read all that the judgement needs of the API."""
    trial = await culm.ledger.trial_balance()
    lines = [line for currency in trial.currencies for line in currency.accounts]
    return Seen(
        payments=[one async for one in culm.payments.list(limit=100)],
        refunds=[one async for one in culm.refunds.list(limit=100)],
        batches=[one async for one in culm.batches.list(limit=100)],
        wallets=[await culm.wallets.get(wallet) for wallet in town.wallets],
        balances={line.code: line.credit - line.debit for line in lines},
        rail=at_the_rail,
        parked=[one async for one in culm.parked.list()],
    )


def judge(town: town_.Town, notes: asking.Notes, seen: Seen) -> Verdict:
    """The verdict on what was asked and what is there."""
    made: list[types.Payment | types.Refund] = [*seen.payments, *seen.refunds]
    there = {one.id for one in made} | {one.id for one in seen.batches}
    references = Counter(one.reference for one in made if one.reference not in there)
    return Verdict(
        lost=sorted(key for key, id_ in notes.done.items() if id_ not in there),
        doubled=[
            *sorted(key for key, times in references.items() if times > 1),
            *batches.doubled(seen.batches),
            *rail.doubled(seen.rail),
        ],
        wrong=[
            *_amounts(notes, seen),
            *_money(town, seen),
            *batches.wrong(seen.batches, seen.payments, notes.entries),
            *rail.wrong(seen.rail, [one for one in seen.payments if one.kind in BY_BANK]),
            *rail.otherwise(seen.rail, -seen.balances.get(town_.BANK, 0)),
        ],
        stuck=[
            *stuck(seen.payments, seen.refunds),
            *_held(seen.wallets),
            *batches.stuck(seen.batches),
            *rail.stuck(seen.rail),
            *(f"{one.reactor} gave up on {one.type}: {one.code}" for one in seen.parked),
        ],
    )


def stuck(payments: Iterable[types.Payment], refunds: Iterable[types.Refund]) -> list[str]:
    """What has not ended."""
    found = [f"{one.id} {one.state}" for one in payments if one.state not in ENDED]
    return found + [f"{one.id} {one.state}" for one in refunds if one.state == "pending"]


def _held(wallets: Iterable[types.Wallet]) -> list[str]:
    return [
        f"{wallet.id} has {balance.held} held, {balance.pending} pending"
        for wallet in wallets
        for balance in wallet.balances
        if balance.held or balance.pending
    ]


def _amounts(notes: asking.Notes, seen: Seen) -> list[str]:
    """Payments that tell of other amounts than were acknowledged."""
    refunded: Counter[str] = Counter()
    for refund in seen.refunds:
        refunded[refund.payment] += refund.amount
    return [
        f"{one.id}: {name} {told}, acknowledged {known}"
        for one in seen.payments
        for name, told, known in (
            ("captured", one.captured, _captured(notes, one)),
            ("refunded", one.refunded, notes.refunded.get(one.id, 0)),
            ("refunds", refunded[one.id], notes.refunded.get(one.id, 0)),
        )
        if told != known
    ]


def _captured(notes: asking.Notes, payment: types.Payment) -> int:
    """What must be captured of a payment: by what was acknowledged or, by the bank or of a batch,
    all or nothing of it."""
    if payment.kind in BY_BANK or payment.reference.startswith("bat_"):
        return payment.amount if payment.state in {"captured", "returned"} else 0
    return notes.captured.get(payment.id, 0)


def _money(town: town_.Town, seen: Seen) -> list[str]:
    """Accounts with another balance than they should have."""
    expected = expected_balances(town, seen)
    return [
        f"{code}: {seen.balances.get(code, 0)}, expected {expected[code]}"
        for code in sorted(expected.keys() | seen.balances.keys())
        if seen.balances.get(code, 0) != expected[code]
    ]


def expected_balances(town: town_.Town, seen: Seen) -> Counter[str]:
    """What must stand on each account, by what payments say of themselves."""
    money: Counter[str] = Counter()
    for wallet in town.wallets:
        _move(money, town_.CASH, town_.code(wallet), town_.FUNDS)
    for payment in seen.payments:
        payer, payee = _account(payment.source), _account(payment.destination)
        _move(money, payer, payee, payment.captured - payment.refunded - payment.returned)
        for part in payment.splits:
            _move(money, payee, town_.code(part.wallet), part.captured - part.refunded)
        if payment.fee is not None:
            bearer = payer if payment.fee.bearer == "payer" else payee
            _move(money, bearer, town_.FEES, payment.fee.taken - payment.fee.refunded)
        for transfer in seen.rail.of(payment.id):
            _move(money, town_.OWED, payee, transfer.shortfall)
            _move(money, payer, town_.SUSPENSE, transfer.unclaimed)
    for transfer in seen.rail.transfers:
        if transfer.state == "settled" and transfer.purpose.startswith("bac_"):
            _move(money, town_.VERIFYING, town_.BANK, transfer.amount)
    return money


def _account(party: str) -> str:
    return town_.code(party) if party.startswith("wal_") else town_.BANK


def _move(money: Counter[str], giver: str, receiver: str, amount: int) -> None:
    money[giver] -= amount
    money[receiver] += amount
