"""Transactions, batches of them, and reversals."""

from __future__ import annotations

from typing import Final

from culm.ledger import commands
from culm.simulation import values
from culm.simulation.making.scene import Scene
from culm.simulation.model.state import LARGEST

Postings = tuple[commands.Posting, ...]

BATCH_SIZES: Final = (1, 2, 2, 3, 4, 6)


def post(scene: Scene, tenant: str) -> commands.PostTransaction:
    """A transaction."""
    dice = scene.dice
    return commands.PostTransaction(
        postings=_postings(scene, tenant),
        kind=dice.kind("transfer"),
        reference=dice.reference(),
        effective=scene.effective(tenant),
        metadata=dice.metadata(),
        up_to=dice.chance(0.15),
    )


def batch(scene: Scene, tenant: str) -> commands.PostTransactions:
    """Several transactions; rarely none, or too many."""
    dice = scene.dice
    transactions = tuple(post(scene, tenant) for _ in range(dice.one(BATCH_SIZES)))
    if dice.chance(0.03):
        transactions = transactions[:1] * 10_001 if dice.chance(0.04) else ()
    return commands.PostTransactions(
        transactions=transactions, mode="all" if dice.chance(0.6) else "each"
    )


def exchange(scene: Scene, tenant: str) -> commands.Exchange:
    """An exchange, mostly between two pairs of accounts that have a currency each."""
    dice = scene.dice
    pays, sold = scene.about.pair(tenant)
    bought, receives = scene.about.pair(tenant)
    return commands.Exchange(
        sell_account=pays,
        sell_position=sold,
        buy_position=bought,
        buy_account=receives,
        sell=dice.amount(),
        buy=dice.amount(),
        reference=dice.reference(),
        effective=scene.effective(tenant),
        metadata=dice.metadata(),
    )


def reverse(scene: Scene, tenant: str) -> commands.ReverseTransaction:
    """A reversal: of all, by one amount, by an amount a posting, or both at once."""
    dice, transaction = scene.dice, scene.about.transaction(tenant)
    amount, amounts, chance = None, None, dice.rng.random()
    if chance < 0.35:
        amount = _part_of(scene, transaction) if dice.chance(0.7) else dice.amount()
    if 0.33 < chance < 0.6 or (chance > 0.6 and _touches_closed(scene, transaction)):
        amounts = _parts_of(scene, transaction)
    return commands.ReverseTransaction(
        transaction=transaction,
        amount=amount,
        amounts=amounts,
        reference=dice.reference(),
        effective=scene.effective(tenant),
        metadata=dice.metadata(),
    )


def _postings(scene: Scene, tenant: str) -> Postings:
    dice, legs = scene.dice, _legs(scene, tenant)
    chance = dice.rng.random()
    if chance < 0.78:
        return legs
    if chance < 0.86:  # often in another currency: an exchange
        return legs + _legs(scene, tenant)
    if chance < 0.92:
        return _there_and_back(scene, tenant)
    if chance < 0.97:
        return _split(scene, tenant)
    if chance < 0.995:
        return dice.one((legs[:1], (), legs + legs[:1], legs[:1] * 2))
    return legs * (500 if dice.chance(0.2) else 501)


def _legs(scene: Scene, tenant: str) -> Postings:
    one, other = scene.about.pair(tenant)
    amount = scene.dice.amount()
    return commands.Posting(one, "debit", amount), commands.Posting(other, "credit", amount)


def _there_and_back(scene: Scene, tenant: str) -> Postings:
    """Through the same accounts more than once: only the sum counts against limits."""
    one, other = scene.about.pair(tenant)
    much = str(LARGEST) if scene.dice.chance(0.3) else 400
    back = much if scene.dice.chance(0.6) else 390
    return (
        commands.Posting(one, "debit", much),
        commands.Posting(other, "credit", much),
        commands.Posting(one, "credit", back),
        commands.Posting(other, "debit", back),
    )


def _split(scene: Scene, tenant: str) -> Postings:
    one, other = scene.about.pair(tenant)
    third, _ = scene.about.pair(tenant)
    return (
        commands.Posting(one, "debit", 70),
        commands.Posting(other, "credit", 40),
        commands.Posting(scene.dice.one((third, one, other)), "credit", 30),
    )


def _touches_closed(scene: Scene, transaction: str) -> bool:
    known = scene.state.transactions.get(transaction)
    return known is not None and any(account["closed"] for account, _ in known["lines"])


def _part_of(scene: Scene, transaction: str) -> int | str:
    known = scene.state.transactions.get(transaction)
    most = abs(known["lines"][0][1]) if known else 10
    return str(scene.dice.rng.randrange(1, most + 2))


def _parts_of(scene: Scene, transaction: str) -> tuple[int | str, ...]:
    """One amount a posting: a half of each, nothing for some, nonsense, or a wrong number."""
    known = scene.state.transactions.get(transaction)
    lines = known["lines"] if known else ()
    parts: list[int | str] = [str(abs(amount) // 2) for _, amount in lines]
    chance = scene.dice.rng.random()
    if scene.dice.chance(0.5):
        parts = [0 if a["closed"] else part for (a, _), part in zip(lines, parts, strict=True)]
    if chance < 0.2:
        parts = [0] * len(parts)
    if 0.15 < chance < 0.4 and len(parts) > 2:
        parts[:2] = [0, "0"]
    if 0.4 < chance < 0.5:
        parts.append(1)
    if 0.5 < chance < 0.55 and parts:
        parts[-1] = scene.dice.one(values.WRONG_AMOUNTS)
    return tuple(parts)
