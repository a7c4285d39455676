"""Files for the bank: what became of them, and what somebody says who has asked the bank."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.types import ControllerRouterHandler

from culm.gateway import parameters
from culm.gateway import request as request_
from culm.gateway.operation import operation
from culm.kernel import pages
from culm.rails.ach import commands as rail
from culm.rails.ach.files import commands, reads, rejections, types, views

InState = Annotated[
    types.FileState | None,
    QueryParameter(name="state", description="Only files in this state."),
]


class Resolution(rail.Command, frozen=True):
    """What the bank has told of a file that it has not acknowledged: that it has `arrived`, that it
    is `accepted` and will be carried out, or that it is `lost` and never will be."""

    outcome: commands.Outcome
    reason: Annotated[str, msgspec.Meta(extra_json_schema={"maxLength": commands.MAX_REASON})] = ""


@get("/ach/files", **operation("list_ach_files"))
async def list_files(
    request: request_.Request,
    in_state: InState = None,
    cursor: parameters.Cursor = None,
    limit: parameters.Limit = parameters.DEFAULT_LIMIT,
) -> pages.Page[views.AchFile]:
    """The tenant's files for its bank, newest first."""
    return await reads.sent_files(
        request.db, **request.books, state=in_state, cursor=cursor, limit=limit
    )


@get("/ach/files/{file:str}", **operation("get_ach_file", rejections.FileNotFound))
async def get_file(file: FromPath[str], request: request_.Request) -> views.AchFile:
    """One file."""
    return await reads.sent_file(request.db, **request.books, file=file)


@post(
    "/ach/files/{file:str}/resolve",
    status_code=200,
    **operation(
        "resolve_ach_file",
        rejections.ReasonInvalid,
        rejections.FileNotFound,
        rejections.FileNotOpen,
        example={"outcome": "lost", "reason": "The bank has no such file."},
    ),
)
async def resolve_file(
    file: FromPath[str], data: JSONBody[Resolution], request: request_.Request
) -> views.AchFile:
    """Say what the bank has told of a file that was sent, or may have been, and that it has not
    acknowledged. A file that is lost gives back what is held for its transfers, so ask first."""
    command = commands.ResolveFile(file=file, outcome=data.outcome, reason=data.reason)
    return await request.submit(command, views.AchFile)


ROUTES: Final[list[ControllerRouterHandler]] = [list_files, get_file, resolve_file]
