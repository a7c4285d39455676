"""Payments: one, and many."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from culm.kernel import ids, pages
from culm.payments import rejections, tables, types, views
from culm.payments.reads import queries


async def payment(
    db: queries.Database, *, partition: int, tenant: str, payment: str
) -> views.Payment:
    """One of the tenant's payments. Raises `PaymentNotFound`."""
    number = queries.number(payment, types.PREFIX, partition)
    row = await db.fetchrow(queries.QUERIES["payment"], partition, tenant, number)
    if row is None:
        raise rejections.PaymentNotFound("payment")
    return _payment(row)


async def payments_by_id(
    db: queries.Database, *, partition: int, tenant: str, ids: Iterable[str]
) -> dict[str, views.Payment]:
    """Those of the tenant's payments that have one of these ids, by id."""
    numbers = [queries.number(one, types.PREFIX, partition) for one in ids]
    rows = await db.fetch(queries.QUERIES["payments_by_id"], partition, tenant, numbers)
    return {one.id: one for one in map(_payment, rows)}


async def payments(
    db: queries.Database,
    *,
    partition: int,
    tenant: str,
    state: types.State | None = None,
    kind: types.Kind | None = None,
    parties: Sequence[str] = (),
    reference: str | None = None,
    created: pages.Span = pages.EVER,
    cursor: str | None = None,
    limit: int = pages.DEFAULT_LIMIT,
) -> pages.Page[views.Payment]:
    """The tenant's payments, newest first: those that all these parties take part in (wallets,
    bank accounts, customers), with a reference, in a state, of a kind, made in a span of time,
    where given. Raises `ParameterInvalid`."""
    pages.check_span(created)
    query, more = _narrowed(partition, state, parties, reference)
    return await queries.listed(
        db,
        query,
        partition=partition,
        tenant=tenant,
        filters=(state, kind, *created),
        more=more,
        cursor=cursor,
        limit=limit,
        item=_payment,
    )


async def open_counts(db: queries.Database, *, partition: int) -> dict[str, int]:
    """How many payments of a partition have not ended, by state: for whoever runs it all."""
    rows = await db.fetch(queries.QUERIES["open_counts"], partition)
    return {row["state"]: row["payments"] for row in rows}


def _narrowed(
    partition: int, state: str | None, parties: Sequence[str], reference: str | None
) -> tuple[str, tuple[Any, ...]]:
    """The query that has an index for the narrowest of these filters."""
    if parties:
        first, *others = [_any(one, partition) for one in parties]
        return "payments_of_party", (first, others, reference)
    if reference is not None:
        return "payments_of_reference", (reference,)
    return ("payments" if state in (None, "captured") else "open_payments"), ()


def _any(public_id: str, partition: int) -> int:
    """The number of whatever takes part in payments; -1 for what nothing is called."""
    if not ids.is_any_id(public_id) or ids.partition_of(public_id) != partition:
        return -1
    return ids.number_of(public_id)


def _payment(row: Any) -> views.Payment:
    return views.payment(tables.read_payment(row)[1])
