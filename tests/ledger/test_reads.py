"""Reads of what there is: tenants, assets, accounts, holds, transactions, entries."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec
import pytest

from culm.book import catalog, versions
from culm.kernel import errors, ids, pages
from culm.ledger import commands, context, events, reads, rejections, views

if TYPE_CHECKING:
    from tests.conftest import Ledger

BANK, ANN, BOB = "assets:bank", "liabilities:ann", "liabilities:bob"
HERE: dict[str, Any] = {"partition": 0, "tenant": "acme"}
START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)

HOSTILE = ["", "-x", ":", "acc_", "acc_zzzzzzzzzzzzzzzz", "a\x00b", "assets:\x00", "\ud800", "🏦:x"]
HOSTILE += ["assets:" + "a" * 500, "'; drop table ledger_entry; --", "acc_7fffffffffffffff"]


def transfer(debit: str, credit: str, amount: int, **more: Any) -> commands.PostTransaction:
    lines = (commands.Posting(debit, "debit", amount), commands.Posting(credit, "credit", amount))
    return commands.PostTransaction(postings=lines, **more)


@pytest.fixture
async def books(ledger: Ledger) -> Ledger:
    """Acme's books with three accounts, and those of a neighbour with one."""
    for tenant, codes in (("acme", (BANK, ANN, BOB)), ("other", (BANK,))):
        await ledger.submit(commands.CreateTenant(name=tenant.title()), tenant=tenant)
        for code in codes:
            opened = commands.OpenAccount(code=code, currency="USD", metadata={"of": tenant})
            await ledger.submit(opened, tenant=tenant)
    return ledger


async def through(
    read: Callable[..., Awaitable[views.Page[Any]]], db: Any, limit: int = 2, **asked: Any
) -> AsyncIterator[list[Any]]:
    """The pages of a list, one after the other."""
    cursor: str | None = None
    while True:
        page = await read(db, **(HERE | asked), cursor=cursor, limit=limit)
        assert len(page.items) <= limit
        yield list(page.items)
        cursor = page.next_cursor
        if cursor is None:
            return


# -- one thing


async def test_what_a_command_answers_is_what_is_read(books: Ledger) -> None:
    account = await books.submit(commands.OpenAccount(code="assets:cash", currency="EUR"))
    assert await reads.account(books.db, **HERE, account=account.id) == account
    assert await reads.account(books.db, **HERE, account="assets:cash") == account
    booked = await books.submit(
        transfer(BANK, ANN, 100, reference="r-1", kind="deposit", metadata={"a": "b"})
    )
    assert await reads.transaction(books.db, **HERE, transaction=booked.id) == booked
    hold = await books.submit(commands.PlaceHold(debit=ANN, credit=BOB, amount=60))
    assert await reads.hold(books.db, **HERE, hold=hold.id) == hold
    captured = await books.submit(commands.CaptureHold(hold=hold.id, amount=25))
    assert await reads.transaction(books.db, **HERE, transaction=captured.id) == captured
    released = await books.submit(commands.ReleaseHold(hold=hold.id))
    assert await reads.hold(books.db, **HERE, hold=hold.id) == released
    tenant = await books.submit(commands.ClosePeriod(before=START))
    assert await reads.tenant(books.db, **HERE) == tenant


async def test_assets_are_listed_by_code(books: Ledger) -> None:
    made = [
        await books.submit(commands.RegisterAsset(code=code, scale=8, name=code.lower()))
        for code in ("XBT", "AAA", "GOLD")
    ]
    found = [item async for page in through(reads.assets, books.db) for item in page]
    assert found == sorted(made, key=lambda asset: asset.code)


async def test_nothing_of_a_neighbour_can_be_named(books: Ledger) -> None:
    mine = await reads.account(books.db, **HERE, account=BANK)
    booked = await books.submit(transfer(BANK, ANN, 1, reference="r"))
    hold = await books.submit(commands.PlaceHold(debit=BANK, credit=ANN, amount=1))
    there: dict[str, Any] = {"partition": 0, "tenant": "other"}
    for read in (reads.account, reads.balance, reads.entries, reads.holds):
        with pytest.raises(rejections.AccountNotFound) as refused:
            await read(books.db, **there, account=mine.id)
        assert refused.value.field == "account"
    with pytest.raises(rejections.TransactionNotFound):
        await reads.transaction(books.db, **there, transaction=booked.id)
    with pytest.raises(rejections.HoldNotFound):
        await reads.hold(books.db, **there, hold=hold.id)
    assert (await reads.transactions(books.db, **there, reference="r")).items == ()
    assert (await reads.holds(books.db, **there)).items == ()
    [theirs] = (await reads.accounts(books.db, **there)).items
    assert theirs.metadata == {"of": "other"}


