"""Where a request comes from, also behind proxies that are known."""

from __future__ import annotations

import functools
import ipaddress
from typing import Final

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

MAX_HOPS: Final = 16
"""Proxies that a request may have come through."""


def of(peer: tuple[str, int] | None, forwarded: str | None, trusted: str) -> str | None:
    """The address that a request comes from; None where that cannot be known.

    It is the peer's. Where that is one of the `trusted` proxies (addresses or networks with commas
    between), it is the last one in `X-Forwarded-For` that is not: everything to the left of it may
    have been made up by the caller.
    """
    if peer is None:
        return None
    found = normal(peer[0])
    if not trusted or forwarded is None:
        return found
    proxies = networks(trusted)
    for hop in reversed(forwarded.rsplit(",", MAX_HOPS)):
        if found is None or not _is_in(found, proxies):
            return found
        found = normal(hop.strip(" \t"))
    return found


@functools.lru_cache(maxsize=4_096)
def normal(text: str) -> str | None:
    """An address in its one form, IPv4 that is dressed as IPv6 undressed; None for other texts."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id is not None:
            return None
        return str(address.ipv4_mapped or address)
    return str(address)


@functools.cache
def networks(text: str) -> tuple[Network, ...]:
    """Networks from a list with commas between. Raises `ValueError`."""
    return tuple(ipaddress.ip_network(one.strip()) for one in text.split(",") if one.strip())


@functools.lru_cache(maxsize=4_096)
def _is_in(address: str, networks_: tuple[Network, ...]) -> bool:
    found = ipaddress.ip_address(address)
    return any(found in network for network in networks_)
