"""Wallets: made, looked at, frozen and closed."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from litestar import get, patch, post
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.types import ControllerRouterHandler

from culm.customers import api as customers
from culm.customers import views as customer_views
from culm.customers.reads.customers import in_brief
from culm.gateway import bodies as bodies_
from culm.gateway import expansions, limits, parameters
from culm.gateway import request as request_
from culm.gateway.operation import operation
from culm.kernel import pages
from culm.ledger import rejections as ledger
from culm.wallets import commands, rejections, types, views
from culm.wallets.reads import wallets as reads
from culm.wallets.routes import bodies

NotFound: Final = rejections.WalletNotFound

_CUSTOMER: Final = {"customer": expansions.Expansion(customer_views.CustomerInBrief, in_brief)}

_OPEN: Final = (NotFound, rejections.WalletClosed)
_FORM: Final = (rejections.NameInvalid, rejections.MetadataInvalid)

OfCustomer = Annotated[
    str | None,
    QueryParameter(
        name="customer",
        max_length=limits.MAX_PARAMETER_LENGTH,
        description="Only the wallets of this customer.",
    ),
]
State = Annotated[
    types.State | None, QueryParameter(name="state", description="Only wallets in this state.")
]


@post(
    "/wallets",
    **operation(
        "create_wallet",
        *_FORM,
        rejections.CurrenciesInvalid,
        ledger.TenantNotFound,
        *customers.USABLE,
        ledger.CurrencyUnknown,
        example={
            "customer": "cus_0000000000000091",
            "currencies": ["USD", "EUR"],
            "name": "Everyday",
        },
    ),
)
async def create_wallet(
    data: JSONBody[commands.CreateWallet], request: request_.Request
) -> views.Wallet:
    """Give a customer a wallet that holds some currencies, with nothing in it yet."""
    return await request.submit(data, views.Wallet)


@get("/wallets", **operation("list_wallets", expands=_CUSTOMER))
async def list_wallets(
    request: request_.Request,
    of_customer: OfCustomer = None,
    in_state: State = None,
    cursor: parameters.Cursor = None,
    limit: parameters.Limit = parameters.DEFAULT_LIMIT,
    expand: parameters.Expand = None,
) -> pages.Page[views.Wallet]:
    """The tenant's wallets, newest first, with what is in them."""
    page = await reads.wallets(
        request.db,
        **request.books,
        customer=of_customer,
        state=in_state,
        cursor=cursor,
        limit=limit,
    )
    return await request.expanded(page, expand)


@get("/wallets/{wallet:str}", **operation("get_wallet", NotFound, expands=_CUSTOMER))
async def get_wallet(
    wallet: FromPath[str], request: request_.Request, expand: parameters.Expand = None
) -> views.Wallet:
    """One wallet, with what is available, held and on its way in, in each of its currencies."""
    found = await reads.wallet(request.db, **request.books, wallet=wallet)
    return await request.expanded(found, expand)


@patch(
    "/wallets/{wallet:str}",
    **operation("update_wallet", *_FORM, *_OPEN, example={"name": "Holidays"}),
)
async def update_wallet(
    wallet: FromPath[str], data: JSONBody[bodies.WalletChange], request: request_.Request
) -> views.Wallet:
    """Change a wallet's name or metadata; what is left out stays as it is."""
    command = commands.UpdateWallet(wallet=wallet, **msgspec.structs.asdict(data))
    return await request.submit(command, views.Wallet)


@post(
    "/wallets/{wallet:str}/currencies",
    status_code=200,
    **operation(
        "add_wallet_currency",
        *_OPEN,
        ledger.CurrencyUnknown,
        rejections.CurrenciesInvalid,
        example={"currency": "GBP"},
    ),
)
async def add_currency(
    wallet: FromPath[str], data: JSONBody[bodies.WalletCurrency], request: request_.Request
) -> views.Wallet:
    """Have a wallet hold one more currency. One that it holds already changes nothing."""
    command = commands.AddCurrency(wallet=wallet, currency=data.currency)
    return await request.submit(command, views.Wallet)


@post(
    "/wallets/{wallet:str}/freeze",
    status_code=200,
    **operation("freeze_wallet", *_OPEN, example={"directions": "out", "reason": "lost"}),
)
async def freeze_wallet(
    wallet: FromPath[str], data: JSONBody[bodies.WalletFreeze], request: request_.Request
) -> views.Wallet:
    """Let a wallet take part in no new payment. What is under way comes to its end."""
    command = commands.FreezeWallet(wallet=wallet, **msgspec.structs.asdict(data))
    return await request.submit(command, views.Wallet)


@post("/wallets/{wallet:str}/unfreeze", status_code=200, **operation("unfreeze_wallet", *_OPEN))
async def unfreeze_wallet(
    wallet: FromPath[str],
    request: request_.Request,
    data: JSONBody[bodies_.Nothing | None] = None,
) -> views.Wallet:
    """Let a wallet take part in payments again, in both directions."""
    return await request.submit(commands.UnfreezeWallet(wallet=wallet), views.Wallet)


@post(
    "/wallets/{wallet:str}/close",
    status_code=200,
    **operation("close_wallet", *_OPEN, rejections.WalletHasHolds, rejections.WalletNotEmpty),
)
async def close_wallet(
    wallet: FromPath[str],
    request: request_.Request,
    data: JSONBody[bodies_.Nothing | None] = None,
) -> views.Wallet:
    """Close an empty wallet for good, and its accounts with it."""
    return await request.submit(commands.CloseWallet(wallet=wallet), views.Wallet)


ROUTES: Final[list[ControllerRouterHandler]] = [
    create_wallet,
    list_wallets,
    get_wallet,
    update_wallet,
    add_currency,
    freeze_wallet,
    unfreeze_wallet,
    close_wallet,
]
