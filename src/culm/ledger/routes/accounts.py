"""Accounts: opening, changing and closing them, and what stands on them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Final

from litestar import get, patch, post
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.types import ControllerRouterHandler

from culm.facts.projections import types as projections
from culm.gateway import parameters
from culm.gateway import request as request_
from culm.gateway.operation import operation
from culm.ledger import checks, commands, reads, rejections, views
from culm.ledger.routes import bodies, refusals

Prefix = Annotated[
    str,
    QueryParameter(
        max_length=checks.MAX_CODE,
        schema_extra={"pattern": "^[a-z0-9:._-]*$"},
        description="Only accounts whose code begins like this.",
    ),
]
Effective = Annotated[
    datetime | None,
    QueryParameter(
        description="The balance of this moment in the world (default: all that is booked)."
    ),
]
Recorded = Annotated[
    datetime | None, QueryParameter(description="As it was known at this moment (default: now).")
]
Start = Annotated[datetime, QueryParameter(description="Lines effective from this moment on.")]
End = Annotated[datetime, QueryParameter(description="Lines effective before this moment.")]
FirstDay = Annotated[
    date | None, QueryParameter(name="from", description="From this UTC day on (default: all).")
]
LastDay = Annotated[
    date | None, QueryParameter(name="to", description="Until this UTC day, included.")
]
NewestFirst = Annotated[bool, QueryParameter(description="Newest entries first.")]

_KNOWN: Final = (rejections.TenantNotFound, rejections.AccountNotFound)
_DATED: Final = (rejections.TimeInvalid, *_KNOWN)


@post(
    "/accounts",
    **operation(
        "open_account",
        *refusals.OPEN_ACCOUNT,
        example={"code": "liabilities:customers:ann", "currency": "EUR", "minimum": 0},
    ),
)
async def open_account(
    data: JSONBody[commands.OpenAccount], request: request_.Request
) -> views.Account:
    """Open an account under a code path, at zero."""
    return await request.submit(data, views.Account)


@get("/accounts/{account:str}", **operation("get_account", *_KNOWN))
async def get_account(account: FromPath[str], request: request_.Request) -> views.Account:
    """One account, by id or by code."""
    return await reads.account(
        request.db,
        **request.books,
        account=account,
    )


@get("/accounts", **operation("list_accounts", rejections.TenantNotFound))
async def list_accounts(
    request: request_.Request,
    prefix: Prefix = "",
    cursor: parameters.Cursor = None,
    limit: parameters.Limit = parameters.DEFAULT_LIMIT,
) -> views.Page[views.Account]:
    """The tenant's accounts, by code."""
    return await reads.accounts(
        request.db,
        **request.books,
        prefix=prefix,
        cursor=cursor,
        limit=limit,
    )


@patch(
    "/accounts/{account:str}",
    **operation(
        "update_account", *refusals.UPDATE_ACCOUNT, example={"minimum": -50000, "freeze": "none"}
    ),
)
async def update_account(
    account: FromPath[str], data: JSONBody[bodies.AccountChange], request: request_.Request
) -> views.Account:
    """Change an account's limits, freeze or metadata; what is left out stays as it is."""
    command = bodies.complete(commands.UpdateAccount, data, account=account)
    return await request.submit(command, views.Account)


@post(
    "/accounts/{account:str}/close",
    status_code=200,
    **operation("close_account", *refusals.CLOSE_ACCOUNT),
)
async def close_account(
    account: FromPath[str], request: request_.Request, data: JSONBody[bodies.Nothing | None] = None
) -> views.Account:
    """Close an account for good: it must be at zero and have no holds."""
    return await request.submit(commands.CloseAccount(account=account), views.Account)


@get("/accounts/{account:str}/balance", **operation("get_balance", *_DATED))
async def get_balance(
    account: FromPath[str],
    request: request_.Request,
    effective: Effective = None,
    recorded: Recorded = None,
) -> views.Balance:
    """What stands on an account, now or at any moment."""
    return await reads.balance(
        request.db,
        **request.books,
        account=account,
        effective=effective,
        recorded=recorded,
    )


@get("/accounts/{account:str}/entries", **operation("list_entries", *_KNOWN))
async def list_entries(
    account: FromPath[str],
    request: request_.Request,
    newest_first: NewestFirst = True,
    cursor: parameters.Cursor = None,
    limit: parameters.Limit = parameters.DEFAULT_LIMIT,
) -> views.Page[views.Entry]:
    """Everything that happened to an account, one entry an event."""
    return await reads.entries(
        request.db,
        **request.books,
        account=account,
        newest_first=newest_first,
        cursor=cursor,
        limit=limit,
    )


@get("/accounts/{account:str}/statement", **operation("get_statement", *_DATED))
async def get_statement(
    account: FromPath[str],
    request: request_.Request,
    start: Start,
    end: End,
    recorded: Recorded = None,
    cursor: parameters.Cursor = None,
    limit: parameters.Limit = parameters.DEFAULT_LIMIT,
) -> views.Statement:
    """An account's statement of a period: opening balance, lines, closing balance."""
    return await reads.statement(
        request.db,
        **request.books,
        account=account,
        start=start,
        end=end,
        recorded=recorded,
        cursor=cursor,
        limit=limit,
    )


@get(
    "/accounts/{account:str}/activity",
    **operation("get_activity", *_KNOWN, projections.ProjectionNotBuilt),
)
async def get_activity(
    account: FromPath[str],
    request: request_.Request,
    first: FirstDay = None,
    last: LastDay = None,
    cursor: parameters.Cursor = None,
    limit: parameters.Limit = parameters.DEFAULT_LIMIT,
) -> views.Activity:
    """How many postings there were on an account day by day, and what they came to on either side.

    Days are UTC days of effective time; those without postings are left out. The answer is read
    from a projection of the log, and says how far that lags behind.
    """
    return await reads.activity(
        request.db,
        **request.books,
        account=account,
        now=request.platform.clock(),
        first=first,
        last=last,
        cursor=cursor,
        limit=limit,
    )


@get(
    "/trial-balance",
    **operation("get_trial_balance", rejections.TimeInvalid, rejections.TenantNotFound),
)
async def get_trial_balance(
    request: request_.Request, effective: Effective = None, recorded: Recorded = None
) -> views.TrialBalance:
    """Every account's balance, by currency, in the column of its side; both columns are equal."""
    return await reads.trial_balance(
        request.db,
        **request.books,
        effective=effective,
        recorded=recorded,
    )


ROUTES: Final[list[ControllerRouterHandler]] = [
    open_account,
    get_account,
    list_accounts,
    update_account,
    close_account,
    get_balance,
    list_entries,
    get_statement,
    get_activity,
    get_trial_balance,
]
