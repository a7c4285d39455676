"""Money: it comes in by the bank, is paid to each other and to a merchant, and partly goes back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, Literal

from culm.client import errors, types
from culm.commands.showing import onboarding
from culm.commands.showing import stage as stage_

WEDNESDAY: Final = datetime(2026, 12, 2, 15, tzinfo=UTC)
"""What was collected on Tuesday has settled by then."""

LIMIT: Final = 100_000
"""The most that a customer of the tier basic may pay at once, in cents."""


async def terms(stage: stage_.Stage) -> None:
    """What may be paid, and what it costs: data, which payments carry a copy of."""
    stage.title("Limits by tier, fees as data")
    await stage.culm.wallet_limits.set(
        tier="basic", currency="USD", direction="out", per_payment=LIMIT
    )
    fee = await stage.culm.fee_schedules.create(
        name="card-like",
        currency="USD",
        tiers=[{"fixed": 25, "basis_points": 150}],
        kinds=["purchase"],
        bearer="payee",
    )
    stage.say(f"basic: up to {stage_.usd(LIMIT)} a payment, out of a wallet")
    stage.say(f"{fee.id}  purchases: 0.25 and 1.50 %, borne by whoever is paid")


async def top_ups(stage: stage_.Stage, cast: onboarding.Cast) -> None:
    """Wallets are filled by ACH debits, which settle on the next banking day."""
    stage.title("Wallets filled from bank accounts, by ACH debit")
    made = [
        await _pay(stage, "top_up", party.bank, party.wallet, amount)
        for party, amount in ((cast.ann, 50_000), (cast.ben, 20_000), (cast.shop, 250_000))
    ]
    await show(stage, "Tuesday, ordered", *cast.everybody)
    await stage.advance(WEDNESDAY)
    for payment in made:
        await settled(stage, payment.id)
    await show(stage, "Wednesday, settled", *cast.everybody)


async def settled(stage: stage_.Stage, payment: str) -> types.Payment:
    """A payment by the bank, when its money has arrived."""
    return await stage.until(
        lambda: stage.culm.payments.get(payment),
        lambda seen: seen.state == "captured",
        f"{payment} has not settled",
    )


async def between_people(stage: stage_.Stage, cast: onboarding.Cast) -> None:
    """A payment from one wallet to another, and two that are not possible."""
    stage.title("Ann pays Ben 25.00, at once")
    await _pay(stage, "transfer", cast.ann.wallet, cast.ben.wallet, 2_500, "Dinner on Friday")
    await show(stage, "", cast.ann, cast.ben)
    for amount in (LIMIT + 1, 99_000):
        try:
            await _pay(stage, "transfer", cast.ann.wallet, cast.ben.wallet, amount)
        except errors.Refused as no:
            stage.say(f"{stage_.usd(amount)}? rejected: {no.code} at {no.field}: {no.detail}")
        else:
            stage.expect(False, "a payment without funds, or past the limit, was made")


async def purchase(stage: stage_.Stage, cast: onboarding.Cast) -> types.Payment:
    """A merchant is paid: held first, captured in part; with a fee, and a part for who delivers."""
    stage.title("Ann buys from the corner shop for 80.00; Ben delivers, and gets a tenth")
    payment = await _pay(
        stage,
        "purchase",
        cast.ann.wallet,
        cast.shop.wallet,
        8_000,
        "Groceries",
        capture="manual",
        splits=[{"wallet": cast.ben.wallet, "basis_points": 1_000}],
    )
    await show(stage, "authorised", cast.ann, cast.shop)
    payment = await stage.culm.payments.capture(payment.id, amount=7_500, final=True)
    fee = payment.fee.taken if payment.fee else 0
    await show(stage, "75.00 captured", *cast.everybody)
    stage.say(f"the fee is {stage_.usd(fee)}, Ben's part {stage_.usd(payment.splits[0].captured)}")
    stage.expect((fee, payment.captured) == (135, 7_500), "the purchase cost something else")
    return payment


async def refund(stage: stage_.Stage, cast: onboarding.Cast, payment: types.Payment) -> None:
    """A part goes back, from everybody who got it."""
    stage.title("20.00 of it go back, a tenth of that from Ben")
    made = await stage.culm.payments.refund(
        payment.id, amount=2_000, reason="requested", from_splits=True
    )
    stage.say(f"{made.id} {made.state}: {stage_.usd(made.amount)}; fees are kept")
    await show(stage, "", *cast.everybody)
    stage.expect(made.state == "succeeded", "the refund did not succeed")


async def _pay(
    stage: stage_.Stage,
    kind: Literal["purchase", "top_up", "transfer"],
    source: str,
    destination: str,
    amount: int,
    description: str | None = None,
    *,
    capture: Literal["automatic", "manual"] | None = None,
    splits: Sequence[types.Split] | None = None,
) -> types.Payment:
    payment = await stage.culm.payments.create(
        kind=kind,
        source=source,
        destination=destination,
        amount=amount,
        currency="USD",
        description=description,
        capture=capture,
        splits=splits,
    )
    stage.say(f"{payment.id}  {payment.kind} of {stage_.usd(payment.amount)}: {payment.state}")
    return payment


async def show(stage: stage_.Stage, when: str, *parties: onboarding.Party) -> None:
    """What is in wallets, in a line each."""
    for party in parties:
        (found,) = (await stage.culm.wallets.get(party.wallet)).balances
        parts = [f"available {stage_.usd(found.available):>7}"]
        parts += [f"held {stage_.usd(found.held)}"] if found.held else []
        parts += [f"on its way {stage_.usd(found.pending)}"] if found.pending else []
        stage.say(f"{when:20}{party.name:14}{', '.join(parts)}")
