"""The form of what webhooks are asked with. No state is needed for it."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Final, NamedTuple

from culm.webhooks import rejections

MAX_URL: Final = 2_048
MAX_TYPES: Final = 100
MAX_DESCRIPTION: Final = 200
MAX_OVERLAP_SECONDS: Final = 7 * 86_400
MAX_PORT: Final = 65_535

TYPE: Final = re.compile(r"[a-z][a-z0-9_]*\.([a-z][a-z0-9_]*|\*)")

_PCHAR: Final = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})"
_URL: Final = re.compile(
    r"(https?)://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(?::([1-9][0-9]{0,4}))?"
    rf"(?:/{_PCHAR}*)?(?:\?(?:{_PCHAR}|\?)*)?"
)
_LABEL: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")
_MAX_NAME: Final = 253

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Target(NamedTuple):
    """What a URL leads to. `address` is there where the host is one, literally."""

    scheme: str
    host: str
    port: int | None
    address: Address | None


def url(text: str) -> Target:
    """What a URL leads to; raises `UrlInvalid` for one without a clear meaning.

    A subset of RFC 3986 that all parsers read alike: no user, no fragment, no empty port; a name
    in ASCII (RFC 5890 A-labels) or an address in its usual form. `0x7f.1`, `2130706433` and
    `127.1` mean an address to some and a name to others.
    """
    if len(text) > MAX_URL or not (match := _URL.fullmatch(text)):
        raise _invalid(
            f"A URL is https://host/path of at most {MAX_URL} ASCII characters, without a user or "
            "a fragment; write international names as xn--."
        )
    port = int(match[3]) if match[3] else None
    if port is not None and port > MAX_PORT:
        raise _invalid("There is no such port.")
    host = match[2].lower()
    return Target(match[1], host, port, _address(host))


def _address(host: str) -> Address | None:
    """The address that a host literally is; None for a name."""
    try:
        if host.startswith("["):
            return ipaddress.IPv6Address(host[1:-1])
        labels = host.split(".")
        if _NUMBER.fullmatch(labels[-1]):
            return ipaddress.IPv4Address(host)
    except ValueError:
        raise _invalid("The host is not an address in its usual form.") from None
    if len(host) > _MAX_NAME or not all(map(_LABEL.fullmatch, labels)):
        raise _invalid("The host is not a name.")
    return None


def types(given: tuple[str, ...], known: Iterable[str]) -> None:
    """Refuse types that are no events which can be told, with `TypesInvalid`."""
    if len(given) > MAX_TYPES or len(set(given)) != len(given):
        raise rejections.TypesInvalid(
            f"There are at most {MAX_TYPES} types, each once.", field="event_types"
        )
    names = set(known)
    names |= {name.partition(".")[0] + ".*" for name in names}
    for index, name in enumerate(given):
        if name not in names:
            raise rejections.TypesInvalid(
                "There is no such type of event.", field=f"event_types[{index}]"
            )


def chosen(given: tuple[str, ...], type_: str) -> bool:
    """Whether a type of event is among those that were chosen."""
    return not given or type_ in given or type_.partition(".")[0] + ".*" in given


def description(text: str) -> None:
    """Refuse a description that is too long or not printable, with `DescriptionInvalid`."""
    if len(text) > MAX_DESCRIPTION or not text.isprintable():
        raise rejections.DescriptionInvalid(
            f"A description has at most {MAX_DESCRIPTION} printable characters.",
            field="description",
        )


def overlap(seconds: int) -> None:
    """Refuse an overlap out of range, with `OverlapInvalid`."""
    if not 0 <= seconds <= MAX_OVERLAP_SECONDS:
        raise rejections.OverlapInvalid(
            "A secret that was replaced stays valid for 0 seconds to 7 days.",
            field="overlap_seconds",
        )


def past(moment: datetime, now: datetime) -> None:
    """Refuse a time that has no offset, or is not in the past, with `TimeInvalid`."""
    if moment.tzinfo is None or moment.year < 1970 or moment >= now:
        raise rejections.TimeInvalid(
            "A replay begins at a time with an offset, in the past.", field="since"
        )


def _invalid(sentence: str) -> rejections.UrlInvalid:
    return rejections.UrlInvalid(sentence, field="url")
