"""Deliveries: what was tried, what is on its way, and sending it again."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.types import ControllerRouterHandler

from culm.gateway import bodies as bodies_
from culm.gateway import parameters
from culm.gateway import request as request_
from culm.gateway.operation import operation
from culm.kernel import pages
from culm.webhooks import commands, rejections, types, views
from culm.webhooks.reads import attempts, endpoints, history
from culm.webhooks.routes import bodies

NotFound: Final = rejections.EndpointNotFound

Event = Annotated[str | None, QueryParameter(description="Only attempts to deliver this event.")]
Outcome = Annotated[
    attempts.Outcome | None, QueryParameter(description="Only attempts that ended so.")
]
State = Annotated[
    types.DeliveryState | None,
    QueryParameter(name="state", description="Only deliveries in this state."),
]


@post(
    "/endpoints/{endpoint:str}/test",
    **operation("send_webhook_test", NotFound, rejections.EndpointDisabled),
)
async def send_test(
    endpoint: FromPath[str],
    request: request_.Request,
    data: JSONBody[bodies_.Nothing | None] = None,
) -> commands.Accepted:
    """Send an event of the type `webhooks.test` to this endpoint alone."""
    return await request.submit(commands.SendTest(endpoint=endpoint), commands.Accepted)


@get("/endpoints/{endpoint:str}/attempts", **operation("list_webhook_attempts", NotFound))
async def list_attempts(
    endpoint: FromPath[str],
    request: request_.Request,
    event: Event = None,
    outcome: Outcome = None,
    cursor: parameters.Cursor = None,
    limit: parameters.Limit = parameters.DEFAULT_LIMIT,
) -> pages.Page[views.Attempt]:
    """The attempts to deliver events to an endpoint, newest first."""
    return await attempts.attempts(
        request.db,
        **request.books,
        endpoint=endpoint,
        event=event,
        outcome=outcome,
        cursor=cursor,
        limit=limit,
    )


@get("/endpoints/{endpoint:str}/deliveries", **operation("list_webhook_deliveries", NotFound))
async def list_deliveries(
    endpoint: FromPath[str],
    request: request_.Request,
    in_state: State = None,
    cursor: parameters.Cursor = None,
    limit: parameters.Limit = parameters.DEFAULT_LIMIT,
) -> pages.Page[views.WebhookDelivery]:
    """The deliveries that failed at least once, or were asked for again, newest events first."""
    return await endpoints.deliveries(
        request.db,
        **request.books,
        endpoint=endpoint,
        state=in_state,
        cursor=cursor,
        limit=limit,
    )


@post(
    "/endpoints/{endpoint:str}/deliveries/{event:str}/replay",
    **operation(
        "replay_webhook_delivery", NotFound, rejections.EndpointDisabled, rejections.EventNotFound
    ),
)
async def replay_delivery(
    endpoint: FromPath[str],
    event: FromPath[str],
    request: request_.Request,
    data: JSONBody[bodies_.Nothing | None] = None,
) -> views.WebhookDelivery:
    """Send one event to an endpoint again, whatever became of it before."""
    await history.require_own(request.db, **request.books, event=event)
    command = commands.ReplayDelivery(endpoint=endpoint, event=event)
    return await request.submit(command, views.WebhookDelivery)


@post(
    "/endpoints/{endpoint:str}/replays",
    **operation(
        "replay_webhooks",
        rejections.TimeInvalid,
        NotFound,
        rejections.EndpointDisabled,
        rejections.ReplayRunning,
        example={"since": "2026-04-01T00:00:00Z"},
        method="start_replay",
    ),
)
async def replay_since(
    endpoint: FromPath[str], data: JSONBody[bodies.Replay], request: request_.Request
) -> views.WebhookReplay:
    """Send an endpoint all events since a time that it has not got."""
    command = commands.ReplaySince(endpoint=endpoint, **msgspec.structs.asdict(data))
    return await request.submit(command, views.WebhookReplay)


@get(
    "/endpoints/{endpoint:str}/replay",
    **operation("get_webhook_replay", NotFound, rejections.ReplayNotFound),
)
async def get_replay(endpoint: FromPath[str], request: request_.Request) -> views.WebhookReplay:
    """The newest replay of an endpoint: whether it is still running."""
    found = await endpoints.find(request.db, **request.books, endpoint=endpoint)
    replay = await history.replay(request.db, found, partition=request.partition)
    if replay is None:
        raise rejections.ReplayNotFound("The endpoint had no replay.", field="endpoint")
    return views.replay(replay)


ROUTES: Final[list[ControllerRouterHandler]] = [
    send_test,
    list_attempts,
    list_deliveries,
    replay_delivery,
    replay_since,
    get_replay,
]
