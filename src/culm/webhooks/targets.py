"""Which URLs webhooks are sent to on this platform, as far as can be told without asking DNS."""

from __future__ import annotations

from typing import Final, Literal

from culm.webhooks import addresses, checks, rejections

Targets = Literal["public", "any"]
"""`any` is for development: http, every port, and addresses of this machine and its networks."""

HTTPS_PORT: Final = 443
FIRST_FREE_PORT: Final = 1_024
"""Ports below belong to other protocols, which a request might mean something to."""

_NOT_PUBLIC: Final = frozenset(
    {"localhost", "local", "internal", "arpa", "onion", "alt", "invalid"}
)
"""Last labels of names that are not of the public DNS (RFC 6761, RFC 6762, RFC 9476)."""


def check(url: str, allowed: Targets) -> None:
    """Refuse a URL that webhooks are not sent to. Raises `UrlInvalid`."""
    target = checks.url(url)
    if allowed == "any":
        return
    if target.scheme != "https":
        raise _refused("Webhooks are sent over https only.")
    port = target.port or HTTPS_PORT
    if port != HTTPS_PORT and port < FIRST_FREE_PORT:
        raise _refused("Webhooks are sent to port 443, or to 1024 and above.")
    if not _is_public(target):
        raise _refused("The host is not one of the public internet.")


def _is_public(target: checks.Target) -> bool:
    if target.address is not None:
        return addresses.is_public(target.address)
    _, _, last = target.host.rpartition(".")
    return "." in target.host and last not in _NOT_PUBLIC


def _refused(sentence: str) -> rejections.UrlInvalid:
    return rejections.UrlInvalid(sentence, field="url")