async def test_another_kind_of_id_names_nothing(books: Ledger) -> None:
    account = await reads.account(books.db, **HERE, account=BANK)
    number = ids.number_of(account.id)
    for prefix in ("txn", "hld"):
        with pytest.raises(rejections.AccountNotFound):
            await reads.account(books.db, **HERE, account=ids.from_number(prefix, number))
    for prefix in ("acc", "txn"):
        wrong = ids.from_number(prefix, number)
        with pytest.raises(rejections.HoldNotFound):
            await reads.hold(books.db, **HERE, hold=wrong)
        with pytest.raises(rejections.TransactionNotFound):
            await reads.transaction(books.db, **HERE, transaction=wrong)
    elsewhere = ids.format_id("acc", 1, ids.position_of(account.id))
    with pytest.raises(rejections.AccountNotFound):
        await reads.account(books.db, **HERE, account=elsewhere)


async def test_hostile_names_are_names_of_nothing(books: Ledger) -> None:
    period = {"start": START, "end": END}
    of_an_account: list[tuple[Any, dict[str, Any]]] = [
        (reads.account, {}),
        (reads.balance, {}),
        (reads.entries, {}),
        (reads.holds, {}),
        (reads.statement, period),
    ]
    listings: list[Any] = [reads.tenant, reads.assets, reads.accounts, reads.trial_balance]
    for text in HOSTILE:
        for read, more in of_an_account:
            with pytest.raises(rejections.AccountNotFound):
                await read(books.db, **HERE, account=text, **more)
        with pytest.raises(rejections.HoldNotFound):
            await reads.hold(books.db, **HERE, hold=text)
        with pytest.raises(rejections.TransactionNotFound):
            await reads.transaction(books.db, **HERE, transaction=text)
        for listing in listings:
            with pytest.raises(rejections.TenantNotFound):
                await listing(books.db, partition=0, tenant=text)


async def test_a_tenant_lives_in_one_partition(books: Ledger) -> None:
    with pytest.raises(rejections.TenantNotFound):
        await reads.tenant(books.db, partition=1, tenant="acme")


# -- cursors and limits


async def test_a_page_has_1_to_500_items(books: Ledger) -> None:
    for read, more, _ in (await every_list(books)).values():
        await read(books.db, **HERE, limit=500, **more)
        for limit in (0, -1, 501, True, 2**70):
            with pytest.raises(errors.Invalid) as refused:
                await read(books.db, **HERE, limit=limit, **more)
            assert refused.value.field == "limit"


async def every_list(books: Ledger) -> dict[str, tuple[Any, dict[str, Any], str]]:
    """Each list: how it is read, what it is asked, and a cursor that it gave."""
    for index in range(3):
        await books.submit(transfer(BANK, ANN, 10, reference="r"))
        await books.submit(commands.PlaceHold(debit=BANK, credit=ANN, amount=1))
        await books.submit(commands.RegisterAsset(code=f"AS{index}", scale=0))
    asked: dict[str, tuple[Any, dict[str, Any]]] = {
        "accounts": (reads.accounts, {}),
        "accounts below": (reads.accounts, {"prefix": "liabilities:"}),
        "assets": (reads.assets, {}),
        "holds": (reads.holds, {}),
        "open holds": (reads.holds, {"state": "open"}),
        "holds of one": (reads.holds, {"account": ANN}),
        "transactions": (reads.transactions, {"reference": "r"}),
        "entries": (reads.entries, {"account": BANK}),
        "oldest entries": (reads.entries, {"account": BANK, "newest_first": False}),
        "entries of another": (reads.entries, {"account": ANN}),
        "statement": (reads.statement, {"account": BANK, "start": START, "end": END}),
        "of half a year": (
            reads.statement,
            {"account": BANK, "start": START, "end": END - timedelta(days=180)},
        ),
    }
    return {
        name: (read, more, (await read(books.db, **HERE, limit=1, **more)).next_cursor)
        for name, (read, more) in asked.items()
    }


async def test_a_cursor_is_good_for_the_list_that_gave_it_only(books: Ledger) -> None:
    lists = await every_list(books)
    cursors = [cursor for _, _, cursor in lists.values()]
    assert all(cursors)
    assert len(set(cursors)) == len(cursors)
    for name, (read, more, own) in lists.items():
        await read(books.db, **HERE, cursor=own, **more)
        for cursor in cursors:
            if cursor != own:
                with pytest.raises(errors.Invalid) as refused:
                    await read(books.db, **HERE, cursor=cursor, **more)
                assert refused.value.field == "cursor", name


def keyed(question: tuple[Any, ...], key: Any) -> str:
    return pages.cursor_of(question, key)


