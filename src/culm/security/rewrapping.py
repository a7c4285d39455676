"""Moving every key under a new key-encryption key, while all of them stay in use.

What is sealed is not touched: only the wrapping of its keys changes. Both key-encryption keys can
be read until the older one is retired, so it does not matter which process notices when.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from culm.security import files, providers, sealing
from culm.security.reads import keys as reads
from culm.security.reads import queries

AT_ONCE: Final = 1_000

SETTLED: Final = timedelta(minutes=5)
"""How old the newest key-encryption key is before an older one is retired: whoever was wrapping a
key when it was made is done by then."""


async def rewrap(db: queries.Database, provider: providers.Provider) -> int:
    """Wrap anew every key that is not under the current key-encryption key; how many were."""
    current, done = await provider.current(), 0
    while rows := await reads.under_others(db, kek=current, limit=AT_ONCE):
        wrapped = []
        for row in rows:
            about = sealing.whose(row.tenant, row.subject)
            key = await provider.unwrap(row.wrapped, about)
            wrapped.append(await provider.wrap(key, about))
        await reads.rewrap(db, rows, wrapped)
        done += len(rows)
    return done


async def retire(db: queries.Database, kept: files.Files, name: str, *, now: datetime) -> None:
    """Delete a key-encryption key that wraps nothing any more.

    With it go the keys in older backups: what was erased since cannot come back from there. Raises
    `KeyRefused` for one that is in use, the newest one, and as long as that is not settled.
    """
    if (await reads.by_kek(db)).get(name):
        raise providers.KeyRefused(f"{name} wraps keys: run `culm sealing rewrap` first.")
    if now - await kept.renewed() < SETTLED:
        raise providers.KeyRefused(f"The newest key is younger than {SETTLED}: wait until then.")
    await kept.remove(name)
