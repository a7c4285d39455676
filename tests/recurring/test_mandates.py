"""Mandates: what a payer lets somebody collect, and no more."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from culm.ledger import rejections as ledger_rejections
from culm.payments import rejections as payment_rejections
from culm.payments import views as payment_views
from culm.recurring import commands, rejections, tables, views
from culm.wallets import rejections as wallet_rejections
from tests.recurring.world import World


async def give(world: World, source: str, destination: str, **more: Any) -> views.Mandate:
    """A mandate for purchases, unless something else is said."""
    asked = {
        "kind": "purchase",
        "source": source,
        "destination": destination,
        "currency": "USD",
        "agreed": "online",
        "text": "terms-1",
        "given": world.clock.now - timedelta(days=1),
        **more,
    }
    made: views.Mandate = await world.submit(msgspec.convert(asked, commands.CreateMandate))
    return made


async def collect(world: World, mandate: str, amount: int, **more: Any) -> payment_views.Payment:
    """Collect something."""
    command = commands.Collect(mandate=mandate, amount=amount, **more)
    made: payment_views.Payment = await world.submit(command)
    return made


async def now(world: World, mandate: str) -> views.Mandate:
    """A mandate as it is now."""
    found = await world.ledger.store.load(tables.MANDATES, 0, [mandate])
    return views.mandate(found[mandate])


async def test_what_a_mandate_allows_is_collected(world: World) -> None:
    ann, shop = await world.wallet(100), await world.wallet()
    given = await give(world, ann, shop)
    assert (given.state, given.collections, given.month) == ("active", 0, None)
    paid = await collect(world, given.id, 30, reference="inv-1")
    assert (paid.kind, paid.state, paid.reference) == ("purchase", "captured", "inv-1")
    assert (await world.balance(ann), await world.balance(shop)) == (70, 30)
    after = await now(world, given.id)
    assert (after.collected, after.collections, after.month) == ("30", 1, "2026-03")


async def test_no_more_is_collected_at_once_or_in_a_month_than_was_allowed(world: World) -> None:
    ann, shop = await world.wallet(1_000), await world.wallet()
    given = await give(world, ann, shop, maximum=50, monthly=80)
    with pytest.raises(rejections.MandateExceeded):
        await collect(world, given.id, 51)
    await collect(world, given.id, 50)
    await collect(world, given.id, 30)
    with pytest.raises(rejections.MandateExceeded):
        await collect(world, given.id, 1)
    await world.wait(days=31)
    await collect(world, given.id, 50)
    assert (await now(world, given.id)).collected == "50"


async def test_what_is_refused_does_not_count(world: World) -> None:
    ann, shop = await world.wallet(10), await world.wallet()
    given = await give(world, ann, shop, single=True)
    with pytest.raises(ledger_rejections.InsufficientFunds):
        await collect(world, given.id, 11)
    after = await now(world, given.id)
    assert (after.state, after.collections) == ("active", 0)


async def test_by_a_single_mandate_something_is_collected_once(world: World) -> None:
    ann, shop = await world.wallet(100), await world.wallet()
    given = await give(world, ann, shop, single=True)
    await collect(world, given.id, 10)
    assert (await now(world, given.id)).state == "used"
    with pytest.raises(rejections.MandateNotActive):
        await collect(world, given.id, 10)


async def test_a_mandate_ends_when_it_is_revoked(world: World) -> None:
    ann, shop = await world.wallet(100), await world.wallet()
    given = await give(world, ann, shop)
    revoked = await world.submit(commands.RevokeMandate(mandate=given.id))
    assert (revoked.state, revoked.reason) == ("revoked", "requested")
    assert await world.submit(commands.RevokeMandate(mandate=given.id)) == revoked
    with pytest.raises(rejections.MandateNotActive):
        await collect(world, given.id, 10)


async def test_a_mandate_ends_when_its_time_is_over(world: World) -> None:
    ann, shop = await world.wallet(100), await world.wallet()
    given = await give(world, ann, shop, valid_until=world.clock.now + timedelta(days=2))
    early = commands.ExpireMandate(mandate=given.id)
    assert (await world.submit(early)).mandate == ""
    world.clock.advance(days=2)
    with pytest.raises(rejections.MandateNotActive):
        await collect(world, given.id, 10)
    await world.fire()
    assert (await now(world, given.id)).state == "expired"


@pytest.mark.parametrize(
    ("reason", "state"),
    [
        ("R05", "revoked"),
        ("R07", "revoked"),
        ("R10", "revoked"),
        ("R29", "revoked"),
        ("R01", "active"),
        ("R03", "active"),
        ("insufficient_funds", "active"),
    ],
)
async def test_a_payer_who_disowns_a_payment_ends_its_mandate(
    world: World, reason: str, state: str
) -> None:
    ann, shop = await world.wallet(100), await world.wallet()
    given, other = await give(world, ann, shop), await give(world, ann, shop)
    paid = await collect(world, given.id, 10)
    await collect(world, other.id, 10)
    for _ in range(2):
        await world.submit(commands.NoteReturn(payment=paid.id, reason=reason))
    after = await now(world, given.id)
    assert (after.state, after.reason) == (state, reason if state == "revoked" else None)
    assert (await now(world, other.id)).state == "active"


async def test_a_return_of_what_no_mandate_collected_changes_nothing(world: World) -> None:
    ann, bob = await world.wallet(100), await world.wallet()
    paid = await world.pay(ann, bob, 10)
    noted = await world.submit(commands.NoteReturn(payment=paid.id, reason="R07"))
    assert noted.mandate == ""


async def test_a_schedule_collects_by_its_mandate(world: World) -> None:
    ann, shop = await world.wallet(100), await world.wallet()
    given = await give(world, ann, shop, monthly=20)
    await world.schedule(ann, shop, kind="purchase", mandate=given.id)
    await world.wait(days=3)
    assert world.states() == ["paid", "paid", "failed"]
    assert world.runs()[-1].code == "mandate_exceeded"
    assert (await now(world, given.id)).collections == 2


@pytest.mark.parametrize(
    ("said", "field"),
    [({"kind": "transfer"}, "kind"), ({"currency": "EUR"}, "currency")],
)
async def test_a_schedule_names_a_mandate_that_fits(
    world: World, said: dict[str, Any], field: str
) -> None:
    ann, shop = await world.wallet(100), await world.wallet()
    given = await give(world, ann, shop)
    with pytest.raises(rejections.MandateMismatch) as refused:
        await world.schedule(ann, shop, **{"kind": "purchase", "mandate": given.id, **said})
    assert refused.value.field == field
    with pytest.raises(rejections.MandateMismatch):
        await world.schedule(shop, ann, kind="purchase", mandate=given.id)


@pytest.mark.parametrize(
    ("said", "refusal", "field"),
    [
        ({"text": ""}, rejections.MandateInvalid, "text"),
        ({"text": "a\nb"}, rejections.MandateInvalid, "text"),
        ({"maximum": 5, "monthly": 4}, rejections.MandateInvalid, "monthly"),
        ({"maximum": "0"}, msgspec.ValidationError, None),
        ({"kind": "top_up"}, payment_rejections.PartiesInvalid, "source"),
        ({"currency": "XTS"}, ledger_rejections.CurrencyUnknown, "currency"),
        (
            {"destination": "wal_0000000000000001"},
            wallet_rejections.WalletNotFound,
            "destination",
        ),
    ],
)
async def test_what_is_no_mandate_is_refused(
    world: World, said: dict[str, Any], refusal: type[Exception], field: str | None
) -> None:
    ann, shop = await world.wallet(), await world.wallet()
    with pytest.raises(refusal) as refused:
        await give(world, ann, **{"destination": shop, **said})
    assert getattr(refused.value, "field", None) == field


@pytest.mark.parametrize(("field", "days"), [("given", 1), ("valid_until", 0)])
async def test_a_mandate_was_given_before_and_ends_later(
    world: World, field: str, days: int
) -> None:
    ann, shop = await world.wallet(), await world.wallet()
    with pytest.raises(rejections.MandateInvalid) as refused:
        await give(world, ann, shop, **{field: world.clock.now + timedelta(days=days)})
    assert refused.value.field == field


async def test_of_another_tenant_no_mandate_is_found(world: World) -> None:
    ann, shop = await world.wallet(), await world.wallet()
    given = await give(world, ann, shop)
    for asked in (
        commands.Collect(mandate=given.id, amount=1),
        commands.RevokeMandate(mandate=given.id),
        commands.ExpireMandate(mandate=given.id),
    ):
        with pytest.raises(rejections.MandateNotFound):
            await world.submit(asked, tenant="other")
