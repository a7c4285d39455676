"""A wallet's history, as its owner reads it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from culm.kernel import errors, pages
from culm.ledger import commands as ledger
from culm.wallets import commands, rejections, types, views, wording
from culm.wallets.reads import history, pending
from tests.wallets.conftest import ACME, World, names


async def read(world: World, wallet: str, **more: Any) -> list[views.WalletTransaction]:
    """All pages, as many lines each as `limit` says."""
    lines: list[views.WalletTransaction] = []
    cursor = None
    while True:
        page = await history.history(
            world.ledger.db, **ACME, names=names, wallet=wallet, cursor=cursor, **more
        )
        assert len(page.items) <= more.get("limit", 50)
        lines += page.items
        if (cursor := page.next_cursor) is None:
            return lines


async def waiting(world: World, wallet: str) -> tuple[views.WalletHold, ...]:
    """What is held in dollars."""
    page = await pending.pending(
        world.ledger.db, **ACME, wallet=wallet, currency="USD", names=names
    )
    return page.items


def told(lines: list[views.WalletTransaction]) -> list[tuple[str, str, str]]:
    """What, how much, and what was there after it."""
    return [(line.title, line.amount, line.balance) for line in lines]


async def test_each_line_says_what_it_was_with_whom_how_much_and_what_was_left(
    world: World,
) -> None:
    ann, ben = await world.wallet(), await world.wallet()
    await world.pay_in(ann.id, 10_000)
    await world.pay_in(ben.id, 1)
    await world.move(ann.id, ben.id, 2_500, kind="transfer", description="Pizza")
    await world.pay(ann.id, 500)
    assert told(await read(world, ann.id)) == [
        ("Withdrawal to bank account", "-500", "7000"),
        ("Transfer to Ben Jones", "-2500", "7500"),
        ("Top-up from bank account", "10000", "10000"),
    ]
    pizza = (await read(world, ben.id))[0]
    assert (pizza.title, pizza.description) == ("Transfer from Ann Smith", "Pizza")
    assert pizza.counterparty == views.Counterparty(ann.id, ann.customer, "Ann Smith")
    assert (pizza.payment, pizza.kind) == ("pay_0000000000000007", "transfer")


async def test_of_those_who_are_erased_the_wallet_is_named(world: World) -> None:
    ann, _, eve = await world.wallet(), await world.wallet(), await world.wallet()
    await world.pay_in(ann.id, 10)
    await world.pay_in(eve.id, 1)
    await world.move(ann.id, eve.id, 5, kind="transfer")
    assert (await read(world, ann.id))[0].title == f"Transfer to {eve.id}"


async def test_a_fee_that_was_taken_with_a_payment_has_a_line_of_its_own(world: World) -> None:
    ann, shop = await world.wallet(), await world.wallet()
    await world.pay_in(ann.id, 10_000)
    await world.pay_in(shop.id, 1)
    await world.open("income:fees:usd")
    await world.book(
        [
            (types.code(ann.id, "USD"), 1_000),
            (types.code(shop.id, "USD"), -1_000),
            (types.code(shop.id, "USD"), 29),
            ("income:fees:usd", -29),
        ],
        kind="purchase",
    )
    assert told(await read(world, shop.id))[:2] == [
        ("Fee", "-29", "972"),
        ("Payment received from Ann Smith", "1000", "1001"),
    ]
    assert told(await read(world, ann.id))[0] == ("Payment to Ben Jones", "-1000", "9000")
    fee, paid = (await read(world, shop.id))[:2]
    assert fee.id == paid.id
    assert (fee.entry, fee.kind, fee.counterparty) == (paid.entry + 1, "fee", None)


async def test_currencies_are_told_together_or_one_alone(world: World) -> None:
    ann = await world.wallet("USD", "EUR", "GBP")
    for number, currency in enumerate(("USD", "EUR", "EUR", "USD", "GBP", "USD")):
        await world.pay_in(ann.id, number + 1, currency=currency)
    for limit in (1, 2, 5, 50):
        lines = await read(world, ann.id, limit=limit)
        assert [line.amount for line in lines] == ["6", "5", "4", "3", "2", "1"]
        euros = await read(world, ann.id, limit=limit, currency="EUR")
        assert [line.amount for line in euros] == ["3", "2"]
    with pytest.raises(rejections.CurrencyNotHeld):
        await read(world, ann.id, currency="CHF")


async def test_pages_neither_lose_nor_repeat_what_is_there_while_more_is_booked(
    world: World,
) -> None:
    ann = await world.wallet("USD", "EUR")
    for number in range(4):
        await world.pay_in(ann.id, number + 1, currency=("USD", "EUR")[number % 2])
    page = await history.history(world.ledger.db, **ACME, names=names, wallet=ann.id, limit=2)
    await world.submit(commands.AddCurrency(wallet=ann.id, currency="GBP"))
    for currency in ("USD", "EUR", "GBP"):
        await world.pay_in(ann.id, 99, currency=currency)
    rest = await history.history(
        world.ledger.db, **ACME, names=names, wallet=ann.id, limit=9, cursor=page.next_cursor
    )
    assert [line.amount for line in (*page.items, *rest.items)] == ["4", "3", "2", "1"]
    assert rest.next_cursor is None


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
async def test_of_one_kind_each_line_is_found_once_whatever_lies_between(
    world: World, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "MAX_LIMIT", 4)
    monkeypatch.setattr(history, "LOOKED_AT", 8)
    ann = await world.wallet("USD", "EUR")
    await world.pay_in(ann.id, 10_000)
    await world.pay_in(ann.id, 7, currency="EUR")
    for number in range(10):
        await world.pay(ann.id, number + 1)
    await world.pay_in(ann.id, 9, currency="EUR")
    limit = min(limit, 4)
    found = await read(world, ann.id, kind="top_up", limit=limit)
    assert [line.amount for line in found] == ["9", "7", "10000"]
    sent = await read(world, ann.id, kind="withdrawal", limit=limit)
    assert [line.amount for line in sent] == [f"-{number}" for number in range(10, 0, -1)]
    assert await read(world, ann.id, kind="withdrawal", currency="EUR", limit=limit) == []
    assert await read(world, ann.id, kind="unheard_of", limit=limit) == []


async def test_a_fee_within_a_payment_is_found_as_a_fee_and_the_payment_without_it(
    world: World,
) -> None:
    shop = await world.wallet()
    await world.open("income:fees:usd")
    await world.open("assets:till")
    own = types.code(shop.id, "USD")
    await world.pay_in(shop.id, 1)
    await world.book(
        [("assets:till", 1_000), (own, -1_000), (own, 29), ("income:fees:usd", -29)],
        kind="purchase",
    )
    assert [line.amount for line in await read(world, shop.id, kind="fee")] == ["-29"]
    assert [line.amount for line in await read(world, shop.id, kind="purchase")] == ["1000"]


async def test_a_span_of_time_begins_with_its_first_moment_and_ends_before_its_last(
    world: World,
) -> None:
    ann = await world.wallet("USD", "EUR")
    for number in range(9):
        world.clock.now += timedelta(hours=1)
        await world.pay_in(ann.id, number + 1, currency=("USD", "EUR")[number % 2])
    lines = await read(world, ann.id)
    assert len(lines) == 9
    for newest in range(9):
        for oldest in range(newest, 9):
            span = pages.Span(lines[oldest].recorded, lines[newest].recorded)
            for limit in (1, 50):
                found = await read(world, ann.id, recorded=span, limit=limit)
                assert found == lines[newest + 1 : oldest + 1]
    assert await read(world, ann.id, recorded=pages.Span(since=lines[3].recorded)) == lines[:4]
    assert await read(world, ann.id, recorded=pages.Span(before=lines[3].recorded)) == lines[4:]
    euros = await read(world, ann.id, recorded=pages.Span(lines[4].recorded), currency="EUR")
    assert euros == [line for line in lines[:5] if line.currency == "EUR"]


async def test_a_time_without_an_offset_is_refused_by_its_name(world: World) -> None:
    ann = await world.wallet()
    naive = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
    for span, name in (
        (pages.Span(since=naive), "recorded_from"),
        (pages.Span(before=naive), "recorded_before"),
        (pages.Span(since=datetime.min.replace(tzinfo=UTC)), "recorded_from"),
    ):
        with pytest.raises(errors.Invalid) as refused:
            await read(world, ann.id, recorded=span)
        assert refused.value.field == name


async def test_a_cursor_is_for_its_own_list(world: World) -> None:
    ann, ben = await world.wallet(), await world.wallet()
    for _ in range(2):
        await world.pay_in(ann.id, 1)
    page = await history.history(world.ledger.db, **ACME, names=names, wallet=ann.id, limit=1)
    for wallet, cursor in ((ben.id, page.next_cursor), (ann.id, "x")):
        with pytest.raises(errors.Invalid):
            await history.history(
                world.ledger.db, **ACME, names=names, wallet=wallet, cursor=cursor
            )


async def test_holds_are_no_part_of_it_until_they_are_captured(world: World) -> None:
    ann, ben = await world.wallet(), await world.wallet()
    await world.pay_in(ann.id, 100)
    await world.pay_in(ben.id, 1)
    sides: dict[str, Any] = {
        "debit": types.code(ann.id, "USD"),
        "credit": types.code(ben.id, "USD"),
    }
    hold = await world.submit(ledger.PlaceHold(**sides, amount=60))
    assert len(await read(world, ann.id)) == 1
    for wallet, direction, title in (
        (ann, "out", "Held for Ben Jones"),
        (ben, "in", "On its way from Ann Smith"),
    ):
        [held] = await waiting(world, wallet.id)
        assert (held.id, held.direction, held.title, held.amount) == (
            hold.id,
            direction,
            title,
            "60",
        )
    await world.submit(ledger.CaptureHold(hold=hold.id, amount=40, kind="purchase"))
    assert told(await read(world, ann.id))[0] == ("Payment to Ben Jones", "-40", "60")
    assert [held.amount for held in await waiting(world, ann.id)] == ["20"]
    await world.submit(ledger.ReleaseHold(hold=hold.id))
    assert await waiting(world, ann.id) == ()


async def test_what_is_under_way_at_the_bank_is_told(world: World) -> None:
    ann = await world.wallet()
    assert await waiting(world, ann.id) == ()
    await world.pay_in(ann.id, 100)
    await world.open("assets:bank:ach:usd")
    sides: dict[str, Any] = {"debit": "assets:bank:ach:usd", "credit": types.code(ann.id, "USD")}
    await world.submit(ledger.PlaceHold(**sides, amount=7, reference="pay_0000000000000007"))
    back: dict[str, Any] = {"debit": sides["credit"], "credit": sides["debit"]}
    await world.submit(ledger.PlaceHold(**back, amount=5))
    assert [(held.title, held.payment) for held in await waiting(world, ann.id)] == [
        ("On its way to bank account", None),
        ("On its way from bank account", "pay_0000000000000007"),
    ]
    with pytest.raises(rejections.CurrencyNotHeld):
        await pending.pending(world.ledger.db, **ACME, wallet=ann.id, currency="EUR", names=names)


async def test_an_exchange_names_the_other_currency(world: World) -> None:
    ann = await world.wallet("USD", "EUR")
    await world.pay_in(ann.id, 100)
    await world.pay_in(ann.id, 1, currency="EUR")
    for currency in ("usd", "eur"):
        await world.open(f"assets:fx:{currency}", currency.upper())
    await world.book(
        [
            (types.code(ann.id, "USD"), 100),
            ("assets:fx:usd", -100),
            ("assets:fx:eur", 90),
            (types.code(ann.id, "EUR"), -90),
        ],
        kind="exchange",
    )
    assert told(await read(world, ann.id))[:2] == [
        ("Exchange from USD", "90", "91"),
        ("Exchange to EUR", "-100", "0"),
    ]


@pytest.mark.parametrize(
    ("kind", "inward", "who", "title"),
    [
        ("transfer", True, "Ann", "Transfer from Ann"),
        ("transfer", False, "", "Transfer"),
        ("refund", True, "The Shop", "Refund from The Shop"),
        ("fee", False, "Ann", "Fee"),
        ("return", False, "", "Top-up returned by the bank"),
        ("return", True, "", "Payment returned by the bank"),
        ("bank_reversal", True, "", "Payment reversed"),
        ("bank_reversal", False, "", "Payment reversed"),
        ("dishonoured_return", True, "", "Return of the top-up refused"),
        ("dishonoured_return", False, "", "Return of the payment refused"),
        ("contested_return", True, "", "Payment returned by the bank again"),
        ("split", True, "The Shop", "Share of a payment from The Shop"),
        ("bank_transfer", False, "", "Transfer to bank account"),
        ("cash_back.2026", True, "The Shop", "Cash back 2026 from The Shop"),
    ],
)
def test_kinds_are_told_in_words(kind: str, inward: bool, who: str, title: str) -> None:
    assert wording.title(kind, inward=inward, who=who) == title


@pytest.mark.parametrize(
    ("kind", "meaning"),
    [
        ("ach_credit", "bank_transfer"),
        ("ach_debit", "top_up"),
        ("ach_return", "return"),
        ("ach_reversal", "bank_reversal"),
        ("ach_reversal_return", "reversal_return"),
        ("ach_dishonour", "dishonoured_return"),
        ("ach_dishonour_return", "contested_return"),
        ("purchase", "purchase"),
    ],
)
def test_the_kinds_of_rails_are_told_in_words(kind: str, meaning: str) -> None:
    assert wording.kind(kind) == meaning
    assert meaning == kind or meaning in wording.WORDS
