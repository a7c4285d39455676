"""Transactions and batches: what is booked, up to what, and what an entry says."""

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
BANK, CASH, ANN, BEN = "assets:bank", "assets:cash", "liabilities:ann", "liabilities:ben"


@pytest.fixture
async def books(memory_ledger: Ledger) -> Ledger:
    return await with_accounts(memory_ledger)


@pytest.fixture(params=["memory_ledger", "ledger"], ids=["memory", "postgres"])
def either(request: pytest.FixtureRequest) -> Any:
    """A ledger on each of the two stores, still without books."""
    return request.getfixturevalue(request.param)


async def with_accounts(ledger: Ledger, tenant: str = "acme") -> Ledger:
    """Books with two accounts of each side in dollars, and one of each in euros."""
    await ledger.submit(commands.CreateTenant(name=tenant), tenant=tenant)
    opened = [commands.OpenAccount(code=code, currency="USD") for code in (BANK, CASH, ANN, BEN)]
    opened += [commands.OpenAccount(code=f"{c}-eur", currency="EUR") for c in (BANK, ANN)]
    await asyncio.gather(*(ledger.submit(command, tenant=tenant) for command in opened))
    return ledger


def debit(account: str, amount: Any) -> commands.Posting:
    return commands.Posting(account, "debit", amount)


def credit(account: str, amount: Any) -> commands.Posting:
    return commands.Posting(account, "credit", amount)


def transaction(*postings: commands.Posting, **more: Any) -> commands.PostTransaction:
    return commands.PostTransaction(postings=postings, **more)


def transfer(to_debit: str, to_credit: str, amount: Any, **more: Any) -> commands.PostTransaction:
    return transaction(debit(to_debit, amount), credit(to_credit, amount), **more)


async def verdict(attempt: Any) -> tuple[str, str | None] | None:
    """The code and the field with which it was rejected; None when it was not."""
    try:
        await attempt
    except rejections.LedgerRejection as rejection:
        return rejection.code, rejection.field
    return None


async def id_of(ledger: Ledger, code: str) -> str:
    key = ("acme", code)
    found: str = (await ledger.store.load(tables.CODES, 0, [key]))[key]
    return found


async def balance(ledger: Ledger, code: str) -> types.Balance:
    account_id = await id_of(ledger, code)
    balances = await ledger.store.load(tables.BALANCES, 0, [account_id])
    found: types.Balance = balances[account_id]
    return found


async def posted(ledger: Ledger, *codes: str) -> list[int]:
    return [(await balance(ledger, code)).posted for code in codes]


# -- amounts and postings


@pytest.mark.parametrize("amount", [1, "1", 2**63, MOST, str(MOST)])
async def test_an_amount_is_whole_minor_units(either: Ledger, amount: Any) -> None:
    await with_accounts(either)
    booked = await either.submit(transfer(BANK, ANN, amount))
    assert [posting.amount for posting in booked.postings] == [str(amount)] * 2
    assert await posted(either, BANK, ANN) == [int(amount)] * 2


@pytest.mark.parametrize(
    "amount", [0, -1, 10**38, "0", "01", "+1", "-1", "1.0", "1e3", " 1", "1\n", "", "٣", "9" * 39]
)
async def test_anything_else_is_no_amount(books: Ledger, amount: Any) -> None:
    refused = await verdict(books.submit(transaction(debit(BANK, 1), credit(ANN, amount))))
    assert refused == ("amount_invalid", "postings[1].amount")


@pytest.mark.parametrize(
    ("count", "code"),
    [
        (0, "postings_count"),
        (1, "postings_count"),
        (2, None),
        (1000, None),
        (1002, "postings_count"),
    ],
)
async def test_a_transaction_has_two_to_a_thousand_postings(
    books: Ledger, count: int, code: str | None
) -> None:
    lines = [debit(BANK, 1) if number % 2 else credit(ANN, 1) for number in range(count)]
    refused = await verdict(books.submit(transaction(*lines)))
    assert refused == (code and (code, "postings"))


