"""What contexts above may do with timers: arm and disarm them by their facts, or set their own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import msgspec
import pytest

from culm import app
from culm.book import catalog
from culm.book.event import Event
from culm.book.unit import Unit
from culm.timers import api, rejections, types
from tests.conftest import Ledger, ledger_on
from tests.timers.conftest import Desk

LAST = 3


class Retry(msgspec.Struct, frozen=True):
    """Send a letter, and once more an hour later until somebody answers."""

    letter: str
    attempt: int


class Answer(msgspec.Struct, frozen=True):
    """A letter was answered."""

    letter: str


class Remind(msgspec.Struct, frozen=True):
    """Set a reminder, or with `timer` cancel it."""

    at: datetime | None = None
    every_seconds: int | None = None
    timer: str = ""


class LetterSent(Event, frozen=True):
    """A letter went out."""

    TYPE: ClassVar[str] = "letters.sent"
    letter: str
    attempt: int


class LetterAnswered(Event, frozen=True):
    """An answer came."""

    TYPE: ClassVar[str] = "letters.answered"
    letter: str


def sent(unit: Unit, event: LetterSent, _position: int) -> None:
    name = api.timer_id(event.letter, "again")
    if event.attempt < LAST:
        again = Retry(event.letter, event.attempt + 1)
        api.arm(unit, name, due=unit.now + timedelta(hours=1), command=again)
    else:
        api.disarm(unit, name, fired=True)


def answered(unit: Unit, event: LetterAnswered, _position: int) -> None:
    api.disarm(unit, api.timer_id(event.letter, "again"))


def remind(unit: Unit, command: Remind) -> str:
    if command.timer:
        api.cancel(unit, command.timer)
        return command.timer
    schedule = None
    if command.every_seconds is not None:
        schedule = types.Schedule(every_seconds=command.every_seconds)
    return api.set_timer(
        unit, Retry("ltr_0000000000000001", LAST), at=command.at, schedule=schedule
    )


LETTERS = catalog.Context(
    name="letters",
    tables=(),
    journals=(),
    applies={LetterSent: sent, LetterAnswered: answered},
    commands=(
        catalog.Command(
            Retry,
            None,
            lambda unit, command: unit.record(LetterSent(command.letter, command.attempt)),
            lambda unit, command: api.want_timers(unit, api.timer_id(command.letter, "again")),
        ),
        catalog.Command(
            Answer,
            None,
            lambda unit, command: unit.record(LetterAnswered(command.letter)),
            lambda unit, command: api.want_timers(unit, api.timer_id(command.letter, "again")),
        ),
        catalog.Command(Remind, str, remind, lambda unit, _command: api.want_clock(unit)),
    ),
)
LETTER = "ltr_0000000000000000"


@pytest.fixture
async def office(database_url: str) -> AsyncIterator[Desk]:
    """A platform with a context that writes letters."""
    stocked = catalog.Catalog([*app.catalog(), LETTERS])
    async with ledger_on(database_url, catalog_=stocked) as opened:
        desk = Desk(opened)
        await desk.open()
        yield desk


async def attempts(office: Desk) -> list[Any]:
    return [event["attempt"] for event in await office.log("letters.sent")]


async def test_a_command_that_arms_its_timer_anew_goes_on_until_it_does_not(
    office: Desk, tmp_path: Path
) -> None:
    await office.ask(Retry(LETTER, 1))
    for hours in (1, 1, 1, 1):
        office.clock.advance(hours=hours, seconds=1)
        await office.fire()
    assert await attempts(office) == [1, 2, 3]
    assert await office.log("timers.timer_fired") == [], "all of it follows from the letters"
    row = await office.db.fetchrow("select id, state, command from timer")
    assert row is not None
    assert tuple(row) == (f"{LETTER}:again", "fired", "letters.retry")
    await office.prove(tmp_path)


async def test_a_fact_disarms_what_another_has_armed(office: Desk, tmp_path: Path) -> None:
    await office.ask(Retry(LETTER, 1))
    await office.ask(Answer(LETTER))
    office.clock.advance(hours=9)
    assert await office.fire() == 0
    assert await attempts(office) == [1]
    await office.prove(tmp_path)


async def test_a_decision_sets_timers_of_its_own_even_for_a_time_that_has_passed(
    office: Desk, tmp_path: Path
) -> None:
    late = await office.ask(Remind(at=office.clock.now - timedelta(days=1)))
    assert await office.fire() == 1
    assert [event["id"] for event in await office.log("timers.timer_fired")] == [late]

    hourly = await office.ask(Remind(every_seconds=3_600))
    office.clock.advance(hours=2, seconds=1)
    assert await office.fire() == 2
    assert await office.ask(Remind(timer=hourly)) == hourly
    assert await office.ask(Remind(timer=hourly)) == hourly, "what is over stays so"
    office.clock.advance(hours=2)
    assert await office.fire() == 0
    await office.prove(tmp_path)


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        (Remind(), rejections.ScheduleInvalid),
        (Remind(every_seconds=0), rejections.ScheduleInvalid),
        (Remind(timer="tmr_0000000000000000"), rejections.TimerNotFound),
    ],
)
async def test_what_a_decision_may_not_set_or_cancel(
    office: Desk, wrong: Remind, refusal: type[rejections.TimersRejection]
) -> None:
    with pytest.raises(refusal):
        await office.ask(wrong)


def test_commands_have_stable_names(memory_ledger: Ledger) -> None:
    names = {
        memory_ledger.catalog.name_of(command.type)
        for context in memory_ledger.catalog
        for command in context.commands
    }
    assert {"ledger.post_transaction", "ledger.expire_holds", "ach.post_entries"} <= names
    for name in names:
        decider = memory_ledger.catalog.find(name)
        assert decider is not None
        assert memory_ledger.catalog.name_of(decider.type) == name
    assert memory_ledger.catalog.find("ledger.nothing") is None
