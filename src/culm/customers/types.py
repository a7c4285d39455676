"""The state of customers and their consents."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal

import msgspec

PREFIX: Final = "cus"
"""Of the ids of customers."""

Kind = Literal["person", "business"]
State = Literal["created", "active", "restricted", "closed"]
Reason = Literal["review", "fraud_suspected", "sanctions", "court_order", "owner_request", "other"]
"""Why a customer is restricted. A word and no text, which could say things about a person."""


class Customer(msgspec.Struct, frozen=True):
    """A person or a business that a tenant serves.

    What is known of them is `sealed` with the key of their `subject`; both are empty of meaning
    once that is destroyed, and after an erasure `sealed` is empty too. `seal` is a digest of the
    sealed text, by which blind indexes refer to exactly this version of it; `revision` counts the
    versions, from 1. `attached` is how many things of contexts above hold the customer open
    (wallets); `consents` how many purposes there is one for.
    """

    id: str
    number: int
    tenant: str
    kind: Kind
    state: State
    reason: Reason | None
    tier: str
    subject: str
    sealed: str
    seal: str
    revision: int
    attached: int
    consents: int
    created: datetime
    activated: datetime | None = None
    closed: datetime | None = None
    erased: datetime | None = None


class Consent(msgspec.Struct, frozen=True):
    """What a customer has consented to: a purpose, by a version of its text. Withdrawn since
    `withdrawn`, where that is given."""

    tenant: str
    customer: str
    purpose: str
    version: str
    given: datetime
    withdrawn: datetime | None = None
