"""Timers fire once in effect, late rather than never, whoever fires them and whatever breaks."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from culm import app
from culm.book import catalog
from culm.book.unit import Unit
from culm.kernel import errors
from culm.ledger import commands as ledger
from culm.ledger import rejections as refused
from culm.ledger.decisions import posting
from culm.timers import commands, firing, rejections, types
from tests.conftest import Ledger, ledger_on
from tests.timers.conftest import ANN, BANK, BOB, Desk, pay

FIRED = "timers.timer_fired"


async def test_a_command_is_decided_when_its_time_has_come(desk: Desk) -> None:
    timer = await desk.set(pay(ANN, BOB, 700), at=desk.clock.now + timedelta(hours=1))
    assert await desk.fire() == 0
    assert await desk.posted(BOB) == 0

    desk.clock.advance(hours=1)
    assert await desk.fire() == 1
    assert await desk.fire() == 0
    assert await desk.posted(BOB) == 700
    (fired,) = await desk.log(FIRED)
    assert fired["id"] == timer.id


async def test_after_an_outage_it_fires_late(desk: Desk) -> None:
    await desk.set(pay(ANN, BOB, 700), at=desk.clock.now + timedelta(hours=1))
    desk.clock.advance(days=40)
    assert await desk.fire() == 1
    assert await desk.posted(BOB) == 700


async def test_what_it_does_belongs_to_the_conversation_in_which_it_was_set(desk: Desk) -> None:
    asked = commands.SetTimer(
        command="ledger.post_transaction",
        body={
            "postings": [
                {"account": ANN, "side": "debit", "amount": 5},
                {"account": BOB, "side": "credit", "amount": 5},
            ]
        },
        at=desk.clock.now + timedelta(hours=1),
    )
    await desk.submit(asked, tenant="acme", correlation="talk-1")
    desk.clock.advance(hours=2)
    await desk.fire()
    rows = await desk.db.fetch(
        "select position, type, actor, causation, time from book_log"
        " where correlation = 'talk-1' order by position"
    )
    assert [(row["type"], row["actor"]) for row in rows] == [
        ("timers.timer_set", "system"),
        ("ledger.transaction_posted", "timers"),
        ("timers.timer_fired", "timers"),
    ]
    assert {row["causation"] for row in rows[1:]} == {f"evt_{rows[0]['position']:016x}"}


async def test_a_refusal_is_the_outcome_and_leaves_no_trace(desk: Desk) -> None:
    at = desk.clock.now + timedelta(hours=1)
    first = await desk.set(pay(ANN, BOB, 100_001), at=at)
    second = await desk.set(pay(ANN, BOB, 1), at=at)
    desk.clock.advance(hours=1)
    assert await desk.fire() == 2
    outcomes = {body["id"]: body.get("outcome") for body in await desk.log(FIRED)}
    assert outcomes == {first.id: "insufficient_funds", second.id: None}
    assert await desk.posted(BOB) == 1

    again = await desk.ask(commands.RetryTimer(timer=first.id))
    assert again.state == "armed"
    await desk.ask(pay(BANK, ANN, 5))
    assert await desk.fire() == 1
    assert await desk.posted(BOB) == 100_002


class Divide(msgspec.Struct, frozen=True):
    """A command of a context that has a defect: it books something, and then fails."""

    by: int


async def test_a_defect_stops_its_own_timer_and_no_other(
    desk: Desk, tmp_path: Path, database_url: str
) -> None:
    defects = [True]

    def divide(unit: Unit, command: Divide) -> None:
        posting.post_transaction(unit, pay(ANN, BOB, 7))
        if defects:
            raise ArithmeticError(1 // command.by)

    broken_context = catalog.Context(
        name="broken",
        tables=(),
        journals=(),
        applies={},
        commands=(
            catalog.Command(Divide, None, divide, lambda *_: None, schedulable=lambda *_: None),
        ),
    )
    contexts = catalog.Catalog([*app.catalog(), broken_context])
    async with ledger_on(database_url, clock=desk.clock, catalog_=contexts) as release:
        other = Desk(release)
        at = desk.clock.now + timedelta(hours=1)
        await other.set(pay(ANN, BOB, 10), at=at)
        bad = await other.set(Divide(by=0), at=at)
        await other.set(pay(ANN, BOB, 3), at=at)

        desk.clock.advance(hours=1)
        assert await other.fire() == 3
        outcomes = {fired["id"]: fired.get("outcome") for fired in await desk.log(FIRED)}
        assert outcomes.pop(bad.id) == "failed"
        assert list(outcomes.values()) == [None, None]
        assert await desk.posted(BOB) == 13

        await other.ask(commands.RetryTimer(timer=bad.id))
        assert await desk.fire() == 1, "this release does not know the command at all"
        assert await desk.posted(BOB) == 13

        defects.clear()
        await other.ask(commands.RetryTimer(timer=bad.id))
        assert await other.fire() == 1
    assert await desk.posted(BOB) == 20
    await desk.prove(tmp_path)


async def test_what_is_cancelled_never_fires(desk: Desk) -> None:
    timer = await desk.set(pay(ANN, BOB, 10), at=desk.clock.now + timedelta(hours=1))
    cancelled = await desk.ask(commands.CancelTimer(timer=timer.id))
    assert (cancelled.state, cancelled.due) == ("cancelled", None)
    desk.clock.advance(hours=2)
    assert await desk.fire() == 0
    with pytest.raises(rejections.TimerNotArmed):
        await desk.ask(commands.CancelTimer(timer=timer.id))
    with pytest.raises(rejections.TimerNotFailed):
        await desk.ask(commands.RetryTimer(timer=timer.id))


async def test_the_expiry_of_a_hold_is_not_cancelled_without_the_hold(desk: Desk) -> None:
    due = desk.clock.now + timedelta(hours=1)
    hold = await desk.ask(ledger.PlaceHold(debit=ANN, credit=BOB, amount=10, expires=due))
    with pytest.raises(rejections.TimerOwned):
        await desk.ask(commands.CancelTimer(timer=f"{hold.id}:expiry"))


async def test_the_timers_of_others_are_not_to_be_found(desk: Desk) -> None:
    timer = await desk.set(pay(ANN, BOB, 10), at=desk.clock.now + timedelta(hours=1))
    await desk.ask(ledger.CreateTenant(name="Zeta"), tenant="zeta")
    desk.clock.advance(hours=2)
    for command in (commands.CancelTimer(timer=timer.id), commands.RetryTimer(timer=timer.id)):
        with pytest.raises(rejections.TimerNotFound):
            await desk.ask(command, tenant="zeta")
    fired = await desk.ask(commands.FireTimers(timers=(timer.id,)), tenant="zeta")
    assert fired == commands.Fired()


async def test_two_processes_that_fire_at_once_have_one_effect(
    desk: Desk, tmp_path: Path, database_url: str
) -> None:
    at = desk.clock.now + timedelta(hours=1)
    for _ in range(30):
        await desk.set(pay(ANN, BOB, 1), at=at)
    every = types.Schedule(every_seconds=60, times=10)
    await desk.set(pay(ANN, BOB, 100), schedule=every)
    async with ledger_on(database_url, clock=desk.clock) as second:
        other = Desk(second)
        desk.clock.advance(hours=1)
        for _ in range(12):
            await asyncio.gather(*(firing.fire_due(one, 0) for one in (desk, other)))
    assert await desk.posted(BOB) == 30 + 10 * 100
    assert len(await desk.log(FIRED)) == 40
    await desk.prove(tmp_path)


@pytest.mark.parametrize(("missed", "effects"), [("each", 5), ("last", 1)])
async def test_missed_occurrences_fire_each_or_as_one(
    desk: Desk, missed: types.Missed, effects: int
) -> None:
    schedule = types.Schedule(every_seconds=3600, missed=missed)
    timer = await desk.set(pay(ANN, BOB, 1), schedule=schedule)
    began = timer.due
    desk.clock.advance(hours=5, minutes=30)
    await desk.fire()
    assert await desk.posted(BOB) == effects
    due = await desk.db.fetchval("select due from timer where id = $1", timer.id)
    assert due == began + timedelta(hours=5)


async def test_a_schedule_ends_after_so_many_firings_or_before_a_time(desk: Desk) -> None:
    start = desk.clock.now
    three = types.Schedule(every_seconds=60, times=3)
    until = types.Schedule(every_seconds=60, until=start + timedelta(seconds=250))
    await desk.set(pay(ANN, BOB, 1), schedule=three)
    await desk.set(pay(ANN, BOB, 100), schedule=until)
    desk.clock.advance(hours=1)
    await desk.fire()
    assert await desk.posted(BOB) == 3 + 400
    assert await desk.db.fetchval("select count(*) from timer where due is not null") == 0


async def test_many_timers_of_many_tenants_fire_in_few_looks(desk: Desk) -> None:
    at = desk.clock.now + timedelta(hours=1)
    for tenant in ("zeta", "omega"):
        await desk.open(tenant)
    tenants = ["acme", "zeta", "omega"] * 400
    await asyncio.gather(*(desk.set(pay(ANN, BOB, 1), tenant=t, at=at) for t in tenants))
    desk.clock.advance(hours=1)
    assert await firing.fire_due(desk, 0) == commands.MAX_FIRINGS
    assert await firing.fire_due(desk, 0) == 200
    assert [await desk.posted(BOB, tenant) for tenant in ("acme", "zeta", "omega")] == [400] * 3


async def test_one_that_cannot_be_tried_at_all_is_set_aside(desk: Desk) -> None:
    at = desk.clock.now + timedelta(hours=1)
    bad = await desk.set(pay(ANN, BOB, 10), at=at)
    good = await desk.set(pay(ANN, BOB, 3), at=at)
    submit = desk.submit

    async def refusing(command: Any, **about: Any) -> Any:
        if isinstance(command, commands.FireTimers) and bad.id in command.timers:
            raise RuntimeError("the decision asked for more state without end")
        return await submit(command, **about)

    desk.submit = refusing
    desk.clock.advance(hours=1)
    assert await firing.fire_due(desk, 0) == 2
    states = await desk.db.fetch("select id, state from timer order by id")
    assert [tuple(row) for row in states] == [(bad.id, "failed"), (good.id, "fired")]
    assert await desk.posted(BOB) == 3


async def test_a_platform_that_is_busy_is_no_reason_to_set_a_timer_aside(desk: Desk) -> None:
    await desk.set(pay(ANN, BOB, 10), at=desk.clock.now + timedelta(hours=1))
    submit = desk.submit

    async def busy(_command: Any, **_about: Any) -> Any:
        raise errors.Busy("too much work is waiting; nothing was done")

    desk.submit = busy
    desk.clock.advance(hours=1)
    assert await firing.fire_due(desk, 0) == 0
    desk.submit = submit
    assert await firing.fire_due(desk, 0) == 1


async def test_a_hold_expires_by_its_timer_and_a_captured_one_does_not(
    desk: Desk, tmp_path: Path
) -> None:
    due = desk.clock.now + timedelta(hours=1)
    holds = [
        await desk.ask(ledger.PlaceHold(debit=ANN, credit=BOB, amount=10, expires=due))
        for _ in range(3)
    ]
    await desk.ask(ledger.CaptureHold(hold=holds[0].id))
    await desk.ask(ledger.ReleaseHold(hold=holds[1].id))
    desk.clock.advance(hours=1)
    assert await desk.fire() == 1
    (expired,) = await desk.log("ledger.hold_expired")
    assert expired["hold"] == holds[2].id
    assert await desk.log(FIRED) == []
    rows = await desk.db.fetch("select id, state, due from timer order by id")
    assert [tuple(row) for row in rows] == [
        (f"{hold.id}:expiry", state, None)
        for hold, state in zip(holds, ("cancelled", "cancelled", "fired"), strict=True)
    ]
    await desk.prove(tmp_path)


@pytest.mark.parametrize(
    ("command", "refusal", "field"),
    [
        ({"command": "ledger.nothing"}, rejections.CommandNotSchedulable, "command"),
        ({"command": "ledger.expire_holds"}, rejections.CommandNotSchedulable, "command"),
        ({"command": "timers.set_timer"}, rejections.CommandNotSchedulable, "command"),
        ({"body": {}}, rejections.TimerBodyInvalid, "body"),
        ({"body": {"postings": "x"}}, rejections.TimerBodyInvalid, "body.postings"),
        ({"body": {"postings": []}}, refused.PostingsCount, "body.postings"),
        ({"at": None}, rejections.ScheduleInvalid, "at"),
        ({"at": -1}, rejections.TimerInPast, "at"),
    ],
)
async def test_what_could_never_be_decided_is_not_set(
    desk: Desk, command: dict[str, Any], refusal: type[errors.CulmError], field: str
) -> None:
    sound: dict[str, Any] = {
        "command": "ledger.post_transaction",
        "body": {
            "postings": [
                {"account": ANN, "side": "debit", "amount": 1},
                {"account": BOB, "side": "credit", "amount": 1},
            ]
        },
        "at": 1,
    }
    asked = sound | command
    if asked["at"] is not None:
        asked["at"] = desk.clock.now + timedelta(hours=asked["at"])
    with pytest.raises(refusal) as found:
        await desk.ask(commands.SetTimer(**asked))
    assert found.value.field == field


async def test_a_body_has_a_size_that_a_turn_can_take(desk: Desk) -> None:
    posting = {"account": ANN, "side": "debit", "amount": 1}
    asked = commands.SetTimer(
        command="ledger.post_transaction",
        body={"postings": [posting] * 2_000},
        at=desk.clock.now + timedelta(hours=1),
    )
    with pytest.raises(rejections.TimerBodyInvalid):
        await desk.ask(asked)


async def test_who_keeps_no_books_sets_no_timers(desk: Desk, ledger: Ledger) -> None:
    with pytest.raises(refused.TenantNotFound) as found:
        await desk.set(pay(ANN, BOB, 1), tenant="nobody", at=ledger.clock.now + timedelta(days=1))
    assert found.value.field == "tenant"
