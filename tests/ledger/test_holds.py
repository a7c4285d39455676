"""Holds: what they reserve on both sides, how they are captured, given back, and expire."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from culm.kernel import ids, money
from culm.ledger import commands, rejections, tables, types
from tests import conftest

if TYPE_CHECKING:
    from tests.conftest import Ledger

MOST = money.MAX_MINOR
ANN, BEN = "liabilities:ann", "liabilities:ben"
BANK, TILL = "assets:bank", "assets:till"


@pytest.fixture
async def books(memory_ledger: Ledger) -> Ledger:
    """Books in memory."""
    return await with_accounts(memory_ledger)


@pytest.fixture(params=["memory_ledger", "ledger"], ids=["memory", "postgres"])
def either(request: pytest.FixtureRequest) -> Any:
    """A ledger on each of the two stores, still without books."""
    return request.getfixturevalue(request.param)


async def with_accounts(ledger: Ledger) -> Ledger:
    await ledger.submit(commands.CreateTenant(name="Acme"))
    for code in (ANN, BEN, BANK, TILL, "equity:world"):
        await ledger.submit(commands.OpenAccount(code=code, currency="USD"))
    return ledger


def hold(debit: str = ANN, credit: str = BEN, amount: Any = 100, **more: Any) -> commands.PlaceHold:
    return commands.PlaceHold(debit=debit, credit=credit, amount=amount, **more)


def transfer(debit: str, credit: str, amount: int) -> commands.PostTransaction:
    lines = (commands.Posting(debit, "debit", amount), commands.Posting(credit, "credit", amount))
    return commands.PostTransaction(postings=lines)


async def limit(ledger: Ledger, account: str, **limits: Any) -> None:
    await ledger.submit(commands.UpdateAccount(account=account, **limits))


async def capture(ledger: Ledger, placed: Any, amount: Any = None, **more: Any) -> Any:
    return await ledger.submit(commands.CaptureHold(hold=placed.id, amount=amount, **more))


async def verdict(attempt: Any) -> tuple[str, str | None] | None:
    """The code and the field with which it was rejected; None when it was not."""
    try:
        await attempt
    except rejections.LedgerRejection as rejection:
        return rejection.code, rejection.field
    return None


async def state_of(ledger: Ledger, placed: Any) -> tuple[str, int, int]:
    """A hold's state, what was captured and what was released."""
    row: types.Hold = (await ledger.store.load(tables.HOLDS, 0, [placed.id]))[placed.id]
    return row.state, row.captured, row.released


async def balance(ledger: Ledger, code: str) -> tuple[int, int, int]:
    """Posted, held in and held out."""
    key = ("acme", code)
    account_id = (await ledger.store.load(tables.CODES, 0, [key]))[key]
    found = await ledger.store.load(tables.BALANCES, 0, [account_id])
    row = found[account_id]
    return row.posted, row.held_in, row.held_out


# -- placing


@pytest.mark.parametrize(
    ("debit", "credit", "debited", "credited"),
    [
        (ANN, BEN, (0, 0, 100), (0, 100, 0)),
        (BANK, TILL, (0, 100, 0), (0, 0, 100)),
        (BANK, ANN, (0, 100, 0), (0, 100, 0)),
        (ANN, BANK, (0, 0, 100), (0, 0, 100)),
    ],
)
async def test_a_hold_counts_on_both_sides_in_the_direction_of_its_capture(
    either: Ledger,
    debit: str,
    credit: str,
    debited: tuple[int, int, int],
    credited: tuple[int, int, int],
) -> None:
    await with_accounts(either)
    placed = await either.submit(hold(debit, credit))
    assert await balance(either, debit) == debited
    assert await balance(either, credit) == credited
    assert (placed.state, placed.amount, placed.remaining) == ("open", "100", "100")


