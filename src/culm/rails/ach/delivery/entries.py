"""Entries of a file: payees unsealed, and in the characters that it may hold."""

from __future__ import annotations

import unicodedata
from typing import Any, Final

import msgspec

from culm.rails.ach import new_file
from culm.rails.ach.files import traces
from culm.rails.ach.sec_codes import SECS

ABOUT: Final = "bank_account"
"""What sealed payees are about."""

NAME_CHARACTERS: Final = 22
ACCOUNT_CHARACTERS: Final = 17

CODES: Final = {
    ("checking", "credit"): "22",
    ("checking", "debit"): "27",
    ("savings", "credit"): "32",
    ("savings", "debit"): "37",
}
"""Transaction codes by the kind of the payee's account, and the direction."""

RETURN_CODES: Final = {"22": "21", "27": "26", "32": "31", "37": "36"}
"""The codes of entries that come back, a dishonoured return among them."""


class Unsealed(msgspec.Struct, frozen=True):
    """What was sealed of a payee."""

    account: str
    name: str


_decode: Final = msgspec.json.Decoder(Unsealed).decode


def entry(row: Any, plain: bytes) -> new_file.NewEntry | None:
    """The entry of a row of `batch_entries`; None where the payee is none that an entry could
    say."""
    found = payee(plain)
    if found is None:
        return None
    code = CODES[row["account_kind"], row["direction"]]
    addenda: tuple[new_file.NewAddenda, ...] = ()
    if row["kind"] == "dishonour":
        code, addenda = RETURN_CODES[code], (_dishonour(row),)
    return new_file.NewEntry(
        transaction_code=code,
        routing_number=row["routing"],
        account=found.account,
        amount_minor=row["amount"],
        name=found.name,
        identification=row["identification"],
        discretionary_data=_payment_type(row),
        addenda=addenda,
        sequence_number=traces.sequence_of(row["trace"]),
    )


def _payment_type(row: Any) -> str:
    """Whether the entry is one of several that the payee has agreed to (Appendix Three, Glossary:
    Payment Type Code)."""
    if not SECS[row["sec"]].typed_payments:
        return ""
    return "R" if row["recurring"] else "S"


def _dishonour(row: Any) -> new_file.DishonorNotice:
    return new_file.DishonorNotice(
        reason_code=row["dishonour_code"],
        original_trace=row["original_trace"],
        original_rdfi=row["routing"][:8],
        return_trace=row["return_trace"],
        return_settled_on=row["returned_on"],
        return_reason=row["return_reason"],
        information=row["information"],
    )


def payee(plain: bytes) -> Unsealed | None:
    """A payee as an entry says it; None for one that none could."""
    try:
        found = _decode(plain)
    except msgspec.MsgspecError:
        return None
    account = found.account.strip()
    if not 0 < len(account) <= ACCOUNT_CHARACTERS or not _printable(account):
        return None
    return Unsealed(account, plain_name(found.name))


def plain_name(name: str) -> str:
    """A name in the characters of a file: letters without their marks, others left out, cut to
    where the field ends (Nacha Operating Rules, Appendix One, Data Specifications)."""
    if _printable(name):
        return name[:NAME_CHARACTERS].strip() or _NOBODY
    parts = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words = "".join(one if one.isprintable() else " " for one in parts).split()
    return " ".join(words)[:NAME_CHARACTERS].strip() or _NOBODY


_NOBODY: Final = "ACCOUNT HOLDER"
"""A field that may not be blank (Individual Name) has something in it."""


def _printable(text: str) -> bool:
    return text.isascii() and text.isprintable()
