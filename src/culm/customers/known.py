"""What is known of customers, sealed and opened: between the API and the Book, and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from culm.customers import profile, types, views
from culm.security import sealing

ABOUT: Final = "customer"

PADDED_TO: Final = 256
"""Bytes. The length of a sealed text tells little of what is in it."""

Row = types.Customer | views.Record

_decode: Final = msgspec.json.Decoder(profile.Profile).decode


def seal(key: sealing.Key, known: profile.Profile) -> str:
    """What is known, sealed. Padded with spaces, which mean nothing to JSON."""
    plain = msgspec.json.encode(known)
    return key.seal(plain.ljust(-(-len(plain) // PADDED_TO) * PADDED_TO), ABOUT)


def open_(key: sealing.Key, sealed: str) -> profile.Profile:
    """What is known. Raises `SealBroken`."""
    return _decode(key.open(sealed, ABOUT))


def indexed(known: profile.Profile) -> dict[str, str]:
    """By what a customer is found."""
    values = {
        "name": profile.name(known),
        "email": known.email,
        "phone": known.phone,
        "reference": known.reference,
    }
    return {field: value for field, value in values.items() if value}


async def show(keys: sealing.Sealing, tenant: str, row: Row) -> views.Customer:
    """A customer as the API shows it."""
    [shown] = await show_all(keys, tenant, [row])
    return shown


async def show_all(
    keys: sealing.Sealing, tenant: str, rows: Sequence[Row]
) -> tuple[views.Customer, ...]:
    """Customers as the API shows them. Of those whose key is destroyed nothing is known."""
    found = await keys.keys(tenant, {row.subject for row in rows if row.sealed})
    return tuple([views.customer(row, _known(found.get(row.subject), row)) for row in rows])


def _known(key: sealing.Key | None, row: Row) -> profile.Profile | None:
    return None if key is None or not row.sealed else open_(key, row.sealed)