async def test_a_booked_transaction_says_what_it_did(either: Ledger) -> None:
    await with_accounts(either)
    asked = transfer(BANK, ANN, 7, kind="deposit", reference="r\\1", metadata={"k": "v"})
    booked = await either.submit(asked)
    assert (booked.kind, booked.reference, booked.metadata) == ("deposit", "r\\1", {"k": "v"})
    assert (booked.reverses, booked.hold) == (None, None)
    assert booked.recorded == booked.effective == (await either.store.head(0)).time
    shown = [(p.account, p.side, p.amount, p.currency) for p in booked.postings]
    bank, ann = await id_of(either, BANK), await id_of(either, ANN)
    assert shown == [(bank, "debit", "7", "USD"), (ann, "credit", "7", "USD")]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"kind": ""}, "kind_invalid"),
        ({"kind": "k" * 65}, "kind_invalid"),
        ({"kind": "a.b-c_9"}, None),
        ({"kind": "9a"}, "kind_invalid"),
        ({"reference": "r" * 140}, None),
        ({"reference": "r" * 141}, "reference_invalid"),
        ({"reference": "tab\t"}, "reference_invalid"),
        ({"reference": "nul\x00"}, "reference_invalid"),
        ({"reference": "half\ud800"}, "reference_invalid"),
        ({"reference": "名 𐍈 \\N ' \""}, None),
    ],
)
async def test_texts_have_their_form(
    books: Ledger, fields: dict[str, Any], code: str | None
) -> None:
    refused = await verdict(books.submit(transfer(BANK, ANN, 1, **fields)))
    assert refused == (code and (code, next(iter(fields))))


# -- balance


@pytest.mark.parametrize(
    ("postings", "balanced"),
    [
        ([debit(BANK, 100), credit(ANN, 100)], True),
        ([debit(BANK, 100), credit(ANN, 99)], False),
        ([debit(BANK, 100), debit(ANN, 100)], False),
        ([debit(BANK, 100), credit(f"{ANN}-eur", 100)], False),
        ([debit(BANK, 5), credit(ANN, 5), debit(f"{BANK}-eur", 7), credit(f"{ANN}-eur", 7)], True),
        ([debit(BANK, 5), credit(ANN, 6), debit(f"{BANK}-eur", 7), credit(f"{ANN}-eur", 6)], False),
        ([debit(BANK, 100), credit(ANN, 60), credit(BEN, 40)], True),
        ([debit(BANK, 100), credit(BANK, 100)], True),
    ],
)
async def test_debits_equal_credits_in_every_currency(
    books: Ledger, postings: list[commands.Posting], balanced: bool
) -> None:
    refused = await verdict(books.submit(transaction(*postings)))
    assert refused == (None if balanced else ("unbalanced", "postings"))


async def test_currency_is_exchanged_through_position_accounts(either: Ledger) -> None:
    """A customer sells 100 dollars for 92 euros; the positions show what the house now owns."""
    await with_accounts(either)
    for currency in ("usd", "eur"):
        position = f"equity:position:{currency}"
        await either.submit(commands.OpenAccount(code=position, currency=currency.upper()))
    await either.submit(transfer(BANK, ANN, 100))
    exchange = transaction(
        debit(ANN, 100),
        credit("equity:position:usd", 100),
        debit("equity:position:eur", 92),
        credit(f"{ANN}-eur", 92),
        kind="fx",
    )
    await either.submit(exchange)
    assert await posted(either, ANN, f"{ANN}-eur") == [0, 92]
    assert await posted(either, "equity:position:usd", "equity:position:eur") == [100, -92]


# -- entries


async def entries_of(ledger: Ledger, code: str) -> list[tuple[int, int, int]]:
    """Version, signed amount and running balance of every entry of an account, in order."""
    number = ids.number_of(await id_of(ledger, code))
    if hasattr(ledger, "db"):
        statement = """select version, amount, posted from ledger_entry
            where account = $1 order by version"""
        rows = [tuple(row) for row in await ledger.db.fetch(statement, number)]
    else:
        journal = ledger.store.rows[0, tables.ENTRIES]  # type: ignore[attr-defined]
        rows = [(row[2], row[4], row[5]) for row in journal if row[1] == number]
    return [(version, int(amount), int(running)) for version, amount, running in rows]


