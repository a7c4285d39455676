"""Keys of a tenant."""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec
from litestar import get, patch, post
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.types import ControllerRouterHandler

from culm.access import checks, commands, issuing, keeping, rejections, types, views
from culm.access.reads import keys as reads
from culm.access.routes import bodies
from culm.book import idempotency
from culm.gateway import bodies as bodies_
from culm.gateway import parameters
from culm.gateway import request as request_
from culm.gateway.operation import operation
from culm.kernel import pages
from culm.ledger import rejections as ledger

NotFound: Final = rejections.KeyNotFound

State = Annotated[
    types.State | None, QueryParameter(name="state", description="Only keys in this state.")
]

_FORM: Final = (
    rejections.NameInvalid,
    rejections.AddressesInvalid,
    rejections.RateInvalid,
    rejections.RoutesInvalid,
)


@post(
    "/",
    **operation(
        "create_api_key",
        *_FORM,
        rejections.ScopesInvalid,
        rejections.ExpiryInvalid,
        ledger.TenantNotFound,
        rejections.TooManyKeys,
        rejections.KeyExceedsOwn,
        method="create",
        example={
            "name": "the shop's server",
            "scopes": ["payments:write", "wallets:read"],
            "addresses": ["192.0.2.0/24"],
        },
    ),
)
async def create_key(data: JSONBody[bodies.NewKey], request: request_.Request) -> views.IssuedKey:
    """Make a key. Its secret is in this answer and never again."""
    checks.served(data.routes, request.operations)
    made, digest = issuing.secret(_kept(request))
    command = commands.CreateKey(**_given(data), digest=digest)
    issued = await request.submit(command, views.Issued, said=idempotency.said(data))
    return issuing.shown(issued, made, digest)


@get("/", **operation("list_api_keys", method="list"))
async def list_keys(
    request: request_.Request,
    in_state: State = None,
    cursor: parameters.Cursor = None,
    limit: parameters.Limit = parameters.DEFAULT_LIMIT,
) -> pages.Page[views.KeyInUse]:
    """The tenant's keys, newest first, and when each was last used."""
    return await reads.keys(request.db, **request.books, state=in_state, cursor=cursor, limit=limit)


@get("/{key:str}", **operation("get_api_key", NotFound, method="get"))
async def get_key(key: FromPath[str], request: request_.Request) -> views.KeyInUse:
    """One key, and when it was last used."""
    return await reads.find(request.db, **request.books, key=key)


@patch(
    "/{key:str}",
    **operation(
        "update_api_key",
        *_FORM,
        NotFound,
        rejections.KeyInactive,
        rejections.KeyExceedsOwn,
        method="update",
        example={
            "rate": {"per_second": 200, "burst": 400},
            "daily_quota": 1_000_000,
            "routes": {"create_payment": {"per_second": 50, "burst": 100, "daily_quota": 10_000}},
        },
    ),
)
async def update_key(
    key: FromPath[str], data: JSONBody[bodies.KeyChange], request: request_.Request
) -> views.Key:
    """Change what a key is called, or from where and how often it may be used. What it may do, and
    until when, stays: for that, make another."""
    if data.routes is not msgspec.UNSET:
        checks.served(data.routes, request.operations)
    return await request.submit(commands.UpdateKey(key=key, **_given(data)), views.Key)


@post(
    "/{key:str}/rotate",
    status_code=200,
    **operation(
        "rotate_api_key",
        rejections.OverlapInvalid,
        NotFound,
        rejections.KeyInactive,
        rejections.KeyExceedsOwn,
        method="rotate",
        example={"overlap_seconds": 86_400},
    ),
)
async def rotate_key(
    key: FromPath[str], data: JSONBody[bodies.KeyRotation], request: request_.Request
) -> views.IssuedKey:
    """Give a key a new secret, which is in this answer and never again. Until `previous_until` the
    one before opens as well."""
    made, digest = issuing.secret(_kept(request))
    command = commands.RotateKey(key=key, digest=digest, **_given(data))
    said = idempotency.said(commands.RotateKey(key=key, digest="", **_given(data)))
    issued = await request.submit(command, views.Issued, said=said)
    return issuing.shown(issued, made, digest)


@post(
    "/{key:str}/revoke", status_code=200, **operation("revoke_api_key", NotFound, method="revoke")
)
async def revoke_key(
    key: FromPath[str],
    request: request_.Request,
    data: JSONBody[bodies_.Nothing | None] = None,
) -> views.Key:
    """End a key, for good. From this answer on it opens nothing."""
    return await request.submit(commands.RevokeKey(key=key), views.Key)


ROUTES: Final[list[ControllerRouterHandler]] = [
    create_key,
    list_keys,
    get_key,
    update_key,
    rotate_key,
    revoke_key,
]


def _given(data: msgspec.Struct) -> dict[str, Any]:
    return msgspec.structs.asdict(data)


def _kept(request: request_.Request) -> keeping.Kept:
    return keeping.of(request.platform.settings.data_path / "keys")
