"""What the API answers, and what it is told.

Made from the API's description by `make client`: do not edit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NotRequired, TypedDict

import msgspec

from culm.client.lenient import Literal


class AccessKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key, as its owner sees it. Its secret was shown once; what begins it tells it from others.
    `previous_until` is how long the secret before the newest counts as well.
    """

    id: str
    name: str
    mode: Literal["live", "test"]
    begins: str
    scopes: tuple[str, ...]
    addresses: tuple[str, ...]
    rate: Rate
    daily_quota: int | None
    routes: dict[str, Route]
    state: Literal["active", "revoked"]
    created: datetime
    expires: datetime | None
    previous_until: datetime | None
    revoked: datetime | None


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """An account as its owner sees it."""

    id: str
    code: str
    currency: str
    side: Literal["credit", "debit"]
    minimum: int | None
    maximum: int | None
    freeze: Literal["both", "in", "none", "out"]
    closed: bool
    metadata: dict[str, str]
    opened: datetime


class AchChange(msgspec.Struct, frozen=True, kw_only=True):
    """What the other bank wants corrected before the next entry to the payee of a transfer.
    `corrected` is null where the payee was erased. Of a bank account that is linked it is
    corrected already, and the number is not shown.
    """

    transfer: str
    code: str
    meaning: str
    corrected: Corrected | None


class AchFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file for the bank. Amounts are US cents. `refused` are the batches that the bank refused,
    counted from 1, and `code` and `reason` what it says of them, or of the whole file.
    """

    id: str
    state: Literal["accepted", "cut", "rejected", "sending", "sent", "unknown"]
    name: str
    window: str
    created: datetime
    effective: date
    settles: datetime
    batches: tuple[str, ...]
    entries: int
    debit: int
    credit: int
    sha256: str
    size: int
    refused: tuple[int, ...]
    code: str
    reason: str


class AchTerms(msgspec.Struct, frozen=True, kw_only=True):
    """How a tenant's files are headed, and when they leave."""

    odfi: str
    """The routing number of the bank that sends entries for the tenant."""
    company_name: str
    """What receivers read on their statements."""
    company_id: str
    """The identification that the bank has given."""
    destination: str
    """The routing number that files are headed to."""
    origin: str
    """The identification of who sends files."""
    destination_name: str
    """The name of where files go."""
    origin_name: str
    """The name of who sends files."""
    standard: Cutoff
    """The cut-off of what settles on the next banking day."""
    same_day: tuple[Cutoff, ...]
    """The cut-offs of what settles on the same day."""


class AchTransfer(msgspec.Struct, frozen=True, kw_only=True):
    """One entry on its way to another bank. Amounts are US cents; the payee's data is not shown. A
    `reversal` or a `dishonour` is about another transfer, its `original`, which was `followed`
    by it. `effective` is the day on which it settles. Of a return, `reason` is the code,
    `shortfall` what the account could not give back, `unclaimed` what it could not take back.
    `change` is the code of what the other bank wants corrected.
    """

    id: str
    state: Literal[
        "batched",
        "cancelled",
        "contested",
        "dishonoured",
        "in_doubt",
        "queued",
        "rejected",
        "returned",
        "sent",
        "settled",
    ]
    kind: Literal["dishonour", "payment", "reversal"]
    purpose: str
    direction: Literal["credit", "debit"]
    amount: int
    account: str
    bank_account: str
    sec: Literal["CCD", "PPD", "TEL", "WEB"]
    description: str
    identification: str
    ordered: datetime
    window: str
    batch: str
    file: str
    trace: str
    effective: date | None
    original: str
    followed: str
    reason: str
    late: bool
    returned_on: date | None
    return_trace: str
    shortfall: int
    unclaimed: int
    change: str = ""


class Activity(msgspec.Struct, frozen=True, kw_only=True):
    """The days on which anything was booked on an account, a page of them. They are read from a
    projection: `lag` says how much of what was booked may not be in it yet.
    """

    account: str
    code: str
    currency: str
    days: tuple[ActivityDay, ...]
    lag: Lag
    next_cursor: str | None


class ActivityDay(msgspec.Struct, frozen=True, kw_only=True):
    """What was booked on an account on one UTC day of effective time: the number of postings, and
    what they come to on either side.
    """

    day: date
    postings: int
    debit: int
    credit: int


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """A postal address; `country` is a code of ISO 3166-1 alpha-2."""

    lines: tuple[str, ...]
    country: str
    city: str | None = None
    region: str | None = None
    postal_code: str | None = None


