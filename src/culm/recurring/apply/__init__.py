"""What each of the facts of recurring payments does to the state. The only code that changes it."""

from __future__ import annotations

from typing import Any, Final

from culm.book import catalog
from culm.recurring import events
from culm.recurring.apply import mandates, runs, schedules

APPLIES: Final[dict[type[Any], catalog.Apply]] = {
    events.ScheduleCreated: schedules.schedule_created,
    events.SchedulePaused: schedules.schedule_paused,
    events.ScheduleResumed: schedules.schedule_resumed,
    events.ScheduleStopped: schedules.schedule_stopped,
    events.ScheduleCancelled: schedules.schedule_cancelled,
    events.RunBegun: runs.run_begun,
    events.RunSkipped: runs.run_skipped,
    events.RunPaid: runs.run_paid,
    events.RunRefused: runs.run_refused,
    events.MandateCreated: mandates.mandate_created,
    events.MandateCollected: mandates.mandate_collected,
    events.CollectionUndone: mandates.collection_undone,
    events.MandateRevoked: mandates.mandate_revoked,
    events.MandateExpired: mandates.mandate_expired,
}
