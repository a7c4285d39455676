"""What stands on many accounts at once, now."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from culm.kernel import ids
from culm.ledger.reads import find


class Standing(NamedTuple):
    """An account and its newest balances, in minor units and in its normal sense."""

    account: str
    posted: int
    held_in: int
    held_out: int


async def standing(
    db: find.Database, *, partition: int, tenant: str, codes: Collection[str]
) -> dict[str, Standing]:
    """What stands on those of the tenant's accounts that have one of these codes, by code. One
    statement reads it all, so it is one state of the books."""
    rows = await db.fetch(find.QUERIES["standing"], partition, tenant, list(codes))
    return {
        row["code"]: Standing(
            account=ids.from_number("acc", row["id"]),
            posted=int(row["posted"]),
            held_in=int(row["held_in"]),
            held_out=int(row["held_out"]),
        )
        for row in rows
    }
