"""What the API reads of transfers."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from culm.kernel import database, ids, pages, sql
from culm.rails.ach.transfers import change_codes, rejections, tables, types, views
from culm.security import sealing

QUERIES: Final = sql.load_queries("culm.rails.ach.transfers", "reads.sql")

_SENT: Final = ["sent", "accepted"]
_WITHIN: Final[dict[str, tuple[list[str], list[str] | None]]] = {
    "batched": (["batched"], ["", "cut", "sending", "rejected"]),
    "sent": (["batched"], _SENT),
    "in_doubt": (["batched"], ["unknown"]),
}
"""The states of transfers, and of their files, behind those that are shown."""


async def transfer(
    db: database.Reads, *, partition: int, tenant: str, transfer: str
) -> views.AchTransfer:
    """One of the tenant's transfers. Raises `TransferNotFound`."""
    return _view(await _find(db, partition=partition, tenant=tenant, transfer=transfer))


async def change(
    db: database.Reads,
    keys: sealing.Sealing,
    *,
    partition: int,
    tenant: str,
    transfer: str,
) -> views.AchChange:
    """What the other bank wants corrected of a transfer's payee, opened with the payee's key.
    Raises `TransferNotFound`, `ChangeNotFound`."""
    row = _transfer(await _find(db, partition=partition, tenant=tenant, transfer=transfer))
    if not row.change:
        raise rejections.ChangeNotFound("nothing is to be corrected", field="transfer")
    key = (await keys.keys(tenant, [row.subject])).get(row.subject)
    if key is None:
        return views.change(row, None)
    plain = key.open(row.corrected, change_codes.ABOUT)
    return views.change(row, msgspec.json.decode(plain, type=views.Corrected))


async def _find(db: database.Reads, *, partition: int, tenant: str, transfer: str) -> Any:
    number = -1
    if ids.is_id(types.PREFIX, transfer) and ids.partition_of(transfer) == partition:
        number = ids.number_of(transfer)
    row = await db.fetchrow(QUERIES["transfer"], partition, tenant, number)
    if row is None:
        raise rejections.TransferNotFound("there is no such transfer", field="transfer")
    return row


async def transfers(
    db: database.Reads,
    *,
    partition: int,
    tenant: str,
    state: views.State | None = None,
    purpose: str | None = None,
    cursor: str | None = None,
    limit: int = pages.DEFAULT_LIMIT,
) -> pages.Page[views.AchTransfer]:
    """The tenant's transfers, newest first: those in one state, or with a purpose, where given."""
    pages.check_limit(limit)
    question = ("ach transfers", tenant, state, purpose)
    before = pages.NEWEST if cursor is None else pages.key_of(cursor, question, pages.Number)
    states = _WITHIN.get(state, ([state], None)) if state else (None, None)
    query, of_purpose = "transfers", []
    if purpose is not None:
        query, of_purpose = "transfers_for", [purpose]
    rows = await db.fetch(
        QUERIES[query], partition, tenant, before, *states, limit + 1, *of_purpose
    )
    return pages.page(rows, limit=limit, question=question, key=lambda row: row["id"], item=_view)


def _view(row: Any) -> views.AchTransfer:
    file = "" if row["file"] is None else ids.from_number("fil", row["file"])
    return views.transfer(_transfer(row), file=file, file_state=row["file_state"] or "")


def _transfer(row: Any) -> types.Transfer:
    return tables.read_transfer({name: row[name] for name in _KEPT})[1]


_KEPT: Final = [name for name in types.Transfer.__struct_fields__ if name != "number"]
