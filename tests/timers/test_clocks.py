"""Virtual clocks: what is due fires in its order, at its time, until the clock is there."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from culm.kernel import clock
from culm.ledger import commands as ledger
from culm.ledger import rejections as refused
from culm.timers import commands, firing, rejections, types
from tests.conftest import Ledger, ledger_on
from tests.timers.conftest import ANN, BOB, Desk, pay

BEGAN = datetime(2030, 1, 1, tzinfo=UTC)
BOX = "box"


@pytest.fixture
async def box(ledger: Ledger) -> Desk:
    """Books of a tenant whose clock stands at the beginning of 2030."""
    desk = Desk(ledger)
    await desk.open(BOX, clock=BEGAN)
    return desk


async def advance(desk: Desk, **delta: float) -> datetime:
    """Advance the clock of the tenant and fire all that is due on the way."""
    now = await desk.db.fetchval("select now from tenant_clock where tenant = $1", BOX)
    await desk.ask(commands.AdvanceClock(to=now + timedelta(**delta)), BOX)
    await desk.fire()
    row = await desk.db.fetchrow("select now, target from tenant_clock where tenant = $1", BOX)
    assert row is not None
    assert row["target"] is None
    reached: datetime = row["now"]
    assert reached == now + timedelta(**delta)
    return reached


async def bookings(desk: Desk) -> list[tuple[str, str]]:
    """The references and effective times of what was booked, in the order of the log."""
    booked = await desk.log("ledger.transaction_posted")
    return [(one["reference"], one["effective"]) for one in booked if "reference" in one]


async def test_real_time_does_not_move_it(box: Desk) -> None:
    await box.set(pay(ANN, BOB, 1), BOX, at=BEGAN + timedelta(hours=1))
    box.clock.advance(days=4_000)
    assert await box.fire() == 0


async def test_timers_fire_in_their_order_at_their_times(box: Desk, tmp_path: Path) -> None:
    for hours in (5, 1, 9, 3):
        await box.set(
            pay(ANN, BOB, 1, reference=f"{hours}"), BOX, at=BEGAN + timedelta(hours=hours)
        )
    assert await advance(box, hours=6) == BEGAN + timedelta(hours=6)
    assert await bookings(box) == [
        (f"{hours}", f"2030-01-01T0{hours}:00:00Z") for hours in (1, 3, 5)
    ]
    await advance(box, hours=6)
    assert (await bookings(box))[-1] == ("9", "2030-01-01T09:00:00Z")
    await box.prove(tmp_path)


async def test_what_is_set_on_the_way_takes_its_place(box: Desk, tmp_path: Path) -> None:
    """A hold that is placed by a timer expires on the way, between two others."""
    hold = ledger.PlaceHold(
        debit=ANN, credit=BOB, amount=100_000, expires=BEGAN + timedelta(hours=2)
    )
    await box.set(hold, BOX, at=BEGAN + timedelta(hours=1))
    for minutes in (90, 150):
        await box.set(
            pay(ANN, BOB, 1, reference=f"{minutes}"), BOX, at=BEGAN + timedelta(minutes=minutes)
        )
    await advance(box, hours=3)
    fired = await box.log("timers.timer_fired")
    assert [one.get("outcome") for one in fired] == [None, "insufficient_funds", None]
    assert len(await box.log("ledger.hold_expired")) == 1
    moved = [one["now"] for one in await box.log("timers.clock_moved")]
    assert moved == sorted(moved)
    assert len(moved) == 4
    await box.prove(tmp_path)


async def test_schedules_of_a_year_pass_in_order(box: Desk) -> None:
    monthly = types.Schedule(cron="0 9 1 * *", zone="Europe/Berlin")
    weekly = types.Schedule(every_seconds=7 * 86_400)
    await box.set(pay(ANN, BOB, 1_000, reference="rent"), BOX, schedule=monthly)
    await box.set(pay(ANN, BOB, 1, reference="tea"), BOX, schedule=weekly)
    await advance(box, days=365)
    booked = await bookings(box)
    assert [reference for reference, _ in booked].count("rent") == 12
    assert [reference for reference, _ in booked].count("tea") == 52
    times = [effective for _, effective in booked]
    assert times == sorted(times)
    assert booked[0] == ("rent", "2030-01-01T08:00:00Z")


async def test_more_than_one_command_takes_still_fires_in_order(box: Desk) -> None:
    minutely = types.Schedule(every_seconds=60, times=700)
    for name in ("a", "b", "c"):
        await box.set(pay(ANN, BOB, 1, reference=name), BOX, schedule=minutely)
    await advance(box, days=1)
    booked = await bookings(box)
    assert len(booked) == 2_100
    assert [reference for reference, _ in booked] == ["a", "b", "c"] * 700
    times = [effective for _, effective in booked]
    assert times == sorted(times)


async def test_who_did_not_know_of_a_timer_fires_nothing(box: Desk) -> None:
    late = await box.set(pay(ANN, BOB, 1, reference="late"), BOX, at=BEGAN + timedelta(hours=2))
    await box.ask(commands.AdvanceClock(to=BEGAN + timedelta(hours=3)), BOX)
    await box.set(pay(ANN, BOB, 1, reference="early"), BOX, at=BEGAN + timedelta(hours=1))
    stale = commands.RunClock(timers=(late.id,), whole=True, news=0)
    assert await box.ask(stale, BOX) == commands.Fired()
    await box.fire()
    assert [reference for reference, _ in await bookings(box)] == ["early", "late"]


async def test_two_processes_move_a_clock_once(
    box: Desk, tmp_path: Path, database_url: str
) -> None:
    hourly = types.Schedule(every_seconds=3_600)
    await box.set(pay(ANN, BOB, 1, reference="hour"), BOX, schedule=hourly)
    await box.ask(commands.AdvanceClock(to=BEGAN + timedelta(days=3)), BOX)
    async with ledger_on(database_url, clock=box.clock) as second:
        while any(await asyncio.gather(*(firing.fire_due(one, 0) for one in (box, Desk(second))))):
            pass
    booked = await bookings(box)
    assert len(booked) == len(set(booked)) == 72
    assert len(await box.log("timers.clock_reached")) == 1
    await box.prove(tmp_path)


async def test_the_ledger_goes_by_it(box: Desk) -> None:
    hour = timedelta(hours=1)
    with pytest.raises(refused.ExpiryInPast):
        await box.ask(ledger.PlaceHold(debit=ANN, credit=BOB, amount=1, expires=BEGAN), BOX)
    placed = await box.ask(
        ledger.PlaceHold(debit=ANN, credit=BOB, amount=1, expires=BEGAN + hour), BOX
    )
    with pytest.raises(refused.PeriodInFuture):
        await box.ask(ledger.ClosePeriod(before=BEGAN + hour), BOX)
    booked = await box.ask(pay(ANN, BOB, 1), BOX)
    assert booked.effective == BEGAN
    assert booked.recorded < BEGAN

    await advance(box, hours=1)
    with pytest.raises(refused.HoldNotOpen):
        await box.ask(ledger.CaptureHold(hold=placed.id), BOX)
    await box.ask(ledger.ClosePeriod(before=BEGAN + hour), BOX)
    with pytest.raises(refused.PeriodClosed):
        await box.ask(pay(ANN, BOB, 1, effective=BEGAN), BOX)
    assert (await box.ask(pay(ANN, BOB, 1), BOX)).effective == BEGAN + hour


async def test_a_retry_fires_though_the_clock_stands(box: Desk) -> None:
    timer = await box.set(pay(ANN, BOB, 200_000), BOX, at=BEGAN + timedelta(hours=1))
    await advance(box, hours=2)
    await box.ask(pay("assets:bank", ANN, 100_000), BOX)
    await box.ask(commands.RetryTimer(timer=timer.id), BOX)
    assert await box.fire() == 1
    assert await box.posted(BOB, BOX) == 200_000


@pytest.mark.parametrize(
    ("to", "refusal"),
    [
        (BEGAN, rejections.ClockNotLater),
        (BEGAN - timedelta(days=1), rejections.ClockNotLater),
        (BEGAN + timedelta(days=3_653, microseconds=1), rejections.ClockTooFar),
        (BEGAN.replace(tzinfo=None), rejections.MomentInvalid),
        (datetime(9999, 1, 1, tzinfo=UTC), rejections.MomentInvalid),
    ],
)
async def test_where_a_clock_does_not_go(
    box: Desk, to: datetime, refusal: type[rejections.TimersRejection]
) -> None:
    with pytest.raises(refusal) as found:
        await box.ask(commands.AdvanceClock(to=to), BOX)
    assert found.value.field == "to"


async def test_one_advance_at_a_time_and_none_without_a_clock(box: Desk) -> None:
    await box.ask(commands.AdvanceClock(to=BEGAN + timedelta(hours=1)), BOX)
    with pytest.raises(rejections.ClockAdvancing):
        await box.ask(commands.AdvanceClock(to=BEGAN + timedelta(hours=2)), BOX)
    await box.open("acme")
    with pytest.raises(rejections.ClockNotFound):
        await box.ask(commands.AdvanceClock(to=BEGAN + timedelta(hours=1)))


async def test_only_the_sandbox_has_clocks(box: Desk) -> None:
    with pytest.raises(refused.ClockNeedsSandbox) as found:
        await box.ask(ledger.CreateTenant(name="Zeta", clock=BEGAN), "zeta")
    assert found.value.field == "clock"
    made = await box.ask(ledger.CreateTenant(name="Zeta", sandbox=True), "zeta")
    assert made.sandbox
    with pytest.raises(rejections.ClockNotFound):
        await box.ask(commands.AdvanceClock(to=BEGAN), "zeta")


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("set"), st.integers(1, 40), st.sampled_from([0, 0, 1, 3])),
        st.tuples(st.just("cancel"), st.integers(0, 9)),
        st.tuples(st.just("advance"), st.integers(1, 30)),
        st.tuples(st.just("look"), st.integers(0, 1)),
        st.tuples(st.just("again"), st.integers(0, 9)),
    ),
    max_size=25,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
async def test_each_occurrence_has_one_effect_in_any_order_of_events(
    ledger: Ledger, steps: list[Any]
) -> None:
    """Two processes look, one of them may repeat what it asked before it died; timers are set and
    cancelled meanwhile. Each occurrence that came before it was cancelled is booked once."""
    desk = Desk(ledger)
    tenant = f"t{await desk.db.fetchval('select count(*) from ledger_tenant')}"
    await desk.open(tenant, clock=BEGAN)
    asked: list[Any] = []
    submit = desk.submit

    async def remember(command: Any, **about: Any) -> Any:
        if isinstance(command, commands.RunClock):
            asked.append(command)
        return await submit(command, **about)

    desk.submit = remember
    timers: list[Any] = []
    for kind, number, *more in steps:
        now = await desk.db.fetchval("select now from tenant_clock where tenant = $1", tenant)
        if kind == "set":
            at = now + timedelta(hours=number)
            every = types.Schedule(every_seconds=3_600 * more[0], times=4) if more[0] else None
            command = pay(ANN, BOB, 1, reference=f"n{len(timers)}")
            timers.append(await desk.set(command, tenant, at=at, schedule=every))
        elif kind == "cancel" and number < len(timers):
            await _quietly(desk.ask(commands.CancelTimer(timer=timers[number].id), tenant))
        elif kind == "advance":
            to = now + timedelta(hours=number)
            await _quietly(desk.ask(commands.AdvanceClock(to=to), tenant))
        elif kind == "look":
            await asyncio.gather(*(firing.fire_due(desk, 0) for _ in range(number + 1)))
        elif kind == "again" and number < len(asked):
            await desk.ask(asked[number], tenant)
    await desk.fire()

    fired = await desk.db.fetch(
        "select body::json ->> 'id' as id, body::json ->> 'due' as due from book_log"
        " where type = 'timers.timer_fired' and tenant = $1 order by position", tenant
    )  # fmt: skip
    occurrences = [(row["id"], row["due"]) for row in fired]
    assert len(occurrences) == len(set(occurrences))
    assert await desk.posted(BOB, tenant) == len(occurrences)
    now = await desk.db.fetchval("select now from tenant_clock where tenant = $1", tenant)
    waiting = await desk.db.fetchval(
        "select min(due) from timer where tenant = $1 and state = 'armed'", tenant
    )
    assert waiting is None or waiting > now
    dues = [due for _, due in occurrences]
    assert dues == sorted(dues), clock.timestamp(now)


async def _quietly(asked: Any) -> None:
    """What the rules may refuse, as the steps come."""
    with contextlib.suppress(rejections.TimerNotArmed, rejections.ClockAdvancing):
        await asked
