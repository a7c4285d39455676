"""The text of a key: `ck_test_<id>_<secret><check>`.

The id finds the key without a search; the secret is 32 letters and digits by chance, 190 bits; the
last six are a CRC-32 of all before them, by which whoever looks for secrets that leaked knows one,
and by which a mistyped one is refused without asking the database.
"""

from __future__ import annotations

import re
import secrets
import string
import zlib
from typing import Final, NamedTuple

from culm.access import types

ALPHABET: Final = string.digits + string.ascii_uppercase + string.ascii_lowercase
SECRET_LENGTH: Final = 32
CHECK_LENGTH: Final = 6
OPERATOR: Final = "ck_operator_"
"""How the token of whoever runs the platform begins."""

_SHAPE: Final = re.compile(
    rf"ck_(test|live)_([0-7][0-9a-f]{{15}})_([0-9A-Za-z]{{{SECRET_LENGTH}}})"
    rf"([0-9A-Za-z]{{{CHECK_LENGTH}}})"
)


class Token(NamedTuple):
    """The parts of a key's text."""

    mode: str
    number: int
    secret: str


def new_secret() -> str:
    """A secret by chance."""
    return "".join(secrets.choice(ALPHABET) for _ in range(SECRET_LENGTH))


def text(mode: types.Mode, number: int, secret: str) -> str:
    """The text of a key."""
    stem = f"ck_{mode}_{number:016x}_{secret}"
    return stem + _check(stem)


def parse(given: str) -> Token | None:
    """The parts of a key's text; None for any other."""
    match = _SHAPE.fullmatch(given)
    if match is None or _check(given[:-CHECK_LENGTH]) != match[4]:
        return None
    return Token(match[1], int(match[2], 16), match[3])


def _check(stem: str) -> str:
    """A CRC-32 in base 62."""
    number, digits = zlib.crc32(stem.encode()), ""
    for _ in range(CHECK_LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        digits = ALPHABET[digit] + digits
    return digits
