"""Customers: kept, found, and known better."""

from __future__ import annotations

from typing import Annotated, Final

from litestar import get, patch, post
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.types import ControllerRouterHandler

from culm.customers import known, rejections, types, views
from culm.customers.reads import customers as reads
from culm.customers.routes import bodies, keeping
from culm.gateway import limits, parameters
from culm.gateway import request as request_
from culm.gateway.operation import operation
from culm.kernel import pages
from culm.ledger import rejections as ledger
from culm.security import routes as security

NotFound: Final = rejections.CustomerNotFound
Invalid: Final = rejections.CustomerInvalid

InState = Annotated[
    types.State | None, QueryParameter(name="state", description="Only customers in this state.")
]
OfKind = Annotated[
    types.Kind | None, QueryParameter(name="kind", description="Only persons, or only businesses.")
]
OfTier = Annotated[
    str | None,
    QueryParameter(
        name="tier",
        max_length=limits.MAX_PARAMETER_LENGTH,
        description="Only customers of this tier.",
    ),
]


@post(
    "/customers",
    **operation(
        "create_customer",
        Invalid,
        rejections.TierInvalid,
        ledger.TenantNotFound,
        example={
            "person": {
                "given_name": "Ada",
                "family_name": "Lovelace",
                "birth_date": "1990-12-10",
            },
            "email": "ada@example.com",
            "phone": "+14155550123",
            "address": {"lines": ["1 Main Street"], "city": "Springfield", "country": "US"},
            "reference": "user-1024",
        },
    ),
)
async def create_customer(
    data: JSONBody[bodies.NewCustomer], request: request_.Request
) -> views.Customer:
    """Keep a person or a business as a customer. What is known of them is sealed before it is
    written anywhere. Business with them begins when they are activated."""
    return await keeping.create(request, data)


@get("/customers", **operation("list_customers"))
async def list_customers(
    request: request_.Request,
    in_state: InState = None,
    of_kind: OfKind = None,
    of_tier: OfTier = None,
    cursor: parameters.Cursor = None,
    limit: parameters.Limit = parameters.DEFAULT_LIMIT,
) -> pages.Page[views.Customer]:
    """The tenant's customers, newest first."""
    page = await reads.customers(
        request.db,
        **request.books,
        state=in_state,
        kind=of_kind,
        tier=of_tier,
        cursor=cursor,
        limit=limit,
    )
    return await _shown(request, page)


@post(
    "/customers/search",
    status_code=200,
    **operation("search_customers", Invalid, example={"email": "ada@example.com"}, meter="read"),
)
async def search_customers(
    data: JSONBody[bodies.CustomerSearch], request: request_.Request
) -> pages.Page[views.Customer]:
    """The tenant's customers with exactly this name, email address, phone number or reference,
    newest first. Nothing changes; it is a POST so that what is looked for stands in no URL."""
    field, value = data.wanted
    root = await security.sealing(request).root(request.caller.tenant)
    page = await reads.with_value(
        request.db,
        **request.books,
        field=field,
        digest=root.index(field, value),
        cursor=data.after,
        limit=data.limit,
    )
    return await _shown(request, page)


@get("/customers/{customer:str}", **operation("get_customer", NotFound))
async def get_customer(customer: FromPath[str], request: request_.Request) -> views.Customer:
    """One customer, and what is known of them."""
    row = await reads.find(request.db, **request.books, customer=customer)
    return await known.show(security.sealing(request), row.tenant, row)


@patch(
    "/customers/{customer:str}",
    **operation(
        "update_customer",
        Invalid,
        NotFound,
        rejections.CustomerClosed,
        rejections.CustomerChanged,
        example={"phone": "+14155550199", "address": None},
    ),
)
async def update_customer(
    customer: FromPath[str], data: JSONBody[bodies.CustomerChange], request: request_.Request
) -> views.Customer:
    """Change what is known of a customer; what is left out stays as it is."""
    return await keeping.update(request, customer, data)


async def _shown(
    request: request_.Request, page: pages.Page[types.Customer]
) -> pages.Page[views.Customer]:
    tenant = request.caller.tenant
    shown = await known.show_all(security.sealing(request), tenant, page.items)
    return pages.Page(shown, page.next_cursor)


ROUTES: Final[list[ControllerRouterHandler]] = [
    create_customer,
    list_customers,
    search_customers,
    get_customer,
    update_customer,
]
