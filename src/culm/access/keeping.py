"""What access keeps in files beside the signing key: the pepper of digests, and the operator's
token. Both are made at the first start, and every process of a platform needs the same."""

from __future__ import annotations

import base64
import functools
import hmac
import secrets
from hashlib import sha256
from pathlib import Path
from typing import Final

from culm.access import tokens
from culm.kernel import errors, private_file

PEPPER_FILE: Final = "api.key"
OPERATOR_FILE: Final = "operator.key"
PEPPER_BYTES: Final = 32


class ApiKeyRefused(errors.CulmError):
    """The file of the pepper, or of the operator's token, is damaged, misplaced, or open to
    others."""

    code = "api_key_refused"


class Kept:
    """The pepper and the operator's token of a directory; read, or made, when first needed."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    @functools.cached_property
    def pepper(self) -> bytes:
        """What digests of secrets are keyed with. Raises `ApiKeyRefused`."""
        fresh = base64.b64encode(secrets.token_bytes(PEPPER_BYTES))
        try:
            found = base64.b64decode(self._content(PEPPER_FILE, fresh), validate=True)
        except ValueError:
            found = b""
        if len(found) != PEPPER_BYTES:
            raise self._damaged(PEPPER_FILE)
        return found

    @functools.cached_property
    def operator(self) -> str:
        """The token of whoever runs the platform. Raises `ApiKeyRefused`."""
        fresh = tokens.OPERATOR + tokens.new_secret()
        found = self._content(OPERATOR_FILE, fresh.encode()).decode("ascii", "replace")
        if len(found) != len(fresh) or not found.startswith(tokens.OPERATOR):
            raise self._damaged(OPERATOR_FILE)
        return found

    def digest(self, secret: str) -> str:
        """By what a secret is known: HMAC-SHA256, in hexadecimal."""
        return hmac.digest(self.pepper, secret.encode(), sha256).hex()

    def is_operator(self, token: str) -> bool:
        """Whether this is the operator's token; how long that takes says nothing about it."""
        return hmac.compare_digest(token.encode(), self.operator.encode())

    def _content(self, name: str, fresh: bytes) -> bytes:
        private_file.make_directory(self._directory, ApiKeyRefused)
        path = self._directory / name
        if not private_file.exists(path):
            private_file.make(path, fresh + b"\n", ApiKeyRefused)
        return private_file.read(path, ApiKeyRefused).strip()

    def _damaged(self, name: str) -> ApiKeyRefused:
        return ApiKeyRefused(f"{self._directory / name} is damaged. Restore it from a backup.")


@functools.cache
def of(directory: Path) -> Kept:
    """What is kept in a directory."""
    return Kept(directory)
