"""Limits: what wallets of a tier may do."""

from __future__ import annotations

from typing import Annotated, Final

from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.types import ControllerRouterHandler

from culm.gateway import parameters
from culm.gateway import request as request_
from culm.gateway.operation import operation
from culm.kernel import pages
from culm.ledger import rejections as ledger
from culm.wallets import checks, commands, rejections, views
from culm.wallets.reads import limits as reads

Tier = Annotated[
    str | None,
    QueryParameter(
        max_length=32,
        pattern=f"^{checks.TIER.pattern}$",
        description="Only the limits of this tier.",
    ),
]


@post(
    "/wallet_limits",
    status_code=200,
    **operation(
        "set_wallet_limits",
        rejections.LimitsInvalid,
        ledger.TenantNotFound,
        ledger.CurrencyUnknown,
        example={
            "tier": "basic",
            "currency": "USD",
            "direction": "out",
            "per_payment": 50_000,
            "day_sum": 100_000,
            "day_count": 10,
            "month_sum": 500_000,
        },
    ),
)
async def set_limits(
    data: JSONBody[commands.SetLimits], request: request_.Request
) -> views.WalletLimits:
    """Set what wallets of a tier may do in a currency and direction, in place of what was set."""
    return await request.submit(data, views.WalletLimits)


@get("/wallet_limits", **operation("list_wallet_limits"))
async def list_limits(
    request: request_.Request,
    tier: Tier = None,
    cursor: parameters.Cursor = None,
    limit: parameters.Limit = parameters.DEFAULT_LIMIT,
) -> pages.Page[views.WalletLimits]:
    """The limits that were set, by tier, currency and direction."""
    return await reads.limits(request.db, **request.books, tier=tier, cursor=cursor, limit=limit)


@get("/wallets/{wallet:str}/limits", **operation("get_wallet_limits", rejections.WalletNotFound))
async def get_limits(wallet: FromPath[str], request: request_.Request) -> views.LimitUses:
    """What a wallet may do, and what of it is used today and in this month, in UTC. What its
    tier has no limits for is not listed."""
    now = request.platform.clock()
    return await reads.uses(request.db, **request.books, wallet=wallet, now=now)


ROUTES: Final[list[ControllerRouterHandler]] = [set_limits, list_limits, get_limits]
