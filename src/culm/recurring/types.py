"""The state of schedules: what is paid when, and what became of each run."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal

import msgspec

from culm.payments import api as payments
from culm.timers import api as timers

PREFIX: Final = "sch"
"""Of the ids of schedules."""

RUN: Final = "run"
MANDATE: Final = "man"

Kind = Literal["transfer", "purchase", "top_up", "withdrawal", "payout"]
"""What can be paid by a schedule. An exchange cannot: a quote does not wait for it."""

Adjustment = Literal["none", "following", "preceding"]
"""What becomes of an occurrence on a day on which banks do not settle: it stays, or is moved to the
banking day after it or before it."""

State = Literal["active", "paused", "stopped", "ended", "cancelled"]
RunState = Literal["due", "paid", "retrying", "failed", "skipped"]


MandateState = Literal["active", "revoked", "expired", "used"]
MandateKind = Literal["top_up", "transfer", "purchase"]
"""What is collected: from a bank account a top-up, from a wallet a transfer or a purchase."""

Agreed = Literal["written", "online", "telephone"]
"""How the payer agreed."""


class Template(msgspec.Struct, frozen=True, omit_defaults=True):
    """What each run pays, in minor units of the currency."""

    kind: Kind
    amount: int
    currency: str
    source: str
    destination: str
    same_day: bool = False
    fee_schedule: str | None = None
    reference: str = ""
    description: str = ""
    metadata: dict[str, str] = {}
    mandate: str | None = None

    def payment(self, **noted: str) -> payments.New:
        """The payment that a run makes, with what is noted of it."""
        return payments.New(
            kind=self.kind,
            amount=str(self.amount),
            currency=self.currency,
            source=self.source,
            destination=self.destination,
            same_day=self.same_day,
            fee_schedule=self.fee_schedule,
            reference=self.reference,
            description=self.description,
            metadata=self.metadata | noted,
        )


class Schedule(msgspec.Struct, frozen=True, kw_only=True):
    """A payment that is made at a time, or again and again.

    `occurrence` is the next time by the plan, `due` when its run is made, moved off days on which
    banks do not settle; both are None when nothing comes any more. `passed` counts occurrences that
    are over, `failures` runs in a row that failed.
    """

    id: str
    number: int
    tenant: str
    state: State
    template: Template
    plan: timers.Schedule | None
    adjust: Adjustment
    retries: tuple[int, ...]
    stop_after: int | None
    occurrence: datetime | None
    due: datetime | None
    passed: int = 0
    failures: int = 0
    created: datetime
    updated: datetime


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one occurrence of a schedule: its payment was tried first when it was `begun`,
    by the tenant's time. `attempts` counts the times that it was tried, `code` says why it was
    refused the last time, and `again` when it is tried once more."""

    id: str
    number: int
    tenant: str
    schedule: str
    occurrence: datetime
    begun: datetime
    state: RunState
    attempts: int = 0
    payment: str = ""
    code: str = ""
    again: datetime | None = None
    created: datetime
    updated: datetime


class Mandate(msgspec.Struct, frozen=True, kw_only=True):
    """What a payer allows to be collected from them, in minor units of a currency: from their
    `source` for the `destination`, at most `maximum` at once and `monthly` in a month in UTC.

    `customer` is the payer. `agreed` says how, by the text called `text`, when it was `given`.
    `month` is the newest in which something was collected, `collected` how much in it, and
    `collections` how often in all. `reason` says why it was revoked.
    """

    id: str
    number: int
    tenant: str
    state: MandateState
    kind: MandateKind
    customer: str
    source: str
    destination: str
    currency: str
    agreed: Agreed
    text: str
    given: datetime
    maximum: int | None
    monthly: int | None
    single: bool
    valid_until: datetime | None
    reference: str
    month: str = ""
    collected: int = 0
    collections: int = 0
    reason: str = ""
    created: datetime
    updated: datetime

    def in_month(self, month: str) -> int:
        """What was collected in a month that is none before the newest."""
        return self.collected if month == self.month else 0


class Collection(msgspec.Struct, frozen=True, kw_only=True):
    """A payment that was collected by a mandate, and whether it counts in the month."""

    payment: str
    number: int
    tenant: str
    mandate: str
    amount: int
    created: datetime
    counted: bool = True
