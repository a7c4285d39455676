"""Admission: before anything else of a request is looked at, its key has to open the door.

Every route is closed unless it says that it is open. Whether a key is good, a part of the platform
is asked; here stands what of a request it is asked about.
"""

from __future__ import annotations

from typing import Any, Final, cast

import litestar

from culm.gateway import addresses, doors, headers
from culm.gateway import request as request_

_SCHEME: Final = "bearer "


async def guard(connection: litestar.Request[Any, Any, Any]) -> None:
    """What runs before every route. It is none of Litestar's guards, which are given a new copy of
    the route's handler each time: that alone takes longer than all of this. Raises what
    `Admission.admit` and `Request.let_in` raise."""
    request = cast(request_.Request, connection)
    door = doors.of(request.route_handler)
    if door is None:
        return
    fields = request.fields
    said = cast(dict[str, Any], request.scope)[headers.SAID] = []
    admitted = await request.platform.admission.admit(
        token(fields.get(headers.AUTHORIZATION)),
        door=door,
        tenant=fields.get(headers.TENANT),
        address=addresses.of(
            request.scope["client"],
            fields.get(headers.FORWARDED_FOR),
            request.platform.settings.trusted_proxies,
        ),
        said=said,
    )
    request.let_in(admitted)


def token(authorization: str | None) -> str | None:
    """The token of `Authorization: Bearer ck_...` (RFC 6750 §2.1); the scheme in any case."""
    if authorization is None or authorization[: len(_SCHEME)].lower() != _SCHEME:
        return None
    return authorization[len(_SCHEME) :].strip(" ")
