"""How the transfers of a window are batches and files. Pure: the same transfers, the same plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from culm.rails.ach.files import commands, types


class Row(NamedTuple):
    """What a plan needs to know of a transfer."""

    id: str
    kind: str
    sec: str
    direction: str
    description: str
    amount: int

    @property
    def header(self) -> tuple[str, str, str, bool]:
        """What the header of its batch says of it."""
        return self.sec, self.direction, self.description, self.kind == "dishonour"


def steps(window: str, rows: Sequence[Row]) -> list[msgspec.Struct]:
    """The commands that cut a window, all of whose transfers are given in the order of their ids.

    Those that are queued no more are among them, so that it is the same whenever it is asked.
    """
    found: list[msgspec.Struct] = []
    whole = list(files(batches(rows)))
    for number, file in enumerate(whole, 1):
        found += [
            commands.CutBatch(window=window, transfers=tuple([row.id for row in batch]))
            for batch in file
        ]
        found.append(commands.FinishFile(window=window, last=number == len(whole)))
    return found


def batches(
    rows: Iterable[Row], *, most: int = types.MAX_ENTRIES, total: int = types.MAX_TOTAL
) -> Iterator[list[Row]]:
    """Rows under one header together, as many as fit in a batch."""
    alike: dict[tuple[str, str, str, bool], list[Row]] = {}
    for row in rows:
        alike.setdefault(row.header, []).append(row)
    for group in alike.values():
        batch, amount = list[Row](), 0
        for row in group:
            if batch and (len(batch) == most or amount + row.amount > total):
                yield batch
                batch, amount = [], 0
            batch.append(row)
            amount += row.amount
        yield batch


def files(found: Iterable[list[Row]], *, total: int = types.MAX_TOTAL) -> Iterator[list[list[Row]]]:
    """Batches together, as many as the totals of a file have digits for."""
    file, sums = list[list[Row]](), {"credit": 0, "debit": 0}
    for batch in found:
        side, amount = batch[0].direction, sum(row.amount for row in batch)
        if file and sums[side] + amount > total:
            yield file
            file, sums = [], {"credit": 0, "debit": 0}
        file.append(batch)
        sums[side] += amount
    if file:
        yield file