async def test_every_posting_is_an_entry_with_the_balance_after_it(either: Ledger) -> None:
    await with_accounts(either)
    await either.submit(transfer(BANK, ANN, 30))
    lines = [debit(ANN, 5), credit(BANK, 20), debit(ANN, 25), credit(BANK, 10)]
    await either.submit(transaction(*lines))
    assert await entries_of(either, ANN) == [(1, -30, 30), (2, 5, 25), (3, 25, 0)]
    assert await entries_of(either, BANK) == [(1, 30, 30), (2, -20, 10), (3, -10, 0)]


async def test_limits_are_judged_on_what_the_whole_transaction_does(books: Ledger) -> None:
    await books.submit(commands.UpdateAccount(account=ANN, minimum=0, maximum=10))
    through = [debit(ANN, 500), credit(BANK, 500), credit(ANN, 500), debit(BANK, 500)]
    assert await verdict(books.submit(transaction(*through))) is None
    beyond = [debit(BANK, 511), credit(ANN, 511), debit(ANN, 500), credit(BANK, 500)]
    refused = await verdict(books.submit(transaction(*beyond)))
    assert refused == ("maximum_exceeded", "postings[1].account")


async def test_a_balance_keeps_within_the_range_after_every_posting(either: Ledger) -> None:
    """Every entry carries its running balance, so each of them must be one that can be kept."""
    await with_accounts(either)
    lines = [debit(BANK, MOST), debit(BANK, MOST), credit(BANK, MOST), credit(BANK, MOST)]
    refused = await verdict(either.submit(transaction(*lines)))
    assert refused == ("balance_out_of_range", "postings[0].account")


# -- times


async def test_a_transaction_counts_at_once_whatever_its_effective_time(either: Ledger) -> None:
    await with_accounts(either)
    for days in (-900, 900):
        effective = either.clock.now + timedelta(days=days)
        booked = await either.submit(transfer(BANK, ANN, 5, effective=effective))
        assert (booked.effective, booked.recorded) == (effective, (await either.store.head(0)).time)
    assert await posted(either, ANN) == [10]


@pytest.mark.parametrize(
    ("effective", "code"),
    [
        (datetime(2026, 1, 1), "time_invalid"),  # noqa: DTZ001
        (datetime(1969, 12, 31, 23, 59, tzinfo=UTC), "time_invalid"),
        (datetime(1970, 1, 1, tzinfo=UTC), None),
        (datetime(9998, 12, 31, tzinfo=UTC), None),
        (datetime(9999, 1, 1, tzinfo=UTC), "time_invalid"),
    ],
)
async def test_a_time_has_an_offset_and_lies_in_what_can_be_kept(
    books: Ledger, effective: datetime, code: str | None
) -> None:
    refused = await verdict(books.submit(transfer(BANK, ANN, 5, effective=effective)))
    assert refused == (code and (code, "effective"))


# -- up to


@pytest.mark.parametrize(
    ("asked", "payer", "payee", "booked"),
    [
        (100, {}, {}, 100),
        (100, {"minimum": 0}, {}, 40),
        (30, {"minimum": 0}, {}, 30),
        (100, {"minimum": -20}, {}, 60),
        (100, {}, {"maximum": 25}, 25),
        (100, {"minimum": 0}, {"maximum": 70}, 40),
        (100, {"minimum": 0}, {"maximum": 25}, 25),
        (1, {"minimum": 0}, {"maximum": 25}, 1),
    ],
)
async def test_up_to_books_as_much_as_both_accounts_have_room_for(
    books: Ledger, asked: int, payer: dict[str, Any], payee: dict[str, Any], booked: int
) -> None:
    await books.submit(transfer(BANK, ANN, 40))
    await books.submit(commands.UpdateAccount(account=ANN, **payer))
    await books.submit(commands.UpdateAccount(account=BEN, **payee))
    answered = await books.submit(transfer(ANN, BEN, asked, up_to=True))
    assert [posting.amount for posting in answered.postings] == [str(booked)] * 2
    assert await posted(books, ANN, BEN) == [40 - booked, booked]


