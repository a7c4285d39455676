"""What may be asked of recurring payments. The first group is for owners, the second for timers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from culm.ledger import commands as ledger
from culm.payments import commands as payments
from culm.recurring import checks, types
from culm.timers import api as timers


def _described(**schema: object) -> msgspec.Meta:
    """What callers are told of a value's form; it is `checks` that refuses another."""
    return msgspec.Meta(extra_json_schema=schema)


_Day = Annotated[int, _described(minimum=1, maximum=checks.MAX_DAYS)]
Retries = Annotated[tuple[_Day, ...], _described(maxItems=checks.MAX_RETRIES)]
_PRINTABLE = r"^[^\x00-\x1f\x7f]*$"
Text = Annotated[str, _described(minLength=1, maxLength=checks.MAX_TEXT, pattern=_PRINTABLE)]
Failures = Annotated[int, _described(minimum=1, maximum=checks.MAX_FAILURES)]


class Command(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whatever is asked of recurring payments, by the tenant that the request names."""


class CreateSchedule(Command, frozen=True):
    """Have a payment made at a time, on a schedule, or from that time on on that schedule.

    Each run makes one payment, as if it were asked for then. One on a day on which banks do not
    settle is moved as `adjust` says: to the banking day after it (`following`) or before it
    (`preceding`), in the schedule's zone. One that is refused is tried again so many days after it
    was due as `retries` says; after `stop_after` runs in a row that failed, the schedule stops.
    With a `mandate`, each is collected by it.
    """

    kind: types.Kind
    amount: ledger.Amount
    currency: ledger.Currency
    source: payments.Party
    destination: payments.Party
    at: datetime | None = None
    schedule: timers.Schedule | None = None
    adjust: types.Adjustment = "none"
    retries: Retries = ()
    stop_after: Failures | None = None
    same_day: bool = False
    fee_schedule: str | None = None
    reference: ledger.Reference = ""
    description: payments.Description = ""
    metadata: ledger.Metadata = {}
    mandate: str | None = None


class PauseSchedule(Command, frozen=True):
    """Make no payments until the schedule is resumed."""

    schedule: str


class ResumeSchedule(Command, frozen=True):
    """Go on with the next occurrence. What has passed meanwhile is not paid; a payment that is made
    once, whose time has passed, is made now."""

    schedule: str


class SkipOccurrence(Command, frozen=True):
    """Let the next occurrence pass without a payment."""

    schedule: str


class CancelSchedule(Command, frozen=True):
    """Make no payments any more, for good."""

    schedule: str


class CreateMandate(Command, frozen=True):
    """Keep that a payer lets somebody collect: from the payer's bank account (`bac_...`) or wallet
    (`wal_...`) for the wallet `destination`, at most `maximum` at once and `monthly` in a month.

    `text` names the text that the payer agreed to, and `given` when that was. By a `single` one
    something is collected once. From a bank account a `top_up` is collected, by wallet a `transfer`
    or a `purchase`.
    """

    kind: types.MandateKind
    source: payments.Party
    destination: payments.Wallet
    currency: ledger.Currency
    agreed: types.Agreed
    text: Text
    given: datetime
    maximum: ledger.Amount | None = None
    monthly: ledger.Amount | None = None
    single: bool = False
    valid_until: datetime | None = None
    reference: ledger.Reference = ""


class RevokeMandate(Command, frozen=True):
    """Collect nothing by a mandate any more, because the payer has taken it back."""

    mandate: str


class Collect(Command, frozen=True):
    """Make a payment that a mandate allows."""

    mandate: str
    amount: ledger.Amount
    same_day: bool = False
    reference: ledger.Reference = ""
    description: payments.Description = ""
    metadata: ledger.Metadata = {}


class ExpireMandate(Command, frozen=True):
    """Collect nothing by a mandate any more, because its time is over."""

    mandate: str


class NoteReturn(Command, frozen=True):
    """A payment came back from the payer's bank, for a reason. One that was collected by a mandate
    that the payer disowns ends it."""

    payment: str
    reason: str


class NoteUndone(Command, frozen=True):
    """A payment did not come about, and no money has moved. One that was collected by a mandate
    counts no more in the month."""

    payment: str


class RunSchedule(Command, frozen=True):
    """Make the payment of an occurrence. One that is over, or not yet due, is passed over."""

    schedule: str
    occurrence: datetime


class RetryRun(Command, frozen=True):
    """Try the payment of a run once more."""

    run: str


class Ran(msgspec.Struct, frozen=True):
    """The run that was made or tried again; empty where there was nothing to do."""

    run: str = ""


class Noted(msgspec.Struct, frozen=True):
    """The mandate that was changed; empty where there was nothing to do."""

    mandate: str = ""
