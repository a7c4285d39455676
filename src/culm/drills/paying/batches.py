"""The judgement on batches: each of their entries was judged once, and paid once where it was
accepted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from culm import client
from culm.client import types


async def are_over(culm: client.AsyncClient) -> bool:
    """Whether all batches have been judged."""
    pages = [
        await culm.batches.list(state=state, limit=1).page() for state in ("received", "processing")
    ]
    return not any(page.items for page in pages)


def doubled(batches: Iterable[types.Batch]) -> list[str]:
    """References of more than one batch."""
    return sorted(key for key, times in Counter(b.reference for b in batches).items() if times > 1)


def wrong(
    batches: Iterable[types.Batch],
    payments: Iterable[types.Payment],
    entries: Mapping[str, int],
) -> list[str]:
    """Batches of which not every entry was judged, that were refused as a whole, or that have paid
    something else than they say; `entries` is how many were asked for."""
    paid: dict[str, list[int]] = defaultdict(list)
    for payment in payments:
        paid[payment.reference].append(payment.amount)
    found = []
    for batch in batches:
        here = paid[batch.id]
        if batch.accepted + batch.refused != entries.get(batch.id, 0):
            found.append(f"{batch.id}: not every entry was judged")
        if (len(here), sum(here)) != (batch.accepted, batch.accepted_amount):
            found.append(f"{batch.id}: {len(here)} payments of {sum(here)}, and it says otherwise")
    return found


def stuck(batches: Iterable[types.Batch]) -> list[str]:
    """Batches that were not judged to their end."""
    return [f"{one.id} {one.state}" for one in batches if one.state != "processed"]
