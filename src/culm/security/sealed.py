"""Sealed text, as those see it who cannot open it: its form, and the digest that refers to it."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Final

VERSION: Final = "v1."
"""Then base64url of a nonce and an AES-256-GCM ciphertext."""

FORM: Final = re.compile(r"v1\.[A-Za-z0-9_-]{38,60000}")
SUBJECT: Final = re.compile(r"sub_[a-z2-7]{26}")

_SEAL_DIGITS: Final = 32


def seal_of(text: str) -> str:
    """The digest by which blind indexes refer to exactly this sealed text: no two are alike."""
    return sha256(text.encode()).hexdigest()[:_SEAL_DIGITS]
