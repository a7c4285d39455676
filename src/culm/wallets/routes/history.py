"""What happened in a wallet: its history, and statements to read or to keep."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from concurrent import futures
from datetime import date, datetime
from typing import Annotated, Final, Literal, NamedTuple

from litestar import get
from litestar.params import FromPath, QueryParameter
from litestar.types import ControllerRouterHandler

from culm.customers import named
from culm.gateway import answers, parameters
from culm.gateway import request as request_
from culm.gateway.operation import operation
from culm.kernel import pages
from culm.ledger import reads as ledger
from culm.ledger import rejections as ledger_rejections
from culm.security import routes as security
from culm.wallets import rejections, views
from culm.wallets.files import camt053, paper, sheet, table
from culm.wallets.reads import history, parties, pending, statements

_CODE: Final = {"pattern": "^[A-Z][A-Z0-9]{2,11}$"}

Currency = Annotated[
    str,
    QueryParameter(
        max_length=12, schema_extra=_CODE, description="The currency that is asked about."
    ),
]
OneCurrency = Annotated[
    str | None,
    QueryParameter(
        name="currency",
        max_length=12,
        schema_extra=_CODE,
        description="Only what moved in this currency.",
    ),
]
OfKind = Annotated[
    str | None,
    QueryParameter(
        name="kind",
        max_length=64,
        description="Only what was of this kind, as `kind` of a line says it: `top_up`, "
        "`withdrawal`, `fee`, ... A page then may have fewer lines than `limit`, none even, though "
        "more follow: `next_cursor` says where.",
    ),
]
RecordedFrom = Annotated[
    datetime | None, QueryParameter(description="Only what was recorded from then on.")
]
RecordedBefore = Annotated[
    datetime | None, QueryParameter(description="Only what was recorded before then.")
]
FirstDay = Annotated[date, QueryParameter(name="from", description="The first day, in UTC.")]
LastDay = Annotated[
    date, QueryParameter(name="to", description="The last day, in UTC; it is included.")
]
Recorded = Annotated[
    datetime | None, QueryParameter(description="As it was known at this moment (default: now).")
]
Format = Annotated[
    Literal["pdf", "csv", "camt053"],
    QueryParameter(name="format", description="The form of the file."),
]

_KNOWN: Final = (rejections.WalletNotFound, rejections.CurrencyNotHeld)
_STATEMENT: Final = (
    rejections.StatementPeriodInvalid,
    ledger_rejections.TimeInvalid,
    ledger_rejections.TenantNotFound,
    *_KNOWN,
)


class _Form(NamedTuple):
    """How a form is called, how its files end, who writes them, and of how many lines."""

    media_type: str
    ending: str
    write: Callable[[paper.Paper], bytes]
    most: int = statements.MAX_LINES


_FILES: Final = {
    "pdf": _Form(sheet.MEDIA_TYPE, "pdf", sheet.write, sheet.MAX_LINES),
    "csv": _Form(table.MEDIA_TYPE, "csv", table.write),
    "camt053": _Form(camt053.MEDIA_TYPE, "xml", camt053.write),
}
_WRITER: Final = futures.ThreadPoolExecutor(1, "statements")
"""One file at a time is written: it takes turns with the requests of the process, and many at once
would leave them hardly any."""


def _names(request: request_.Request) -> parties.Naming:
    """What the tenant's customers are called."""

    async def names(customers: Collection[str]) -> dict[str, str]:
        keys = security.sealing(request)
        return await named.names(request.db, keys, **request.books, customers=customers)

    return names


@get("/wallets/{wallet:str}/transactions", **operation("list_wallet_transactions", *_KNOWN))
async def list_transactions(
    wallet: FromPath[str],
    request: request_.Request,
    of_currency: OneCurrency = None,
    of_kind: OfKind = None,
    recorded_from: RecordedFrom = None,
    recorded_before: RecordedBefore = None,
    cursor: parameters.Cursor = None,
    limit: parameters.Limit = parameters.DEFAULT_LIMIT,
) -> pages.Page[views.WalletTransaction]:
    """What moved a wallet, newest first: what it was, with whom, how much, and what was there
    after it."""
    return await history.history(
        request.db,
        **request.books,
        wallet=wallet,
        currency=of_currency,
        kind=of_kind,
        recorded=pages.Span(recorded_from, recorded_before),
        cursor=cursor,
        limit=limit,
        names=_names(request),
    )


@get("/wallets/{wallet:str}/pending", **operation("list_wallet_pending", *_KNOWN))
async def list_pending(
    wallet: FromPath[str],
    request: request_.Request,
    currency: Currency,
    cursor: parameters.Cursor = None,
    limit: parameters.Limit = parameters.DEFAULT_LIMIT,
) -> pages.Page[views.WalletHold]:
    """What is held in a wallet in one currency, or on its way to it, newest first."""
    return await pending.pending(
        request.db,
        **request.books,
        wallet=wallet,
        currency=currency,
        cursor=cursor,
        limit=limit,
        names=_names(request),
    )


@get("/wallets/{wallet:str}/statement", **operation("get_wallet_statement", *_STATEMENT))
async def get_statement(
    wallet: FromPath[str],
    request: request_.Request,
    currency: Currency,
    first: FirstDay,
    last: LastDay,
    recorded: Recorded = None,
    cursor: parameters.Cursor = None,
    limit: parameters.Limit = parameters.DEFAULT_LIMIT,
) -> views.WalletStatement:
    """What happened in a wallet in one currency from a day to another, with the balances at both
    ends. Its pages know of the same moment, whatever is booked meanwhile."""
    return await statements.statement(
        request.db,
        **request.books,
        wallet=wallet,
        currency=currency,
        first=first,
        last=last,
        recorded=recorded,
        cursor=cursor,
        limit=limit,
        names=_names(request),
    )


@get(
    "/wallets/{wallet:str}/statement/file",
    **operation(
        "get_wallet_statement_file",
        *_STATEMENT,
        rejections.StatementTooLong,
        rejections.StatementFormatUnfit,
        files=tuple(form.media_type for form in _FILES.values()),
        meter="bulk",
    ),
)
async def get_statement_file(
    wallet: FromPath[str],
    request: request_.Request,
    currency: Currency,
    first: FirstDay,
    last: LastDay,
    wanted: Format = "pdf",
    recorded: Recorded = None,
) -> answers.Answer:
    """The whole of a statement as a file to keep: PDF for people, CSV for spreadsheets, camt.053
    for the programs of accountants. The same statement, as known at the same moment, is the same
    file byte for byte."""
    form = _FILES[wanted]
    found = await statements.whole(
        request.db,
        **request.books,
        wallet=wallet,
        currency=currency,
        first=first,
        last=last,
        recorded=recorded,
        names=_names(request),
        most=form.most,
    )
    scale = await ledger.scale(request.db, **request.books, currency=currency)
    holder = (await _names(request)([found.customer])).get(found.customer, "")
    written = paper.Paper(found, scale, holder)
    content = await asyncio.get_running_loop().run_in_executor(_WRITER, form.write, written)
    name = f'attachment; filename="{written.title}.{form.ending}"'
    return answers.Answer(
        content, media_type=form.media_type, extra=[(b"content-disposition", name.encode())]
    )


ROUTES: Final[list[ControllerRouterHandler]] = [
    list_transactions,
    list_pending,
    get_statement,
    get_statement_file,
]
