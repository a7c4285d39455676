"""The model as a whole: one command after the other, each answered once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from culm.ledger import commands
from culm.rails.ach import commands as ach
from culm.simulation.model import (
    booking,
    chart,
    files,
    firing,
    holding,
    reversing,
    timing,
    webhooks,
    work,
)
from culm.simulation.model.state import Rejected, Row, State
from culm.timers import commands as timers

RULES: dict[type[msgspec.Struct], Callable[[State, Any], Row | None]] = {
    commands.CreateTenant: chart.create_tenant,
    commands.RegisterAsset: chart.register_asset,
    commands.OpenAccount: chart.open_account,
    commands.UpdateAccount: chart.update_account,
    commands.CloseAccount: chart.close_account,
    commands.ClosePeriod: chart.close_period,
    commands.PostTransaction: booking.post,
    commands.Exchange: booking.exchange,
    commands.ReverseTransaction: reversing.reverse,
    commands.PlaceHold: holding.place,
    commands.CaptureHold: holding.capture,
    commands.ReleaseHold: holding.release,
    commands.ExpireHolds: holding.expire,
    timers.SetTimer: timing.set_timer,
    timers.CancelTimer: timing.cancel,
    timers.RetryTimer: timing.retry,
    timers.FireTimers: firing.fire_timers,
    timers.FailTimer: firing.fail,
    timers.AdvanceClock: firing.advance,
    timers.RunClock: firing.run_clock,
    ach.ReceiveFile: files.receive,
    ach.PostEntries: files.post,
    **webhooks.RULES,
    **work.RULES,
}


class Outcome(NamedTuple):
    """What a command comes to: its result, or the code and the field of its rejection."""

    result: Row | None = None
    code: str | None = None
    field: str | None = None


class Ledger:
    """The books, and what was answered under each idempotency key."""

    def __init__(self, partition: int) -> None:
        self.state = State(partition)
        self.answers: dict[tuple[str, str], tuple[msgspec.Struct, Outcome]] = {}

    def answered(self, command: msgspec.Struct, *, tenant: str, key: str | None) -> Outcome | None:
        """What a key was answered before, or the conflict; None when it was not used."""
        if key is None or (tenant, key) not in self.answers:
            return None
        before, outcome = self.answers[tenant, key]
        if type(before) is not type(command):
            return Outcome(code="idempotency_conflict", field="Idempotency-Key")
        for name in command.__struct_fields__:
            if content(getattr(before, name)) != content(getattr(command, name)):
                return Outcome(code="idempotency_conflict", field=name)
        return outcome

    def decide(
        self, command: msgspec.Struct, *, tenant: str, key: str | None, attempt: str, now: datetime
    ) -> Outcome:
        """Decide a command whose key was not answered before. A rejection leaves no trace."""
        self.state.asking, self.state.attempt, self.state.now = tenant, attempt, now
        try:
            if isinstance(command, commands.PostTransactions):
                outcome = Outcome(self._batch(command))
            else:
                outcome = Outcome(RULES[type(command)](self.state, command))
        except Rejected as rejected:
            return Outcome(code=rejected.code, field=rejected.field)
        if key is not None:
            self.answers[tenant, key] = command, outcome
        return outcome

    def _batch(self, batch: commands.PostTransactions) -> Row:
        """Each on its own merits, or the first rejection for all."""
        if not 1 <= len(batch.transactions) <= 10_000:
            raise Rejected("batch_size", "transactions")
        began = len(self.state.log)
        results: list[Row] = []
        for index, command in enumerate(batch.transactions):
            try:
                booked = booking.post(self.state, command)
                results.append({"id": booked["id"]})
            except Rejected as rejected:
                if batch.mode == "all":
                    self.state.forget_since(began)
                    field = f"transactions[{index}].{rejected.field}"
                    raise Rejected(rejected.code, field) from None
                results.append({"code": rejected.code, "field": rejected.field})
        return {"results": tuple(results)}


def content(value: Any) -> Any:
    """A field as far as it counts for whether two commands are the same."""
    return value if value is msgspec.UNSET else msgspec.to_builtins(value)
