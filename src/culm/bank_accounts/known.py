"""What is known of a bank account, sealed and opened: between the API and the Book, and nowhere
else in clear."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from culm.bank_accounts import views
from culm.security import sealing

ABOUT: Final = "bank_account"

PADDED_TO: Final = 256
"""Bytes. The length of a sealed text tells little of what is in it."""


class Known(msgspec.Struct, frozen=True):
    """Whose account it is, and its number."""

    account: str
    name: str


_decode: Final = msgspec.json.Decoder(Known).decode


def seal(key: sealing.Key, what: Known) -> str:
    """What is known, sealed. Padded with spaces, which mean nothing to JSON."""
    plain = msgspec.json.encode(what)
    return key.seal(plain.ljust(-(-len(plain) // PADDED_TO) * PADDED_TO), ABOUT)


def open_(key: sealing.Key, sealed: str) -> Known:
    """What is known. Raises `SealBroken`."""
    return _decode(key.open(sealed, ABOUT))


async def show(keys: sealing.Sealing, tenant: str, row: views.Record) -> views.BankAccount:
    """A bank account as the API shows it."""
    [shown] = await show_all(keys, tenant, [row])
    return shown


async def show_all(
    keys: sealing.Sealing, tenant: str, rows: Sequence[views.Record]
) -> tuple[views.BankAccount, ...]:
    """Bank accounts as the API shows them."""
    found = await keys.keys(tenant, {row.subject for row in rows if row.sealed})
    return tuple(views.bank_account(row, _holder(found.get(row.subject), row)) for row in rows)


def _holder(key: sealing.Key | None, row: views.Record) -> str | None:
    return None if key is None or not row.sealed else open_(key, row.sealed).name