@pytest.mark.parametrize(
    ("limits", "amount", "refused"),
    [
        ({"minimum": 0}, 60, None),
        ({"minimum": 0}, 61, "insufficient_funds"),
        ({"minimum": -5}, 65, None),
        ({"minimum": -5}, 66, "insufficient_funds"),
        ({}, MOST, "balance_out_of_range"),
    ],
)
async def test_what_is_held_is_no_longer_available(
    books: Ledger, limits: dict[str, Any], amount: int, refused: str | None
) -> None:
    """Ann has 100, of which 40 are held: 60 may be held or spent."""
    await books.submit(transfer(BANK, ANN, 100))
    await books.submit(hold(amount=40))
    await limit(books, ANN, **limits)
    assert await verdict(books.submit(hold(amount=amount))) == (refused and (refused, "debit"))


async def test_what_is_held_cannot_be_spent(books: Ledger) -> None:
    await books.submit(transfer(BANK, ANN, 100))
    await limit(books, ANN, minimum=0)
    await books.submit(hold(amount=40))
    refused = await verdict(books.submit(transfer(ANN, BANK, 61)))
    assert refused == ("insufficient_funds", "postings[0].account")
    assert await verdict(books.submit(transfer(ANN, BANK, 60))) is None


async def test_what_is_on_its_way_in_counts_against_the_maximum_and_for_nothing_else(
    books: Ledger,
) -> None:
    await limit(books, BEN, minimum=0, maximum=100)
    await books.submit(hold(amount=70))
    assert await verdict(books.submit(hold(amount=31))) == ("maximum_exceeded", "credit")
    refused = await verdict(books.submit(transfer(BANK, BEN, 31)))
    assert refused == ("maximum_exceeded", "postings[1].account")
    refused = await verdict(books.submit(transfer(BEN, BANK, 1)))
    assert refused == ("insufficient_funds", "postings[0].account")
    assert await verdict(books.submit(transfer(BANK, BEN, 30))) is None


@pytest.mark.parametrize(
    ("payer", "payee", "held"),
    [
        ({}, {}, 100),
        ({"minimum": 0}, {}, 60),
        ({"minimum": 0}, {"maximum": 50}, 25),
        ({}, {"maximum": 50}, 25),
    ],
)
async def test_up_to_holds_as_much_as_both_accounts_have_room_for(
    books: Ledger, payer: dict[str, Any], payee: dict[str, Any], held: int
) -> None:
    """Ann has 100, of which 40 are held; Ben has 10, and 15 on their way."""
    await books.submit(transfer(BANK, ANN, 100))
    await books.submit(transfer(BANK, BEN, 10))
    await books.submit(hold(ANN, TILL, 40))
    await books.submit(hold(TILL, BEN, 15))
    await limit(books, ANN, **payer)
    await limit(books, BEN, **payee)
    assert (await books.submit(hold(up_to=True))).amount == str(held)


@pytest.mark.parametrize(
    ("payer", "payee", "refused"),
    [
        ({"minimum": 0}, {}, ("insufficient_funds", "debit")),
        ({}, {"maximum": 0}, ("maximum_exceeded", "credit")),
        ({"minimum": 0}, {"maximum": 0}, ("insufficient_funds", "debit")),
    ],
)
async def test_up_to_where_there_is_no_room_is_refused_as_the_full_amount_would_be(
    books: Ledger, payer: dict[str, Any], payee: dict[str, Any], refused: tuple[str, str]
) -> None:
    await limit(books, ANN, **payer)
    await limit(books, BEN, **payee)
    assert await verdict(books.submit(hold(up_to=True))) == refused


async def test_holds_of_one_direction_together_keep_within_the_range(books: Ledger) -> None:
    await books.submit(hold(amount=MOST))
    assert await verdict(books.submit(hold(amount=1))) == ("balance_out_of_range", "debit")


async def test_what_is_held_the_other_way_does_not_count_towards_the_range(books: Ledger) -> None:
    await books.submit(hold(ANN, BEN, MOST))
    assert await verdict(books.submit(hold(BEN, ANN, 1))) is None


