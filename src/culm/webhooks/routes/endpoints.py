"""Endpoints: where a tenant is told of events, which ones, and with which secret."""

from __future__ import annotations

from typing import Final

import msgspec
from litestar import get, patch, post
from litestar.params import FromPath, JSONBody
from litestar.types import ControllerRouterHandler

from culm.gateway import bodies as bodies_
from culm.gateway import parameters
from culm.gateway import request as request_
from culm.gateway.operation import operation
from culm.kernel import pages
from culm.webhooks import commands, keys, rejections, targets, views
from culm.webhooks.reads import endpoints as reads
from culm.webhooks.routes import bodies

NotFound: Final = rejections.EndpointNotFound

_FORM: Final = (
    rejections.UrlInvalid,
    rejections.TypesInvalid,
    rejections.DescriptionInvalid,
)


@post(
    "/endpoints",
    **operation(
        "create_webhook_endpoint",
        *_FORM,
        rejections.TooManyEndpoints,
        example={
            "url": "https://hooks.example.com/culm",
            "event_types": ["ledger.transaction_posted", "ledger.hold_placed"],
        },
    ),
)
async def create_endpoint(
    data: JSONBody[commands.CreateEndpoint], request: request_.Request
) -> views.Endpoint:
    """Have a URL told of events of some types, or of all of them where none is given."""
    targets.check(data.url, request.platform.settings.webhook_targets)
    return await request.submit(data, views.Endpoint)


@get("/endpoints", **operation("list_webhook_endpoints"))
async def list_endpoints(
    request: request_.Request,
    cursor: parameters.Cursor = None,
    limit: parameters.Limit = parameters.DEFAULT_LIMIT,
) -> pages.Page[views.Endpoint]:
    """The tenant's endpoints, newest first."""
    return await reads.endpoints(request.db, **request.books, cursor=cursor, limit=limit)


@get("/endpoints/{endpoint:str}", **operation("get_webhook_endpoint", NotFound))
async def get_endpoint(endpoint: FromPath[str], request: request_.Request) -> views.Endpoint:
    """One endpoint."""
    return views.endpoint(await reads.find(request.db, **request.books, endpoint=endpoint))


@patch(
    "/endpoints/{endpoint:str}",
    **operation(
        "update_webhook_endpoint",
        *_FORM,
        NotFound,
        example={"event_types": ["ledger.*"], "payload": "thin"},
    ),
)
async def update_endpoint(
    endpoint: FromPath[str], data: JSONBody[bodies.EndpointChange], request: request_.Request
) -> views.Endpoint:
    """Change where and what an endpoint is told; what is left out stays as it is."""
    if data.url is not msgspec.UNSET:
        targets.check(data.url, request.platform.settings.webhook_targets)
    command = commands.UpdateEndpoint(endpoint=endpoint, **msgspec.structs.asdict(data))
    return await request.submit(command, views.Endpoint)


@post(
    "/endpoints/{endpoint:str}/enable",
    status_code=200,
    **operation("enable_webhook_endpoint", NotFound),
)
async def enable_endpoint(
    endpoint: FromPath[str],
    request: request_.Request,
    data: JSONBody[bodies_.Nothing | None] = None,
) -> views.Endpoint:
    """Tell an endpoint of events from now on. A replay tells it of those that it has missed."""
    return await request.submit(commands.EnableEndpoint(endpoint=endpoint), views.Endpoint)


@post(
    "/endpoints/{endpoint:str}/disable",
    status_code=200,
    **operation("disable_webhook_endpoint", NotFound),
)
async def disable_endpoint(
    endpoint: FromPath[str],
    request: request_.Request,
    data: JSONBody[bodies_.Nothing | None] = None,
) -> views.Endpoint:
    """Tell an endpoint of nothing until it is enabled again."""
    return await request.submit(commands.DisableEndpoint(endpoint=endpoint), views.Endpoint)


@post(
    "/endpoints/{endpoint:str}/delete",
    status_code=200,
    **operation("delete_webhook_endpoint", NotFound),
)
async def delete_endpoint(
    endpoint: FromPath[str],
    request: request_.Request,
    data: JSONBody[bodies_.Nothing | None] = None,
) -> views.Endpoint:
    """Forget an endpoint."""
    return await request.submit(commands.DeleteEndpoint(endpoint=endpoint), views.Endpoint)


@get("/endpoints/{endpoint:str}/secret", **operation("get_webhook_secret", NotFound))
async def get_secret(endpoint: FromPath[str], request: request_.Request) -> views.Secret:
    """What an endpoint's deliveries are verified with. Who has it can sign as well, so a key needs
    the scope to write here."""
    request.require_write("webhooks", field="Authorization")
    found = await reads.find(request.db, **request.books, endpoint=endpoint)
    directory = request.platform.settings.data_path / "keys"
    return keys.of(directory).shown(found, request.platform.clock())


@post(
    "/endpoints/{endpoint:str}/rotate",
    status_code=200,
    **operation(
        "rotate_webhook_secret",
        rejections.OverlapInvalid,
        NotFound,
        example={"overlap_seconds": 86_400},
    ),
)
async def rotate_secret(
    endpoint: FromPath[str], data: JSONBody[bodies.Rotation], request: request_.Request
) -> views.Endpoint:
    """Give an endpoint a new secret; until `previous_until` both sign."""
    command = commands.RotateSecret(endpoint=endpoint, **msgspec.structs.asdict(data))
    return await request.submit(command, views.Endpoint)


ROUTES: Final[list[ControllerRouterHandler]] = [
    create_endpoint,
    list_endpoints,
    get_endpoint,
    update_endpoint,
    enable_endpoint,
    disable_endpoint,
    delete_endpoint,
    get_secret,
    rotate_secret,
]
