"""Idempotency: a key is answered once and for ever, by content, per tenant, whatever happens."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from culm.book import book, idempotency, memory, turn
from culm.kernel import errors
from culm.ledger import commands, context, rejections
from tests import conftest

if TYPE_CHECKING:
    from tests.conftest import Ledger

BANK, ANN = "assets:bank", "liabilities:ann"


@pytest.fixture
async def books(memory_ledger: Ledger) -> Ledger:
    """Acme's books."""
    return await with_accounts(memory_ledger)


@pytest.fixture(params=["memory_ledger", "ledger"], ids=["memory", "postgres"])
def either(request: pytest.FixtureRequest) -> Any:
    """A ledger on each of the two stores, still without books."""
    return request.getfixturevalue(request.param)


async def with_accounts(ledger: Ledger, tenant: str = "acme") -> Ledger:
    await ledger.submit(commands.CreateTenant(name=tenant), tenant=tenant)
    for code in (BANK, ANN):
        opening = commands.OpenAccount(code=code, currency="USD")
        await ledger.submit(opening, tenant=tenant)
    return ledger


def transfer(amount: int = 1, **more: Any) -> commands.PostTransaction:
    lines = (commands.Posting(BANK, "debit", amount), commands.Posting(ANN, "credit", amount))
    return commands.PostTransaction(postings=lines, **more)


class Held(memory.MemoryStore):
    """A store that writes only when it may."""

    def __init__(self) -> None:
        super().__init__()
        self.may_write, self.writing = asyncio.Event(), asyncio.Event()

    async def write(self, draft: turn.Draft) -> bool:
        self.writing.set()
        await self.may_write.wait()
        return await super().write(draft)


# -- the same again


async def test_the_same_key_with_the_same_content_is_answered_as_before(either: Ledger) -> None:
    await with_accounts(either)
    first = await either.submit(transfer(reference="r"), key="k")
    head = await either.store.head(0)
    either.clock.advance(days=1000)
    assert await either.submit(transfer(reference="r"), key="k") == first
    assert await either.store.head(0) == head


async def test_every_command_is_answered_again_in_the_form_that_it_was(either: Ledger) -> None:
    soon = either.clock.now + timedelta(hours=1)
    placing = commands.PlaceHold(debit=BANK, credit=ANN, amount=9, expires=soon, metadata={"a": ""})
    asked: list[commands.Command] = [
        commands.CreateTenant(name="Acmé"),
        commands.RegisterAsset(code="GOLD", scale=3),
        commands.OpenAccount(code=BANK, currency="USD"),
        commands.OpenAccount(code=ANN, currency="USD", minimum=-(10**38 - 1), metadata={"k": "v"}),
        commands.OpenAccount(code="assets:old", currency="GOLD"),
        commands.UpdateAccount(account=ANN, maximum="0", freeze="none"),
        commands.UpdateAccount(account=ANN, minimum=None, maximum=None, metadata={}),
        commands.CloseAccount(account="assets:old"),
        transfer(5, effective=soon),
        commands.PostTransactions(transactions=(transfer(), transfer(0))),
        placing,
        commands.ClosePeriod(before=either.clock.now - timedelta(days=1)),
        commands.OpenAccount(code="equity:fx:usd", currency="USD"),
        commands.OpenAccount(code="equity:fx:gold", currency="GOLD"),
        commands.OpenAccount(code="assets:gold", currency="GOLD"),
        commands.Exchange(
            sell_account=ANN,
            sell=2,
            sell_position="equity:fx:usd",
            buy_position="equity:fx:gold",
            buy_account="assets:gold",
            buy="1",
        ),
    ]
    answers = [await either.submit(command, key=str(n)) for n, command in enumerate(asked)]
    booked, placed = answers[8], answers[10]
    asked += [
        commands.ReverseTransaction(transaction=booked.id, amounts=(2, "2")),
        commands.CaptureHold(hold=placed.id, amount="3"),
        commands.ReleaseHold(hold=placed.id),
        commands.ExpireHolds(holds=(placed.id,)),
    ]
    answers += [
        await either.submit(command, key=str(n)) for n, command in enumerate(asked[16:], 16)
    ]
    assert {type(command) for command in asked} == {
        command.type for command in context.LEDGER.commands
    }
    again = [await either.submit(command, key=str(n)) for n, command in enumerate(asked)]
    assert again == answers


