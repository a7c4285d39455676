"""Payments are found by who takes part, what they are, and when they were made, page by page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from culm.kernel import errors, pages
from culm.payments import commands, rejections, views
from culm.payments.reads import after
from culm.payments.reads import payments as reads
from culm.wallets import tables as wallet_tables
from tests.payments.world import World

BOOKS: Any = {"partition": 0, "tenant": "acme"}


async def found(world: World, **filters: Any) -> list[str]:
    """The ids of what a list finds, in its order, asked for two at a time."""
    ids, cursor = list[str](), None
    while True:
        page: pages.Page[views.Payment] = await reads.payments(
            world.ledger.db, **BOOKS, **filters, cursor=cursor, limit=2
        )
        ids += [one.id for one in page.items]
        cursor = page.next_cursor
        if cursor is None:
            return ids


async def test_payments_are_listed_by_what_they_are(stored: World) -> None:
    ann, bob, shop = await stored.wallet(1_000), await stored.wallet(1_000), await stored.wallet()
    first = await stored.pay(ann, bob, 10, reference="rent")
    second = await stored.buy(ann, shop, 20, capture="manual", reference="rent")
    third = await stored.buy(bob, shop, 30, splits=[{"wallet": ann, "amount": 5}])
    fourth = await stored.pay(bob, ann, 40, confirm=False)
    one, two, three, four = (each.id for each in (first, second, third, fourth))
    assert await found(stored) == [four, three, two, one]
    assert await found(stored, kind="purchase") == [three, two]
    assert await found(stored, state="captured") == [three, one]
    assert await found(stored, state="authorised") == [two]
    assert await found(stored, state="created", kind="purchase") == []
    assert await found(stored, reference="rent") == [two, one]
    assert await found(stored, reference="rent", kind="transfer") == [one]
    assert await found(stored, reference="") == []
    assert await found(stored, parties=(ann,)) == [four, three, two, one]
    assert await found(stored, parties=(shop,), state="captured") == [three]
    assert await found(stored, parties=(ann, shop)) == [three, two]
    assert await found(stored, parties=(ann,), reference="rent") == [two, one]
    wallets = await stored.ledger.store.load(wallet_tables.WALLETS, 0, [ann])
    assert await found(stored, parties=(wallets[ann].customer, bob)) == [four, three, one]
    assert await found(stored, parties=("wal_00000000000fffff",)) == []
    assert await found(stored, parties=("no id",)) == []
    assert await found(stored, created=pages.Span(second.created)) == [four, three, two]
    assert await found(stored, created=pages.Span(second.created, fourth.created)) == [three, two]
    late = fourth.created + timedelta(seconds=1)
    assert await found(stored, parties=(ann,), created=pages.Span(late)) == []


async def test_a_payment_is_read_as_it_was_answered_and_by_its_tenant_alone(
    stored: World,
) -> None:
    await stored.price(kinds=["purchase"])
    ann, shop, tax = await stored.wallet(1_000), await stored.wallet(), await stored.wallet()
    paid = await stored.buy(
        ann, shop, 500, splits=[{"wallet": tax, "amount": 5}], metadata={"order": "1"}
    )
    db = stored.ledger.db
    assert await reads.payment(db, **BOOKS, payment=paid.id) == paid
    for payment, tenant in ((paid.id, "other"), ("pay_00000000000fffff", "acme"), ("", "acme")):
        with pytest.raises(rejections.PaymentNotFound):
            await reads.payment(db, partition=0, tenant=tenant, payment=payment)


async def test_a_cursor_is_for_its_own_question(stored: World) -> None:
    ann, bob = await stored.wallet(1_000), await stored.wallet()
    for _ in range(2):
        await stored.pay(ann, bob, 10)
    db = stored.ledger.db
    page = await reads.payments(db, **BOOKS, limit=1)
    assert page.next_cursor is not None
    with pytest.raises(errors.Invalid):
        await reads.payments(db, **BOOKS, kind="transfer", cursor=page.next_cursor, limit=1)


async def test_what_came_after_is_listed_too(stored: World) -> None:
    ann, shop = await stored.wallet(1_000), await stored.wallet()
    paid, other = await stored.buy(ann, shop, 100), await stored.buy(ann, shop, 100)
    refund = await stored.submit(commands.RefundPayment(payment=paid.id, amount=10))
    dispute = await stored.submit(commands.OpenDispute(payment=paid.id, reason="other", amount=5))
    schedule = await stored.price()
    db = stored.ledger.db
    for payment, count in ((None, 1), (paid.id, 1), (other.id, 0), ("no id", 0)):
        refunds = await after.refunds(db, **BOOKS, payment=payment)
        disputes = await after.disputes(db, **BOOKS, payment=payment)
        assert (refunds.items, disputes.items) == ((refund,) * count, (dispute,) * count)
    assert (await after.refunds(db, **BOOKS, state="pending")).items == ()
    assert (await after.disputes(db, **BOOKS, state="open")).items == (dispute,)
    assert (await after.fee_schedules(db, **BOOKS)).items == (schedule,)
    assert await after.refund(db, **BOOKS, refund=refund.id) == refund
    assert await after.dispute(db, **BOOKS, dispute=dispute.id) == dispute
    assert await after.fee_schedule(db, **BOOKS, schedule=schedule.id) == schedule
    with pytest.raises(rejections.RefundNotFound):
        await after.refund(db, **BOOKS, refund=paid.id)
    with pytest.raises(rejections.DisputeNotFound):
        await after.dispute(db, **BOOKS, dispute=paid.id)
    with pytest.raises(rejections.FeeScheduleNotFound):
        await after.fee_schedule(db, **BOOKS, schedule=paid.id)
