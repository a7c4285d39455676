"""The shop pays its staff by a file: ACH credits, of which the bank returns some, and they come
back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from culm.client import types
from culm.commands.showing import onboarding, paying
from culm.commands.showing import stage as stage_

THURSDAY: Final = datetime(2026, 12, 3, 15, tzinfo=UTC)
"""What was ordered on Wednesday has settled by then."""
FRIDAY: Final = datetime(2026, 12, 4, 15, tzinfo=UTC)
"""What is returned after it has settled has come back by then."""
STAFF: Final = (
    ("Cora Lindt", "123456780", 61_000),
    ("Dan Whitby", "123456781", 58_500),
    ("Eve Sorel", "990000003", 60_250),
    ("Finn Ames", "992000004", 57_250),
    ("Gwen Roth", "12", 59_000),
)
"""Who is paid, on which account of the sandbox bank, and how much. It knows no account of Eve, and
refuses the number of Finn's before anything has settled. What stands there for Gwen is no account
number at all."""
REFUSED: Final = ("account_number_invalid", "account")
ON_THURSDAY: Final = {"Finn Ames": ("failed", "R04")}
ON_FRIDAY: Final = {**ON_THURSDAY, "Eve Sorel": ("returned", "R03")}
"""What has become of whom by then; the others are paid."""


async def pay(stage: stage_.Stage, cast: onboarding.Cast) -> None:
    """Pay everybody, and see what becomes of it."""
    total = sum(amount for _, _, amount in STAFF)
    stage.title(f"The shop's payroll, a CSV file: {len(STAFF)} people, {stage_.usd(total)}")
    made = await _upload(stage, cast.shop)
    await paying.show(stage, "Wednesday, ordered", cast.shop)
    await stage.advance(THURSDAY)
    for name, payment in made.items():
        await _become(stage, name, payment, ON_THURSDAY)
    await paying.show(stage, "Thursday, settled", cast.shop)
    await stage.advance(FRIDAY)
    for name, payment in made.items():
        seen = await _become(stage, name, payment, ON_FRIDAY)
        said = f"{seen.state} by the bank with {seen.failure}" if seen.failure else "paid"
        stage.say(f"{seen.id}  {name:12}{stage_.usd(seen.amount):>8}  {said}")
    await paying.show(stage, "Friday, re-credited", cast.shop)


async def _upload(stage: stage_.Stage, shop: onboarding.Party) -> dict[str, str]:
    """Pay out by the file; the payments that were made of it, by whom they are for."""
    lines = [
        f"{amount // 100}.{amount % 100:02},{onboarding.ROUTING},{number},{name}"
        for name, number, amount in STAFF
    ]
    received = await stage.culm.batches.files.upload(
        content="\n".join(["amount,routing,account,holder_name", *lines]),
        media_type="text/csv",
        source=shop.wallet,
        reference="Payroll",
    )
    batch = await stage.until(
        lambda: stage.culm.batches.get(received.id),
        lambda seen: seen.state == "processed",
        "the payroll was not processed",
    )
    stage.say(f"{batch.id}  {batch.accepted} accepted, {batch.refused} refused")
    entries = [one async for one in stage.culm.batches.entries(batch.id)]
    last = entries[-1]
    stage.expect((last.code, last.field) == REFUSED, "an account number of two digits was accepted")
    stage.say(f"line {last.line} refused: {last.code} at {last.field}")
    return {
        name: str(one.payment)
        for (name, *_), one in zip(STAFF, entries, strict=True)
        if one.payment
    }


async def _become(
    stage: stage_.Stage, name: str, payment: str, ends: dict[str, tuple[str, str]]
) -> types.Payment:
    """A salary, once it is as it should be."""
    state, reason = ends.get(name, ("captured", None))
    return await stage.until(
        lambda: stage.culm.payments.get(payment),
        lambda seen: (seen.state, seen.failure) == (state, reason),
        f"the salary of {name} came otherwise",
    )