@pytest.mark.parametrize(
    ("payer", "payee", "refused"),
    [
        ({"minimum": 0}, {}, ("insufficient_funds", "postings[0].account")),
        ({}, {"maximum": 0}, ("maximum_exceeded", "postings[1].account")),
        ({"minimum": 0}, {"maximum": 0}, ("insufficient_funds", "postings[0].account")),
    ],
)
async def test_up_to_where_there_is_no_room_is_refused_as_the_full_amount_would_be(
    books: Ledger, payer: dict[str, Any], payee: dict[str, Any], refused: tuple[str, str]
) -> None:
    await books.submit(commands.UpdateAccount(account=ANN, **payer))
    await books.submit(commands.UpdateAccount(account=BEN, **payee))
    assert await verdict(books.submit(transfer(ANN, BEN, 100, up_to=True))) == refused


async def test_up_to_leaves_what_is_held(books: Ledger) -> None:
    await books.submit(transfer(BANK, ANN, 40))
    await books.submit(commands.UpdateAccount(account=ANN, minimum=0))
    await books.submit(commands.UpdateAccount(account=BEN, maximum=35))
    await books.submit(commands.PlaceHold(debit=ANN, credit=BEN, amount=10))
    answered = await books.submit(transfer(ANN, BEN, 100, up_to=True))
    assert answered.postings[0].amount == "25"


async def test_up_to_is_for_two_postings(books: Ledger) -> None:
    lines = [debit(BANK, 100), credit(ANN, 60), credit(BEN, 40)]
    refused = await verdict(books.submit(transaction(*lines, up_to=True)))
    assert refused == ("up_to_postings", "up_to")


# -- batches


async def test_each_of_a_batch_is_booked_on_its_own_merits_after_those_before(
    either: Ledger,
) -> None:
    await with_accounts(either)
    await either.submit(commands.UpdateAccount(account=ANN, minimum=0))
    batch = commands.PostTransactions(
        transactions=(
            transfer(ANN, BEN, 1),
            transfer(BANK, ANN, 10),
            transfer(ANN, BEN, 8),
            transfer(ANN, BEN, 8),
            transfer(ANN, BEN, 2),
        )
    )
    answered = await either.submit(batch)
    codes = [result.code for result in answered.results]
    assert codes == ["insufficient_funds", None, None, "insufficient_funds", None]
    refused = answered.results[0]
    assert (refused.id, refused.field) == (None, "postings[0].account")
    assert refused.message == rejections.InsufficientFunds().message
    assert len({result.id for result in answered.results if result.id}) == 3
    assert await posted(either, ANN, BEN) == [0, 10]


async def test_all_of_a_batch_or_none(either: Ledger) -> None:
    await with_accounts(either)
    await either.submit(commands.UpdateAccount(account=ANN, minimum=0))
    head = await either.store.head(0)
    linked = (transfer(BANK, ANN, 10), transfer(ANN, BEN, 8), transfer(ANN, BEN, 8))
    refused = await verdict(
        either.submit(commands.PostTransactions(transactions=linked, mode="all"))
    )
    assert refused == ("insufficient_funds", "transactions[2].postings[0].account")
    assert await either.store.head(0) == head
    answered = await either.submit(commands.PostTransactions(transactions=linked[:2], mode="all"))
    assert all(result.id for result in answered.results)
    assert await posted(either, ANN, BEN) == [2, 8]


