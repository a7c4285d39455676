"""The ledger's facts. Amounts are decimal texts of minor units, so that no reader loses digits;
in a posting debits are positive and credits negative, so they sum to zero in each currency."""

from __future__ import annotations

from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from culm.book.event import Event
from culm.ledger import terms, types


class TenantCreated(Event, frozen=True):
    """Books were begun for a tenant."""

    TYPE: ClassVar[str] = "ledger.tenant_created"
    id: Annotated[str, Meta(description="The tenant, as it names itself in requests.")]
    name: Annotated[str, Meta(description="Its name, for people.")]
    sandbox: Annotated[
        bool, Meta(description="Whether it is of the sandbox, where no money is real.")
    ] = False


class AssetRegistered(Event, frozen=True):
    """An asset may be used as a currency from now on."""

    TYPE: ClassVar[str] = "ledger.asset_registered"
    code: Annotated[str, Meta(description="Its code: 3 to 12 capitals and digits.")]
    scale: Annotated[int, Meta(description="How many digits a whole unit has after the point.")]
    name: Annotated[str, Meta(description="Its name, for people.")] = ""


class AccountOpened(Event, frozen=True):
    """An account was opened, at zero."""

    TYPE: ClassVar[str] = "ledger.account_opened"
    id: terms.AccountId
    code: Annotated[str, Meta(description="Its code in the tenant's chart of accounts.")]
    currency: terms.Currency
    side: Annotated[types.Side, Meta(description="What increases it: its normal sense.")]
    minimum: terms.Minimum | None = None
    maximum: terms.Maximum | None = None
    metadata: terms.Metadata = {}


class AccountUpdated(Event, frozen=True):
    """An account's limits, freeze and metadata are from now on as given here, all of them."""

    TYPE: ClassVar[str] = "ledger.account_updated"
    id: terms.AccountId
    minimum: terms.Minimum | None = None
    maximum: terms.Maximum | None = None
    freeze: Annotated[
        types.Freeze, Meta(description="What may not be booked: what comes in, goes out, or both.")
    ] = "none"
    metadata: terms.Metadata = {}


class AccountClosed(Event, frozen=True):
    """An account was closed for good."""

    TYPE: ClassVar[str] = "ledger.account_closed"
    id: terms.AccountId


class Capture(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a transaction took out of a hold: posted, and given back with it."""

    hold: terms.HoldId
    amount: Annotated[terms.Amount, Meta(description="What was posted, in minor units.")]
    released: Annotated[str, Meta(description="What was given back with it.")] = "0"


class TransactionPosted(Event, frozen=True, gc=False):
    """A transaction was booked. A posting is (account, amount, currency).

    `effective` is left out when it is the moment of recording. `reverses` names the transaction
    that this one reverses, posting by posting; `capture` the hold that it takes from.
    """

    TYPE: ClassVar[str] = "ledger.transaction_posted"
    id: terms.TransactionId
    postings: Annotated[
        tuple[terms.Posting, ...],
        Meta(description="Account, amount and currency of each; they sum to zero a currency."),
    ]
    kind: Annotated[str, Meta(description="What kind of transaction the caller says it is.")] = (
        "transfer"
    )
    reference: terms.Reference = ""
    effective: (
        Annotated[
            terms.Moment, Meta(description="Its value date, in UTC, if not when it was recorded.")
        ]
        | None
    ) = None
    metadata: terms.Metadata = {}
    reverses: (
        Annotated[terms.TransactionId, Meta(description="The transaction that it reverses.")] | None
    ) = None
    capture: Annotated[Capture | None, Meta(description="The hold that it takes from.")] = None


class HoldPlaced(Event, frozen=True):
    """An amount was reserved on its way from one account to another."""

    TYPE: ClassVar[str] = "ledger.hold_placed"
    id: terms.HoldId
    debit: Annotated[terms.AccountId, Meta(description="The account that will be debited.")]
    credit: Annotated[terms.AccountId, Meta(description="The account that will be credited.")]
    amount: terms.Amount
    currency: terms.Currency
    expires: (
        Annotated[terms.Moment, Meta(description="When what remains is given back, in UTC.")] | None
    ) = None
    reference: terms.Reference = ""
    metadata: terms.Metadata = {}
    owner: Annotated[
        str, Meta(description="What alone captures and releases it, as `rails.ach`; or empty.")
    ] = ""


class HoldReleased(Event, frozen=True):
    """What remained of a hold was given back on request."""

    TYPE: ClassVar[str] = "ledger.hold_released"
    hold: terms.HoldId
    amount: Annotated[terms.Amount, Meta(description="What was given back, in minor units.")]


class HoldExpired(Event, frozen=True):
    """What remained of a hold was given back because its time had come."""

    TYPE: ClassVar[str] = "ledger.hold_expired"
    hold: terms.HoldId
    amount: Annotated[terms.Amount, Meta(description="What was given back, in minor units.")]


class PeriodClosed(Event, frozen=True):
    """Nothing more is booked with an effective time before this moment."""

    TYPE: ClassVar[str] = "ledger.period_closed"
    before: Annotated[terms.Moment, Meta(description="The end of the closed period, in UTC.")]
