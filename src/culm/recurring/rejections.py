"""Why recurring payments say no: one class a code. Codes are stable. What a payment is refused for
keeps its own code."""

from __future__ import annotations

from typing import ClassVar

from culm.kernel import errors


class RecurringRejection(errors.Rejection):
    """Some rule of recurring payments does not allow it."""

    def __init__(self, field: str | None = None) -> None:
        super().__init__(" ".join((self.__doc__ or self.code).split()), field=field)


class RetriesInvalid(RecurringRejection):
    """A run that is refused is tried again at most 5 times, 1 to 30 days after it was due, each
    later than the one before; and a schedule stops after 1 to 100 failures in a row."""

    code: ClassVar[str] = "recurring_retries_invalid"
    status: ClassVar[int] = 400


class MetadataFull(RecurringRejection):
    """Each payment of a schedule is noted with its schedule and its run, under these names: the
    metadata has room for both, and says nothing else there."""

    code: ClassVar[str] = "recurring_metadata_full"
    status: ClassVar[int] = 400


class ScheduleNotFound(RecurringRejection):
    """There is no such schedule."""

    code: ClassVar[str] = "recurring_schedule_not_found"
    status: ClassVar[int] = 404


class ScheduleState(RecurringRejection):
    """This cannot happen to the schedule in the state that it is in."""

    code: ClassVar[str] = "recurring_schedule_state"
    status: ClassVar[int] = 409


class RunNotFound(RecurringRejection):
    """There is no such run."""

    code: ClassVar[str] = "recurring_run_not_found"
    status: ClassVar[int] = 404


class MandateInvalid(RecurringRejection):
    """A mandate names the text that was agreed to in 1 to 64 printable characters, was given in the
    past, and is valid until a later time within 50 years; what it allows in a month is not less
    than what it allows at once."""

    code: ClassVar[str] = "mandate_invalid"
    status: ClassVar[int] = 400


class MandateNotFound(RecurringRejection):
    """There is no such mandate."""

    code: ClassVar[str] = "mandate_not_found"
    status: ClassVar[int] = 404


class MandateNotActive(RecurringRejection):
    """The mandate is revoked, expired, or used: nothing is collected by it any more."""

    code: ClassVar[str] = "mandate_not_active"
    status: ClassVar[int] = 409
    advice: ClassVar[str] = "Ask the payer for another mandate; do not collect without one."


class MandateMismatch(RecurringRejection):
    """The mandate is for another kind of payment, currency, source or destination."""

    code: ClassVar[str] = "mandate_mismatch"


class MandateExceeded(RecurringRejection):
    """This is more than the mandate allows, at once or in a month."""

    code: ClassVar[str] = "mandate_exceeded"
