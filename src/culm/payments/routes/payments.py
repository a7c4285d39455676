"""Payments: made, confirmed, captured, voided, looked at."""

from __future__ import annotations

from datetime import datetime
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
from culm.payments.reads import payments as reads
from culm.payments.routes import behind, bodies, refusals

Kind = Annotated[
    types.Kind | None, QueryParameter(name="kind", description="Only payments of this kind.")
]
State = Annotated[
    types.State | None, QueryParameter(name="state", description="Only payments in this state.")
]
Wallet = Annotated[
    str | None,
    QueryParameter(
        max_length=limits.MAX_PARAMETER_LENGTH,
        description="Only payments that this wallet takes part in.",
    ),
]
BankAccount = Annotated[
    str | None,
    QueryParameter(
        max_length=limits.MAX_PARAMETER_LENGTH,
        description="Only payments to or from this bank account.",
    ),
]
Customer = Annotated[
    str | None,
    QueryParameter(
        max_length=limits.MAX_PARAMETER_LENGTH,
        description="Only payments that this customer takes part in.",
    ),
]
Reference = Annotated[
    str | None,
    QueryParameter(
        max_length=limits.MAX_PARAMETER_LENGTH, description="Only payments with this reference."
    ),
]
From = Annotated[
    datetime | None,
    QueryParameter(description="Only payments made from then on, in the tenant's time."),
]
Before = Annotated[
    datetime | None,
    QueryParameter(description="Only payments made before then, in the tenant's time."),
]


@post(
    "/payments",
    **operation(
        "create_payment",
        *refusals.CREATE,
        example={
            "kind": "transfer",
            "amount": 2_500,
            "currency": "USD",
            "source": "wal_0000000000000041",
            "destination": "wal_0000000000000052",
            "reference": "rent-2026-03",
            "description": "Rent for March",
        },
    ),
)
async def create_payment(
    data: JSONBody[commands.CreatePayment], request: request_.Request
) -> views.Payment:
    """Make a payment, and confirm it at once unless `confirm` is false."""
    return await request.submit(data, views.Payment)


@get("/payments", **operation("list_payments", expands=behind.PARTIES))
async def list_payments(
    request: request_.Request,
    in_state: State = None,
    of_kind: Kind = None,
    wallet: Wallet = None,
    bank_account: BankAccount = None,
    customer: Customer = None,
    reference: Reference = None,
    created_from: From = None,
    created_before: Before = None,
    cursor: parameters.Cursor = None,
    limit: parameters.Limit = parameters.DEFAULT_LIMIT,
    expand: parameters.Expand = None,
) -> pages.Page[views.Payment]:
    """The tenant's payments, newest first."""
    found = await reads.payments(
        request.db,
        **request.books,
        state=in_state,
        kind=of_kind,
        parties=tuple([one for one in (wallet, bank_account, customer) if one is not None]),
        reference=reference,
        created=pages.Span(created_from, created_before),
        cursor=cursor,
        limit=limit,
    )
    return await request.expanded(found, expand)


@get(
    "/payments/{payment:str}",
    **operation("get_payment", rejections.PaymentNotFound, expands=behind.PARTIES),
)
async def get_payment(
    payment: FromPath[str], request: request_.Request, expand: parameters.Expand = None
) -> views.Payment:
    """One payment."""
    found = await reads.payment(request.db, **request.books, payment=payment)
    return await request.expanded(found, expand)


@post(
    "/payments/{payment:str}/confirm",
    status_code=200,
    **operation("confirm_payment", *refusals.CONFIRM),
)
async def confirm_payment(
    payment: FromPath[str],
    request: request_.Request,
    data: JSONBody[bodies_.Nothing | None] = None,
) -> views.Payment:
    """Let a payment go ahead that was made with `confirm` false."""
    return await request.submit(commands.ConfirmPayment(payment=payment), views.Payment)


@post(
    "/payments/{payment:str}/captures",
    **operation("capture_payment", *refusals.CAPTURE, example={"amount": 6_000}),
)
async def capture_payment(
    payment: FromPath[str], data: JSONBody[bodies.PaymentCapture], request: request_.Request
) -> views.Payment:
    """Take what is authorised, or a part of it."""
    command = commands.CapturePayment(payment=payment, **msgspec.structs.asdict(data))
    return await request.submit(command, views.Payment)


@post(
    "/payments/{payment:str}/void",
    status_code=200,
    **operation("void_payment", *refusals.VOID),
)
async def void_payment(
    payment: FromPath[str],
    request: request_.Request,
    data: JSONBody[bodies_.Nothing | None] = None,
) -> views.Payment:
    """Take a payment back, or let go of what is not captured of it."""
    return await request.submit(commands.VoidPayment(payment=payment), views.Payment)


ROUTES: Final[list[ControllerRouterHandler]] = [
    create_payment,
    list_payments,
    get_payment,
    confirm_payment,
    capture_payment,
    void_payment,
]
