"""Tenants, their assets, and the periods that they have closed."""

from __future__ import annotations

from typing import Final

from litestar import get, post
from litestar.params import FromPath, JSONBody
from litestar.types import ControllerRouterHandler

from culm.gateway import parameters
from culm.gateway import request as request_
from culm.gateway.operation import operation
from culm.ledger import commands, reads, rejections, types, views
from culm.ledger.routes import refusals


@post(
    "/tenants",
    **operation("create_tenant", *refusals.CREATE_TENANT, example={"name": "Acme Payments"}),
)
async def create_tenant(
    data: JSONBody[commands.CreateTenant], request: request_.Request
) -> types.Tenant:
    """Begin books for a new tenant: the one that the header Culm-Tenant names."""
    return await request.submit(data, types.Tenant)


@get("/tenants/{tenant:str}", **operation("get_tenant", rejections.TenantNotFound))
async def get_tenant(tenant: FromPath[str], request: request_.Request) -> types.Tenant:
    """Who keeps books, and up to when they are closed. Other tenants are not to be found."""
    if tenant != request.caller.tenant:
        raise rejections.TenantNotFound("tenant")
    return await reads.tenant(request.db, **request.books)


@post(
    "/assets",
    **operation(
        "register_asset",
        *refusals.REGISTER_ASSET,
        example={"code": "USDC", "scale": 6, "name": "USD Coin"},
    ),
)
async def register_asset(
    data: JSONBody[commands.RegisterAsset], request: request_.Request
) -> types.Asset:
    """Make an asset usable as a currency, beside those of ISO 4217."""
    return await request.submit(data, types.Asset)


@get("/assets", **operation("list_assets", rejections.TenantNotFound))
async def list_assets(
    request: request_.Request,
    cursor: parameters.Cursor = None,
    limit: parameters.Limit = parameters.DEFAULT_LIMIT,
) -> views.Page[types.Asset]:
    """The tenant's registered assets, by code."""
    return await reads.assets(
        request.db,
        **request.books,
        cursor=cursor,
        limit=limit,
    )


@post(
    "/periods/close",
    status_code=200,
    **operation("close_period", *refusals.CLOSE_PERIOD, example={"before": "2026-04-01T00:00:00Z"}),
)
async def close_period(
    data: JSONBody[commands.ClosePeriod], request: request_.Request
) -> types.Tenant:
    """Close the books before a moment: nothing more is booked with an earlier effective time."""
    return await request.submit(data, types.Tenant)


ROUTES: Final[list[ControllerRouterHandler]] = [
    create_tenant,
    get_tenant,
    register_asset,
    list_assets,
    close_period,
]
