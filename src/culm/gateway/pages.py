"""Pages beside the API: its description, a reference to read, and one page for each problem."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from litestar import get
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from culm.gateway import answers, problems, reference, refusals
from culm.gateway import request as request_
from culm.gateway.operation import operation

_encode: Final = msgspec.json.Encoder().encode


class Kinds(msgspec.Struct, frozen=True):
    """Every kind of problem."""

    problems: tuple[problems.Kind, ...]


@get("/openapi.json", include_in_schema=False, media_type=answers.JSON)
async def description(request: request_.Request) -> bytes:
    """The description of the API (OpenAPI 3.1)."""
    return _encode(_document(request))


@get("/docs", include_in_schema=False, media_type=answers.HTML)
async def docs(request: request_.Request) -> str:
    """The reference, as one page that loads nothing from elsewhere."""
    return reference.page(_document(request))


@get(problems.PATH, **operation("problems"), tags=["Problems"])
async def all_problems() -> Kinds:
    """Every kind of problem that the API answers with."""
    return Kinds(tuple(problems.kinds().values()))


@get(
    f"{problems.PATH}/{{code:str}}",
    **operation("problem", refusals.ProblemNotFound),
    tags=["Problems"],
)
async def one_problem(code: FromPath[str]) -> problems.Kind:
    """What one kind of problem means: where the `type` of a problem document leads."""
    known = problems.kinds().get(code)
    if known is None:
        raise refusals.ProblemNotFound("There is no error with this code.", field="code")
    return known


ROUTES: Final[list[ControllerRouterHandler]] = [description, docs, all_problems, one_problem]


def _document(request: request_.Request) -> dict[str, Any]:
    found: dict[str, Any] = request.app.opt["openapi"]
    return found
