"""Blind indexes: finding sealed data by its exact value, without the database knowing any.

The index of a value is a keyed digest, under a key of the tenant's own, of its normal form: what
people mean as the same email address or name is written the same. Equal values have equal indexes,
so how often one occurs can be seen; nothing else.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from collections.abc import Callable
from typing import Final

INDEX_BYTES: Final = 16
"""Of an index. Two values that share one are not to be expected among fewer than 2^64."""

_SPACES: Final = re.compile(r"\s+")
_NOT_DIALLED: Final = re.compile(r"[^0-9+]")


class Root:
    """A tenant's own secret, from which what is blind or peppered comes. Shown to nobody."""

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        self._key = key

    @property
    def pepper(self) -> bytes:
        """What keeps digests of what a request said from being tried out (`idempotency.said`)."""
        return self._derive("culm-pepper/1")

    def index(self, field: str, value: str) -> str:
        """The index of a field's value, as hexadecimal digits."""
        return self._derive(f"culm-blind/1\n{field}\n{normal(field, value)}")[:INDEX_BYTES].hex()

    def _derive(self, purpose: str) -> bytes:
        return hmac.digest(self._key, purpose.encode(errors="surrogatepass"), "sha256")


def normal(field: str, value: str) -> str:
    """The form in which a field's values are compared. Anything unknown is compared as text."""
    return _NORMAL.get(field, _text)(value)


def _text(value: str) -> str:
    """Without differences of case, width and spacing."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", value).casefold())
    return _SPACES.sub(" ", folded).strip()


def _name(value: str) -> str:
    """Without accents as well: Zoë and Zoe are the same to who searches."""
    parts = unicodedata.normalize("NFKD", _text(value))
    return _text("".join(part for part in parts if not unicodedata.combining(part)))


def _phone(value: str) -> str:
    """Digits and the leading plus (ITU-T E.164), without what people write between them."""
    return _NOT_DIALLED.sub("", _text(value))


_NORMAL: Final[dict[str, Callable[[str], str]]] = {"name": _name, "phone": _phone}
