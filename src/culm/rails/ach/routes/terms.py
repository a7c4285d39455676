"""The terms with the bank: under which names and numbers files go to it, and when."""

from __future__ import annotations

from typing import Final

from litestar import get, put
from litestar.params import JSONBody
from litestar.types import ControllerRouterHandler

from culm.gateway import request as request_
from culm.gateway.operation import operation
from culm.ledger import api as ledger
from culm.rails.ach.odfi import commands, reads, rejections, types


@put(
    "/ach",
    **operation(
        "configure_ach",
        rejections.TermsInvalid,
        ledger.TenantNotFound,
        method="configure",
        example={
            "odfi": "021000021",
            "company_name": "ACME PAYMENTS",
            "company_id": "1234567890",
            "destination_name": "FIRST EXAMPLE BANK",
        },
    ),
)
async def configure(
    data: JSONBody[commands.Configure], request: request_.Request
) -> types.AchTerms:
    """Set the terms with the bank, all of them. Windows that are closed keep those that they closed
    under; those that are open close when they were to close."""
    return await request.submit(data, types.AchTerms)


@get("/ach", **operation("get_ach_terms", rejections.AchNotConfigured, method="terms"))
async def get_terms(request: request_.Request) -> types.AchTerms:
    """The terms with the bank. A tenant of the sandbox has ready-made ones until it sets others."""
    return await reads.terms(request.db, **request.books)


ROUTES: Final[list[ControllerRouterHandler]] = [configure, get_terms]
