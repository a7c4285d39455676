"""Reversals: the opposite of what is left of a transaction, whole or in part, never more."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from culm.book import book, memory, turn
from culm.kernel import ids
from culm.ledger import commands, rejections, tables
from tests import conftest

if TYPE_CHECKING:
    from tests.conftest import Ledger

BANK, TILL, FEES = "assets:bank", "assets:till", "income:fees"
ANN, BEN, EVA = "liabilities:ann", "liabilities:ben", "liabilities:eva"


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
    for code in (BANK, TILL, FEES, ANN, BEN):
        await ledger.submit(commands.OpenAccount(code=code, currency="USD"))
    await ledger.submit(commands.OpenAccount(code=EVA, currency="EUR"))
    await ledger.submit(commands.OpenAccount(code=f"{BANK}-eur", currency="EUR"))
    return ledger


def line(account: str, amount: int) -> commands.Posting:
    """A posting; debits are positive."""
    return commands.Posting(account, "debit" if amount > 0 else "credit", abs(amount))


async def post(ledger: Ledger, *lines: tuple[str, int], **more: Any) -> str:
    postings = tuple(line(account, amount) for account, amount in lines)
    booked = await ledger.submit(commands.PostTransaction(postings=postings, **more))
    transaction_id: str = booked.id
    return transaction_id


async def reverse(ledger: Ledger, transaction: str, **more: Any) -> Any:
    return await ledger.submit(commands.ReverseTransaction(transaction=transaction, **more))


async def verdict(attempt: Any) -> tuple[str, str | None] | None:
    """The code and the field with which it was rejected; None when it was not."""
    try:
        await attempt
    except rejections.LedgerRejection as rejection:
        return rejection.code, rejection.field
    return None


async def posted(ledger: Ledger, *codes: str) -> list[int]:
    keys = [("acme", code) for code in codes]
    found = await ledger.store.load(tables.CODES, 0, keys)
    balances = await ledger.store.load(tables.BALANCES, 0, list(found.values()))
    return [balances[found[key]].posted for key in keys]


# -- whole and in part


async def test_a_reversal_books_the_opposite_postings(either: Ledger) -> None:
    await with_accounts(either)
    original = await post(either, (BANK, 100), (ANN, -97), (FEES, -3))
    reversal = await reverse(either, original, reference="oops", metadata={"by": "ops"})
    assert (reversal.kind, reversal.reverses, reversal.reference) == ("reversal", original, "oops")
    shown = [(posting.side, posting.amount) for posting in reversal.postings]
    assert shown == [("credit", "100"), ("debit", "97"), ("debit", "3")]
    assert await posted(either, BANK, ANN, FEES) == [0, 0, 0]


@pytest.mark.parametrize("parts", [[100], [60, 40], [1, 1, 98], ["60", None], [None]])
async def test_a_transaction_of_two_is_reversed_by_amount_until_nothing_is_left(
    books: Ledger, parts: list[Any]
) -> None:
    original = await post(books, (BANK, 100), (ANN, -100))
    for amount in parts:
        await reverse(books, original, amount=amount)
    assert await posted(books, BANK, ANN) == [0, 0]
    assert await verdict(reverse(books, original)) == ("already_reversed", "transaction")
    assert await verdict(reverse(books, original, amount=1)) == ("already_reversed", "transaction")


async def test_a_transaction_is_reversed_posting_by_posting(either: Ledger) -> None:
    await with_accounts(either)
    original = await post(either, (BANK, 100), (ANN, -97), (FEES, -3))
    reversal = await reverse(either, original, amounts=(50, "50", 0))
    assert [posting.amount for posting in reversal.postings] == ["50", "50"]
    assert await posted(either, BANK, ANN, FEES) == [50, 47, 3]
    refused = await verdict(reverse(either, original, amounts=(48, 48, 0)))
    assert refused == ("reversal_exceeds_original", "amounts[1]")
    await reverse(either, original)
    assert await posted(either, BANK, ANN, FEES) == [0, 0, 0]


@pytest.mark.parametrize(
    ("asked", "refused"),
    [
        ({"amount": 101}, ("reversal_exceeds_original", "amount")),
        ({"amount": 0}, ("amount_invalid", "amount")),
        ({"amount": "-1"}, ("amount_invalid", "amount")),
        ({"amount": 1, "amounts": (1, 1)}, ("amounts_count", "amounts")),
        ({"amounts": ()}, ("amounts_count", "amounts")),
        ({"amounts": (1,)}, ("amounts_count", "amounts")),
        ({"amounts": (1, 1, 1)}, ("amounts_count", "amounts")),
        ({"amounts": (0, "0")}, ("amount_invalid", "amounts")),
        ({"amounts": (1, "01")}, ("amount_invalid", "amounts[1]")),
        ({"amounts": (1, 10**38)}, ("amount_invalid", "amounts[1]")),
        ({"amounts": (1, 2)}, ("unbalanced", "postings")),
        ({"amounts": (100, 101)}, ("reversal_exceeds_original", "amounts[1]")),
        ({"reference": "\n"}, ("reference_invalid", "reference")),
    ],
)
async def test_a_reversal_of_the_wrong_amounts_is_refused(
    books: Ledger, asked: dict[str, Any], refused: tuple[str, str]
) -> None:
    original = await post(books, (BANK, 100), (ANN, -100))
    assert await verdict(reverse(books, original, **asked)) == refused
    assert await posted(books, BANK, ANN) == [100, 100]


async def test_one_amount_is_for_transactions_of_two(books: Ledger) -> None:
    original = await post(books, (BANK, 100), (ANN, -97), (FEES, -3))
    assert await verdict(reverse(books, original, amount=1)) == ("amounts_count", "amount")


async def test_a_part_is_balanced_in_every_currency(books: Ledger) -> None:
    original = await post(books, (BANK, 10), (ANN, -10), (f"{BANK}-eur", 9), (EVA, -9))
    refused = await verdict(reverse(books, original, amounts=(1, 0, 0, 1)))
    assert refused == ("unbalanced", "postings")
    await reverse(books, original, amounts=(10, 10, 0, 0))
    assert await posted(books, ANN, EVA) == [0, 9]


async def test_an_account_named_twice_is_reversed_by_its_postings(books: Ledger) -> None:
    original = await post(books, (ANN, -60), (ANN, -40), (BANK, 100))
    await reverse(books, original, amounts=(0, 40, 40))
    refused = await verdict(reverse(books, original, amounts=(0, 1, 1)))
    assert refused == ("reversal_exceeds_original", "amounts[1]")
    await reverse(books, original)
    assert await posted(books, ANN) == [0]


async def test_a_reversal_is_not_reversed_itself(books: Ledger) -> None:
    original = await post(books, (BANK, 100), (ANN, -100))
    reversal = await reverse(books, original)
    refused = await verdict(reverse(books, reversal.id))
    assert refused == ("reversal_of_reversal", "transaction")


# -- captures


async def test_a_capture_is_reversed_and_its_hold_stays_as_it_is(either: Ledger) -> None:
    await with_accounts(either)
    placed = await either.submit(commands.PlaceHold(debit=ANN, credit=BEN, amount=100))
    captured = await either.submit(commands.CaptureHold(hold=placed.id, amount=60))
    reversal = await reverse(either, captured.id, amount=20)
    assert (reversal.reverses, reversal.hold) == (captured.id, None)
    assert await posted(either, ANN, BEN) == [-40, 40]
    hold = (await either.store.load(tables.HOLDS, 0, [placed.id]))[placed.id]
    assert (hold.state, hold.captured, hold.remaining) == ("open", 60, 40)


async def test_an_amount_booked_up_to_is_reversed_as_booked(books: Ledger) -> None:
    await books.submit(commands.UpdateAccount(account=ANN, maximum=30))
    original = await post(books, (BANK, 100), (ANN, -100), up_to=True)
    assert await verdict(reverse(books, original, amount=31)) == (
        "reversal_exceeds_original",
        "amount",
    )
    await reverse(books, original)
    assert await posted(books, BANK, ANN) == [0, 0]


# -- what stands against it


async def test_a_reversal_obeys_limits(books: Ledger) -> None:
    original = await post(books, (BANK, 100), (ANN, -100))
    await post(books, (ANN, 70), (BEN, -70))
    await books.submit(commands.UpdateAccount(account=ANN, minimum=0))
    refused = await verdict(reverse(books, original))
    assert refused == ("insufficient_funds", "postings[1].account")
    assert await verdict(reverse(books, original, amount=30)) is None


@pytest.mark.parametrize(
    ("account", "freeze", "refused"),
    [
        (ANN, "out", ("account_frozen", "postings[1].account")),
        (ANN, "in", None),
        (BANK, "out", ("account_frozen", "postings[0].account")),
        (BANK, "in", None),
    ],
)
async def test_a_reversal_obeys_freezes(
    books: Ledger, account: str, freeze: Any, refused: tuple[str, str] | None
) -> None:
    original = await post(books, (BANK, 100), (ANN, -100))
    await books.submit(commands.UpdateAccount(account=account, freeze=freeze))
    assert await verdict(reverse(books, original)) == refused


async def test_a_reversal_needs_its_accounts_open(books: Ledger) -> None:
    original = await post(books, (BANK, 100), (ANN, -100))
    await post(books, (ANN, 100), (BEN, -100))
    await books.submit(commands.CloseAccount(account=ANN))
    refused = await verdict(reverse(books, original))
    assert refused == ("account_closed", "postings[1].account")


@pytest.mark.parametrize("freeze", [True, False])
async def test_a_posting_that_is_passed_over_asks_nothing_of_its_account(
    books: Ledger, freeze: bool
) -> None:
    original = await post(books, (BANK, 100), (ANN, -97), (FEES, -3))
    await post(books, (FEES, 3), (BEN, -3))
    gone: commands.Command = commands.CloseAccount(account=FEES)
    if freeze:
        gone = commands.UpdateAccount(account=FEES, freeze="both")
    await books.submit(gone)
    assert await verdict(reverse(books, original, amounts=(97, 97, 0))) is None


async def test_a_reversal_is_booked_now_and_not_into_a_closed_period(books: Ledger) -> None:
    then = books.clock.now
    original = await post(books, (BANK, 100), (ANN, -100))
    books.clock.advance(days=40)
    await books.submit(commands.ClosePeriod(before=then + timedelta(days=30)))
    refused = await verdict(reverse(books, original, effective=then))
    assert refused == ("period_closed", "effective")
    reversal = await reverse(books, original)
    assert reversal.effective == reversal.recorded > then + timedelta(days=40)


@pytest.mark.parametrize(
    "name", ["", "txn_1", "txn_0000ffffffffffff", "txn_7fffffffffffffff", "acc_0000000000000001"]
)
async def test_what_is_no_transaction_is_not_found(either: Ledger, name: str) -> None:
    await with_accounts(either)
    not_found = ("transaction_not_found", "transaction")
    assert await verdict(reverse(either, name)) == not_found
    opening = ids.format_id("txn", 0, 1)  # the place of an event that is no transaction
    assert await verdict(reverse(either, opening)) == not_found


# -- transactions that are still on their way


async def test_a_transaction_of_the_same_turn_can_be_reversed(either: Ledger) -> None:
    await with_accounts(either)
    head = await either.store.head(0)
    told = ids.format_id("txn", 0, head.tree.size)
    original, reversal, refused = await asyncio.gather(
        post(either, (BANK, 100), (ANN, -100)),
        reverse(either, told),
        verdict(reverse(either, told)),
    )
    assert (await either.store.head(0)).turn == head.turn + 1
    assert original == told == reversal.reverses
    assert refused == ("already_reversed", "transaction")


class Held(memory.MemoryStore):
    """A store that can be made to take its time, and says when it is asked for a reversal."""

    def __init__(self) -> None:
        super().__init__()
        self.may_write, self.asked = asyncio.Event(), asyncio.Event()
        self.may_write.set()

    async def load(self, table: Any, partition: int, keys: Any) -> dict[Any, Any]:
        if table is tables.REVERSED:
            self.asked.set()
        return await super().load(table, partition, keys)

    async def write(self, draft: turn.Draft) -> bool:
        await self.may_write.wait()
        return await super().write(draft)


async def test_a_transaction_that_is_being_written_can_be_reversed(memory_ledger: Ledger) -> None:
    """With enough to do, the next turn, here of one command, is decided while one is written."""
    store, limits = Held(), book.Limits(turn_weight=1, overlap_weight=1)
    clock, catalog = memory_ledger.clock, memory_ledger.catalog
    deep = book.Book(partition=0, catalog=catalog, store=store, clock=clock, limits=limits)
    await deep.start()
    ledger = await with_accounts(conftest.Ledger(deep, store, clock, catalog))
    told = ids.format_id("txn", 0, (await store.head(0)).tree.size)
    store.may_write.clear()
    original = asyncio.create_task(post(ledger, (BANK, 100), (ANN, -100)))
    reversal = asyncio.create_task(reverse(ledger, told))
    async with asyncio.timeout(5):
        await store.asked.wait()
    store.may_write.set()
    assert await original == told == (await reversal).reverses
    assert await posted(ledger, BANK, ANN) == [0, 0]
    await deep.stop()


async def test_a_transaction_of_a_thousand_postings_is_reversed_with_nothing_in_memory(
    database_url: str,
) -> None:
    codes = [f"liabilities:customers:{number}" for number in range(1000)]
    async with conftest.ledger_on(database_url) as first:
        await first.submit(commands.CreateTenant(name="Acme"))
        opened = (commands.OpenAccount(code=code, currency="USD") for code in codes)
        accounts = await asyncio.gather(*(first.submit(command) for command in opened))
        lines = [(account.id, 1 if n % 2 else -1) for n, account in enumerate(accounts)]
        original = await post(first, *lines)
    async with conftest.ledger_on(database_url) as second:
        reversal = await reverse(second, original)
        assert len(reversal.postings) == 1000
