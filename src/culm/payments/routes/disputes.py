"""Disputes: opened, ended, looked at."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.types import ControllerRouterHandler

from culm.gateway import bodies as bodies_
from culm.gateway import limits, parameters
from culm.gateway import request as request_
from culm.gateway.operation import operation
from culm.kernel import pages
from culm.payments import commands, rejections, types, views
from culm.payments.reads import after as reads
from culm.payments.routes import behind, bodies, refusals

OfPayment = Annotated[
    str | None,
    QueryParameter(
        name="payment",
        max_length=limits.MAX_PARAMETER_LENGTH,
        description="Only disputes of this payment.",
    ),
]
State = Annotated[
    types.DisputeState | None,
    QueryParameter(name="state", description="Only disputes in this state."),
]


@post(
    "/payments/{payment:str}/disputes",
    **operation(
        "open_dispute", *refusals.DISPUTE, example={"reason": "not_received", "amount": 4_000}
    ),
)
async def open_dispute(
    payment: FromPath[str], data: JSONBody[bodies.PaymentDispute], request: request_.Request
) -> views.Dispute:
    """Contest what was captured, or a part of it."""
    command = commands.OpenDispute(payment=payment, **msgspec.structs.asdict(data))
    return await request.submit(command, views.Dispute)


@get("/disputes", **operation("list_disputes", expands=behind.PAYMENT))
async def list_disputes(
    request: request_.Request,
    payment: OfPayment = None,
    in_state: State = None,
    cursor: parameters.Cursor = None,
    limit: parameters.Limit = parameters.DEFAULT_LIMIT,
    expand: parameters.Expand = None,
) -> pages.Page[views.Dispute]:
    """The tenant's disputes, newest first."""
    found = await reads.disputes(
        request.db,
        **request.books,
        payment=payment,
        state=in_state,
        cursor=cursor,
        limit=limit,
    )
    return await request.expanded(found, expand)


@get(
    "/disputes/{dispute:str}",
    **operation("get_dispute", rejections.DisputeNotFound, expands=behind.PAYMENT),
)
async def get_dispute(
    dispute: FromPath[str], request: request_.Request, expand: parameters.Expand = None
) -> views.Dispute:
    """One dispute."""
    found = await reads.dispute(request.db, **request.books, dispute=dispute)
    return await request.expanded(found, expand)


@post(
    "/disputes/{dispute:str}/resolve",
    status_code=200,
    **operation("resolve_dispute", *refusals.END_DISPUTE, example={"outcome": "won"}),
)
async def resolve_dispute(
    dispute: FromPath[str], data: JSONBody[bodies.DisputeResolution], request: request_.Request
) -> views.Dispute:
    """End a dispute: won by the payee, or lost to the payer."""
    command = commands.ResolveDispute(dispute=dispute, outcome=data.outcome)
    return await request.submit(command, views.Dispute)


@post(
    "/disputes/{dispute:str}/accept",
    status_code=200,
    **operation("accept_dispute", *refusals.END_DISPUTE),
)
async def accept_dispute(
    dispute: FromPath[str],
    request: request_.Request,
    data: JSONBody[bodies_.Nothing | None] = None,
) -> views.Dispute:
    """End a dispute because the payee gives in."""
    return await request.submit(commands.AcceptDispute(dispute=dispute), views.Dispute)


ROUTES: Final[list[ControllerRouterHandler]] = [
    open_dispute,
    list_disputes,
    get_dispute,
    resolve_dispute,
    accept_dispute,
]