class Asset(msgspec.Struct, frozen=True, kw_only=True):
    """What a tenant keeps books in beside the currencies of ISO 4217."""

    tenant: str
    code: str
    scale: int
    name: str


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt to deliver an event. `failure` is empty for one that succeeded: any answer of
    2xx. `answer` is the beginning of what the receiver said.
    """

    endpoint: str
    event: str
    attempt: int
    time: datetime
    status: int | None
    failure: str
    latency_ms: int
    answer: str


class Balance(msgspec.Struct, frozen=True, kw_only=True):
    """An account's balance, in its normal sense, at an effective and a recorded moment.
    `effective` is None when everything recorded counts. `recorded` is the last moment that the
    answer knows of: asking again with it gives the same answer for ever. `version` is the
    newest entry recorded by then.
    """

    account: str
    currency: str
    posted: int
    held_in: int
    held_out: int
    available: int
    version: int
    effective: datetime | None
    recorded: datetime


class BankAccount(msgspec.Struct, frozen=True, kw_only=True):
    """A bank account of a customer. Its number is not shown again; of one that was removed, or
    whose customer is erased, neither is its holder's name. `reason` says why it failed
    (`answers`, `expired`, `returned`) or is blocked (a return code).
    """

    id: str
    customer: str
    state: Literal["blocked", "failed", "new", "removed", "verified", "verifying"]
    reason: str | None
    routing: str
    last4: str
    kind: Literal["checking", "savings"]
    holder_name: str | None
    verification: Verification | None
    created: datetime


class BankAccountExpandable(msgspec.Struct, frozen=True, kw_only=True):
    """A bank account of a customer. Its number is not shown again; of one that was removed, or
    whose customer is erased, neither is its holder's name. `reason` says why it failed
    (`answers`, `expired`, `returned`) or is blocked (a return code).
    """

    id: str
    customer: str | CustomerInBrief
    state: Literal["blocked", "failed", "new", "removed", "verified", "verifying"]
    reason: str | None
    routing: str
    last4: str
    kind: Literal["checking", "savings"]
    holder_name: str | None
    verification: Verification | None
    created: datetime


class BankAccountInBrief(msgspec.Struct, frozen=True, kw_only=True):
    """A bank account as it is shown with what names it: without its holder's name."""

    id: str
    customer: str
    state: Literal["blocked", "failed", "new", "removed", "verified", "verifying"]
    reason: str | None
    routing: str
    last4: str
    kind: Literal["checking", "savings"]
    created: datetime


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """Many payouts from one wallet, and how far they were judged. `reason` and `line` say why, and
    where, one was refused as a whole.
    """

    id: str
    state: Literal["processed", "processing", "received", "refused"]
    source: str
    currency: str
    format: Literal["csv", "json", "nacha"]
    mode: Literal["all", "each"]
    same_day: bool
    reference: str
    accepted: int
    refused: int
    accepted_amount: int
    refused_amount: int
    reason: str | None
    line: int | None
    created: datetime
    updated: datetime


class BatchEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of a batch: the payment that was made of it and how that stands, or the code of
    why there is none. `failure` is the bank's return code, or why the payment failed later.
    """

    line: int
    amount: int
    payment: str | None
    state: (
        Literal[
            "authorised",
            "captured",
            "created",
            "expired",
            "failed",
            "processing",
            "returned",
            "unknown",
            "voided",
        ]
        | None
    )
    failure: str | None
    code: str | None
    field: str | None


class BatchEntryExpandable(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of a batch: the payment that was made of it and how that stands, or the code of
    why there is none. `failure` is the bank's return code, or why the payment failed later.
    """

    line: int
    amount: int
    payment: str | Payment | None
    state: (
        Literal[
            "authorised",
            "captured",
            "created",
            "expired",
            "failed",
            "processing",
            "returned",
            "unknown",
            "voided",
        ]
        | None
    )
    failure: str | None
    code: str | None
    field: str | None


class BatchExpandable(msgspec.Struct, frozen=True, kw_only=True):
    """Many payouts from one wallet, and how far they were judged. `reason` and `line` say why, and
    where, one was refused as a whole.
    """

    id: str
    state: Literal["processed", "processing", "received", "refused"]
    source: str | Wallet
    currency: str
    format: Literal["csv", "json", "nacha"]
    mode: Literal["all", "each"]
    same_day: bool
    reference: str
    accepted: int
    refused: int
    accepted_amount: int
    refused_amount: int
    reason: str | None
    line: int | None
    created: datetime
    updated: datetime


class Business(msgspec.Struct, frozen=True, kw_only=True):
    """A legal person, or whoever trades under a name."""

    legal_name: str
    trading_name: str | None = None
    registration_number: str | None = None


class Clock(msgspec.Struct, frozen=True, kw_only=True):
    """A tenant's virtual clock: it stands at `now`, or is on its way to `target`."""

    now: datetime
    target: datetime | None


class CloudEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One fact. `data` is the event's JSON, byte for byte as the log has it; left out when that is
    more than the bus carries, and `dataref` says where it is.
    """

    specversion: str = ""
    id: str
    source: str
    type: str
    subject: str
    time: str
    datacontenttype: str = ""
    dataschema: str
    tenant: str
    actor: str
    correlation: str
    causation: str = ""
    partition: int
    sequence: str
    dataref: str = ""
    data: Any = None


class Collection(msgspec.Struct, frozen=True, kw_only=True):
    """A payment that was collected by a mandate, in the mandate's currency."""

    payment: str
    mandate: str
    amount: int
    created: datetime


class CollectionExpandable(msgspec.Struct, frozen=True, kw_only=True):
    """A payment that was collected by a mandate, in the mandate's currency."""

    payment: str | Payment
    mandate: str
    amount: int
    created: datetime


class Consent(msgspec.Struct, frozen=True, kw_only=True):
    """What a customer has consented to; it counts until it is withdrawn."""

    customer: str
    """The customer's id."""
    purpose: str
    version: str
    given: datetime
    withdrawn: datetime | None


