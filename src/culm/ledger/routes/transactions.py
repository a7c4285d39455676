"""Transactions: one, many at once, their reversals, and exchanges of currencies."""

from __future__ import annotations

from typing import Annotated, Final

from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.types import ControllerRouterHandler

from culm.gateway import parameters
from culm.gateway import request as request_
from culm.gateway.operation import operation
from culm.ledger import checks, commands, reads, rejections, views
from culm.ledger.routes import bodies, refusals

Reference = Annotated[
    str,
    QueryParameter(max_length=checks.MAX_REFERENCE, description="The reference they were given."),
]

_EXAMPLE: Final = {
    "postings": [
        {"account": "assets:bank:operating", "side": "debit", "amount": 12500},
        {"account": "liabilities:customers:ann", "side": "credit", "amount": 12500},
    ],
    "kind": "deposit",
    "reference": "INV-2026-0042",
}


@post(
    "/transactions", **operation("post_transaction", *refusals.POST_TRANSACTION, example=_EXAMPLE)
)
async def post_transaction(
    data: JSONBody[commands.PostTransaction], request: request_.Request
) -> views.Transaction:
    """Book a transaction of 2 to 1,000 postings that balance in every currency."""
    return await request.submit(data, views.Transaction)


@post(
    "/transactions/bulk",
    status_code=200,
    **operation(
        "post_transactions",
        *refusals.POST_TRANSACTIONS,
        example={"transactions": [_EXAMPLE], "mode": "each"},
        method="post_bulk",
        meter="bulk",
    ),
)
async def post_transactions(
    data: JSONBody[commands.PostTransactions], request: request_.Request
) -> commands.Results:
    """Book up to 10,000 transactions, with a result for each.

    In the mode `each`, every one is booked or refused on its own merits, in order, each seeing
    those before it. In the mode `all`, all are booked, or none: the first that is refused
    decides, and `field` says which one it was.
    """
    return await request.submit(data, commands.Results)


@get(
    "/transactions/{transaction:str}",
    **operation("get_transaction", rejections.TenantNotFound, rejections.TransactionNotFound),
)
async def get_transaction(
    transaction: FromPath[str], request: request_.Request
) -> views.Transaction:
    """One booked transaction."""
    return await reads.transaction(
        request.db,
        **request.books,
        transaction=transaction,
    )


@get(
    "/transactions",
    **operation("list_transactions", rejections.TenantNotFound, rejections.ReferenceInvalid),
)
async def list_transactions(
    request: request_.Request,
    reference: Reference,
    cursor: parameters.Cursor = None,
    limit: parameters.Limit = parameters.DEFAULT_LIMIT,
) -> views.Page[views.Transaction]:
    """The transactions with a reference, newest first."""
    return await reads.transactions(
        request.db,
        **request.books,
        reference=reference,
        cursor=cursor,
        limit=limit,
    )


@post(
    "/transactions/{transaction:str}/reversals",
    **operation("reverse_transaction", *refusals.REVERSE_TRANSACTION, example={"amount": 5000}),
)
async def reverse_transaction(
    transaction: FromPath[str], data: JSONBody[bodies.Reversal], request: request_.Request
) -> views.Transaction:
    """Book the opposite of what is left of a transaction, or of a part of it."""
    command = bodies.complete(commands.ReverseTransaction, data, transaction=transaction)
    return await request.submit(command, views.Transaction)


@post(
    "/exchanges",
    **operation(
        "exchange",
        *refusals.EXCHANGE,
        example={
            "sell_account": "liabilities:customers:ann:usd",
            "sell": 10850,
            "buy_account": "liabilities:customers:ann:eur",
            "buy": 10000,
            "sell_position": "liabilities:fx:usd",
            "buy_position": "liabilities:fx:eur",
        },
    ),
)
async def exchange(
    data: JSONBody[commands.Exchange], request: request_.Request
) -> views.Transaction:
    """Sell an amount of one currency for an amount of another, as one transaction of four
    postings through the position accounts of both currencies."""
    return await request.submit(data, views.Transaction)


ROUTES: Final[list[ControllerRouterHandler]] = [
    post_transaction,
    post_transactions,
    get_transaction,
    list_transactions,
    reverse_transaction,
    exchange,
]