async def test_a_key_is_remembered_after_a_restart_and_by_others(database_url: str) -> None:
    async with conftest.ledger_on(database_url) as first:
        await with_accounts(first)
        answer = await first.submit(transfer(), key="k")
    async with (
        conftest.ledger_on(database_url) as second,
        conftest.ledger_on(database_url) as third,
    ):
        assert await second.submit(transfer(), key="k") == answer
        later = await third.submit(transfer(2), key="later")
        assert await second.submit(transfer(2), key="later") == later
        with pytest.raises(errors.KeyConflict):
            await second.submit(transfer(3), key="later")


async def test_answers_of_old_and_new_commands_share_a_turn(either: Ledger) -> None:
    await with_accounts(either)
    before = await either.submit(transfer(), key="old")
    answers: tuple[Any, ...] = await asyncio.gather(
        either.submit(transfer(), key="old"),
        either.submit(transfer(), key="new"),
        either.submit(transfer(), key="old", tenant="nobody"),
        return_exceptions=True,
    )
    assert answers[0] == before
    assert answers[1].id != before.id
    assert isinstance(answers[2], rejections.TenantNotFound)


async def test_the_same_content_under_two_keys_is_done_twice(books: Ledger) -> None:
    one, two = [await books.submit(transfer(), key=key) for key in ("one", "two")]
    assert one.id != two.id


async def test_keys_are_a_tenants_own(either: Ledger) -> None:
    for tenant in ("acme", "zeta"):
        await with_accounts(either, tenant)
    ours = await either.submit(transfer(1), key="k")
    theirs = await either.submit(transfer(2), key="k", tenant="zeta")
    assert ours.postings[0].amount != theirs.postings[0].amount


# -- the same key for something else


@pytest.mark.parametrize(
    ("other", "field"),
    [
        (transfer(2), "postings"),
        (transfer(1, kind="fee"), "kind"),
        (transfer(1, reference="r"), "reference"),
        (transfer(1, metadata={"k": "v"}), "metadata"),
        (transfer(1, up_to=True), "up_to"),
        (transfer(2, up_to=True), "postings"),
        (commands.CloseAccount(account=BANK), "Idempotency-Key"),
        (commands.PostTransactions(transactions=(transfer(1),)), "Idempotency-Key"),
    ],
)
async def test_a_conflict_names_the_first_field_that_differs(
    books: Ledger, other: commands.Command, field: str
) -> None:
    await books.submit(transfer(1), key="k")
    head = await books.store.head(0)
    with pytest.raises(errors.KeyConflict) as caught:
        await books.submit(other, key="k")
    assert caught.value.field == field
    assert await books.store.head(0) == head


async def test_leaving_a_field_as_it_is_differs_from_clearing_it(books: Ledger) -> None:
    await books.submit(commands.UpdateAccount(account=ANN, minimum=None), key="k")
    with pytest.raises(errors.KeyConflict) as caught:
        await books.submit(commands.UpdateAccount(account=ANN), key="k")
    assert caught.value.field == "minimum"


async def test_the_order_of_metadata_is_not_content(books: Ledger) -> None:
    first = await books.submit(transfer(metadata={"a": "1", "b": "2"}), key="k")
    assert await books.submit(transfer(metadata={"b": "2", "a": "1"}), key="k") == first


# -- not yet answered, or not accepted


async def test_a_key_in_progress_is_told_so(books: Ledger) -> None:
    store = Held()
    slow = book.Book(partition=0, catalog=books.catalog, store=store, clock=books.clock)
    await slow.start()
    waiting = asyncio.create_task(slow.submit(commands.CreateTenant(name="A"), tenant="a", key="k"))
    await store.writing.wait()
    with pytest.raises(errors.InProgress) as caught:
        await slow.submit(commands.CreateTenant(name="A"), tenant="a", key="k")
    assert caught.value.field == "Idempotency-Key"
    store.may_write.set()
    await waiting
    assert await slow.submit(commands.CreateTenant(name="A"), tenant="a", key="k") == await waiting
    await slow.stop()


async def test_a_caller_that_went_away_finds_its_answer_under_its_key(books: Ledger) -> None:
    store = Held()
    slow = book.Book(partition=0, catalog=books.catalog, store=store, clock=books.clock)
    await slow.start()
    command = commands.CreateTenant(name="A")
    gone = asyncio.create_task(slow.submit(command, tenant="a", key="k"))
    await store.writing.wait()
    gone.cancel()
    store.may_write.set()
    answer = await when_free(slow.submit, command, tenant="a", key="k")
    assert (answer.id, gone.cancelled()) == ("a", True)
    assert len(store.log[0]) == 1
    await slow.stop()


async def when_free(submit: Any, command: msgspec.Struct, **more: Any) -> Any:
    """Ask until the key is no longer in progress."""
    for _ in range(1000):
        try:
            return await submit(command, **more)
        except errors.InProgress:
            await asyncio.sleep(0)
    raise TimeoutError


