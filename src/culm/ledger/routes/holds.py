"""Holds: money reserved, then captured or given back."""

from __future__ import annotations

from typing import Annotated, Final

from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.types import ControllerRouterHandler

from culm.gateway import expansions, parameters
from culm.gateway import request as request_
from culm.gateway.operation import operation
from culm.ledger import commands, reads, rejections, types, views
from culm.ledger.routes import bodies, refusals

State = Annotated[
    types.HoldState | None, QueryParameter(name="state", description="Only holds in this state.")
]
Account = Annotated[
    str | None, QueryParameter(description="Only holds on this account, by id or code.")
]

_BEHIND: Final = expansions.Expansion(views.Account, reads.accounts_by_id)
_ACCOUNTS: Final = {"debit": _BEHIND, "credit": _BEHIND}


@post(
    "/holds",
    **operation(
        "place_hold",
        *refusals.PLACE_HOLD,
        example={
            "debit": "liabilities:customers:ann",
            "credit": "liabilities:merchants:bob",
            "amount": 4200,
            "expires": "2099-04-08T12:00:00Z",
        },
    ),
)
async def place_hold(data: JSONBody[commands.PlaceHold], request: request_.Request) -> views.Hold:
    """Reserve an amount on its way from one account to another, until it expires."""
    return await request.submit(data, views.Hold)


@get(
    "/holds/{hold:str}",
    **operation("get_hold", rejections.TenantNotFound, rejections.HoldNotFound, expands=_ACCOUNTS),
)
async def get_hold(
    hold: FromPath[str], request: request_.Request, expand: parameters.Expand = None
) -> views.Hold:
    """One hold."""
    found = await reads.hold(
        request.db,
        **request.books,
        hold=hold,
    )
    return await request.expanded(found, expand)


@get(
    "/holds",
    **operation(
        "list_holds", rejections.TenantNotFound, rejections.AccountNotFound, expands=_ACCOUNTS
    ),
)
async def list_holds(
    request: request_.Request,
    account: Account = None,
    in_state: State = None,
    expand: parameters.Expand = None,
    cursor: parameters.Cursor = None,
    limit: parameters.Limit = parameters.DEFAULT_LIMIT,
) -> views.Page[views.Hold]:
    """Holds, newest first."""
    found = await reads.holds(
        request.db,
        **request.books,
        account=account,
        state=in_state,
        cursor=cursor,
        limit=limit,
    )
    return await request.expanded(found, expand)


@post(
    "/holds/{hold:str}/captures",
    **operation(
        "capture_hold",
        *refusals.CAPTURE_HOLD,
        example={"amount": 3900, "release_rest": True},
    ),
)
async def capture_hold(
    hold: FromPath[str], data: JSONBody[bodies.Capture], request: request_.Request
) -> views.Transaction:
    """Post a hold or a part of it (default: all that remains)."""
    command = bodies.complete(commands.CaptureHold, data, hold=hold)
    return await request.submit(command, views.Transaction)


@post(
    "/holds/{hold:str}/release",
    status_code=200,
    **operation("release_hold", *refusals.RELEASE_HOLD),
)
async def release_hold(
    hold: FromPath[str], request: request_.Request, data: JSONBody[bodies.Nothing | None] = None
) -> views.Hold:
    """Give back what remains of a hold."""
    return await request.submit(commands.ReleaseHold(hold=hold), views.Hold)


ROUTES: Final[list[ControllerRouterHandler]] = [
    place_hold,
    get_hold,
    list_holds,
    capture_hold,
    release_hold,
]
