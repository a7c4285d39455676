"""Batches, and what became of their entries."""

from __future__ import annotations

from typing import Annotated, Final

from litestar import get
from litestar.params import FromPath, QueryParameter
from litestar.types import ControllerRouterHandler

from culm.batches import rejections, types, views
from culm.batches.reads import batches as reads
from culm.gateway import limits, parameters
from culm.gateway import request as request_
from culm.gateway.operation import operation
from culm.kernel import pages
from culm.payments import types as payments

NotFound: Final = rejections.BatchNotFound

InState = Annotated[
    types.State | None, QueryParameter(name="state", description="Only batches in this state.")
]
OfWallet = Annotated[
    str | None,
    QueryParameter(
        name="source",
        max_length=limits.MAX_PARAMETER_LENGTH,
        description="Only batches that this wallet pays.",
    ),
]
Judged = Annotated[
    reads.Verdict | None,
    QueryParameter(name="verdict", description="Only entries that were accepted, or refused."),
]
Paid = Annotated[
    payments.State | None,
    QueryParameter(name="state", description="Only entries whose payments are in this state."),
]


@get("/batches", **operation("list_batches"))
async def list_batches(
    request: request_.Request,
    in_state: InState = None,
    of_wallet: OfWallet = None,
    cursor: parameters.Cursor = None,
    limit: parameters.Limit = parameters.DEFAULT_LIMIT,
) -> pages.Page[views.Batch]:
    """The tenant's batches, newest first."""
    return await reads.batches(
        request.db,
        **request.books,
        state=in_state,
        source=of_wallet,
        cursor=cursor,
        limit=limit,
    )


@get("/batches/{batch:str}", **operation("get_batch", NotFound))
async def get_batch(batch: FromPath[str], request: request_.Request) -> views.Batch:
    """One batch."""
    return views.batch(await reads.find(request.db, **request.books, batch=batch))


@get("/batches/{batch:str}/entries", **operation("list_batch_entries", NotFound, method="entries"))
async def list_entries(
    batch: FromPath[str],
    request: request_.Request,
    judged: Judged = None,
    paid: Paid = None,
    cursor: parameters.Cursor = None,
    limit: parameters.Limit = parameters.DEFAULT_LIMIT,
) -> pages.Page[views.BatchEntry]:
    """What became of each entry that was judged, in the order of the batch."""
    return await reads.entries(
        request.db,
        **request.books,
        batch=batch,
        verdict=judged,
        state=paid,
        cursor=cursor,
        limit=limit,
    )


ROUTES: Final[list[ControllerRouterHandler]] = [list_batches, get_batch, list_entries]
