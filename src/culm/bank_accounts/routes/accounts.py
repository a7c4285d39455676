"""Bank accounts: linked, looked at, verified and removed."""

from __future__ import annotations

from typing import Annotated, Final

from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.types import ControllerRouterHandler

from culm.bank_accounts import known, rejections, types, views
from culm.bank_accounts.reads import accounts as reads
from culm.bank_accounts.routes import bodies, linking
from culm.customers import api as customers
from culm.customers import views as customer_views
from culm.customers.reads.customers import in_brief
from culm.gateway import expansions, limits, parameters
from culm.gateway import request as request_
from culm.gateway.operation import operation
from culm.kernel import pages
from culm.ledger import rejections as ledger
from culm.security import routes as security

NotFound: Final = rejections.BankAccountNotFound

_CUSTOMER: Final = {"customer": expansions.Expansion(customer_views.CustomerInBrief, in_brief)}

OfCustomer = Annotated[
    str | None,
    QueryParameter(
        name="customer",
        max_length=limits.MAX_PARAMETER_LENGTH,
        description="Only the bank accounts of this customer.",
    ),
]
InState = Annotated[
    types.State | None,
    QueryParameter(name="state", description="Only bank accounts in this state."),
]


@post(
    "/bank_accounts",
    **operation(
        "link_bank_account",
        rejections.RoutingNumberInvalid,
        rejections.AccountNumberInvalid,
        rejections.HolderNameInvalid,
        ledger.TenantNotFound,
        *customers.USABLE,
        example={
            "customer": "cus_0000000000000091",
            "routing": "990000013",
            "account": "123456789",
            "holder_name": "Ada Lovelace",
            "kind": "checking",
        },
    ),
)
async def link_bank_account(
    data: JSONBody[bodies.NewBankAccount], request: request_.Request
) -> views.BankAccount:
    """Keep a bank account of a customer. Its number and its holder's name are sealed before they
    are written anywhere; the number is not shown again. Money can be paid to it at once; it is
    collected from once it is verified."""
    return await linking.link(request, data)


@get("/bank_accounts", **operation("list_bank_accounts", expands=_CUSTOMER))
async def list_bank_accounts(
    request: request_.Request,
    of_customer: OfCustomer = None,
    in_state: InState = None,
    cursor: parameters.Cursor = None,
    limit: parameters.Limit = parameters.DEFAULT_LIMIT,
    expand: parameters.Expand = None,
) -> pages.Page[views.BankAccount]:
    """The tenant's bank accounts, newest first."""
    page = await reads.accounts(
        request.db,
        **request.books,
        customer=of_customer,
        state=in_state,
        cursor=cursor,
        limit=limit,
    )
    tenant = request.caller.tenant
    shown = await known.show_all(security.sealing(request), tenant, page.items)
    return await request.expanded(pages.Page(shown, page.next_cursor), expand)


@get(
    "/bank_accounts/{bank_account:str}",
    **operation("get_bank_account", NotFound, expands=_CUSTOMER),
)
async def get_bank_account(
    bank_account: FromPath[str], request: request_.Request, expand: parameters.Expand = None
) -> views.BankAccount:
    """One bank account."""
    row = await reads.find(request.db, **request.books, account=bank_account)
    shown = await known.show(security.sealing(request), request.caller.tenant, row)
    return await request.expanded(shown, expand)


ROUTES: Final[list[ControllerRouterHandler]] = [
    link_bank_account,
    list_bank_accounts,
    get_bank_account,
]
