"""Foreign exchange over HTTP: requests become commands, reads become pages."""

from __future__ import annotations

from typing import Final

from litestar import Router, get, post
from litestar.params import FromPath, JSONBody

from culm.fx import commands, reads, rejections, views
from culm.gateway import parameters
from culm.gateway import request as request_
from culm.gateway.operation import operation
from culm.kernel import pages
from culm.ledger import rejections as ledger


@post(
    "/fx/rates",
    status_code=200,
    **operation(
        "set_fx_rate",
        rejections.RateInvalid,
        rejections.PairInvalid,
        ledger.TimeInvalid,
        ledger.TenantNotFound,
        ledger.CurrencyUnknown,
        rejections.PairReversed,
        example={
            "base": "EUR",
            "counter": "USD",
            "rate": "1.0842",
            "spread_basis_points": 50,
            "valid_until": "2026-12-24T18:00:00Z",
        },
    ),
)
async def set_fx_rate(data: JSONBody[commands.SetRate], request: request_.Request) -> views.FxRate:
    """Set what a currency costs in another, in place of what was set before. It serves both
    ways."""
    return await request.submit(data, views.FxRate)


@get("/fx/rates", **operation("list_fx_rates"))
async def list_fx_rates(
    request: request_.Request,
    cursor: parameters.Cursor = None,
    limit: parameters.Limit = parameters.DEFAULT_LIMIT,
) -> pages.Page[views.FxRate]:
    """The rates that were set, by base and counter."""
    return await reads.rates(request.db, **request.books, cursor=cursor, limit=limit)


@post(
    "/fx/quotes",
    **operation(
        "create_fx_quote",
        ledger.AmountInvalid,
        rejections.PairInvalid,
        rejections.QuoteInvalid,
        ledger.TenantNotFound,
        ledger.CurrencyUnknown,
        rejections.NoRate,
        rejections.AmountUnfit,
        example={"sell_currency": "USD", "buy_currency": "EUR", "amount": 10_000, "seconds": 60},
    ),
)
async def create_fx_quote(
    data: JSONBody[commands.CreateQuote], request: request_.Request
) -> views.FxQuote:
    """Ask what an exchange costs, and have the price kept for some seconds."""
    return await request.submit(data, views.FxQuote)


@get("/fx/quotes", **operation("list_fx_quotes"))
async def list_fx_quotes(
    request: request_.Request,
    cursor: parameters.Cursor = None,
    limit: parameters.Limit = parameters.DEFAULT_LIMIT,
) -> pages.Page[views.FxQuote]:
    """The tenant's quotes, newest first."""
    return await reads.quotes(request.db, **request.books, cursor=cursor, limit=limit)


@get("/fx/quotes/{quote:str}", **operation("get_fx_quote", rejections.QuoteNotFound))
async def get_fx_quote(quote: FromPath[str], request: request_.Request) -> views.FxQuote:
    """One quote."""
    return await reads.quote(request.db, **request.books, quote=quote)


ROUTER: Final = Router(
    "/v1",
    tags=["Foreign exchange"],
    route_handlers=[set_fx_rate, list_fx_rates, create_fx_quote, list_fx_quotes, get_fx_quote],
)
