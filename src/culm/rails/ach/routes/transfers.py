"""Transfers: what became of them, their reversal, and the dishonour of what came back."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.types import ControllerRouterHandler

from culm.gateway import bodies, limits, parameters
from culm.gateway import request as request_
from culm.gateway.operation import operation
from culm.kernel import pages
from culm.ledger import api as ledger
from culm.rails.ach.odfi import rejections as odfi
from culm.rails.ach.transfers import commands, reads, rejections, views
from culm.security import routes as security

InState = Annotated[
    views.State | None,
    QueryParameter(name="state", description="Only transfers in this state."),
]
ForPurpose = Annotated[
    str | None,
    QueryParameter(
        name="purpose",
        max_length=limits.MAX_PARAMETER_LENGTH,
        description="Only transfers for this, as in `pay_...`.",
    ),
]


@get("/ach/transfers", **operation("list_ach_transfers"))
async def list_transfers(
    request: request_.Request,
    in_state: InState = None,
    for_purpose: ForPurpose = None,
    cursor: parameters.Cursor = None,
    limit: parameters.Limit = parameters.DEFAULT_LIMIT,
) -> pages.Page[views.AchTransfer]:
    """The tenant's transfers over ACH, newest first."""
    return await reads.transfers(
        request.db,
        **request.books,
        state=in_state,
        purpose=for_purpose,
        cursor=cursor,
        limit=limit,
    )


@get("/ach/transfers/{transfer:str}", **operation("get_ach_transfer", rejections.TransferNotFound))
async def get_transfer(transfer: FromPath[str], request: request_.Request) -> views.AchTransfer:
    """One transfer."""
    return await reads.transfer(request.db, **request.books, transfer=transfer)


@get(
    "/ach/transfers/{transfer:str}/change",
    **operation(
        "get_ach_change", rejections.TransferNotFound, rejections.ChangeNotFound, method="change"
    ),
)
async def get_change(transfer: FromPath[str], request: request_.Request) -> views.AchChange:
    """What the other bank wants corrected before the next entry to the same payee: the newest
    notification of change about the transfer. It is kept sealed, and opened for this answer."""
    keys = security.sealing(request)
    return await reads.change(request.db, keys, **request.books, transfer=transfer)


@post(
    "/ach/transfers/{transfer:str}/reverse",
    **operation(
        "reverse_ach_transfer",
        ledger.TenantNotFound,
        rejections.TransferNotFound,
        rejections.NotReversible,
        rejections.NotSettled,
        rejections.AlreadyReversed,
        rejections.ReversalTooLate,
        odfi.AchNotConfigured,
        *ledger.HOLDING,
    ),
)
async def reverse_transfer(
    transfer: FromPath[str],
    request: request_.Request,
    data: JSONBody[bodies.Nothing | None] = None,
) -> views.AchTransfer:
    """Undo a payment that was made in error: twice, to or from the wrong account, or with the wrong
    amount. What was sent is collected back; what was collected is paid back, and held until then on
    the account that had got it. The reversal is a transfer of its own, which leaves with the next
    cut-off, and may come back as any other."""
    command = commands.ReverseTransfer(transfer=transfer)
    return await request.submit(command, views.AchTransfer)


class Refusal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a return is not accepted, and with R69 what is wrong in it."""

    code: commands.DishonourCode
    wrong: Annotated[
        tuple[commands.Wrong, ...],
        msgspec.Meta(
            description="The fields of the return that are wrong, for R69 alone.",
            extra_json_schema={"maxItems": 7, "uniqueItems": True},
        ),
    ] = ()


@post(
    "/ach/transfers/{transfer:str}/dishonour",
    **operation(
        "dishonour_ach_return",
        rejections.DishonourInvalid,
        ledger.TenantNotFound,
        rejections.TransferNotFound,
        rejections.NotReturned,
        rejections.NotDishonourable,
        rejections.DishonourTooLate,
        odfi.AchNotConfigured,
        *ledger.HOLDING,
        example={"code": "R69", "wrong": ["account", "amount"]},
        method="dishonour",
    ),
)
async def dishonour_return(
    transfer: FromPath[str], data: JSONBody[Refusal], request: request_.Request
) -> views.AchTransfer:
    """Do not accept what came back of a transfer, within five banking days. The dishonour is a
    transfer of its own, which leaves with the next cut-off; the other bank may contest it."""
    command = commands.DishonourReturn(transfer=transfer, code=data.code, wrong=data.wrong)
    return await request.submit(command, views.AchTransfer)


ROUTES: Final[list[ControllerRouterHandler]] = [
    list_transfers,
    get_transfer,
    get_change,
    reverse_transfer,
    dishonour_return,
]