@pytest.mark.parametrize(
    ("asked", "refused"),
    [
        (hold(ANN, ANN), ("same_account", "credit")),
        (hold(amount=0), ("amount_invalid", "amount")),
        (hold(amount="01"), ("amount_invalid", "amount")),
        (hold(amount=10**38), ("amount_invalid", "amount")),
        (hold("assets:nowhere"), ("account_not_found", "debit")),
        (hold(ANN, "assets:nowhere"), ("account_not_found", "credit")),
        (hold(reference="\x7f"), ("reference_invalid", "reference")),
        (hold(metadata={"k": "\n"}), ("metadata_invalid", "metadata")),
        (hold(expires=datetime(2030, 1, 1)), ("time_invalid", "expires")),  # noqa: DTZ001
        (hold(expires=datetime(2026, 1, 1, tzinfo=UTC)), ("expiry_in_past", "expires")),
    ],
)
async def test_a_hold_of_the_wrong_form_is_refused(
    books: Ledger, asked: commands.PlaceHold, refused: tuple[str, str]
) -> None:
    assert await verdict(books.submit(asked)) == refused


async def test_both_accounts_of_a_hold_have_one_currency(books: Ledger) -> None:
    await books.submit(commands.OpenAccount(code="liabilities:eva", currency="EUR"))
    refused = await verdict(books.submit(hold(ANN, "liabilities:eva")))
    assert refused == ("currency_mismatch", "credit")


@pytest.mark.parametrize(
    ("account", "freeze", "field"),
    [
        (ANN, "none", None),
        (ANN, "in", None),
        (ANN, "out", "debit"),
        (ANN, "both", "debit"),
        (BEN, "in", "credit"),
        (BEN, "out", None),
        (BEN, "both", "credit"),
    ],
)
async def test_a_freeze_stops_placing_and_capturing_but_not_giving_back(
    books: Ledger, account: str, freeze: Any, field: str | None
) -> None:
    refused = field and ("account_frozen", field)
    placed = await books.submit(hold())
    await limit(books, account, freeze=freeze)
    assert await verdict(books.submit(hold())) == refused
    assert await verdict(capture(books, placed, 1)) == refused
    assert (await books.submit(commands.ReleaseHold(hold=placed.id))).state == "released"


async def test_a_closed_account_takes_no_hold(books: Ledger) -> None:
    await books.submit(commands.CloseAccount(account=BEN))
    assert await verdict(books.submit(hold())) == ("account_closed", "credit")


# -- capturing


async def test_a_capture_posts_and_takes_from_what_is_held(either: Ledger) -> None:
    await with_accounts(either)
    placed = await either.submit(hold(reference="order 1", metadata={"k": "v"}))
    booked = await capture(either, placed, reference="invoice 1")
    assert (booked.kind, booked.hold, booked.reference) == ("capture", placed.id, "invoice 1")
    assert [(p.side, p.amount) for p in booked.postings] == [("debit", "100"), ("credit", "100")]
    assert await state_of(either, placed) == ("captured", 100, 0)
    assert await balance(either, ANN) == (-100, 0, 0)
    assert await balance(either, BEN) == (100, 0, 0)


@pytest.mark.parametrize(
    ("captures", "state", "ann"),
    [
        ([(30, False)], ("open", 30, 0), (-30, 0, 70)),
        ([(30, False), (20, False)], ("open", 50, 0), (-50, 0, 50)),
        ([(30, False), (70, False)], ("captured", 100, 0), (-100, 0, 0)),
        ([(30, False), (None, False)], ("captured", 100, 0), (-100, 0, 0)),
        ([(30, True)], ("captured", 30, 70), (-30, 0, 0)),
        ([(30, False), ("20", True)], ("captured", 50, 50), (-50, 0, 0)),
        ([(None, True)], ("captured", 100, 0), (-100, 0, 0)),
    ],
)
async def test_a_hold_is_captured_in_parts_and_the_rest_given_back(
    books: Ledger,
    captures: list[tuple[Any, bool]],
    state: tuple[str, int, int],
    ann: tuple[int, int, int],
) -> None:
    placed = await books.submit(hold())
    for amount, rest in captures:
        await capture(books, placed, amount, release_rest=rest)
    assert await state_of(books, placed) == state
    assert await balance(books, ANN) == ann


