"""Schedules: payments that are made when their time comes, each once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from culm.ledger import rejections as ledger_rejections
from culm.payments import rejections as payment_rejections
from culm.recurring import commands, rejections
from culm.timers import rejections as timer_rejections
from culm.wallets import commands as wallet_commands
from culm.wallets import rejections as wallet_rejections
from tests.recurring.world import World


async def test_each_occurrence_makes_one_payment(world: World) -> None:
    ann, bob = await world.wallet(100), await world.wallet()
    made = await world.schedule(ann, bob, reference="rent", metadata={"flat": "3"})
    assert (made.state, made.next) == ("active", made.due)
    await world.wait(days=3)
    assert world.states() == ["paid"] * 3
    assert await world.balance(bob) == 30
    paid = world.payments()
    assert {one.id for one in paid} == {one.payment for one in world.runs()}
    run = world.runs()[0]
    payment = next(one for one in paid if one.id == run.payment)
    assert payment.metadata == {"flat": "3", "schedule": made.id, "run": run.id}
    assert payment.reference == "rent"


async def test_a_payment_at_a_time_is_made_once(world: World) -> None:
    ann, bob = await world.wallet(100), await world.wallet()
    made = await world.schedule(ann, bob, at=world.clock.now + timedelta(hours=1))
    await world.wait(minutes=59)
    assert world.runs() == []
    await world.wait(days=2)
    after = await world.now(made.id)
    assert (after.state, after.next, after.due, after.passed) == ("ended", None, None, 1)
    assert await world.balance(bob) == 10


async def test_a_run_asked_for_twice_or_too_early_is_made_once(world: World) -> None:
    ann, bob = await world.wallet(100), await world.wallet()
    made = await world.schedule(ann, bob)
    assert made.next is not None
    asked = commands.RunSchedule(schedule=made.id, occurrence=made.next)
    assert (await world.submit(asked)).run == ""
    await world.wait(days=1)
    assert (await world.submit(asked)).run == ""
    assert await world.balance(bob) == 10


async def test_a_schedule_ends_after_its_last_occurrence(world: World) -> None:
    ann, bob = await world.wallet(100), await world.wallet()
    made = await world.schedule(ann, bob, schedule={"every_seconds": 60, "times": 2})
    await world.wait(days=1)
    assert (await world.now(made.id)).state == "ended"
    assert world.states() == ["paid", "paid"]


async def test_a_rent_is_paid_when_clocks_show_nine_all_year(world: World) -> None:
    ann, bob = await world.wallet(10_000), await world.wallet()
    await world.schedule(ann, bob, schedule={"cron": "0 9 1 * *", "zone": "Europe/Berlin"})
    await world.wait(days=365)
    hours = {one.occurrence.month: one.occurrence.hour for one in world.runs()}
    assert len(hours) == 12
    assert (hours[1], hours[7]) == (8, 7)


async def test_what_is_refused_is_tried_again_on_the_days_that_were_said(world: World) -> None:
    ann, bob = await world.wallet(), await world.wallet()
    await world.schedule(ann, bob, at=world.clock.now + timedelta(hours=1), retries=[1, 3])
    await world.wait(hours=2)
    [run] = world.runs()
    assert (run.state, run.code, run.again) == (
        "retrying",
        "insufficient_funds",
        run.begun + timedelta(days=1),
    )
    await world.wait(days=1)
    [run] = world.runs()
    assert (run.state, run.attempts, run.again) == ("retrying", 2, run.begun + timedelta(days=3))
    await world.book("assets:bank:tests", f"liabilities:wallets:{ann[4:]}:usd", 10)
    await world.wait(days=3)
    [run] = world.runs()
    assert (run.state, run.code, run.attempts) == ("paid", "", 3)
    assert await world.balance(bob) == 10


async def test_a_refusal_leaves_nothing_but_its_code(world: World) -> None:
    ann, bob = await world.wallet(100), await world.wallet()
    await world.schedule(ann, bob)
    await world.submit(wallet_commands.FreezeWallet(wallet=bob))
    await world.wait(days=1)
    [run] = world.runs()
    assert (run.state, run.code, run.payment) == ("failed", "wallet_frozen", "")
    assert world.payments() == []


async def test_a_schedule_stops_after_so_many_failures_in_a_row(world: World) -> None:
    ann, bob = await world.wallet(10), await world.wallet()
    made = await world.schedule(ann, bob, stop_after=2)
    await world.wait(days=10)
    assert world.states() == ["paid", "failed", "failed"]
    after = await world.now(made.id)
    assert (after.state, after.failures) == ("stopped", 2)
    await world.book("assets:bank:tests", f"liabilities:wallets:{ann[4:]}:usd", 100)
    resumed = await world.resume(made.id)
    assert (resumed.state, resumed.failures) == ("active", 0)
    await world.wait(days=1)
    assert world.states()[3:] == ["paid"]


async def test_a_success_forgets_failures(world: World) -> None:
    ann, bob = await world.wallet(), await world.wallet()
    made = await world.schedule(ann, bob, stop_after=2)
    await world.wait(days=1)
    assert (await world.now(made.id)).failures == 1
    await world.book("assets:bank:tests", f"liabilities:wallets:{ann[4:]}:usd", 10)
    await world.wait(days=1)
    assert (await world.now(made.id)).failures == 0
    await world.wait(days=1)
    assert (await world.now(made.id)).state == "active"


async def test_what_passes_in_a_pause_is_not_paid(world: World) -> None:
    ann, bob = await world.wallet(100), await world.wallet()
    made = await world.schedule(ann, bob)
    first = made.next
    assert first is not None
    await world.pause(made.id)
    await world.wait(days=3)
    assert world.runs() == []
    resumed = await world.resume(made.id)
    assert resumed.next == first + timedelta(days=3)
    await world.wait(days=1)
    assert world.states() == ["paid"]


async def test_a_payment_that_was_to_be_made_in_a_pause_is_made_after_it(world: World) -> None:
    ann, bob = await world.wallet(100), await world.wallet()
    made = await world.schedule(ann, bob, at=world.clock.now + timedelta(days=1))
    await world.pause(made.id)
    await world.wait(days=3)
    await world.resume(made.id)
    await world.fire()
    assert world.states() == ["paid"]


async def test_a_schedule_whose_end_has_passed_in_a_pause_has_ended(world: World) -> None:
    ann, bob = await world.wallet(100), await world.wallet()
    until = world.clock.now + timedelta(days=2)
    made = await world.schedule(ann, bob, schedule={"every_seconds": 86_400, "until": until})
    await world.pause(made.id)
    await world.wait(days=3)
    assert (await world.resume(made.id)).state == "ended"


async def test_an_occurrence_is_skipped(world: World) -> None:
    ann, bob = await world.wallet(100), await world.wallet()
    made = await world.schedule(ann, bob)
    assert made.next is not None
    skipped = await world.skip(made.id)
    assert skipped.next == made.next + timedelta(days=1)
    await world.wait(days=2)
    assert world.states() == ["skipped", "paid"]


async def test_the_last_occurrence_skipped_ends_the_schedule(world: World) -> None:
    ann, bob = await world.wallet(100), await world.wallet()
    made = await world.schedule(ann, bob, at=world.clock.now + timedelta(days=1))
    assert (await world.skip(made.id)).state == "ended"


async def test_a_schedule_that_is_cancelled_pays_nothing_and_retries_nothing(world: World) -> None:
    ann, bob = await world.wallet(), await world.wallet()
    made = await world.schedule(ann, bob, retries=[1])
    await world.wait(days=1)
    assert world.states() == ["retrying"]
    await world.cancel(made.id)
    await world.book("assets:bank:tests", f"liabilities:wallets:{ann[4:]}:usd", 100)
    await world.wait(days=9)
    assert world.states() == ["failed"]
    assert await world.balance(bob) == 0
    with pytest.raises(rejections.ScheduleState):
        await world.resume(made.id)


@pytest.mark.parametrize(
    ("adjust", "days"),
    [("none", [3, 4, 5, 6]), ("following", [3, 6, 6, 6]), ("preceding", [3, 3, 3, 6])],
)
async def test_runs_are_moved_off_days_on_which_banks_do_not_settle(
    world: World, adjust: str, days: list[int]
) -> None:
    """From Friday the third of July 2026, on which the Reserve Banks settle, to Monday."""
    world.clock.now = datetime(2026, 7, 2, 12, tzinfo=UTC)
    ann, bob = await world.wallet(100), await world.wallet()
    plan = {"every_seconds": 86_400, "times": 4}
    await world.schedule(ann, bob, schedule=plan, adjust=adjust)
    await world.wait(days=8)
    assert [one.begun.day for one in world.runs()] == days
    assert [one.occurrence.day for one in world.runs()] == [3, 4, 5, 6]


@pytest.mark.parametrize(
    ("said", "refusal", "field"),
    [
        ({"retries": [3, 1]}, rejections.RetriesInvalid, "retries"),
        ({"retries": [0]}, rejections.RetriesInvalid, "retries"),
        ({"retries": [1, 2, 3, 4, 5, 6]}, rejections.RetriesInvalid, "retries"),
        ({"stop_after": 0}, rejections.RetriesInvalid, "stop_after"),
        ({"metadata": {"run": "x"}}, rejections.MetadataFull, "metadata"),
        (
            {"metadata": {str(n): "" for n in range(49)}},
            rejections.MetadataFull,
            "metadata",
        ),
        ({"kind": "top_up"}, payment_rejections.PartiesInvalid, "source"),
        ({"same_day": True}, payment_rejections.OptionInvalid, "same_day"),
        ({"schedule": {"cron": "nonsense"}}, timer_rejections.ScheduleInvalid, "schedule.cron"),
        (
            {"at": datetime(2001, 1, 1, tzinfo=UTC)},
            timer_rejections.TimerInPast,
            "at",
        ),
        ({"currency": "\x00"}, ledger_rejections.CurrencyUnknown, "currency"),
        (
            {"destination": "wal_0000000000000001"},
            wallet_rejections.WalletNotFound,
            "destination",
        ),
    ],
)
async def test_what_could_never_be_paid_is_refused_at_once(
    world: World, said: dict[str, Any], refusal: type[Exception], field: str
) -> None:
    ann, bob = await world.wallet(), await world.wallet()
    with pytest.raises(refusal) as refused:
        await world.schedule(ann, **{"destination": bob, **said})
    assert getattr(refused.value, "field", None) == field


async def test_of_another_tenant_nothing_is_found(world: World) -> None:
    ann, bob = await world.wallet(), await world.wallet()
    made = await world.schedule(ann, bob)
    for asked in (
        commands.PauseSchedule(schedule=made.id),
        commands.CancelSchedule(schedule=made.id),
        commands.RunSchedule(schedule=made.id, occurrence=world.clock.now),
    ):
        with pytest.raises(rejections.ScheduleNotFound):
            await world.submit(asked, tenant="other")
    with pytest.raises(rejections.RunNotFound):
        await world.submit(commands.RetryRun(run="run_0000000000000001"))