@pytest.mark.parametrize(
    ("spoiled", "refused"),
    [
        (transfer(BANK, ANN, 1, kind="?"), ("kind_invalid", "transactions[1].kind")),
        (transaction(), ("postings_count", "transactions[1].postings")),
        (transfer(BANK, ANN, 0), ("amount_invalid", "transactions[1].postings[0].amount")),
        (transfer(BANK, "x:y", 1), ("account_not_found", "transactions[1].postings[1].account")),
        (
            transaction(debit(BANK, 1), credit(ANN, 2)),
            ("unbalanced", "transactions[1].postings"),
        ),
    ],
)
async def test_a_batch_names_the_field_of_the_member_at_fault(
    books: Ledger, spoiled: commands.PostTransaction, refused: tuple[str, str]
) -> None:
    members = (transfer(BANK, ANN, 1), spoiled)
    batch = commands.PostTransactions(transactions=members, mode="all")
    assert await verdict(books.submit(batch)) == refused


async def test_a_batch_for_a_tenant_without_books_is_refused_member_by_member(
    books: Ledger,
) -> None:
    batch = commands.PostTransactions(transactions=(transfer(BANK, ANN, 1),) * 2)
    answered = await books.submit(batch, tenant="nobody")
    assert [result.code for result in answered.results] == ["tenant_not_found"] * 2


@pytest.mark.parametrize(("size", "refused"), [(0, True), (1, False), (10_000, False)])
async def test_a_batch_has_one_to_ten_thousand_members(
    books: Ledger, size: int, refused: bool
) -> None:
    batch = commands.PostTransactions(transactions=(transfer(BANK, ANN, 1),) * size)
    answer = await verdict(books.submit(batch))
    assert answer == (("batch_size", "transactions") if refused else None)
    assert await posted(books, ANN) == [size]


# -- tenants


async def test_nothing_of_another_tenant_can_be_named(either: Ledger) -> None:
    for tenant in ("acme", "zeta"):
        await with_accounts(either, tenant)
    booked = await either.submit(transfer(BANK, ANN, 10))
    placed = await either.submit(commands.PlaceHold(debit=BANK, credit=ANN, amount=1))
    bank = await id_of(either, BANK)
    past = either.clock.now + timedelta(days=1)
    either.clock.advance(days=2)
    asked_by_zeta: dict[str, list[commands.Command]] = {
        "account_not_found": [
            commands.UpdateAccount(account=bank, freeze="in"),
            commands.CloseAccount(account=bank),
            transfer(bank, ANN, 1),
            transfer(ANN, bank, 1),
            commands.PlaceHold(debit=bank, credit=ANN, amount=1),
            commands.PlaceHold(debit=ANN, credit=bank, amount=1),
        ],
        "transaction_not_found": [commands.ReverseTransaction(transaction=booked.id)],
        "hold_not_found": [
            commands.CaptureHold(hold=placed.id),
            commands.ReleaseHold(hold=placed.id),
        ],
    }
    for code, asked in asked_by_zeta.items():
        for command in asked:
            refused = await verdict(either.submit(command, tenant="zeta"))
            assert refused is not None, command
            assert refused[0] == code
    swept = await either.submit(commands.ExpireHolds(holds=(placed.id,)), tenant="zeta")
    assert swept == commands.Expired(())
    await either.submit(commands.ClosePeriod(before=past), tenant="zeta")
    assert await verdict(either.submit(transfer(BANK, ANN, 1, effective=past))) is None


# -- much at once, and nothing in memory


async def test_a_thousand_accounts_are_found_by_code_with_nothing_in_memory(
    database_url: str,
) -> None:
    codes = [f"liabilities:customers:{number}" for number in range(500)]
    lines = [line for code in codes for line in (debit(code, 1), credit(code, 1))]
    async with conftest.ledger_on(database_url) as first:
        await first.submit(commands.CreateTenant(name="Acme"))
        opened = (commands.OpenAccount(code=code, currency="USD") for code in codes)
        await asyncio.gather(*(first.submit(command) for command in opened))
    async with conftest.ledger_on(database_url) as second:
        booked = await second.submit(transaction(*lines))
        assert len(booked.postings) == 1000
    async with conftest.ledger_on(database_url) as third:
        singles = tuple(transfer(code, codes[0], 1) for code in codes[1:])
        answered = await third.submit(commands.PostTransactions(transactions=singles))
        assert all(result.id for result in answered.results)
