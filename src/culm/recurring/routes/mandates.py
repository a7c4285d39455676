"""Mandates: given, looked at, revoked; and what is collected by them."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.types import ControllerRouterHandler

from culm.customers import views as customer_views
from culm.customers.reads.customers import in_brief
from culm.gateway import bodies as bodies_
from culm.gateway import expansions, limits, parameters
from culm.gateway import request as request_
from culm.gateway.operation import operation
from culm.kernel import pages
from culm.payments import views as payment_views
from culm.payments.routes import behind
from culm.recurring import commands, rejections, types, views
from culm.recurring.reads import mandates as reads
from culm.recurring.routes import bodies, refusals

State = Annotated[
    types.MandateState | None,
    QueryParameter(name="state", description="Only mandates in this state."),
]
Customer = Annotated[
    str | None,
    QueryParameter(
        name="customer",
        max_length=limits.MAX_PARAMETER_LENGTH,
        description="Only mandates that this customer has given.",
    ),
]

_BEHIND: Final = {
    "customer": expansions.Expansion(customer_views.CustomerInBrief, in_brief),
    **behind.PARTIES,
}


@post(
    "/mandates",
    **operation(
        "create_mandate",
        *refusals.GIVE,
        example={
            "kind": "top_up",
            "source": "bac_00000000000000a1",
            "destination": "wal_0000000000000052",
            "currency": "USD",
            "agreed": "online",
            "text": "debits-2026-01",
            "given": "2026-03-01T10:15:00Z",
            "maximum": 20_000,
            "monthly": 50_000,
        },
    ),
)
async def create_mandate(
    data: JSONBody[commands.CreateMandate], request: request_.Request
) -> views.Mandate:
    """Keep that a payer lets somebody collect, and how much."""
    return await request.submit(data, views.Mandate)


@get("/mandates", **operation("list_mandates", expands=_BEHIND))
async def list_mandates(
    request: request_.Request,
    in_state: State = None,
    of_customer: Customer = None,
    cursor: parameters.Cursor = None,
    limit: parameters.Limit = parameters.DEFAULT_LIMIT,
    expand: parameters.Expand = None,
) -> pages.Page[views.Mandate]:
    """The tenant's mandates, newest first."""
    found = await reads.mandates(
        request.db,
        **request.books,
        state=in_state,
        customer=of_customer,
        cursor=cursor,
        limit=limit,
    )
    return await request.expanded(found, expand)


@get(
    "/mandates/{mandate:str}",
    **operation("get_mandate", rejections.MandateNotFound, expands=_BEHIND),
)
async def get_mandate(
    mandate: FromPath[str], request: request_.Request, expand: parameters.Expand = None
) -> views.Mandate:
    """One mandate."""
    found = await reads.mandate(request.db, **request.books, mandate=mandate)
    return await request.expanded(found, expand)


@post(
    "/mandates/{mandate:str}/revoke",
    status_code=200,
    **operation("revoke_mandate", rejections.MandateNotFound),
)
async def revoke_mandate(
    mandate: FromPath[str],
    request: request_.Request,
    data: JSONBody[bodies_.Nothing | None] = None,
) -> views.Mandate:
    """Collect nothing by a mandate any more, because the payer has taken it back."""
    return await request.submit(commands.RevokeMandate(mandate=mandate), views.Mandate)


@post(
    "/mandates/{mandate:str}/collections",
    **operation(
        "collect_by_mandate",
        *refusals.COLLECT,
        method="collect",
        example={"amount": 15_000, "reference": "inv-4711"},
    ),
)
async def collect_by_mandate(
    mandate: FromPath[str], data: JSONBody[bodies.MandateCollection], request: request_.Request
) -> payment_views.Payment:
    """Make a payment that a mandate allows."""
    command = commands.Collect(mandate=mandate, **msgspec.structs.asdict(data))
    return await request.submit(command, payment_views.Payment)


@get(
    "/mandates/{mandate:str}/collections",
    **operation(
        "list_collections",
        rejections.MandateNotFound,
        method="collections",
        expands=behind.PAYMENT,
    ),
)
async def list_collections(
    mandate: FromPath[str],
    request: request_.Request,
    cursor: parameters.Cursor = None,
    limit: parameters.Limit = parameters.DEFAULT_LIMIT,
    expand: parameters.Expand = None,
) -> pages.Page[views.Collection]:
    """What was collected by a mandate, newest first."""
    found = await reads.collections(
        request.db, **request.books, mandate=mandate, cursor=cursor, limit=limit
    )
    return await request.expanded(found, expand)


ROUTES: Final[list[ControllerRouterHandler]] = [
    create_mandate,
    list_mandates,
    get_mandate,
    revoke_mandate,
    collect_by_mandate,
    list_collections,
]
