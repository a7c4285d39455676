"""What a Book counts is what it did and what its callers heard."""

from __future__ import annotations

import asyncio

import pytest
import structlog

from culm.book import book
from culm.kernel import errors
from culm.ledger import commands
from tests.book.test_book import Held, Poisoned, a_book_on, transfer, with_accounts
from tests.conftest import Ledger, ledger_on


def counted(ledger: Ledger) -> tuple[dict[str, int], dict[str, int]]:
    """The turns and the commands so far, without what has not happened."""
    tally = ledger.book.tally
    return dict(+tally.turns), dict(+tally.commands)


async def test_every_command_is_counted_by_what_its_caller_heard(memory_ledger: Ledger) -> None:
    await with_accounts(memory_ledger)
    before = sum(memory_ledger.book.tally.turns.values())
    asked = [transfer(1), transfer(2), commands.CreateTenant(name="Again"), transfer(0)]

    answers = await asyncio.gather(
        *(memory_ledger.submit(each) for each in asked), return_exceptions=True
    )

    turns, heard = counted(memory_ledger)
    assert [isinstance(answer, Exception) for answer in answers] == [False, False, True, True]
    assert heard == {"accepted": 3 + 2, "rejected": 2}
    assert sum(turns.values()) > before
    assert memory_ledger.book.tally.seconds.count == turns["landed"]


async def test_a_turn_that_writes_nothing_is_counted_as_such(memory_ledger: Ledger) -> None:
    await memory_ledger.submit(commands.CreateTenant(name="Acme"))
    with pytest.raises(errors.Rejection):
        await memory_ledger.submit(commands.CreateTenant(name="Acme"))

    assert counted(memory_ledger) == (
        {"landed": 1, "unwritten": 1},
        {"accepted": 1, "rejected": 1},
    )


async def test_what_is_refused_at_a_full_queue_is_counted_and_the_queue_is_told() -> None:
    store = Held()
    async with a_book_on(store, limits=book.Limits(queue_weight=2)) as ledger:
        await with_accounts(ledger)
        store.hold()
        written = asyncio.create_task(ledger.submit(transfer()))
        await store.writing.wait()
        accepted = [asyncio.create_task(ledger.submit(transfer())) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(errors.Busy):
            await ledger.submit(transfer())
        assert ledger.book.queued_weight == 2
        store.may_write.set()
        await asyncio.gather(written, *accepted)

        assert ledger.book.queued_weight == 0
        assert ledger.book.tally.commands["busy"] == 1


async def test_interrupted_turns_and_who_was_given_up_are_counted() -> None:
    with structlog.testing.capture_logs():
        async with asyncio.timeout(60), a_book_on(Poisoned()) as ledger:
            await with_accounts(ledger)
            with pytest.raises(errors.Unavailable):
                await ledger.submit(transfer(2, reference="poison"))

            turns, heard = counted(ledger)
            assert turns["fenced"] == 2 * book.Limits().interruptions
            assert heard == {"accepted": 3, "unavailable": 1}


async def test_a_turn_that_another_process_took_is_counted(database_url: str) -> None:
    async with ledger_on(database_url) as one, ledger_on(database_url) as other:
        await with_accounts(one)
        await other.submit(transfer(1))

        turns, heard = counted(other)
        assert (turns["taken"], turns["landed"], heard) == (1, 1, {"accepted": 1})


async def test_facts_are_counted_by_type_once_they_are_written(memory_ledger: Ledger) -> None:
    await with_accounts(memory_ledger)
    before = memory_ledger.book.tally.events.copy()

    asked = [transfer(1), transfer(2), transfer(0)]
    await asyncio.gather(*(memory_ledger.submit(each) for each in asked), return_exceptions=True)

    assert memory_ledger.book.tally.events - before == {("ledger.transaction_posted", ""): 2}
