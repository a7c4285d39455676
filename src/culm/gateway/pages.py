"""Pages beside the API: its description, a reference to read, and one page for each problem."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from litestar import get
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from culm.gateway import answers, problem_pages, problems, reference, refusals
from culm.gateway import request as request_
from culm.gateway.operation import OPEN, operation

_VARY: Final = ((b"vary", b"accept"),)

_encode: Final = msgspec.json.Encoder().encode


class Kinds(msgspec.Struct, frozen=True):
    """Every kind of problem."""

    problems: tuple[problems.Kind, ...]


@get(
    "/openapi.json",
    opt={OPEN: True},
    include_in_schema=False,
    media_type=answers.JSON,
)
async def description(request: request_.Request) -> bytes:
    """The description of the API (OpenAPI 3.1)."""
    return _encode(_document(request))


@get("/docs", opt={OPEN: True}, include_in_schema=False, media_type=answers.HTML)
async def docs(request: request_.Request) -> str:
    """The reference, as one page that loads nothing from elsewhere."""
    return reference.page(_document(request))


@get(problems.PATH, **operation("problems", open_=True, returns=Kinds), tags=["Problems"])
async def all_problems(request: request_.Request) -> answers.Answer:
    """Every kind of problem that the API answers with."""
    known = request.app.opt["problems"]
    if _wants_page(request):
        return _page(problem_pages.index(known.values()))
    return answers.Answer(Kinds(tuple(known.values())), extra=_VARY)


@get(
    f"{problems.PATH}/{{code:str}}",
    **operation("problem", refusals.ProblemNotFound, open_=True, returns=problems.Kind),
    tags=["Problems"],
)
async def one_problem(code: FromPath[str], request: request_.Request) -> answers.Answer:
    """What one kind of problem means, where it can occur and what to do: where the `type` of a
    problem document leads. A browser is shown a page."""
    known = request.app.opt["problems"].get(code)
    if known is None:
        raise refusals.ProblemNotFound("There is no error with this code.", field="code")
    return (
        _page(problem_pages.page(known))
        if _wants_page(request)
        else answers.Answer(known, extra=_VARY)
    )


ROUTES: Final[list[ControllerRouterHandler]] = [description, docs, all_problems, one_problem]


def _document(request: request_.Request) -> dict[str, Any]:
    found: dict[str, Any] = request.app.opt["openapi"]
    return found


def _page(text: str) -> answers.Answer:
    return answers.Answer(text, media_type=answers.HTML, extra=_VARY)


def _wants_page(request: request_.Request) -> bool:
    """Whether a browser asks: it names HTML, where programs name JSON or anything."""
    accepted = (value for name, value in request.scope["headers"] if name == b"accept")
    return b"text/html" in next(accepted, b"")
