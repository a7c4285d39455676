"""Parquet: exact decimals of minor units with their scale, times in UTC, row group by row group."""

from __future__ import annotations

from decimal import Decimal
from typing import IO, Final

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from culm.kernel import clock
from culm.ledger.export import source

ROW_GROUP_ROWS: Final = 100_000

_TIME: Final = pa.timestamp("us", tz="UTC")
_NAME: Final = pa.dictionary(pa.int32(), pa.string())

SCHEMA: Final = pa.schema(
    [
        pa.field("transaction_id", pa.string(), nullable=False),
        pa.field("position", pa.int64(), nullable=False),
        pa.field("account_id", pa.string(), nullable=False),
        pa.field("version", pa.int64(), nullable=False),
        pa.field("account", _NAME, nullable=False),
        pa.field("currency", _NAME, nullable=False),
        pa.field("scale", pa.int8(), nullable=False),
        pa.field("amount_minor", pa.decimal128(38, 0), nullable=False),
        pa.field("kind", _NAME, nullable=False),
        pa.field("reference", pa.string(), nullable=False),
        pa.field("reverses", pa.string()),
        pa.field("hold", pa.string()),
        pa.field("effective", _TIME, nullable=False),
        pa.field("recorded", _TIME, nullable=False),
    ]
)


async def write(books: source.Source, output: IO[bytes]) -> int:
    """Write one row a posting; how many there were."""
    written = 0
    waiting: list[source.Line] = []
    schema = SCHEMA.with_metadata(_metadata(books))
    with pq.ParquetWriter(output, schema, compression="zstd") as file:
        async for lines in books.lines():
            waiting += lines
            written += len(lines)
            if len(waiting) >= ROW_GROUP_ROWS:
                file.write_batch(_batch(waiting, schema))
                waiting = []
        if waiting or not written:
            file.write_batch(_batch(waiting, schema))
    return written


def _batch(lines: list[source.Line], schema: pa.Schema) -> pa.RecordBatch:
    columns = list(zip(*lines, strict=True)) or [()] * len(schema)
    amounts = SCHEMA.get_field_index("amount_minor")
    columns[amounts] = tuple(map(Decimal, columns[amounts]))
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _metadata(books: source.Source) -> dict[str, str]:
    effective = clock.timestamp(books.effective) if books.effective else ""
    return {
        "culm.tenant": books.tenant.id,
        "culm.effective": effective,
        "culm.recorded": clock.timestamp(books.recorded),
    }