async def test_what_was_rejected_can_be_tried_again_under_its_key(either: Ledger) -> None:
    await with_accounts(either)
    await either.submit(commands.UpdateAccount(account=ANN, maximum=0))
    for _ in range(2):
        with pytest.raises(rejections.MaximumExceeded):
            await either.submit(transfer(7), key="k")
    await either.submit(commands.UpdateAccount(account=ANN, maximum=None))
    assert (await either.submit(transfer(8), key="k")).postings[0].amount == "8"


@pytest.mark.parametrize("key", ["", "k" * 256, "schlüssel", "a\nb", "\x00", "\x7f", "\ud800"])
async def test_a_malformed_key_is_invalid(books: Ledger, key: str) -> None:
    with pytest.raises(errors.Invalid) as caught:
        await books.submit(transfer(), key=key)
    assert (caught.value.field, caught.value.status) == ("Idempotency-Key", 400)


@pytest.mark.parametrize("key", ["k", "k" * 255, "6f9619ff-8b86-d011-b42d", "' \\N \\t", '"{}~'])
async def test_a_key_is_any_printable_ascii(books: Ledger, key: str) -> None:
    assert await books.submit(transfer(), key=key) == await books.submit(transfer(), key=key)


async def test_many_odd_keys_are_kept_and_found_in_one_turn(either: Ledger) -> None:
    """Enough of them for the answers to go by COPY."""
    await with_accounts(either)
    keys = [f"{odd}{n}" for n in range(60) for odd in ("\\N", "\\t", "'\"", " ")]
    asked = {key: transfer(n + 1) for n, key in enumerate(keys)}
    answers = await asyncio.gather(*(either.submit(c, key=key) for key, c in asked.items()))
    again = await asyncio.gather(*(either.submit(c, key=key) for key, c in asked.items()))
    assert again == answers


@pytest.mark.parametrize("key", ["k", None])
async def test_a_text_that_cannot_be_written_is_refused_with_a_key_and_without(
    books: Ledger, key: str | None
) -> None:
    with pytest.raises(errors.CulmError) as caught:
        await books.submit(transfer(reference="\ud800"), key=key)
    assert caught.value.status == 400


# -- fingerprints, without a Book


def test_a_fingerprint_has_one_part_a_field() -> None:
    one, other = idempotency.said(transfer(1)).bodies, idempotency.said(transfer(2)).bodies
    size = idempotency.DIGEST_BYTES
    assert len(one) == size * len(commands.PostTransaction.__struct_fields__)
    assert one[:size] != other[:size]
    assert one[size:] == other[size:]


class Before(msgspec.Struct, frozen=True, tag="Asked"):
    """A command as an earlier release knew it."""

    amount: int


class Since(msgspec.Struct, frozen=True, tag="Asked"):
    """The same command with a field that was added since."""

    amount: int
    urgent: bool = False


@pytest.mark.parametrize(
    ("asked", "differs"),
    [(Since(1), None), (Since(1, urgent=True), "urgent"), (Since(2), "amount")],
)
def test_a_key_outlives_a_release_that_added_a_field(asked: Since, differs: str | None) -> None:
    fingerprint = idempotency.said(Before(1)).bodies
    stored = idempotency.Answer("acme", "k", "Since", fingerprint, "null")
    try:
        idempotency.check(type(asked).__name__, idempotency.said(asked), stored)
        found = None
    except errors.KeyConflict as conflict:
        found = conflict.field
    assert found == differs


@pytest.mark.parametrize("command", [transfer(1), commands.UpdateAccount(account="a")])
def test_a_default_counts_as_if_it_had_been_given(command: msgspec.Struct) -> None:
    spelled_out = type(command)(**msgspec.structs.asdict(command))
    assert idempotency.said(command) == idempotency.said(spelled_out)


async def test_a_key_remembers_what_was_said_where_the_command_holds_something_else(
    either: Ledger,
) -> None:
    books = await with_accounts(either)
    said = idempotency.said(Before(1), pepper=b"secret")
    first = await books.book.submit(transfer(1), tenant="acme", key="k", said=said)
    again = await books.book.submit(transfer(2), tenant="acme", key="k", said=said)
    assert again == first
    other = idempotency.said(Before(2), pepper=b"secret")
    with pytest.raises(errors.KeyConflict) as caught:
        await books.book.submit(transfer(1), tenant="acme", key="k", said=other)
    assert caught.value.field == "amount"


def test_without_the_pepper_nobody_can_try_out_what_was_said() -> None:
    assert idempotency.said(Before(1), pepper=b"a").bodies != idempotency.said(Before(1)).bodies
