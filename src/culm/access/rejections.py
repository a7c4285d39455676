"""Why keys are not made or changed. Codes are stable; why a key does not open is in
`culm.kernel.denials`."""

from __future__ import annotations

from typing import ClassVar

from culm.kernel import errors


class NameInvalid(errors.Invalid):
    """A key's name has 1 to 100 printable characters."""

    code: ClassVar[str] = "key_name_invalid"


class ScopesInvalid(errors.Invalid):
    """A key has scopes, each once: read, write, or these of a context, as in ledger:read."""

    code: ClassVar[str] = "key_scopes_invalid"


class AddressesInvalid(errors.Invalid):
    """Addresses are at most 50 networks in CIDR notation, as in 192.0.2.0/24 or 2001:db8::/32, or
    single addresses, each once."""

    code: ClassVar[str] = "key_addresses_invalid"


class RateInvalid(errors.Invalid):
    """A rate is 1 to 100,000 requests a second, and its burst at least one second's worth, up to
    1,000,000. A daily quota is 1 to 10^12."""

    code: ClassVar[str] = "key_rate_invalid"


class RoutesInvalid(errors.Invalid):
    """Up to 100 operations have rates of their own, by the names that the description of the API
    gives to them: those that a key opens."""

    code: ClassVar[str] = "key_routes_invalid"


class ExpiryInvalid(errors.Invalid):
    """A key expires at a time with an offset, in the future."""

    code: ClassVar[str] = "key_expiry_invalid"


class OverlapInvalid(errors.Invalid):
    """A secret that was replaced stays valid for 0 seconds to 7 days."""

    code: ClassVar[str] = "key_overlap_invalid"


class KeyNotFound(errors.NotFound):
    """There is no such key."""

    code: ClassVar[str] = "key_not_found"


class KeyInactive(errors.Rejection):
    """The key is revoked, for good."""

    code: ClassVar[str] = "key_inactive"
    status: ClassVar[int] = 409


class TooManyKeys(errors.Rejection):
    """The tenant has as many keys as it may have. Revoke one first."""

    code: ClassVar[str] = "key_too_many"


class KeyExceedsOwn(errors.Rejection):
    """With a key one can make, change and rotate only keys that may do no more than it may."""

    code: ClassVar[str] = "key_exceeds_own"
    status: ClassVar[int] = 403
