"""Consents of customers."""

from __future__ import annotations

from typing import Final

from litestar import get, post
from litestar.params import FromPath, JSONBody
from litestar.types import ControllerRouterHandler

from culm.customers import commands, rejections, views
from culm.customers.reads import consents as reads
from culm.customers.routes import bodies
from culm.gateway import parameters
from culm.gateway import request as request_
from culm.gateway.operation import operation
from culm.kernel import pages

NotFound: Final = rejections.CustomerNotFound


@post(
    "/customers/{customer:str}/consents",
    **operation(
        "give_customer_consent",
        rejections.ConsentInvalid,
        NotFound,
        rejections.CustomerClosed,
        rejections.TooManyConsents,
        example={"purpose": "marketing", "version": "2026-01"},
    ),
)
async def give_consent(
    customer: FromPath[str], data: JSONBody[bodies.CustomerConsent], request: request_.Request
) -> views.Consent:
    """Record that a customer consents to something. A newer version takes the older one's place;
    the log keeps both."""
    command = commands.GiveConsent(customer=customer, purpose=data.purpose, version=data.version)
    return await request.submit(command, views.Consent)


@post(
    "/customers/{customer:str}/consents/withdraw",
    status_code=200,
    **operation(
        "withdraw_customer_consent",
        rejections.ConsentInvalid,
        NotFound,
        rejections.ConsentNotFound,
        example={"purpose": "marketing"},
    ),
)
async def withdraw_consent(
    customer: FromPath[str], data: JSONBody[bodies.CustomerConsentEnd], request: request_.Request
) -> views.Consent:
    """Record that a customer consents to something no longer."""
    command = commands.WithdrawConsent(customer=customer, purpose=data.purpose)
    return await request.submit(command, views.Consent)


@get("/customers/{customer:str}/consents", **operation("list_customer_consents", NotFound))
async def list_consents(
    customer: FromPath[str],
    request: request_.Request,
    cursor: parameters.Cursor = None,
    limit: parameters.Limit = parameters.DEFAULT_LIMIT,
) -> pages.Page[views.Consent]:
    """What a customer has consented to, by purpose, withdrawn consents too."""
    return await reads.consents(
        request.db, **request.books, customer=customer, cursor=cursor, limit=limit
    )


ROUTES: Final[list[ControllerRouterHandler]] = [give_consent, withdraw_consent, list_consents]
