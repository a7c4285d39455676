"""The bodies of requests: what is left out is not sent.

Made from the API's description by `make client`: do not edit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec

from culm.client import types


class AccountChange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Change an account's limits, freeze or metadata; what is left out stays as it is."""

    minimum: int | str | msgspec.UnsetType | None = msgspec.UNSET
    maximum: int | str | msgspec.UnsetType | None = msgspec.UNSET
    freeze: Literal["both", "in", "none", "out"] | None = None
    metadata: Mapping[str, str] | None = None


class AdvanceClock(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Have the tenant's virtual clock go on to a later time. What is due by then fires on the way,
    each at its time.
    """

    to: datetime


class Capture(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Post a hold or a part of it (default: all that remains); `release_rest` ends the hold."""

    amount: int | str | None = None
    release_rest: bool | None = None
    kind: str | None = None
    reference: str | None = None
    effective: datetime | None = None
    metadata: Mapping[str, str] | None = None


class ClosePeriod(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Close the books before a moment: nothing more is booked with an earlier effective time."""

    before: datetime


class Configure(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Set the terms under which the tenant's files go to its bank. `odfi` is the bank's routing
    number. Files are headed to `destination` (default: the ODFI) from `origin` (default: the
    company's identification). Times are `HH:MM`, Eastern; those of the bank are in the
    agreement with it. Without them files leave at 20:00, and for the same day half an hour
    before the Federal Reserve's own deadlines. An empty list of cut-offs for the same day means
    that there are no same-day transfers.
    """

    odfi: str
    company_name: str
    company_id: str
    destination: str | None = None
    origin: str | None = None
    destination_name: str | None = None
    origin_name: str | None = None
    standard: types.CutoffRequest | None = None
    same_day: Sequence[types.CutoffRequest] | None = None


class CreateEndpoint(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Have a URL told of events of some types, or of all of them where none is given."""

    url: str
    event_types: Sequence[str] | None = None
    payload: Literal["full", "thin"] | None = None
    signature: Literal["ed25519", "hmac"] | None = None
    description: str | None = None


class CreateFeeSchedule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Say what payments cost in a currency. A schedule is never changed: a new one takes its place
    as the standing price of its `kinds`. The tier that an amount falls into sets the fee:
    `fixed` minor units and `basis_points` hundredths of a per cent. With `graduated`, each tier
    that it reaches counts for the slice of the amount within it.
    """

    name: str
    currency: str
    tiers: Sequence[types.Tier]
    graduated: bool | None = None
    minimum: int | str | None = None
    maximum: int | str | None = None
    rounding: Literal["down", "half_even", "half_up", "up"] | None = None
    bearer: Literal["payee", "payer"] | None = None
    refunds: Literal["kept", "proportional"] | None = None
    kinds: (
        Sequence[Literal["exchange", "payout", "purchase", "top_up", "transfer", "withdrawal"]]
        | None
    ) = None


class CreateMandate(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Keep that a payer lets somebody collect: from the payer's bank account (`bac_...`) or wallet
    (`wal_...`) for the wallet `destination`, at most `maximum` at once and `monthly` in a
    month. `text` names the text that the payer agreed to, and `given` when that was. By a
    `single` one something is collected once. From a bank account a `top_up` is collected, by
    wallet a `transfer` or a `purchase`.
    """

    kind: Literal["purchase", "top_up", "transfer"]
    source: str
    destination: str
    currency: str
    agreed: Literal["online", "telephone", "written"]
    text: str
    given: datetime
    maximum: int | str | None = None
    monthly: int | str | None = None
    single: bool | None = None
    valid_until: datetime | None = None
    reference: str | None = None


class CreatePayment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Make a payment, and confirm it at once unless `confirm` is false. It is priced by the fee
    schedule that it names, or else by the standing one of its kind and currency, if there is
    one. A purchase with `manual` capture is authorised, and captured later; one that is not in
    time `expires` (default: 7 days after it was authorised). Without `confirm`, that is until
    when it is to be confirmed (default: a day); to capture it there are then 7 days. An
    exchange names a quote, and as its amount and currency what the quote sells; it is confirmed
    at once.
    """

    kind: Literal["exchange", "payout", "purchase", "top_up", "transfer", "withdrawal"]
    amount: int | str
    currency: str
    source: str
    destination: str
    capture: Literal["automatic", "manual"] | None = None
    confirm: bool | None = None
    expires: datetime | None = None
    fee_schedule: str | None = None
    splits: Sequence[types.Split] | None = None
    same_day: bool | None = None
    quote: str | None = None
    reference: str | None = None
    description: str | None = None
    metadata: Mapping[str, str] | None = None


class CreateQuote(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Ask what an exchange costs, and have the price kept for some seconds. `amount` is what is
    sold, or with `fixed: buy` what is bought; the other amount is computed from the rate, and
    rounded in favour of the house.
    """

    sell_currency: str
    buy_currency: str
    amount: int | str
    fixed: Literal["buy", "sell"] | None = None
    seconds: int | None = None


class CreateSchedule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Have a payment made at a time, on a schedule, or from that time on on that schedule. Each
    run makes one payment, as if it were asked for then. One on a day on which banks do not
    settle is moved as `adjust` says: to the banking day after it (`following`) or before it
    (`preceding`), in the schedule's zone. One that is refused is tried again so many days after
    it was due as `retries` says; after `stop_after` runs in a row that failed, the schedule
    stops. With a `mandate`, each is collected by it.
    """

    kind: Literal["payout", "purchase", "top_up", "transfer", "withdrawal"]
    amount: int | str
    currency: str
    source: str
    destination: str
    at: datetime | None = None
    schedule: types.ScheduleRequest | None = None
    adjust: Literal["following", "none", "preceding"] | None = None
    retries: Sequence[int] | None = None
    stop_after: int | None = None
    same_day: bool | None = None
    fee_schedule: str | None = None
    reference: str | None = None
    description: str | None = None
    metadata: Mapping[str, str] | None = None
    mandate: str | None = None


class CreateTenant(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Begin books for a new tenant, whose id is the tenant of the request. A tenant of the sandbox
    plays with money that is none. It may have a virtual clock, which begins at `clock` and
    which its owner advances; without one its time is the real one.
    """

    name: str
    sandbox: bool | None = None
    clock: datetime | None = None


class CreateWallet(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Give a customer a wallet that holds some currencies. Its name is a label for people, and no
    place for personal data, nor is its metadata.
    """

    customer: str
    currencies: Sequence[str]
    name: str | None = None
    metadata: Mapping[str, str] | None = None


class CustomerChange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known anew of a customer. What is left out stays; null means that it is not known
    any more.
    """

    person: types.PersonRequest | None = None
    business: types.BusinessRequest | None = None
    email: str | msgspec.UnsetType | None = msgspec.UNSET
    phone: str | msgspec.UnsetType | None = msgspec.UNSET
    address: types.AddressRequest | msgspec.UnsetType | None = msgspec.UNSET
    reference: str | msgspec.UnsetType | None = msgspec.UNSET
    metadata: Mapping[str, str] | None = None


class CustomerConsent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a customer consents to, as this version of its text puts it."""

    purpose: str
    version: str


class CustomerConsentEnd(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a customer consents to no longer."""

    purpose: str


class CustomerRestriction(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why a customer takes part in nothing new."""

    reason: Literal[
        "court_order", "fraud_suspected", "other", "owner_request", "review", "sanctions"
    ]


class CustomerSearch(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One value to look for, as it is known: a whole one, differences of case and spacing aside.
    It stands in a body, since addresses of requests end up in logs all along their way.
    """

    name: str | None = None
    email: str | None = None
    phone: str | None = None
    reference: str | None = None
    after: str | None = None
    limit: int | None = None


class CustomerTier(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Another tier."""

    tier: str


class DepositAmounts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The amounts of both micro-deposits in cents, in any order."""

    amounts: Sequence[int | str]


class DisputeResolution(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """End a dispute: won by the payee, or lost to the payer."""

    outcome: Literal["lost", "won"]


class EndpointChange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Change where and what an endpoint is told; what is left out stays as it is."""

    url: str | None = None
    event_types: Sequence[str] | None = None
    payload: Literal["full", "thin"] | None = None
    description: str | None = None


class Exchange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Sell an amount of one currency for an amount of another, as one transaction. `sell_account`
    pays `sell`, `buy_account` receives `buy`; the position accounts, one in each currency,
    stand in between. Rates are the caller's: both amounts are given, in minor units.
    """

    sell_account: str
    buy_account: str
    sell: int | str
    buy: int | str
    sell_position: str
    buy_position: str
    reference: str | None = None
    effective: datetime | None = None
    metadata: Mapping[str, str] | None = None


class KeyChange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Change what a key is called, or from where and how often it may be used; what is left out
    stays as it is.
    """

    name: str | None = None
    addresses: Sequence[str] | None = None
    rate: types.RateRequest | None = None
    daily_quota: int | msgspec.UnsetType | None = msgspec.UNSET
    routes: Mapping[str, types.RouteRequest] | None = None


class KeyRotation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Give a key a new secret; for so many seconds the one before counts as well."""

    overlap_seconds: int | None = None


class MandateCollection(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Make a payment that a mandate allows."""

    amount: int | str
    same_day: bool | None = None
    reference: str | None = None
    description: str | None = None
    metadata: Mapping[str, str] | None = None


class NewBankAccount(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A customer's account at a bank: its routing number, its own number, and whose it is."""

    customer: str
    routing: str
    account: str
    holder_name: str
    kind: Literal["checking", "savings"] | None = None


class NewBatch(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Payouts from a wallet, by one call."""

    source: str
    currency: str | None = None
    mode: Literal["all", "each"] | None = None
    same_day: bool | None = None
    reference: str | None = None
    again: bool | None = None
    entries: Sequence[types.NewEntry]


class NewCustomer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A customer: a person or a business, and what is known of them."""

    person: types.PersonRequest | None = None
    business: types.BusinessRequest | None = None
    email: str | None = None
    phone: str | None = None
    address: types.AddressRequest | None = None
    reference: str | None = None
    metadata: Mapping[str, str] | None = None
    tier: str | None = None


class NewKey(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A key to make: what it may do, from where, how often and until when."""

    name: str
    scopes: Sequence[
        Literal[
            "access:read",
            "access:write",
            "bank_accounts:read",
            "bank_accounts:write",
            "batches:read",
            "batches:write",
            "customers:read",
            "customers:write",
            "events:read",
            "events:write",
            "fx:read",
            "fx:write",
            "ledger:read",
            "ledger:write",
            "payments:read",
            "payments:write",
            "rails:read",
            "rails:write",
            "read",
            "recurring:read",
            "recurring:write",
            "timers:read",
            "timers:write",
            "wallets:read",
            "wallets:write",
            "webhooks:read",
            "webhooks:write",
            "work:read",
            "work:write",
            "write",
        ]
    ]
    addresses: Sequence[str] | None = None
    rate: types.RateRequest | None = None
    daily_quota: int | None = None
    routes: Mapping[str, types.RouteRequest] | None = None
    expires: datetime | None = None


class OpenAccount(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Open an account under a code path. The normal side follows from the root of the path (assets
    and expenses: debit) unless it is given, as for a contra account.
    """

    code: str
    currency: str
    side: Literal["credit", "debit"] | None = None
    minimum: int | str | None = None
    maximum: int | str | None = None
    metadata: Mapping[str, str] | None = None


class PaymentCapture(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Take what is authorised, or a part of it. With `final`, what is left is let go."""

    amount: int | str | None = None
    final: bool | None = None


class PaymentDispute(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Contest what was captured, or a part of it: the payee's money is set aside until it is
    resolved. What the payee cannot cover is the house's risk.
    """

    reason: Literal[
        "amount_differs", "duplicate", "not_as_described", "not_received", "other", "unauthorised"
    ]
    amount: int | str | None = None
    reference: str | None = None


class PaymentRefund(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Give back what was captured, or a part of it, from the payee's wallet to the payer's. With
    `from_splits`, those who got a part of the payment give back theirs in proportion. With
    `wait`, a refund that the payee cannot cover yet is tried again every day for a week.
    """

    amount: int | str | None = None
    reason: Literal["duplicate", "fraudulent", "other", "requested"] | None = None
    from_splits: bool | None = None
    wait: bool | None = None
    reference: str | None = None


class PlaceHold(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Reserve an amount on its way from one account to another, until it expires. The two accounts
    share a currency; `debit` and `credit` are as the capture will post them.
    """

    debit: str
    credit: str
    amount: int | str
    expires: datetime | None = None
    reference: str | None = None
    metadata: Mapping[str, str] | None = None
    up_to: bool | None = None


class PostTransaction(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Book a transaction of 2 to 1,000 postings that balance in every currency. `effective` is
    when it counts in the world (default: when it is recorded). With `up_to`, for two postings,
    as much as both accounts' limits allow is booked, up to the amount.
    """

    postings: Sequence[types.PostingRequest]
    kind: str | None = None
    reference: str | None = None
    effective: datetime | None = None
    metadata: Mapping[str, str] | None = None
    up_to: bool | None = None


class PostTransactions(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Book up to 10,000 transactions: `each` on its own merits, or `all` or none."""

    transactions: Sequence[types.PostTransaction]
    mode: Literal["all", "each"] | None = None


class Refusal(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why a return is not accepted, and with R69 what is wrong in it."""

    code: Literal["R61", "R62", "R67", "R68", "R69", "R70"]
    wrong: (
        Sequence[
            Literal[
                "account",
                "amount",
                "company",
                "effective_date",
                "identification",
                "trace",
                "transaction_code",
            ]
        ]
        | None
    ) = None


class RegisterAsset(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Make an asset usable as a currency, with 0 to 18 digits after the point."""

    code: str
    scale: int
    name: str | None = None


class Replay(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Send an endpoint all events since a time that it has not got; with `again`, those too that
    it has.
    """

    since: datetime
    again: bool | None = None


class Resolution(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the bank has told of a file that it has not acknowledged: that it has `arrived`, that
    it is `accepted` and will be carried out, or that it is `lost` and never will be.
    """

    outcome: Literal["accepted", "arrived", "lost"]
    reason: str | None = None


class Reversal(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Book the opposite of a transaction: the whole that is left of it, or in part. A part is one
    `amount` for a transaction of two postings, or `amounts`, one a posting.
    """

    amount: int | str | None = None
    amounts: Sequence[int | str] | None = None
    reference: str | None = None
    effective: datetime | None = None
    metadata: Mapping[str, str] | None = None


class Rotation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Give an endpoint a new secret; for so many seconds both sign."""

    overlap_seconds: int | None = None


class SetLimits(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Set what wallets of a tier may do in a currency and direction: a payment, a day, a month, in
    UTC. What is left out has no bound; zero lets nothing pass.
    """

    tier: str
    currency: str
    direction: Literal["in", "out"]
    per_payment: int | str | None = None
    day_sum: int | str | None = None
    day_count: int | None = None
    month_sum: int | str | None = None
    month_count: int | None = None


class SetRate(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Say what a unit of `base` costs in `counter`: `1.0842`, in whole units. It serves both ways,
    replaces the rate that was set before, and is quoted until `valid_until`. Whoever sells
    either currency to the house gets the rate less the spread, in basis points.
    """

    base: str
    counter: str
    rate: str
    valid_until: datetime
    spread_basis_points: int | None = None


class SetTimer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Have a command decided at a time, on a schedule, or from that time on on that schedule.
    `command` is its name, as in `ledger.post_transaction`, and `body` what it holds.
    """

    command: str
    body: Mapping[str, Any]
    at: datetime | None = None
    schedule: types.ScheduleRequest | None = None


class WalletChange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Change a wallet's name or metadata; what is left out stays as it is."""

    name: str | None = None
    metadata: Mapping[str, str] | None = None


class WalletCurrency(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Have a wallet hold one more currency."""

    currency: str


class WalletFreeze(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Let a wallet take part in no new payment: in neither direction, or in one."""

    directions: Literal["both", "in", "out"] | None = None
    reason: Literal["legal_order", "lost", "other", "requested", "suspected_fraud"] | None = None
