"""Why a caller is not let in: no key, not this key, not from here, not so often.

They are said before any context has seen the request, so nothing was done.
"""

from __future__ import annotations

from typing import ClassVar

from culm.kernel import errors


class Unauthenticated(errors.CulmError):
    """The request has no key, or one that is not known: Authorization: Bearer ck_..."""

    code: ClassVar[str] = "unauthenticated"
    status: ClassVar[int] = 401


class KeyExpired(errors.CulmError):
    """The key's time is over."""

    code: ClassVar[str] = "key_expired"
    status: ClassVar[int] = 401


class KeyRevoked(errors.CulmError):
    """The key was revoked."""

    code: ClassVar[str] = "key_revoked"
    status: ClassVar[int] = 401


class AddressForbidden(errors.CulmError):
    """The key may not be used from this address."""

    code: ClassVar[str] = "address_forbidden"
    status: ClassVar[int] = 403


class ScopeMissing(errors.CulmError):
    """The key has no scope for this."""

    code: ClassVar[str] = "scope_missing"
    status: ClassVar[int] = 403


class TenantForbidden(errors.CulmError):
    """The header Culm-Tenant names another tenant than the key's own."""

    code: ClassVar[str] = "tenant_forbidden"
    status: ClassVar[int] = 403


class Limited(errors.CulmError):
    """Too much was asked for; nothing was done. Ask again after `retry_after_seconds`."""

    code: ClassVar[str] = "limited"
    status: ClassVar[int] = 429

    def __init__(self, message: str, *, retry_after_seconds: int) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class RateLimited(Limited):
    """The key is used faster than it may be. Nothing was done: ask again after Retry-After."""

    code: ClassVar[str] = "rate_limited"


class QuotaExceeded(Limited):
    """The key's requests of this day (UTC) are used up. Nothing was done."""

    code: ClassVar[str] = "quota_exceeded"


ALL = (
    Unauthenticated,
    KeyExpired,
    KeyRevoked,
    AddressForbidden,
    ScopeMissing,
    TenantForbidden,
    RateLimited,
    QuotaExceeded,
)
