"""Refunds: asked for, and looked at."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.types import ControllerRouterHandler

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
        description="Only refunds of this payment.",
    ),
]
State = Annotated[
    types.RefundState | None,
    QueryParameter(name="state", description="Only refunds in this state."),
]


@post(
    "/payments/{payment:str}/refunds",
    **operation(
        "refund_payment", *refusals.REFUND, example={"amount": 2_000, "reason": "requested"}
    ),
)
async def refund_payment(
    payment: FromPath[str], data: JSONBody[bodies.PaymentRefund], request: request_.Request
) -> views.Refund:
    """Give back what was captured, or a part of it."""
    command = commands.RefundPayment(payment=payment, **msgspec.structs.asdict(data))
    return await request.submit(command, views.Refund)


@get("/refunds", **operation("list_refunds", expands=behind.PAYMENT))
async def list_refunds(
    request: request_.Request,
    payment: OfPayment = None,
    in_state: State = None,
    cursor: parameters.Cursor = None,
    limit: parameters.Limit = parameters.DEFAULT_LIMIT,
    expand: parameters.Expand = None,
) -> pages.Page[views.Refund]:
    """The tenant's refunds, newest first."""
    found = await reads.refunds(
        request.db,
        **request.books,
        payment=payment,
        state=in_state,
        cursor=cursor,
        limit=limit,
    )
    return await request.expanded(found, expand)


@get(
    "/refunds/{refund:str}",
    **operation("get_refund", rejections.RefundNotFound, expands=behind.PAYMENT),
)
async def get_refund(
    refund: FromPath[str], request: request_.Request, expand: parameters.Expand = None
) -> views.Refund:
    """One refund."""
    found = await reads.refund(request.db, **request.books, refund=refund)
    return await request.expanded(found, expand)


ROUTES: Final[list[ControllerRouterHandler]] = [refund_payment, list_refunds, get_refund]
