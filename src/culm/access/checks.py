"""The form of what access is asked with. No state is needed for it."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final

from culm.access import rejections, scopes, types

MAX_NAME: Final = 100
MAX_ADDRESSES: Final = 50
MAX_ROUTES: Final = 100
MAX_OVERLAP_SECONDS: Final = 7 * 86_400

OPERATION: Final = "^[a-z][a-z0-9_]{0,63}$"
"""How the names of operations are written."""

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def name(text: str) -> None:
    """Refuse a name that is empty, too long or not printable, with `NameInvalid`."""
    if not 1 <= len(text) <= MAX_NAME or not text.isprintable():
        raise rejections.NameInvalid(
            f"A key's name has 1 to {MAX_NAME} printable characters.", field="name"
        )


def known(given: tuple[str, ...]) -> None:
    """Refuse scopes that there are not, with `ScopesInvalid`."""
    if not given or len(set(given)) != len(given):
        raise rejections.ScopesInvalid("A key has scopes, each once.", field="scopes")
    for index, scope in enumerate(given):
        if scope not in scopes.ALL:
            raise rejections.ScopesInvalid("There is no such scope.", field=f"scopes[{index}]")


def addresses(given: tuple[str, ...]) -> tuple[str, ...]:
    """Networks, each in its one form; raises `AddressesInvalid`."""
    if len(given) > MAX_ADDRESSES:
        raise rejections.AddressesInvalid(
            f"There are at most {MAX_ADDRESSES} networks.", field="addresses"
        )
    found = tuple(_network(text, index) for index, text in enumerate(given))
    if len(set(found)) != len(found):
        raise rejections.AddressesInvalid("Each network is given once.", field="addresses")
    return tuple(map(str, found))


def _network(text: str, index: int) -> Network:
    """A network from its text. IPv4 that is dressed as IPv6 would never be met: requests from
    there count as IPv4."""
    try:
        found = ipaddress.ip_network(text)
    except ValueError:
        found = None
    mapped = isinstance(found, ipaddress.IPv6Network) and found.network_address.ipv4_mapped
    scoped = isinstance(found, ipaddress.IPv6Network) and found.network_address.scope_id
    if found is None or mapped or scoped:
        raise rejections.AddressesInvalid(
            "A network is written as in 192.0.2.0/24 or 2001:db8::/32, without bits of a host.",
            field=f"addresses[{index}]",
        ) from None
    return found


def within(given: Iterable[str], own: tuple[str, ...]) -> bool:
    """Whether all networks lie within others."""
    outer = [ipaddress.ip_network(text) for text in own]
    return all(any(_lies_in(ipaddress.ip_network(text), one) for one in outer) for text in given)


def _lies_in(inner: Network, outer: Network) -> bool:
    return inner.version == outer.version and inner.subnet_of(outer)  # type: ignore[arg-type]


def rate(given: types.Rate, daily_quota: int | None, *, of: str = "") -> None:
    """Refuse a rate or a quota out of range, with `RateInvalid`: those `of` an operation, or of the
    key itself."""
    in_range = 1 <= given.per_second <= types.MAX_PER_SECOND
    if not in_range or not given.per_second <= given.burst <= types.MAX_BURST:
        raise rejections.RateInvalid(
            f"A rate is 1 to {types.MAX_PER_SECOND:,} requests a second, and its burst at least "
            f"one second's worth, up to {types.MAX_BURST:,}.",
            field=of or "rate",
        )
    if daily_quota is not None and not 1 <= daily_quota <= types.MAX_DAILY_QUOTA:
        raise rejections.RateInvalid(
            f"A daily quota is 1 to {types.MAX_DAILY_QUOTA:,} requests.",
            field=f"{of}.daily_quota" if of else "daily_quota",
        )


def routes(given: types.Routes) -> None:
    """Refuse what names no operations, with `RoutesInvalid`, and rates of them out of range, with
    `RateInvalid`. Whether there is such an operation they know who serve it: see `served`."""
    if len(given) > MAX_ROUTES:
        raise rejections.RoutesInvalid(
            f"At most {MAX_ROUTES} operations have rates of their own.", field="routes"
        )
    for operation, own in given.items():
        if not re.fullmatch(OPERATION, operation):
            raise rejections.RoutesInvalid("This names no operation.", field="routes")
        rate(own, own.daily_quota, of=f"routes.{operation}")


def served(given: types.Routes, operations: Collection[str]) -> None:
    """Refuse rates of what is none of the operations that keys open, with `RoutesInvalid`. For
    those who take commands: a key keeps a rate for what a later release serves no more."""
    routes(given)
    for operation in given:
        if operation not in operations:
            raise rejections.RoutesInvalid(
                "There is no operation of this name that a key opens.", field=f"routes.{operation}"
            )


def expiry(moment: datetime | None, now: datetime) -> None:
    """Refuse an end without an offset, or in the past, with `ExpiryInvalid`."""
    if moment is None:
        return
    if moment.tzinfo is None or not now < moment or moment.year > 9998:
        raise rejections.ExpiryInvalid(
            "A key expires at a time with an offset, in the future.", field="expires"
        )


def overlap(seconds: int) -> None:
    """Refuse an overlap out of range, with `OverlapInvalid`."""
    if not 0 <= seconds <= MAX_OVERLAP_SECONDS:
        raise rejections.OverlapInvalid(
            "A secret that was replaced stays valid for 0 seconds to 7 days.",
            field="overlap_seconds",
        )