@pytest.mark.parametrize(("first", "then"), [(None, 101), (60, 41), (99, 2)])
async def test_no_more_is_captured_than_remains(
    books: Ledger, first: int | None, then: int
) -> None:
    placed = await books.submit(hold())
    if first:
        await capture(books, placed, first)
    assert await verdict(capture(books, placed, then)) == ("amount_exceeds_hold", "amount")


async def test_limits_tightened_since_do_not_stop_a_capture(books: Ledger) -> None:
    placed = await books.submit(hold())
    await limit(books, ANN, minimum=0)
    await limit(books, BEN, maximum=0)
    await capture(books, placed, 60)
    assert await balance(books, ANN) == (-60, 0, 40)
    assert await verdict(books.submit(hold(amount=1))) == ("insufficient_funds", "debit")


async def test_a_capture_keeps_balances_within_the_range(books: Ledger) -> None:
    placed = await books.submit(hold(ANN, BEN, 100))
    await books.submit(transfer("equity:world", BEN, MOST - 99))
    assert await verdict(capture(books, placed)) == ("balance_out_of_range", "amount")
    assert await verdict(capture(books, placed, 99)) is None


@pytest.mark.parametrize(
    ("fields", "refused"),
    [
        ({"amount": 0}, ("amount_invalid", "amount")),
        ({"amount": "1.0"}, ("amount_invalid", "amount")),
        ({"kind": "Capture"}, ("kind_invalid", "kind")),
        ({"reference": "r" * 141}, ("reference_invalid", "reference")),
        ({"metadata": {"": ""}}, ("metadata_invalid", "metadata.")),
        ({"effective": datetime(1969, 1, 1, tzinfo=UTC)}, ("time_invalid", "effective")),
    ],
)
async def test_a_capture_of_the_wrong_form_is_refused(
    books: Ledger, fields: dict[str, Any], refused: tuple[str, str]
) -> None:
    placed = await books.submit(hold())
    assert await verdict(capture(books, placed, **fields)) == refused


# -- giving back


async def test_a_release_gives_back_what_remains(either: Ledger) -> None:
    await with_accounts(either)
    placed = await either.submit(hold())
    await capture(either, placed, 30)
    released = await either.submit(commands.ReleaseHold(hold=placed.id))
    assert (released.state, released.captured, released.released) == ("released", "30", "70")
    assert await balance(either, ANN) == (-30, 0, 0)
    assert await balance(either, BEN) == (30, 0, 0)


@pytest.mark.parametrize("ending", ["captured", "released", "expired"])
async def test_a_hold_that_has_ended_is_not_open(books: Ledger, ending: str) -> None:
    placed = await books.submit(hold(expires=books.clock.now + timedelta(hours=1)))
    match ending:
        case "captured":
            await capture(books, placed)
        case "released":
            await books.submit(commands.ReleaseHold(hold=placed.id))
        case "expired":
            books.clock.advance(hours=1)
            await books.submit(commands.ExpireHolds(holds=(placed.id,)))
    assert (await state_of(books, placed))[0] == ending
    not_open = ("hold_not_open", "hold")
    assert await verdict(capture(books, placed, 1)) == not_open
    assert await verdict(books.submit(commands.ReleaseHold(hold=placed.id))) == not_open


@pytest.mark.parametrize("name", ["", "hld_1", "hld_0000ffffffffffff", "assets:bank", "hld_\x00"])
async def test_a_hold_of_nobody_is_not_found(books: Ledger, name: str) -> None:
    not_found = ("hold_not_found", "hold")
    assert await verdict(books.submit(commands.CaptureHold(hold=name))) == not_found
    assert await verdict(books.submit(commands.ReleaseHold(hold=name))) == not_found


# -- expiry


async def test_a_hold_can_be_captured_until_its_time_and_not_from_it_on(either: Ledger) -> None:
    await with_accounts(either)
    expires = either.clock.now + timedelta(hours=1)
    placed = await either.submit(hold(expires=expires))
    either.clock.now = expires - timedelta(seconds=1)
    await capture(either, placed, 1)
    either.clock.now = expires - timedelta(microseconds=1)  # the next look says: now
    assert await verdict(capture(either, placed, 1)) == ("hold_expired", "hold")


