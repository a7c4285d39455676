"""What may be asked of the ledger. Accounts are named by id (`acc_...`) or by code path.

Amounts are positive minor units: an integer, or its decimal digits as a string when it does not
fit in 64 bits. Times carry an offset.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from culm.kernel import money
from culm.ledger import checks, types

Amount = (
    Annotated[int, msgspec.Meta(ge=1)] | Annotated[str, msgspec.Meta(pattern=r"^[1-9][0-9]{0,37}$")]
)
Limit = int | Annotated[str, msgspec.Meta(pattern=r"^(0|-?[1-9][0-9]{0,37})$")]

MIN_POSTINGS = 2
MAX_POSTINGS = 1_000
MAX_BATCH = 10_000


def _described(**schema: object) -> msgspec.Meta:
    """What callers are told of a value's form. It is `checks` that refuses another, with the code
    that `docs/reference/rejections.md` names."""
    return msgspec.Meta(extra_json_schema=schema)


_PRINTABLE = r"^[^\x00-\x1f\x7f]*$"
_KEY = {"minLength": 1, "maxLength": checks.MAX_METADATA_KEY, "pattern": _PRINTABLE}
_Value = Annotated[str, _described(maxLength=checks.MAX_METADATA_VALUE, pattern=_PRINTABLE)]

Metadata = Annotated[
    dict[str, _Value], _described(maxProperties=checks.MAX_METADATA_KEYS, propertyNames=_KEY)
]
Kind = Annotated[str, _described(pattern=f"^{checks.KIND.pattern}$")]
Reference = Annotated[str, _described(maxLength=checks.MAX_REFERENCE, pattern=_PRINTABLE)]
Code = Annotated[str, _described(maxLength=checks.MAX_CODE, pattern=f"^{checks.CODE.pattern}$")]
Currency = Annotated[str, _described(pattern=f"^{money.ASSET_CODE.pattern}$")]
Scale = Annotated[int, _described(minimum=0, maximum=money.MAX_SCALE)]
Name = Annotated[str, _described(maxLength=checks.MAX_NAME, pattern=_PRINTABLE)]
_POSTINGS = _described(minItems=MIN_POSTINGS, maxItems=MAX_POSTINGS)
Amounts = Annotated[tuple[int | str, ...], _POSTINGS]


class Command(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whatever is asked of the ledger, by the tenant that the request names."""


class CreateTenant(Command, frozen=True):
    """Begin books for a new tenant, whose id is the tenant of the request.

    A tenant of the sandbox plays with money that is none. It may have a virtual clock, which begins
    at `clock` and which its owner advances; without one its time is the real one.
    """

    name: Annotated[Name, _described(minLength=1)]
    sandbox: bool = False
    clock: datetime | None = None


class RegisterAsset(Command, frozen=True):
    """Make an asset usable as a currency, with 0 to 18 digits after the point."""

    code: Currency
    scale: Scale
    name: Name = ""


class OpenAccount(Command, frozen=True):
    """Open an account under a code path. The normal side follows from the root of the path
    (assets and expenses: debit) unless it is given, as for a contra account."""

    code: Code
    currency: Currency
    side: types.Side | None = None
    minimum: Limit | None = None
    maximum: Limit | None = None
    metadata: Metadata = {}


class UpdateAccount(Command, frozen=True):
    """Change an account's limits, freeze or metadata; what is left out stays as it is."""

    account: str
    minimum: Limit | msgspec.UnsetType | None = msgspec.UNSET
    maximum: Limit | msgspec.UnsetType | None = msgspec.UNSET
    freeze: types.Freeze | msgspec.UnsetType = msgspec.UNSET
    metadata: Metadata | msgspec.UnsetType = msgspec.UNSET


class CloseAccount(Command, frozen=True):
    """Close an account for good: it must be at zero and have no holds."""

    account: str


class Posting(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """One line of a transaction."""

    account: str
    side: types.Side
    amount: Amount


class PostTransaction(Command, frozen=True, gc=False):
    """Book a transaction of 2 to 1,000 postings that balance in every currency.

    `effective` is when it counts in the world (default: when it is recorded). With `up_to`, for
    two postings, as much as both accounts' limits allow is booked, up to the amount.
    """

    postings: Annotated[tuple[Posting, ...], _POSTINGS]
    kind: Kind = "transfer"
    reference: Reference = ""
    effective: datetime | None = None
    metadata: Metadata = {}
    up_to: bool = False


class PostTransactions(Command, frozen=True):
    """Book up to 10,000 transactions: `each` on its own merits, or `all` or none."""

    transactions: Annotated[tuple[PostTransaction, ...], _described(minItems=1, maxItems=MAX_BATCH)]
    mode: Literal["each", "all"] = "each"


class Exchange(Command, frozen=True):
    """Sell an amount of one currency for an amount of another, as one transaction.

    `sell_account` pays `sell`, `buy_account` receives `buy`; the position accounts, one in each
    currency, stand in between. Rates are the caller's: both amounts are given, in minor units.
    """

    sell_account: str
    buy_account: str
    sell: Amount
    buy: Amount
    sell_position: str
    buy_position: str
    reference: Reference = ""
    effective: datetime | None = None
    metadata: Metadata = {}


class ReverseTransaction(Command, frozen=True):
    """Book the opposite of a transaction: the whole that is left of it, or in part.

    A part is one `amount` for a transaction of two postings, or `amounts`, one a posting.
    """

    transaction: str
    amount: Amount | None = None
    amounts: Amounts | None = None
    reference: Reference = ""
    effective: datetime | None = None
    metadata: Metadata = {}


class PlaceHold(Command, frozen=True):
    """Reserve an amount on its way from one account to another, until it expires.

    The two accounts share a currency; `debit` and `credit` are as the capture will post them.
    """

    debit: str
    credit: str
    amount: Amount
    expires: datetime | None = None
    reference: Reference = ""
    metadata: Metadata = {}
    up_to: bool = False


class CaptureHold(Command, frozen=True):
    """Post a hold or a part of it (default: all that remains); `release_rest` ends the hold."""

    hold: str
    amount: Amount | None = None
    release_rest: bool = False
    kind: Kind = "capture"
    reference: Reference = ""
    effective: datetime | None = None
    metadata: Metadata = {}


class ReleaseHold(Command, frozen=True):
    """Give back what remains of a hold."""

    hold: str


class ExpireHolds(Command, frozen=True):
    """Give back what remains of holds whose time has come. Those not due are passed over."""

    holds: tuple[str, ...]


class ClosePeriod(Command, frozen=True):
    """Close the books before a moment: nothing more is booked with an earlier effective time."""

    before: datetime


class Expired(msgspec.Struct, frozen=True):
    """The holds that were due and have ended."""

    holds: tuple[str, ...]


class Accepted(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What became of one transaction of a bulk: its id, or why it was rejected."""

    id: str | None = None
    code: str | None = None
    message: str | None = None
    field: str | None = None


class Results(msgspec.Struct, frozen=True):
    """What became of each transaction of a bulk, in its order."""

    results: tuple[Accepted, ...]
