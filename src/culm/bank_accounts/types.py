"""The state of linked bank accounts."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal

import msgspec

Wrong = Literal["routing", "account", "all"]
"""What of a bank's correction cannot be right."""

PREFIX: Final = "bac"
"""Of the ids of bank accounts."""

State = Literal["new", "verifying", "verified", "failed", "blocked", "removed"]
Kind = Literal["checking", "savings"]
Direction = Literal["credit", "debit"]
Sec = Literal["PPD", "CCD"]


class BankAccount(msgspec.Struct, frozen=True):
    """An account that a customer has at a bank of the United States.

    Its number and its holder's name are `sealed` with the key of the customer's `subject`; empty
    once it is removed. `sec` is the class of entries to it: PPD for persons, CCD for businesses.

    It is being verified by two transfers of some cents (`deposits`), whose amounts its holder is to
    tell: `round` counts how often that was begun, `misses` the wrong answers of this round, and it
    waits until `expires`, in the tenant's time. `reason` says why it failed (`answers`, `expired`,
    `returned`) or is blocked (a return code).
    """

    id: str
    number: int
    tenant: str
    customer: str
    state: State
    subject: str
    sealed: str
    routing: str
    kind: Kind
    sec: Sec
    last4: str
    created: datetime
    deposits: tuple[str, ...] = ()
    round: int = 0
    misses: int = 0
    expires: datetime | None = None
    reason: str = ""