async def test_an_expired_hold_counts_until_it_is_swept(either: Ledger) -> None:
    await with_accounts(either)
    await either.submit(transfer(BANK, ANN, 100))
    await limit(either, ANN, minimum=0)
    placed = await either.submit(hold(expires=either.clock.now + timedelta(hours=1)))
    await capture(either, placed, 10)
    either.clock.advance(hours=2)
    assert await verdict(either.submit(hold(amount=1))) == ("insufficient_funds", "debit")
    swept = await either.submit(commands.ExpireHolds(holds=(placed.id,)))
    assert swept == commands.Expired((placed.id,))
    assert await state_of(either, placed) == ("expired", 10, 90)
    assert await balance(either, ANN) == (90, 0, 0)
    assert await verdict(either.submit(hold(amount=90))) is None


async def test_an_expired_hold_may_be_released_before_it_is_swept(books: Ledger) -> None:
    placed = await books.submit(hold(expires=books.clock.now + timedelta(hours=1)))
    books.clock.advance(hours=2)
    assert (await books.submit(commands.ReleaseHold(hold=placed.id))).state == "released"
    swept = await books.submit(commands.ExpireHolds(holds=(placed.id,)))
    assert swept == commands.Expired(())


async def test_a_sweep_passes_over_what_is_not_due(books: Ledger) -> None:
    soon, late = (books.clock.now + timedelta(hours=hours) for hours in (1, 3))
    due = await books.submit(hold(expires=soon))
    not_due = await books.submit(hold(expires=late))
    endless = await books.submit(hold())
    ended = await books.submit(hold(expires=soon))
    await capture(books, ended)
    books.clock.advance(hours=2)
    names = (not_due.id, due.id, endless.id, "hld_0000ffffffffffff", "?", ended.id, due.id)
    assert await books.submit(commands.ExpireHolds(holds=names)) == commands.Expired((due.id,))
    assert (await state_of(books, ended))[0] == "captured"
    assert (await state_of(books, not_due))[0] == "open"


async def test_many_holds_are_swept_with_nothing_in_memory(database_url: str) -> None:
    codes = [f"liabilities:customers:{number}" for number in range(200)]
    async with conftest.ledger_on(database_url) as first:
        await first.submit(commands.CreateTenant(name="Acme"))
        opened = (commands.OpenAccount(code=code, currency="USD") for code in codes)
        await asyncio.gather(*(first.submit(command) for command in opened))
        soon, pairs = (
            first.clock.now + timedelta(hours=1),
            zip(codes[::2], codes[1::2], strict=True),
        )
        placed = await asyncio.gather(
            *(first.submit(hold(debit, credit, expires=soon)) for debit, credit in pairs)
        )
    names = tuple(each.id for each in placed)
    first.clock.advance(hours=2)
    async with conftest.ledger_on(database_url, clock=first.clock) as second:
        assert await second.submit(commands.ExpireHolds(holds=names)) == commands.Expired(names)
        assert await balance(second, codes[0]) == (0, 0, 0)


@pytest.mark.parametrize(("size", "refused"), [(0, True), (1, False), (10_000, False)])
async def test_a_sweep_names_one_to_ten_thousand_holds(
    books: Ledger, size: int, refused: bool
) -> None:
    answer = await verdict(books.submit(commands.ExpireHolds(holds=("hld_1",) * size)))
    assert answer == (("batch_size", "holds") if refused else None)


async def test_a_hold_may_be_used_in_the_turn_that_places_it(either: Ledger) -> None:
    """An id is the place of its event in the log, so it can be told beforehand."""
    await with_accounts(either)
    head = await either.store.head(0)
    told = ids.format_id("hld", 0, head.tree.size)
    placed, booked, released = await asyncio.gather(
        either.submit(hold()),
        either.submit(commands.CaptureHold(hold=told, amount=30)),
        either.submit(commands.ReleaseHold(hold=told)),
    )
    assert (await either.store.head(0)).turn == head.turn + 1
    assert placed.id == booked.hold == released.id == told
    assert await balance(either, ANN) == (-30, 0, 0)
