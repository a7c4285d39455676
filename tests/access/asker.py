"""A process that asks to be let in, again and again with several keys, and prints what became of
it: `python -m tests.access.asker URL DIRECTORY TIMES SECRET...`."""

from __future__ import annotations

import asyncio
import functools
import json
import sys
from collections import Counter
from pathlib import Path

from culm.access import admission, keeping
from culm.kernel import database
from tests.access.conftest import Door, ask


async def main(url: str, directory: str, times: str, *secrets: str) -> None:
    """Ask in lots of forty, which overlap."""
    kept = keeping.Kept(Path(directory))
    by = admission.Admission(functools.partial(database.connect, url), kept)
    found: Counter[str] = Counter()
    lot = asyncio.Semaphore(40)

    doors = [
        Door(meter="read", operation="list_payments"),
        Door(writes=True, meter="write", operation="create_payment"),
        Door(writes=True, meter="write", operation="create_wallet"),
        Door(writes=True, meter="bulk", operation="create_batch"),
    ]

    async def once(number: int, secret: str) -> None:
        async with lot:
            door = doors[number % len(doors)]
            found[f"{secret} {(await ask(by, secret, door=door)).code}"] += 1

    await asyncio.gather(
        *(once(number, secret) for number in range(int(times)) for secret in secrets)
    )
    await by.close()
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
