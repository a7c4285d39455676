"""The public shapes of bank accounts."""

from __future__ import annotations

from datetime import datetime

import msgspec

from culm.bank_accounts import types

MAX_MISSES = 3
"""Wrong answers after which a round of verification fails."""


class Record(msgspec.Struct, frozen=True):
    """A bank account as commands answer it: what is known of it is sealed."""

    id: str
    customer: str
    state: types.State
    reason: str
    subject: str
    sealed: str
    routing: str
    last4: str
    kind: types.Kind
    round: int
    tries_left: int
    expires: datetime | None
    created: datetime


class Verification(msgspec.Struct, frozen=True):
    """Micro-deposits whose amounts can be told: how many more answers may be wrong or right, and
    until when one is taken, in the tenant's time."""

    tries_left: int
    expires: datetime


class BankAccount(msgspec.Struct, frozen=True):
    """A bank account of a customer. Its number is not shown again; of one that was removed, or
    whose customer is erased, neither is its holder's name.

    `reason` says why it failed (`answers`, `expired`, `returned`) or is blocked (a return code).
    """

    id: str
    customer: str
    state: types.State
    reason: str | None
    routing: str
    last4: str
    kind: types.Kind
    holder_name: str | None
    verification: Verification | None
    created: datetime


class BankAccountInBrief(msgspec.Struct, frozen=True):
    """A bank account as it is shown with what names it: without its holder's name."""

    id: str
    customer: str
    state: types.State
    reason: str | None
    routing: str
    last4: str
    kind: types.Kind
    created: datetime


def brief(row: types.BankAccount) -> BankAccountInBrief:
    """A bank account without what is sealed."""
    return BankAccountInBrief(
        id=row.id,
        customer=row.customer,
        state=row.state,
        reason=row.reason or None,
        routing=row.routing,
        last4=row.last4,
        kind=row.kind,
        created=row.created,
    )


def record(row: types.BankAccount) -> Record:
    """What a command answers."""
    return Record(
        id=row.id,
        customer=row.customer,
        state=row.state,
        reason=row.reason,
        subject=row.subject,
        sealed=row.sealed,
        routing=row.routing,
        last4=row.last4,
        kind=row.kind,
        round=row.round,
        tries_left=max(0, MAX_MISSES - row.misses),
        expires=row.expires,
        created=row.created,
    )


def bank_account(row: Record, holder_name: str | None) -> BankAccount:
    """What the API shows."""
    verification = None
    if row.state == "verifying" and row.expires is not None:
        verification = Verification(row.tries_left, row.expires)
    return BankAccount(
        id=row.id,
        customer=row.customer,
        state=row.state,
        reason=row.reason or None,
        routing=row.routing,
        last4=row.last4,
        kind=row.kind,
        holder_name=holder_name,
        verification=verification,
        created=row.created,
    )
