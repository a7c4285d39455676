"""An example of each fact of recurring payments: a rent, and what became of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from culm.book.event import Event
from culm.recurring import events, terms
from culm.timers import api as timers

_SCHEDULE: Final = "sch_00000000000000d1"
_RUN: Final = "run_00000000000000d2"
_MANDATE: Final = "man_00000000000000e1"
_FIRST: Final = datetime(2026, 4, 1, 7, tzinfo=UTC)
_SECOND: Final = datetime(2026, 5, 1, 7, tzinfo=UTC)
_THIRD: Final = datetime(2026, 6, 1, 7, tzinfo=UTC)

EXAMPLES: Final[tuple[Event, ...]] = (
    events.ScheduleCreated(
        id=_SCHEDULE,
        template=terms.Template(
            kind="transfer",
            amount="95000",
            currency="EUR",
            source="wal_0000000000000041",
            destination="wal_0000000000000052",
            reference="rent",
            description="Rent",
        ),
        next=_FIRST,
        due=_FIRST,
        plan=timers.Schedule(cron="0 9 1 * *", zone="Europe/Berlin"),
        adjust="following",
        retries=(1, 3),
        stop_after=3,
    ),
    events.RunBegun(
        id=_RUN, schedule=_SCHEDULE, occurrence=_FIRST, begun=_FIRST, next=_SECOND, due=_SECOND
    ),
    events.RunPaid(id=_RUN, schedule=_SCHEDULE, payment="pay_00000000000000d3"),
    events.RunRefused(
        id=_RUN,
        schedule=_SCHEDULE,
        code="insufficient_funds",
        again=datetime(2026, 4, 2, 7, tzinfo=UTC),
    ),
    events.RunSkipped(id=_RUN, schedule=_SCHEDULE, occurrence=_SECOND, next=_THIRD, due=_THIRD),
    events.SchedulePaused(id=_SCHEDULE),
    events.ScheduleResumed(id=_SCHEDULE, next=_THIRD, due=_THIRD),
    events.ScheduleStopped(id=_SCHEDULE, failures=3),
    events.ScheduleCancelled(id=_SCHEDULE),
    events.MandateCreated(
        id=_MANDATE,
        kind="top_up",
        customer="cus_0000000000000031",
        source="bac_00000000000000a1",
        destination="wal_0000000000000052",
        currency="USD",
        agreed="online",
        text="debits-2026-01",
        given=_FIRST,
        maximum="20000",
        monthly="50000",
        valid_until=_THIRD,
    ),
    events.MandateCollected(
        id=_MANDATE, payment="pay_00000000000000d3", amount="15000", month="2026-04"
    ),
    events.CollectionUndone(
        id=_MANDATE, payment="pay_00000000000000d3", amount="15000", month="2026-04"
    ),
    events.MandateRevoked(id=_MANDATE, reason="R07", payment="pay_00000000000000d3"),
    events.MandateExpired(id=_MANDATE),
)
