"""What becomes of runs: begun or skipped, paid, refused."""

from __future__ import annotations

import msgspec

from culm.book.unit import Unit
from culm.kernel import ids
from culm.recurring import events, transitions, types
from culm.recurring.apply import found
from culm.recurring.tables import RUNS
from culm.timers import api as timers


def run_begun(unit: Unit, event: events.RunBegun, _position: int) -> None:
    """Keep the run, and let its schedule go on."""
    run = _new(unit, event, "due")
    unit.put(RUNS, run.id, msgspec.structs.replace(run, begun=event.begun))


def run_skipped(unit: Unit, event: events.RunSkipped, _position: int) -> None:
    """Keep that there was none, and let the schedule go on."""
    run = _new(unit, event, "skipped")
    unit.put(RUNS, run.id, run)


def _new(
    unit: Unit, event: events.RunBegun | events.RunSkipped, state: types.RunState
) -> types.Run:
    schedule = found.schedule(unit, event.schedule)
    found.move(
        unit,
        schedule,
        "end" if event.next is None else "pass",
        occurrence=event.next,
        due=event.due,
        passed=schedule.passed + 1,
    )
    return types.Run(
        id=event.id,
        number=ids.number_of(event.id),
        tenant=unit.origin.tenant,
        schedule=event.schedule,
        occurrence=event.occurrence,
        begun=event.occurrence,
        state=state,
        created=timers.now(unit),
        updated=timers.now(unit),
    )


def run_paid(unit: Unit, event: events.RunPaid, _position: int) -> None:
    """Keep the payment; what failed before no longer counts."""
    run = found.run(unit, event.id)
    found.settle(unit, run, "pay", payment=event.payment, code="", again=None)
    _count(unit, run, 0)


def run_refused(unit: Unit, event: events.RunRefused, _position: int) -> None:
    """Keep why, and when it is tried again; a run that has failed counts."""
    run = found.run(unit, event.id)
    happening: transitions.RunHappening = "give_up" if event.again is None else "refuse"
    found.settle(unit, run, happening, code=event.code, again=event.again)
    if event.again is None:
        _count(unit, run, found.schedule(unit, run.schedule).failures + 1)


def _count(unit: Unit, run: types.Run, failures: int) -> None:
    schedule = found.schedule(unit, run.schedule)
    if schedule.failures != failures:
        found.recount(unit, schedule, failures)
