"""An entry as it was said, before who is paid is sealed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Final, Literal

import msgspec

from culm.bank_accounts import api as bank_accounts
from culm.batches import rejections
from culm.kernel import errors, ids, money

MAX_IDENTIFICATION: Final = 15
MAX_DESCRIPTION: Final = 200

Kind = Literal["checking", "savings"]
HolderType = Literal["person", "business"]


class Outside(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A bank account that is not linked here: its routing number, its own, and whose it is."""

    routing: Annotated[str, msgspec.Meta(extra_json_schema={"pattern": r"^\d{9}$"})]
    account: Annotated[str, msgspec.Meta(extra_json_schema={"pattern": r"^\d{4,17}$"})]
    holder_name: Annotated[str, msgspec.Meta(extra_json_schema={"minLength": 1, "maxLength": 100})]
    kind: Kind = "checking"
    holder_type: HolderType = "person"


class Draft(msgspec.Struct, frozen=True, gc=False):
    """One payout: to a wallet or a linked bank account (`to`), or to an account outside."""

    line: int
    amount: int = 0
    to: str = ""
    outside: Outside | None = None
    identification: str = ""
    description: str = ""
    code: str = ""
    field: str = ""


def draft(line: int, make: Callable[[int], Draft]) -> Draft:
    """A draft as `make` makes it of a line and as it may be, or with the code of what is wrong."""
    amount = 0
    try:
        made = make(line)
        amount = made.amount
        _check(made)
    except errors.CulmError as wrong:
        return Draft(line, amount, code=wrong.code, field=wrong.field or "")
    return made


def _check(made: Draft) -> None:
    if not 0 < made.amount <= money.MAX_MINOR:
        raise rejections.EntryInvalid("amount")
    if bool(made.to) == (made.outside is not None):
        raise rejections.EntryInvalid("to")
    if made.to and not (ids.is_id("wal", made.to) or ids.is_id("bac", made.to)):
        raise rejections.EntryInvalid("to")
    if len(made.identification) > MAX_IDENTIFICATION or not made.identification.isprintable():
        raise rejections.EntryInvalid("identification")
    if len(made.description) > MAX_DESCRIPTION or not made.description.isprintable():
        raise rejections.EntryInvalid("description")
    if made.outside is not None:
        bank_accounts.check_outside(
            routing=made.outside.routing,
            account=made.outside.account,
            holder_name=made.outside.holder_name,
        )


def sec_of(outside: Outside) -> Literal["PPD", "CCD"]:
    """The class of entries for whose account it is."""
    return "PPD" if outside.holder_type == "person" else "CCD"
