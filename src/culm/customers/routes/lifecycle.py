"""Customers from their activation to their erasure."""

from __future__ import annotations

from typing import Final

from litestar import post
from litestar.params import FromPath, JSONBody
from litestar.types import ControllerRouterHandler

from culm.customers import commands, known, rejections, views
from culm.customers.routes import bodies
from culm.gateway import bodies as bodies_
from culm.gateway import request as request_
from culm.gateway.operation import operation
from culm.security import routes as security

NotFound: Final = rejections.CustomerNotFound
Closed: Final = rejections.CustomerClosed


@post(
    "/customers/{customer:str}/tier",
    status_code=200,
    **operation(
        "set_customer_tier",
        rejections.TierInvalid,
        NotFound,
        Closed,
        example={"tier": "verified"},
    ),
)
async def set_tier(
    customer: FromPath[str], data: JSONBody[bodies.CustomerTier], request: request_.Request
) -> views.Customer:
    """Move a customer to another tier: the limits of that count from now on."""
    return await _submit(request, commands.SetTier(customer=customer, tier=data.tier))


@post(
    "/customers/{customer:str}/activate",
    status_code=200,
    **operation("activate_customer", NotFound, rejections.CustomerRestricted, Closed),
)
async def activate_customer(
    customer: FromPath[str],
    request: request_.Request,
    data: JSONBody[bodies_.Nothing | None] = None,
) -> views.Customer:
    """Let a customer take part."""
    return await _submit(request, commands.ActivateCustomer(customer=customer))


@post(
    "/customers/{customer:str}/restrict",
    status_code=200,
    **operation(
        "restrict_customer",
        NotFound,
        rejections.CustomerNotActive,
        Closed,
        example={"reason": "review"},
    ),
)
async def restrict_customer(
    customer: FromPath[str],
    data: JSONBody[bodies.CustomerRestriction],
    request: request_.Request,
) -> views.Customer:
    """Let a customer take part in nothing new. What is under way comes to its end."""
    return await _submit(request, commands.RestrictCustomer(customer=customer, reason=data.reason))


@post(
    "/customers/{customer:str}/unrestrict",
    status_code=200,
    **operation("unrestrict_customer", NotFound, rejections.CustomerNotActive, Closed),
)
async def unrestrict_customer(
    customer: FromPath[str],
    request: request_.Request,
    data: JSONBody[bodies_.Nothing | None] = None,
) -> views.Customer:
    """Let a restricted customer take part again."""
    return await _submit(request, commands.UnrestrictCustomer(customer=customer))


@post(
    "/customers/{customer:str}/close",
    status_code=200,
    **operation("close_customer", NotFound, rejections.CustomerInUse),
)
async def close_customer(
    customer: FromPath[str],
    request: request_.Request,
    data: JSONBody[bodies_.Nothing | None] = None,
) -> views.Customer:
    """End the business with a customer, for good, once their wallets are closed."""
    return await _submit(request, commands.CloseCustomer(customer=customer))


@post(
    "/customers/{customer:str}/erase",
    status_code=200,
    **operation("erase_customer", NotFound, rejections.CustomerNotClosed),
)
async def erase_customer(
    customer: FromPath[str],
    request: request_.Request,
    data: JSONBody[bodies_.Nothing | None] = None,
) -> views.Customer:
    """Forget all that is known of a closed customer, by destroying the key that seals it. What
    happened stays in the log, and can be proven as before."""
    record = await request.submit(commands.EraseCustomer(customer=customer), views.Record)
    keys, tenant = security.sealing(request), request.caller.tenant
    await keys.destroy(tenant, record.subject)
    return await known.show(keys, tenant, record)


async def _submit(request: request_.Request, command: commands.Command) -> views.Customer:
    record = await request.submit(command, views.Record)
    return await known.show(security.sealing(request), request.caller.tenant, record)


ROUTES: Final[list[ControllerRouterHandler]] = [
    set_tier,
    activate_customer,
    restrict_customer,
    unrestrict_customer,
    close_customer,
    erase_customer,
]
