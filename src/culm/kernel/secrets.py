"""URLs of databases and other servers, and what is said about them, without their secrets."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote_plus, unquote

HIDDEN: Final = "***"

# A password with an @, a / or a # in it is an error somewhere, but still a password.
_IN_AUTHORITY: Final = re.compile(r"(?<=://)([^:/?#@]*):(.*)@", re.DOTALL)
_IN_QUERY: Final = re.compile(r"(?<=[?&])((?:ssl)?password=)([^&#]+)", re.IGNORECASE)

_BEFORE_HOST: Final = re.compile(r"(?<=://)[^,]*@")


def masked_url(url: str) -> str:
    """The URL, to be shown."""
    return _IN_QUERY.sub(rf"\1{HIDDEN}", _IN_AUTHORITY.sub(rf"\1:{HIDDEN}@", url))


def masked(said: str, url: str) -> str:
    """What somebody said who was given the URL, to be shown."""
    found = [match[2] for one in (_IN_AUTHORITY, _IN_QUERY) for match in one.finditer(url)]
    for secret in found:
        for form in (secret, unquote(secret), quote_plus(unquote(secret))):
            said = said.replace(form, HIDDEN) if form else said
    return said


def masked_servers(urls: str) -> str:
    """NATS servers, to be shown: what stands before the @ may be a token without a name."""
    return _BEFORE_HOST.sub(f"{HIDDEN}@", urls)
