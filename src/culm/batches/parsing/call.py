"""A batch that came as a call: its entries in JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Final

import msgspec

from culm.batches.parsing import draft
from culm.kernel import money
from culm.ledger import commands as ledger

MAX_ENTRIES: Final = 1_000


class NewEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One payout of a call: to a wallet or a linked bank account by its id, or to an account
    `outside`. `identification` is the payer's number for the receiver."""

    amount: ledger.Amount
    to: str = ""
    outside: draft.Outside | None = None
    identification: Annotated[
        str, msgspec.Meta(extra_json_schema={"maxLength": draft.MAX_IDENTIFICATION})
    ] = ""
    description: Annotated[
        str, msgspec.Meta(extra_json_schema={"maxLength": draft.MAX_DESCRIPTION})
    ] = ""


Entries = tuple[NewEntry, ...]

_decode: Final = msgspec.json.Decoder(Entries).decode


def encode(entries: Entries) -> bytes:
    """The entries of a call as they are kept."""
    return msgspec.json.encode(entries)


def read(content: bytes) -> Iterator[draft.Draft]:
    """The entries, numbered from 1."""
    for line, entry in enumerate(_decode(content), 1):

        def make(line: int, entry: NewEntry = entry) -> draft.Draft:
            return draft.Draft(
                line,
                money.parse_minor(entry.amount) or 0,
                entry.to,
                entry.outside,
                entry.identification,
                entry.description,
            )

        yield draft.draft(line, make)