MALFORMED = [
    *("", "x", "===", "€", "\x00", "\ud800", "A" * 4, "A" * 5_000, "W10=", "bnVsbA=="),
    keyed(("holds_of_tenant", "acme", None), -1),
    keyed(("holds_of_tenant", "acme", None), 2**63),
    keyed(("holds_of_tenant", "acme", None), "1"),
    keyed(("holds_of_tenant", "acme", None), None),
    keyed(("holds_of_tenant", "acme", None), 1.5),
    keyed(("accounts", "acme", ""), "a\x00"),
    keyed(("accounts", "acme", ""), "a" * 300),
    keyed(("accounts", "acme", ""), 1),
    keyed(("assets", "acme"), ["A"]),
]


async def test_a_malformed_cursor_is_refused(books: Ledger) -> None:
    for read, more, _ in (await every_list(books)).values():
        for cursor in MALFORMED:
            with pytest.raises(errors.Invalid) as refused:
                await read(books.db, **HERE, cursor=cursor, **more)
            assert refused.value.field == "cursor"
            assert refused.value.code == "parameter_invalid"


async def test_a_statement_refuses_a_cursor_that_it_cannot_have_given(books: Ledger) -> None:
    account = await reads.account(books.db, **HERE, account=BANK)
    question = ("statement", "acme", ids.number_of(account.id), START, END, None)
    good = ["2026-02-01T00:00:00Z", "2026-02-01T00:00:00Z", 3, "-12"]
    period: dict[str, Any] = {"account": BANK, "start": START, "end": END}
    await reads.statement(books.db, **HERE, cursor=keyed(question, good), **period)
    wrong: dict[int, list[Any]] = {
        0: ["2026-02-01T00:00:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "x", 5],
        1: ["2025-12-31T23:59:59Z", "2027-01-01T00:00:00Z", "9999-12-31T23:59:59Z"],
        2: [-1, 2**64, "3"],
        3: ["1e5", "9" * 100, "--1", 7],
    }
    keys = [good[:3], [*good, 1]]
    keys += [
        [*good[:at], value, *good[at + 1 :]] for at, values in wrong.items() for value in values
    ]
    for key in keys:
        with pytest.raises(errors.Invalid) as refused:
            await reads.statement(books.db, **HERE, cursor=keyed(question, key), **period)
        assert refused.value.field == "cursor"


# -- lists


async def test_accounts_are_listed_by_code_below_a_prefix(books: Ledger) -> None:
    for name in ("z", "a.b", "a-b", "a_b", "a:b", "a:b:c", "ab", "0"):
        await books.submit(commands.OpenAccount(code=f"equity:{name}", currency="USD"))
    pages_ = [page async for page in through(reads.accounts, books.db, limit=3)]
    codes = [account.code for page in pages_ for account in page]
    assert codes == sorted(codes)
    assert len(codes) == 11
    assert [len(page) for page in pages_] == [3, 3, 3, 2]
    below = await reads.accounts(books.db, **HERE, prefix="equity:a:")
    assert [account.code for account in below.items] == ["equity:a:b", "equity:a:b:c"]
    begins = await reads.accounts(books.db, **HERE, prefix="equity:a")
    assert len(begins.items) == 6
    assert (await reads.accounts(books.db, **HERE, prefix="nothing")).items == ()


async def test_a_prefix_that_no_code_has_is_refused(books: Ledger) -> None:
    for prefix in ("A", "a\x00", "a%", "a" * 201, "\ud800", "ä"):
        with pytest.raises(errors.Invalid) as refused:
            await reads.accounts(books.db, **HERE, prefix=prefix)
        assert refused.value.field == "prefix"


async def test_holds_are_listed_newest_first_by_account_and_state(books: Ledger) -> None:
    await books.submit(transfer(BANK, ANN, 1000))
    made = []
    for index in range(9):
        debit, credit = ((ANN, BOB), (BANK, ANN), (BOB, BANK))[index % 3]
        hold = commands.PlaceHold(debit=debit, credit=credit, amount=index + 1)
        made.append(await books.submit(hold))
        await books.submit(transfer(BANK, ANN, 1))
    for index in (0, 1, 2):
        await books.submit(commands.ReleaseHold(hold=made[index].id))
    await books.submit(commands.CaptureHold(hold=made[3].id))
    now = [await reads.hold(books.db, **HERE, hold=hold.id) for hold in reversed(made)]

    async def listed(**asked: Any) -> list[views.Hold]:
        return [hold async for page in through(reads.holds, books.db, **asked) for hold in page]

    assert await listed() == now
    assert await listed(state="open") == [hold for hold in now if hold.state == "open"]
    assert len(await listed(state="released")) == 3
    assert len(await listed(state="captured")) == 1
    assert await listed(state="expired") == []
    bob = await reads.account(books.db, **HERE, account=BOB)
    of_bob = [hold for hold in now if bob.id in (hold.debit, hold.credit)]
    assert await listed(account=BOB) == of_bob
    assert await listed(account=bob.id, state="open") == [h for h in of_bob if h.state == "open"]
    state: Any = "x"
    with pytest.raises(errors.Invalid) as refused:
        await listed(state=state)
    assert refused.value.field == "state"


async def test_transactions_are_listed_by_reference_without_holds(books: Ledger) -> None:
    made = []
    for index in range(5):
        made.append(await books.submit(transfer(BANK, ANN, index + 1, reference="inv 7/é")))
        await books.submit(transfer(BANK, ANN, 1, reference="inv 8"))
        hold = commands.PlaceHold(debit=ANN, credit=BOB, amount=1, reference="inv 7/é")
        await books.submit(hold)
    asked = through(reads.transactions, books.db, reference="inv 7/é")
    found = [transaction async for page in asked for transaction in page]
    assert found == made[::-1]
    with pytest.raises(rejections.ReferenceInvalid):
        await reads.transactions(books.db, **HERE, reference="a\x00")


class Channelled(events.TransactionPosted, frozen=True):
    """A transaction as some later release might record it."""

    VERSION: ClassVar[int] = 2
    channel: str = "unknown"


def channelled(old: events.TransactionPosted) -> Channelled:
    return Channelled(**msgspec.structs.asdict(old))


async def test_a_transaction_of_an_older_version_is_read_as_one_of_the_newest(
    books: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    booked = await books.submit(transfer(BANK, ANN, 100, reference="old"))
    applies: dict[type[Any], catalog.Apply] = dict(context.LEDGER.applies)
    applies[Channelled] = applies.pop(events.TransactionPosted)
    upcasts = (versions.Upcast(events.TransactionPosted, Channelled, channelled),)
    later = dataclasses.replace(context.LEDGER, applies=applies, upcasts=upcasts)
    monkeypatch.setattr(context, "LEDGER", later)
    assert await reads.transaction(books.db, **HERE, transaction=booked.id) == booked
    assert (await reads.transactions(books.db, **HERE, reference="old")).items == (booked,)
    statement = await reads.statement(books.db, **HERE, account=ANN, start=START, end=END)
    assert [line.reference for line in statement.lines] == ["old"]


async def test_entries_tell_what_each_event_did(books: Ledger) -> None:
    deposit = await books.submit(transfer(BANK, ANN, 100, effective=START))
    hold = await books.submit(commands.PlaceHold(debit=ANN, credit=BOB, amount=60))
    capture = await books.submit(commands.CaptureHold(hold=hold.id, amount=25))
    entries = (await reads.entries(books.db, **HERE, account=ANN, newest_first=False)).items
    assert [entry.version for entry in entries] == [1, 2, 3]
    assert [entry.transaction for entry in entries] == [deposit.id, None, capture.id]
    assert entries[1].event == ids.position_of(hold.id)
    assert [entry.amount for entry in entries] == ["100", "0", "-25"]
    assert [entry.posted for entry in entries] == ["100", "100", "75"]
    assert [entry.held_out for entry in entries] == ["0", "60", "35"]
    assert [entry.available for entry in entries] == ["100", "40", "40"]
    assert [entry.effective == entry.recorded for entry in entries] == [False, True, True]
    assert entries[0].effective == START
    assert (await reads.entries(books.db, **HERE, account=ANN)).items == entries[::-1]


# -- pages while more is added


async def test_pages_neither_lose_nor_repeat_what_was_there(books: Ledger) -> None:
    for index in range(12):
        await books.submit(transfer(BANK, ANN, 10, reference="r"))
        await books.submit(commands.PlaceHold(debit=BANK, credit=ANN, amount=1))
        await books.submit(commands.OpenAccount(code=f"equity:{index:02}", currency="USD"))

    async def add(turn: int) -> None:
        await books.submit(transfer(BANK, ANN, 10, reference="r", effective=START))
        await books.submit(commands.PlaceHold(debit=BANK, credit=ANN, amount=1))
        await books.submit(commands.OpenAccount(code=f"equity:{turn:02}x", currency="USD"))

    lists: list[tuple[Any, dict[str, Any]]] = [
        (reads.accounts, {"prefix": "equity:"}),
        (reads.holds, {}),
        (reads.holds, {"account": ANN, "state": "open"}),
        (reads.transactions, {"reference": "r"}),
        (reads.entries, {"account": BANK}),
        (reads.entries, {"account": BANK, "newest_first": False}),
    ]
    turn = 0
    for read, asked in lists:
        whole = (await read(books.db, **HERE, limit=500, **asked)).items
        seen = []
        async for page in through(read, books.db, limit=5, **asked):
            seen += page
            if turn < 60:
                await add(turn)
                turn += 1
        assert len(seen) == len({repr(item) for item in seen}), "none comes twice"
        assert [item for item in seen if item in whole] == list(whole), "none is lost"
        turn += 1
