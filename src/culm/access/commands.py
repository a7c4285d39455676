"""What may be asked of access. A secret never is in a command: its digest is."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from culm.access import checks, scopes, types


def _described(**schema: object) -> msgspec.Meta:
    """What callers are told of a value's form; it is `checks` that refuses another."""
    return msgspec.Meta(extra_json_schema=schema)


Name = Annotated[str, _described(minLength=1, maxLength=checks.MAX_NAME)]
Scopes = Annotated[
    tuple[Annotated[str, _described(enum=sorted(scopes.ALL))], ...],
    _described(minItems=1, uniqueItems=True),
]
Addresses = Annotated[tuple[str, ...], _described(maxItems=checks.MAX_ADDRESSES)]
DailyQuota = Annotated[int | None, _described(minimum=1, maximum=types.MAX_DAILY_QUOTA)]
Routes = Annotated[
    types.Routes,
    _described(maxProperties=checks.MAX_ROUTES, propertyNames={"pattern": checks.OPERATION}),
]
Overlap = Annotated[int, _described(minimum=0, maximum=checks.MAX_OVERLAP_SECONDS)]

DEFAULT_OVERLAP_SECONDS = 86_400


class Command(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whatever is asked of access, for the tenant that the request names."""


class CreateKey(Command, frozen=True):
    """Let whoever has the secret of this digest use the API for the tenant."""

    name: Name
    scopes: Scopes
    digest: str
    addresses: Addresses = ()
    rate: types.Rate = types.DEFAULT_RATE
    daily_quota: DailyQuota = None
    routes: Routes = {}
    expires: datetime | None = None


class UpdateKey(Command, frozen=True):
    """Change what a key is called, or from where and how often it may be used; what is left out
    stays as it is."""

    key: str
    name: Name | msgspec.UnsetType = msgspec.UNSET
    addresses: Addresses | msgspec.UnsetType = msgspec.UNSET
    rate: types.Rate | msgspec.UnsetType = msgspec.UNSET
    daily_quota: DailyQuota | msgspec.UnsetType = msgspec.UNSET
    routes: Routes | msgspec.UnsetType = msgspec.UNSET


class RotateKey(Command, frozen=True):
    """Give a key the secret of this digest; for so many seconds the one before counts as well."""

    key: str
    digest: str
    overlap_seconds: Overlap = DEFAULT_OVERLAP_SECONDS


class RevokeKey(Command, frozen=True):
    """Let a key open nothing any more."""

    key: str
