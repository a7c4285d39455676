"""The state of transfers, and what is asked for when one is ordered. Amounts are US cents."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final, Literal

import msgspec

Direction = Literal["credit", "debit"]
AccountKind = Literal["checking", "savings"]
Sec = Literal["PPD", "CCD", "WEB", "TEL"]
Kind = Literal["payment", "reversal", "dishonour"]
State = Literal[
    "queued",
    "cancelled",
    "batched",
    "rejected",
    "settled",
    "returned",
    "dishonoured",
    "contested",
]

PREFIX: Final = "tfr"


class Payee(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Who is paid, or collected from. `sealed` is JSON with `account` and `name`, sealed with the
    key of the `subject`, about `bank_account`."""

    bank_account: str = ""
    subject: str
    sealed: str
    routing: str
    kind: AccountKind


class Order(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What is to be sent: a credit pays the payee from one of our ledger accounts, a debit collects
    from the payee into it.

    `purpose` is given back with every fact. `description` is what the payee reads
    (Company Entry Description), `identification` our number for the payee. It is `recurring` if it
    is one of several that the payee has agreed to at once. `metadata` stands with the money in the
    ledger, where whoever owns the account reads what it is: its `kind`, and a `description`.
    """

    purpose: str
    direction: Direction
    amount: int
    account: str
    payee: Payee
    sec: Sec = "PPD"
    same_day: bool = False
    description: str = "PAYMENT"
    identification: str = ""
    recurring: bool = False
    metadata: dict[str, str] = {}


class Transfer(msgspec.Struct, frozen=True, gc=False):
    """One entry on its way.

    A transfer is a payment, or an entry about another one, its `original`: a reversal, or the
    dishonour of its return. `hold` reserves its money until it settles. `returned_on` is when its
    return settled, and `return_trace` what the other bank calls that; `shortfall` is what the
    account could not give back, `unclaimed` what it could not take back. It was `followed` by an
    entry that is about it. `change` is the code of the newest notification of change about it, and
    `corrected` what that says, sealed with the key of the `subject`, about `change`.
    """

    id: str
    number: int
    tenant: str
    state: State
    kind: Kind
    original: str
    purpose: str
    direction: Direction
    amount: int
    account: str
    hold: str
    bank_account: str
    subject: str
    sealed: str
    routing: str
    account_kind: AccountKind
    sec: Sec
    description: str
    identification: str
    window: str
    ordered: datetime
    batch: str = ""
    trace: str = ""
    effective: date | None = None
    followed: str = ""
    reason: str = ""
    late: bool = False
    return_trace: str = ""
    returned_on: date | None = None
    shortfall: int = 0
    unclaimed: int = 0
    recurring: bool = False
    change: str = ""
    corrected: str = ""


class Apart(msgspec.Struct, frozen=True, gc=False):
    """The newest return of a transfer whose money was set apart, since the transfer could not come
    back by it. `problem` says why; it was dishonoured by the transfer `dishonour`."""

    id: str
    number: int
    problem: str
    amount: int
    direction: Direction
    reason: str
    returned_on: date
    return_trace: str
    dishonour: str = ""


class Dishonour(msgspec.Struct, frozen=True, gc=False):
    """What a transfer that dishonours a return says of it: its `code`, with `information` the codes
    of the fields that are wrong, and which return it was. That may be one whose money was set
    `apart`; else it is the one by which the original came back."""

    id: str
    number: int
    code: str
    information: str
    returned_on: date
    return_trace: str
    return_reason: str
    apart: bool
