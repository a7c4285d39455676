"""Reading what may be damaged: what cannot be read is a finding, and names its table.

A database that was lost, or had no room to answer, says nothing about the books: that is an error.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import asyncpg

from culm.book import finding, stream
from culm.kernel import errors

_NOT_DAMAGE: Final = (
    OSError,  # a time limit among them
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.TransactionRollbackError,  # a standby that had to go on
)
_DAMAGE: Final = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    ValueError,  # bytes that are no UTF-8 among them
    OverflowError,
)


@contextmanager
def reading(connection: stream.Connection, partition: int | None, table: str) -> Iterator[None]:
    """Around a query: raises `Damaged` for what neither the server nor the driver can make sense
    of, and `Unavailable`, with what was being read, when the database was lost."""
    try:
        yield
    except _NOT_DAMAGE as error:
        raise _lost(partition, table, error) from error
    except _DAMAGE as error:
        if connection.is_closed():
            raise _lost(partition, table, error) from error
        found = f"{type(error).__name__}: {error}"
        raise finding.damaged(partition, table, "it cannot be read", found=found) from error


def rows(connection: stream.Connection, partition: int, table: str, query: str) -> stream.Stream:
    """The rows of a query over one partition of a table, read as above."""
    guard = functools.partial(reading, connection, partition, table)
    return stream.Stream(connection, query, partition, guard=guard)


def _lost(partition: int | None, table: str, error: Exception) -> errors.Unavailable:
    place = table if partition is None else f"{table} of partition {partition}"
    said = str(error) or type(error).__name__
    return errors.Unavailable(f"the database was lost while {place} was read: {said}")
