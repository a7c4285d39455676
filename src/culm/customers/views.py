"""The public shapes of customers: what commands answer, what reads return, what the API shows."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from culm.customers import profile, types


class Record(msgspec.Struct, frozen=True):
    """A customer as the Book answers: what is known of them is sealed. Answers are kept under
    their idempotency keys, so nothing in clear may stand here."""

    id: str
    kind: types.Kind
    state: types.State
    reason: types.Reason | None
    tier: str
    subject: str
    sealed: str
    revision: int
    created: datetime
    activated: datetime | None
    closed: datetime | None
    erased: datetime | None


class Customer(msgspec.Struct, frozen=True):
    """A customer, and what is known of them. After an erasure nothing is."""

    id: str
    kind: types.Kind
    state: types.State
    reason: types.Reason | None
    tier: str
    person: profile.Person | None
    business: profile.Business | None
    email: str | None
    phone: str | None
    address: profile.Address | None
    reference: str | None
    metadata: dict[str, str]
    revision: int
    created: datetime
    activated: datetime | None
    closed: datetime | None
    erased: datetime | None


class CustomerInBrief(msgspec.Struct, frozen=True):
    """A customer, where another thing's answer is expanded: how they stand, and nothing that is
    known of them, for which one asks with a key that may read customers."""

    id: str
    kind: types.Kind
    state: types.State
    tier: str


class Consent(msgspec.Struct, frozen=True):
    """What a customer has consented to; it counts until it is withdrawn."""

    customer: Annotated[str, msgspec.Meta(description="The customer's id.")]
    purpose: str
    version: str
    given: datetime
    withdrawn: datetime | None


def record(row: types.Customer) -> Record:
    """A customer as the Book answers."""
    return Record(**{name: getattr(row, name) for name in Record.__struct_fields__})


def customer(row: types.Customer | Record, known: profile.Profile | None) -> Customer:
    """A customer as the API shows it, with what was opened."""
    known = known or profile.Profile()
    shown = {name: getattr(known, name) for name in profile.Profile.__struct_fields__}
    rest = {name: getattr(row, name) for name in Customer.__struct_fields__ if name not in shown}
    return Customer(**rest, **shown)


def brief(row: types.Customer) -> CustomerInBrief:
    """A customer where another thing's answer is expanded."""
    return CustomerInBrief(row.id, row.kind, row.state, row.tier)


def consent(row: types.Consent) -> Consent:
    """A consent as the API shows it."""
    return Consent(row.customer, row.purpose, row.version, row.given, row.withdrawn)