class Consistency(msgspec.Struct, frozen=True, kw_only=True):
    """The proof that the log of `old` events is the beginning of that of `new` (RFC 6962 §2.1.2).
    The hashes are in base64.
    """

    old: int
    new: int
    hashes: tuple[str, ...]


class Corrected(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be corrected of a payee; null is what stays as it is."""

    account: str | None = None
    routing: str | None = None
    name: str | None = None
    kind: Literal["checking", "savings"] | None = None
    identification: str | None = None


class Counterparty(msgspec.Struct, frozen=True, kw_only=True):
    """The other side of a transaction, where that is a wallet too."""

    wallet: str
    customer: str
    name: str


class Customer(msgspec.Struct, frozen=True, kw_only=True):
    """A customer, and what is known of them. After an erasure nothing is."""

    id: str
    kind: Literal["business", "person"]
    state: Literal["active", "closed", "created", "restricted"]
    reason: (
        Literal["court_order", "fraud_suspected", "other", "owner_request", "review", "sanctions"]
        | None
    )
    tier: str
    person: Person | None
    business: Business | None
    email: str | None
    phone: str | None
    address: Address | None
    reference: str | None
    metadata: dict[str, str]
    revision: int
    created: datetime
    activated: datetime | None
    closed: datetime | None
    erased: datetime | None


class CustomerInBrief(msgspec.Struct, frozen=True, kw_only=True):
    """A customer, where another thing's answer is expanded: how they stand, and nothing that is
    known of them, for which one asks with a key that may read customers.
    """

    id: str
    kind: Literal["business", "person"]
    state: Literal["active", "closed", "created", "restricted"]
    tier: str


class Cutoff(msgspec.Struct, frozen=True, kw_only=True):
    """Up to when the bank takes what it settles at a time: earlier than the operator takes it from
    the bank, which has to receive the file, check it and pass it on.
    """

    closes: str
    """Files leave us at this time, Eastern."""
    settles: str
    """Their entries settle at this time, Eastern."""


class Dispute(msgspec.Struct, frozen=True, kw_only=True):
    """What is contested of a payment; `held` is what could be taken from the payee for it."""

    id: str
    payment: str
    state: Literal["accepted", "lost", "open", "won"]
    amount: int
    held: int
    currency: str
    reason: Literal[
        "amount_differs", "duplicate", "not_as_described", "not_received", "other", "unauthorised"
    ]
    reference: str
    created: datetime
    updated: datetime


class DisputeExpandable(msgspec.Struct, frozen=True, kw_only=True):
    """What is contested of a payment; `held` is what could be taken from the payee for it."""

    id: str
    payment: str | Payment
    state: Literal["accepted", "lost", "open", "won"]
    amount: int
    held: int
    currency: str
    reason: Literal[
        "amount_differs", "duplicate", "not_as_described", "not_received", "other", "unauthorised"
    ]
    reference: str
    created: datetime
    updated: datetime


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """An endpoint as its owner sees it. Without types it is told of everything. `reason` says why
    it is disabled. Its secret is asked for on its own.
    """

    id: str
    url: str
    event_types: tuple[str, ...]
    payload: Literal["full", "thin"]
    signature: Literal["ed25519", "hmac"]
    description: str
    state: Literal["deleted", "disabled", "enabled"]
    reason: Literal["failing", "gone", "owner"] | None
    generation: int
    previous_until: datetime | None
    created: datetime
    disabled: datetime | None


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of an account: what an event did to it, and the balances after it. `event` is the
    event's position in the log, `transaction` its id when it booked one (else it changed what
    is held). `amount` is the change of `posted`, in the account's normal sense.
    """

    version: int
    event: int
    transaction: str | None
    amount: int
    posted: int
    held_in: int
    held_out: int
    available: int
    effective: datetime
    recorded: datetime


class EventSchema(msgspec.Struct, frozen=True, kw_only=True):
    """One version of an event. `newest` is what is recorded now; the others were once. `id` is
    what the `dataschema` of a CloudEvent says, and `path` where the schema is.
    """

    type: str
    version: int
    newest: bool
    summary: str
    id: str
    path: str


class EventSchemas(msgspec.Struct, frozen=True, kw_only=True):
    """Every version of every event."""

    schemas: tuple[EventSchema, ...]


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """Facts that are in the log and are not known to have gone out, and how long the oldest of
    them has waited.
    """

    waiting: int
    oldest_seconds: float


class FeeSchedule(msgspec.Struct, frozen=True, kw_only=True):
    """What payments cost in a currency, and what it is the standing price of."""

    id: str
    name: str
    currency: str
    tiers: tuple[FeeTier, ...]
    graduated: bool
    minimum: int
    maximum: int | None
    rounding: Literal["down", "half_even", "half_up", "up"]
    bearer: Literal["payee", "payer"]
    refunds: Literal["kept", "proportional"]
    kinds: tuple[Literal["exchange", "payout", "purchase", "top_up", "transfer", "withdrawal"], ...]
    retired: bool
    created: datetime


class FeeTier(msgspec.Struct, frozen=True, kw_only=True):
    """What amounts up to `up_to` cost; null is without end."""

    up_to: int | None
    fixed: int
    basis_points: int


class FxQuote(msgspec.Struct, frozen=True, kw_only=True):
    """A price that is good until it `expires`, for one payment: `payment` names the one that has
    used it.
    """

    id: str
    sell_currency: str
    sell_amount: int
    buy_currency: str
    buy_amount: int
    fixed: Literal["buy", "sell"]
    base: str
    counter: str
    rate: str
    spread_basis_points: int
    expires: datetime
    payment: str | None
    created: datetime


class FxRate(msgspec.Struct, frozen=True, kw_only=True):
    """What a unit of `base` costs in `counter`, in whole units, before the spread. It serves both
    ways.
    """

    base: str
    counter: str
    rate: str
    spread_basis_points: int
    valid_until: datetime
    set: datetime


class Hold(msgspec.Struct, frozen=True, kw_only=True):
    """A hold; `remaining` may still be captured."""

    id: str
    debit: str
    credit: str
    currency: str
    amount: int
    captured: int
    released: int
    remaining: int
    state: Literal["captured", "expired", "open", "released"]
    expires: datetime | None
    reference: str
    metadata: dict[str, str]
    placed: datetime


class HoldExpandable(msgspec.Struct, frozen=True, kw_only=True):
    """A hold; `remaining` may still be captured."""

    id: str
    debit: str | Account
    credit: str | Account
    currency: str
    amount: int
    captured: int
    released: int
    remaining: int
    state: Literal["captured", "expired", "open", "released"]
    expires: datetime | None
    reference: str
    metadata: dict[str, str]
    placed: datetime


class IssuedKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key that was made or rotated, with its secret. It is not shown again: an answer that is
    given once more, under the same `Idempotency-Key`, has none.
    """

    key: AccessKey
    secret: str | None


class KeyInUse(msgspec.Struct, frozen=True, kw_only=True):
    """A key, and when it last opened the API: right to the minute."""

    id: str
    name: str
    mode: Literal["live", "test"]
    begins: str
    scopes: tuple[str, ...]
    addresses: tuple[str, ...]
    rate: Rate
    daily_quota: int | None
    routes: dict[str, Route]
    state: Literal["active", "revoked"]
    created: datetime
    expires: datetime | None
    previous_until: datetime | None
    revoked: datetime | None
    last_used: datetime | None = None


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of problem: what its page says. `advice` is what to do about it, `places` where it
    can occur.
    """

    type: str
    title: str
    status: int
    code: str
    description: str
    advice: str
    places: tuple[Place, ...] = ()


class Kinds(msgspec.Struct, frozen=True, kw_only=True):
    """Every kind of problem."""

    problems: tuple[Kind, ...]


class Lag(msgspec.Struct, frozen=True, kw_only=True):
    """How far a projection is behind the log: events that it has not taken in yet, and how many
    seconds ago the first of them was recorded (0 when there is none).
    """

    events: int
    seconds: float


class LedgerAccepted(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one transaction of a bulk: its id, or why it was rejected."""

    id: str | None = None
    code: str | None = None
    message: str | None = None
    field: str | None = None


class LedgerKey(msgspec.Struct, frozen=True, kw_only=True):
    """The public key that signs the checkpoints of the tenant's log (c2sp.org/signed-note)."""

    verifier: str


class LimitUse(msgspec.Struct, frozen=True, kw_only=True):
    """What a wallet has used in a currency and direction on a day and in its month, in UTC, and
    what its limits are.
    """

    currency: str
    direction: Literal["in", "out"]
    day: date
    day_sum: int
    day_count: int
    month_sum: int
    month_count: int
    limits: WalletLimits


class LimitUses(msgspec.Struct, frozen=True, kw_only=True):
    """Where a wallet stands with the limits of its tier, now."""

    wallet: str
    tier: str
    uses: tuple[LimitUse, ...]


class Mandate(msgspec.Struct, frozen=True, kw_only=True):
    """What a payer, the `customer`, allows to be collected. `collected` is how much was in
    `month`, the newest in which something was, and `collections` how often in all.
    """

    id: str
    state: Literal["active", "expired", "revoked", "used"]
    kind: Literal["purchase", "top_up", "transfer"]
    customer: str
    source: str
    destination: str
    currency: str
    agreed: Literal["online", "telephone", "written"]
    text: str
    given: datetime
    maximum: int | None
    monthly: int | None
    single: bool
    valid_until: datetime | None
    reference: str
    month: str | None
    collected: int
    collections: int
    reason: str | None
    created: datetime
    updated: datetime


class MandateExpandable(msgspec.Struct, frozen=True, kw_only=True):
    """What a payer, the `customer`, allows to be collected. `collected` is how much was in
    `month`, the newest in which something was, and `collections` how often in all.
    """

    id: str
    state: Literal["active", "expired", "revoked", "used"]
    kind: Literal["purchase", "top_up", "transfer"]
    customer: str | CustomerInBrief
    source: str | PaymentParty
    destination: str | PaymentParty
    currency: str
    agreed: Literal["online", "telephone", "written"]
    text: str
    given: datetime
    maximum: int | None
    monthly: int | None
    single: bool
    valid_until: datetime | None
    reference: str
    month: str | None
    collected: int
    collections: int
    reason: str | None
    created: datetime
    updated: datetime


class Parked(msgspec.Struct, frozen=True, kw_only=True):
    """A fact that a reactor was not done with. `code` says why: `timeout`, `error:ValueError`,
    `rejected:insufficient_funds`, `undecodable`, or `behind:evt_…` when an earlier one of the
    same aggregate was parked. `attempts` counts those before it was parked, `round` how often
    it was retried since. `lane` stands for the aggregate, as a digest; empty where order does
    not matter. `parked` is when it was parked last, `changed` when anything happened to it.
    """

    id: str
    tenant: str
    reactor: str
    fact: str
    type: str
    lane: str
    code: str
    attempts: int
    round: int
    state: Literal["dropped", "parked", "retrying", "settled"]
    parked: datetime
    changed: datetime


class ParkedFact(msgspec.Struct, frozen=True, kw_only=True):
    """A parked fact, and what the reactor said when it failed last (`message`; null where it said
    nothing, or that was deleted). The fact itself is at `/v1/events/{fact}`. `code` says why it
    is parked: `timeout`, `error:ValueError`, `rejected:insufficient_funds`, `undecodable`, or
    `behind:evt_…` when it waits for an earlier one of its aggregate.
    """

    id: str
    tenant: str
    reactor: str
    fact: str
    type: str
    lane: str
    code: str
    attempts: int
    round: int
    state: Literal["dropped", "parked", "retrying", "settled"]
    parked: datetime
    changed: datetime
    message: str | None = None


class Payment(msgspec.Struct, frozen=True, kw_only=True):
    """A payment. captured <= authorised <= amount; refunded + disputed + returned <= captured.
    `failure` says why it failed or was returned: the code of a rejection, or of the bank.
    """

    id: str
    kind: Literal["exchange", "payout", "purchase", "top_up", "transfer", "withdrawal"]
    state: Literal[
        "authorised",
        "captured",
        "created",
        "expired",
        "failed",
        "processing",
        "returned",
        "unknown",
        "voided",
    ]
    amount: int
    currency: str
    source: str
    destination: str
    capture: Literal["automatic", "manual"]
    authorised: int
    captured: int
    refunded: int
    disputed: int
    returned: int
    fee: PaymentFee | None
    splits: tuple[PaymentSplit, ...]
    exchange: PaymentExchange | None
    transfer: str | None
    same_day: bool
    expires: datetime | None
    confirmed: datetime | None
    failure: str | None
    reference: str
    description: str
    metadata: dict[str, str]
    created: datetime
    updated: datetime


class PaymentExchange(msgspec.Struct, frozen=True, kw_only=True):
    """What an exchange buys with its amount, and the quote that says so."""

    quote: str
    amount: int
    currency: str


class PaymentExpandable(msgspec.Struct, frozen=True, kw_only=True):
    """A payment. captured <= authorised <= amount; refunded + disputed + returned <= captured.
    `failure` says why it failed or was returned: the code of a rejection, or of the bank.
    """

    id: str
    kind: Literal["exchange", "payout", "purchase", "top_up", "transfer", "withdrawal"]
    state: Literal[
        "authorised",
        "captured",
        "created",
        "expired",
        "failed",
        "processing",
        "returned",
        "unknown",
        "voided",
    ]
    amount: int
    currency: str
    source: str | PaymentParty
    destination: str | PaymentParty
    capture: Literal["automatic", "manual"]
    authorised: int
    captured: int
    refunded: int
    disputed: int
    returned: int
    fee: PaymentFee | None
    splits: tuple[PaymentSplit, ...]
    exchange: PaymentExchange | None
    transfer: str | None
    same_day: bool
    expires: datetime | None
    confirmed: datetime | None
    failure: str | None
    reference: str
    description: str
    metadata: dict[str, str]
    created: datetime
    updated: datetime


class PaymentFee(msgspec.Struct, frozen=True, kw_only=True):
    """What a payment costs: the fee that was expected when it was made, what was taken of it and
    what was given back.
    """

    schedule: str
    bearer: Literal["payee", "payer"]
    refunds: Literal["kept", "proportional"]
    amount: int
    taken: int
    refunded: int


class PaymentParty(msgspec.Struct, frozen=True, kw_only=True):
    """Who is on one side of a payment: a wallet, or a bank account outside."""

    id: str
    wallet: Wallet | None
    bank_account: BankAccountInBrief | None


class PaymentSchedule(msgspec.Struct, frozen=True, kw_only=True):
    """A payment that is made at a time, or again and again as its `schedule` says. `next` is the
    next occurrence by the plan, and `due` when its run is made. `passed` counts the occurrences
    that are over, `failures` the runs in a row that failed.
    """

    id: str
    state: Literal["active", "cancelled", "ended", "paused", "stopped"]
    kind: Literal["payout", "purchase", "top_up", "transfer", "withdrawal"]
    amount: int
    currency: str
    source: str
    destination: str
    next: datetime | None
    due: datetime | None
    schedule: Schedule | None
    adjust: Literal["following", "none", "preceding"]
    retries: tuple[int, ...]
    stop_after: int | None
    passed: int
    failures: int
    same_day: bool
    fee_schedule: str | None
    reference: str
    description: str
    metadata: dict[str, str]
    mandate: str | None
    created: datetime
    updated: datetime


class PaymentScheduleExpandable(msgspec.Struct, frozen=True, kw_only=True):
    """A payment that is made at a time, or again and again as its `schedule` says. `next` is the
    next occurrence by the plan, and `due` when its run is made. `passed` counts the occurrences
    that are over, `failures` the runs in a row that failed.
    """

    id: str
    state: Literal["active", "cancelled", "ended", "paused", "stopped"]
    kind: Literal["payout", "purchase", "top_up", "transfer", "withdrawal"]
    amount: int
    currency: str
    source: str | PaymentParty
    destination: str | PaymentParty
    next: datetime | None
    due: datetime | None
    schedule: Schedule | None
    adjust: Literal["following", "none", "preceding"]
    retries: tuple[int, ...]
    stop_after: int | None
    passed: int
    failures: int
    same_day: bool
    fee_schedule: str | None
    reference: str
    description: str
    metadata: dict[str, str]
    mandate: str | None
    created: datetime
    updated: datetime


class PaymentSplit(msgspec.Struct, frozen=True, kw_only=True):
    """What another wallet gets of a payment, how much of it it has got, and given back."""

    wallet: str
    amount: int
    captured: int
    refunded: int


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A natural person."""

    given_name: str
    family_name: str
    birth_date: date | None = None


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """An operation of the API that may answer with a problem."""

    operation: str
    method: str
    path: str


class Posting(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a booked transaction; the amount is positive."""

    account: str
    side: Literal["credit", "debit"]
    amount: int
    currency: str


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """How often a key may be used: reads and writes `per_second` each, and `burst` at once; bulks
    a tenth of that.
    """

    per_second: int
    """Requests a second, in the long run."""
    burst: int
    """Requests at once."""


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """That the platform can serve, and what waits to go out: facts wait while NATS is away, and
    commands are taken all the same.
    """

    status: str
    facts: Facts


class Refund(msgspec.Struct, frozen=True, kw_only=True):
    """What goes back of a payment. A pending one is tried again."""

    id: str
    payment: str
    state: Literal["failed", "pending", "succeeded"]
    amount: int
    currency: str
    fee: int
    reason: Literal["duplicate", "fraudulent", "other", "requested"]
    reference: str
    created: datetime
    updated: datetime


class RefundExpandable(msgspec.Struct, frozen=True, kw_only=True):
    """What goes back of a payment. A pending one is tried again."""

    id: str
    payment: str | Payment
    state: Literal["failed", "pending", "succeeded"]
    amount: int
    currency: str
    fee: int
    reason: Literal["duplicate", "fraudulent", "other", "requested"]
    reference: str
    created: datetime
    updated: datetime


class Results(msgspec.Struct, frozen=True, kw_only=True):
    """What became of each transaction of a bulk, in its order."""

    results: tuple[LedgerAccepted, ...]


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """How often a key may be used for one operation: its requests are counted by this, and no more
    among the key's reads, writes or bulks. One that is a bulk has a tenth of it. Without a
    `daily_quota` of its own they count for the key's.
    """

    per_second: int
    """Requests a second, in the long run."""
    burst: int
    """Requests at once."""
    daily_quota: int | None = None
    """Requests of one day, in UTC; none of its own where it is left out."""


class Schedule(msgspec.Struct, frozen=True, kw_only=True):
    """When a timer fires again: every so many seconds, or by a cron expression of five fields
    (minute, hour, day of month, month, day of week) in a time zone by its IANA name. It ends
    before `until`, or after `times` firings. Occurrences that were missed, in an outage, fire
    `each`, late; or, with `last`, one firing stands for all of them.
    """

    every_seconds: int | None = None
    cron: str | None = None
    zone: str = "UTC"
    """The time zone of the expression, by its IANA name."""
    until: str | None = None
    times: int | None = None
    missed: Literal["each", "last"] = "each"
    """Of what was missed, each occurrence fires, or the last stands for all."""


class ScheduleRun(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one occurrence of a schedule. `payment` is the one that was made; `code` says
    why it was refused the last time, and `again` when it is tried once more.
    """

    id: str
    schedule: str
    occurrence: datetime
    state: Literal["due", "failed", "paid", "retrying", "skipped"]
    attempts: int
    payment: str | None
    code: str | None
    again: datetime | None
    created: datetime
    updated: datetime


class ScheduleRunExpandable(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one occurrence of a schedule. `payment` is the one that was made; `code` says
    why it was refused the last time, and `again` when it is tried once more.
    """

    id: str
    schedule: str
    occurrence: datetime
    state: Literal["due", "failed", "paid", "retrying", "skipped"]
    attempts: int
    payment: str | Payment | None
    code: str | None
    again: datetime | None
    created: datetime
    updated: datetime


class Secret(msgspec.Struct, frozen=True, kw_only=True):
    """What an endpoint's deliveries are verified with: the `secret` they are signed with
    (`whsec_`, HMAC-SHA256), or the `public_key` of their signatures (`whpk_`, Ed25519).
    `previous` is what was valid before, until `previous_until`.
    """

    signature: Literal["ed25519", "hmac"]
    generation: int
    secret: str | None = None
    public_key: str | None = None
    previous: str | None = None
    previous_until: datetime | None = None


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How far one generation of a projection is in one partition: of the `size` events of the log
    it has taken in those before `position`. Readers see the one that is `live`; the one that is
    `building` takes its place when it has caught up.
    """

    projection: str
    partition: int
    generation: int
    version: int
    state: Literal["building", "live", "retired"]
    position: int
    size: int
    lag: Lag


class Standings(msgspec.Struct, frozen=True, kw_only=True):
    """Every projection, in every partition."""

    projections: tuple[Standing, ...]


class State(msgspec.Struct, frozen=True, kw_only=True):
    """How the platform is."""

    status: str


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """An account's entries with an effective time from `start` to just before `end`, a page of
    them, as known at `recorded`: `opening` + all lines of all pages = `closing`.
    """

    account: str
    code: str
    currency: str
    start: datetime
    end: datetime
    recorded: datetime
    opening: int
    closing: int
    lines: tuple[StatementLine, ...]
    next_cursor: str | None


class StatementLine(msgspec.Struct, frozen=True, kw_only=True):
    """One booked entry of a statement: what it changed, in the account's normal sense, and the
    balance after it in the order of the statement.
    """

    version: int
    transaction: str
    kind: str
    reference: str
    amount: int
    balance: int
    effective: datetime
    recorded: datetime


class Tenant(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who keeps books here. Nothing is booked with an effective time before
    `closed_before`, the end of the last closed period. In the sandbox no money is real.
    """

    id: str
    name: str
    created: datetime
    closed_before: datetime | None = None
    sandbox: bool = False


class Timer(msgspec.Struct, frozen=True, kw_only=True):
    """A timer as its owner sees it: `due` is when it fires next, `last` what was due when it fired
    last, and `outcome` what became of that: done, failed, or the code of a rejection.
    """

    id: str
    state: Literal["armed", "cancelled", "failed", "fired"]
    due: datetime | None
    command: str
    body: dict[str, Any]
    schedule: Schedule | None
    set: datetime
    fired: int
    last: datetime | None
    outcome: str | None


class Transaction(msgspec.Struct, frozen=True, kw_only=True):
    """A booked transaction. `reverses` is the transaction it reverses, `hold` what it captured."""

    id: str
    kind: str
    postings: tuple[Posting, ...]
    reference: str
    effective: datetime
    recorded: datetime
    metadata: dict[str, str]
    reverses: str | None
    hold: str | None


class TrialBalance(msgspec.Struct, frozen=True, kw_only=True):
    """Every account of a tenant, by currency; the moments are those of `Balance`."""

    effective: datetime | None
    recorded: datetime
    currencies: tuple[TrialCurrency, ...]


class TrialCurrency(msgspec.Struct, frozen=True, kw_only=True):
    """Every account in one currency, and the columns' totals, which are equal."""

    currency: str
    debit: int
    credit: int
    accounts: tuple[TrialLine, ...]


class TrialLine(msgspec.Struct, frozen=True, kw_only=True):
    """An account's balance in the column of the side that it is on; the other one is zero."""

    account: str
    code: str
    debit: int
    credit: int


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """Micro-deposits whose amounts can be told: how many more answers may be wrong or right, and
    until when one is taken, in the tenant's time.
    """

    tries_left: int
    expires: datetime


class Wallet(msgspec.Struct, frozen=True, kw_only=True):
    """A wallet as its tenant sees it. `freeze` and `reason` say how and why it is frozen."""

    id: str
    customer: str
    name: str
    state: Literal["active", "closed", "frozen"]
    freeze: Literal["both", "in", "none", "out"]
    reason: Literal["legal_order", "lost", "other", "requested", "suspected_fraud"] | None
    balances: tuple[WalletBalance, ...]
    metadata: dict[str, str]
    created: datetime


class WalletBalance(msgspec.Struct, frozen=True, kw_only=True):
    """What a wallet has in one currency: `posted` is what is booked, `held` what of it is promised
    to somebody else, `available` what may be spent, `pending` what is on its way in. `account`
    is the code of its account in the ledger, opened when money first moves.
    """

    currency: str
    available: int
    held: int
    pending: int
    posted: int
    account: str


class WalletExpandable(msgspec.Struct, frozen=True, kw_only=True):
    """A wallet as its tenant sees it. `freeze` and `reason` say how and why it is frozen."""

    id: str
    customer: str | CustomerInBrief
    name: str
    state: Literal["active", "closed", "frozen"]
    freeze: Literal["both", "in", "none", "out"]
    reason: Literal["legal_order", "lost", "other", "requested", "suspected_fraud"] | None
    balances: tuple[WalletBalance, ...]
    metadata: dict[str, str]
    created: datetime


class WalletHold(msgspec.Struct, frozen=True, kw_only=True):
    """What is held in a wallet, or on its way to it: what remains of a payment that has begun."""

    id: str
    direction: Literal["in", "out"]
    title: str
    description: str
    currency: str
    amount: int
    counterparty: Counterparty | None
    payment: str | None
    expires: datetime | None
    placed: datetime


class WalletLimits(msgspec.Struct, frozen=True, kw_only=True):
    """What wallets of a tier may do in a currency and direction; what is null has no bound."""

    tier: str
    currency: str
    direction: Literal["in", "out"]
    per_payment: int | None
    day_sum: int | None
    day_count: int | None
    month_sum: int | None
    month_count: int | None


class WalletStatement(msgspec.Struct, frozen=True, kw_only=True):
    """What happened in a wallet in one currency from a day to another, both included, in UTC, a
    page of it, as known at `recorded`: `opening` + all lines of all pages = `closing`.
    `available` is what of that could be spent.
    """

    wallet: str
    customer: str
    currency: str
    account: str
    first_day: date
    last_day: date
    recorded: datetime
    opening: int
    closing: int
    available: int
    lines: tuple[WalletTransaction, ...]
    next_cursor: str | None


class WalletTransaction(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a wallet's history: what it was, with whom, how much, and what was there after
    it. `amount` is negative where money went out. A transaction that moved a wallet twice, a
    payment and its fee, has two lines; `entry` tells them apart within a currency. `effective`
    is when it counts in the world, `recorded` when it was booked.
    """

    id: str
    entry: int
    kind: str
    title: str
    description: str
    currency: str
    amount: int
    balance: int
    counterparty: Counterparty | None
    payment: str | None
    reference: str
    effective: datetime
    recorded: datetime


class WebhookDelivery(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery that has failed at least once, or was asked for again; `due` is the time of the
    next attempt of one that is waiting.
    """

    endpoint: str
    event: str
    attempt: int
    since: datetime
    state: Literal["delivered", "due", "given_up", "waiting"]
    due: datetime | None


class WebhookReplay(msgspec.Struct, frozen=True, kw_only=True):
    """A replay of an endpoint. It is over when it no longer runs."""

    id: str
    endpoint: str
    since: datetime
    again: bool
    running: bool


class WebhooksAccepted(msgspec.Struct, frozen=True, kw_only=True):
    """The event that will be sent."""

    event: str


class AddressRequest(TypedDict):
    """A postal address; `country` is a code of ISO 3166-1 alpha-2."""

    lines: Sequence[str]
    country: str
    city: NotRequired[str | None]
    region: NotRequired[str | None]
    postal_code: NotRequired[str | None]


class BusinessRequest(TypedDict):
    """A legal person, or whoever trades under a name."""

    legal_name: str
    trading_name: NotRequired[str | None]
    registration_number: NotRequired[str | None]


class CutoffRequest(TypedDict):
    """Up to when the bank takes what it settles at a time: earlier than the operator takes it from
    the bank, which has to receive the file, check it and pass it on.
    """

    closes: str
    settles: str


class NewEntry(TypedDict):
    """One payout of a call: to a wallet or a linked bank account by its id, or to an account
    `outside`. `identification` is the payer's number for the receiver.
    """

    amount: int | str
    to: NotRequired[str]
    outside: NotRequired[Outside | None]
    identification: NotRequired[str]
    description: NotRequired[str]


class Outside(TypedDict):
    """A bank account that is not linked here: its routing number, its own, and whose it is."""

    routing: str
    account: str
    holder_name: str
    kind: NotRequired[Literal["checking", "savings"]]
    holder_type: NotRequired[Literal["business", "person"]]


class PersonRequest(TypedDict):
    """A natural person."""

    given_name: str
    family_name: str
    birth_date: NotRequired[date | None]


class PostTransaction(TypedDict):
    """Book a transaction of 2 to 1,000 postings that balance in every currency. `effective` is
    when it counts in the world (default: when it is recorded). With `up_to`, for two postings,
    as much as both accounts' limits allow is booked, up to the amount.
    """

    postings: Sequence[PostingRequest]
    kind: NotRequired[str]
    reference: NotRequired[str]
    effective: NotRequired[datetime | None]
    metadata: NotRequired[Mapping[str, str]]
    up_to: NotRequired[bool]


class PostingRequest(TypedDict):
    """One line of a transaction."""

    account: str
    side: Literal["credit", "debit"]
    amount: int | str


class RateRequest(TypedDict):
    """How often a key may be used: reads and writes `per_second` each, and `burst` at once; bulks
    a tenth of that.
    """

    per_second: int
    burst: int


class RouteRequest(TypedDict):
    """How often a key may be used for one operation: its requests are counted by this, and no more
    among the key's reads, writes or bulks. One that is a bulk has a tenth of it. Without a
    `daily_quota` of its own they count for the key's.
    """

    per_second: int
    burst: int
    daily_quota: NotRequired[int | None]


class ScheduleRequest(TypedDict):
    """When a timer fires again: every so many seconds, or by a cron expression of five fields
    (minute, hour, day of month, month, day of week) in a time zone by its IANA name. It ends
    before `until`, or after `times` firings. Occurrences that were missed, in an outage, fire
    `each`, late; or, with `last`, one firing stands for all of them.
    """

    every_seconds: NotRequired[int | None]
    cron: NotRequired[str | None]
    zone: NotRequired[str]
    until: NotRequired[str | None]
    times: NotRequired[int | None]
    missed: NotRequired[Literal["each", "last"]]


class Split(TypedDict):
    """What another wallet gets of a purchase: an amount, or hundredths of a per cent of it,
    rounded down. What is left is the payee's.
    """

    wallet: str
    amount: NotRequired[int | str | None]
    basis_points: NotRequired[int | None]


class Tier(TypedDict):
    """What amounts up to `up_to` cost; without it, all that are larger."""

    up_to: NotRequired[int | str | None]
    fixed: NotRequired[int | str]
    basis_points: NotRequired[int]
