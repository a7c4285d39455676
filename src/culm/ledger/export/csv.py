"""CSV as in RFC 4180: a header, CRLF line ends, quotes where they are needed; UTF-8."""

from __future__ import annotations

import csv
import io
from typing import IO, Final

from culm.kernel import clock
from culm.ledger.export import source

COLUMNS: Final = (
    "transaction_id",
    "position",
    "account_id",
    "version",
    "account",
    "currency",
    "scale",
    "amount_minor",
    "amount",
    "kind",
    "reference",
    "reverses",
    "hold",
    "effective",
    "recorded",
)


async def write(books: source.Source, output: IO[bytes]) -> int:
    """Write one record a posting; how many there were."""
    written = 0
    text = io.TextIOWrapper(output, encoding="utf-8", newline="", write_through=True)
    try:
        records = csv.writer(text, lineterminator="\r\n")
        records.writerow(COLUMNS)
        async for lines in books.lines():
            records.writerows(map(_record, lines))
            written += len(lines)
    finally:
        text.detach()
    return written


def _record(line: source.Line) -> tuple[object, ...]:
    return (
        line.transaction_id,
        line.position,
        line.account_id,
        line.version,
        line.account,
        line.currency,
        line.scale,
        line.amount,
        source.decimal_text(line.amount, line.scale),
        line.kind,
        line.reference,
        line.reverses,
        line.hold,
        clock.timestamp(line.effective),
        clock.timestamp(line.recorded),
    )
