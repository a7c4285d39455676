"""Batches, and what became of their entries."""

from __future__ import annotations

from typing import Annotated, Final

from litestar import get
from litestar.params import FromPath, QueryParameter
from litestar.types import ControllerRouterHandler

from culm.batches import rejections, types, views
from culm.batches.reads import batches as reads
from culm.gateway import expansions, limits, parameters
from culm.gateway import request as request_
from culm.gateway.operation import operation
from culm.kernel import pages
from culm.payments import types as payments
from culm.payments.routes import behind
from culm.wallets import views as wallets
from culm.wallets.reads.wallets import wallets_by_id

NotFound: Final = rejections.BatchNotFound

_PAYER: Final = {"source": expansions.Expansion(wallets.Wallet, wallets_by_id)}

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


@get("/batches", **operation("list_batches", expands=_PAYER))
async def list_batches(
    request: request_.Request,
    in_state: InState = None,
    of_wallet: OfWallet = None,
    cursor: parameters.Cursor = None,
    limit: parameters.Limit = parameters.DEFAULT_LIMIT,
    expand: parameters.Expand = None,
) -> pages.Page[views.Batch]:
    """The tenant's batches, newest first."""
    found = await reads.batches(
        request.db,
        **request.books,
        state=in_state,
        source=of_wallet,
        cursor=cursor,
        limit=limit,
    )
    return await request.expanded(found, expand)


@get("/batches/{batch:str}", **operation("get_batch", NotFound, expands=_PAYER))
async def get_batch(
    batch: FromPath[str], request: request_.Request, expand: parameters.Expand = None
) -> views.Batch:
    """One batch."""
    found = views.batch(await reads.find(request.db, **request.books, batch=batch))
    return await request.expanded(found, expand)


@get(
    "/batches/{batch:str}/entries",
    **operation("list_batch_entries", NotFound, method="entries", expands=behind.PAYMENT),
)
async def list_entries(
    batch: FromPath[str],
    request: request_.Request,
    judged: Judged = None,
    paid: Paid = None,
    cursor: parameters.Cursor = None,
    limit: parameters.Limit = parameters.DEFAULT_LIMIT,
    expand: parameters.Expand = None,
) -> pages.Page[views.BatchEntry]:
    """What became of each entry that was judged, in the order of the batch."""
    found = await reads.entries(
        request.db,
        **request.books,
        batch=batch,
        verdict=judged,
        state=paid,
        cursor=cursor,
        limit=limit,
    )
    return await request.expanded(found, expand)


ROUTES: Final[list[ControllerRouterHandler]] = [list_batches, get_batch, list_entries]
