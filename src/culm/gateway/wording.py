"""What msgspec finds wrong with a value, in the words of those who write JSON and not Python."""

from __future__ import annotations

import re
from typing import Final

from culm.gateway import limits

_TYPES: Final = re.compile(r"`([a-z0-9 |]+)`")

_WORDS: Final = {
    "array": "a list",
    "bool": "true or false",
    "datetime": "a time",
    "float": "a number with a point",
    "int": "a whole number",
    "object": "an object",
    "str": "a text",
}


def sentence(message: str) -> str:
    """Expected `int | null`, got `str` -> Expected a whole number or null, got a text.

    What was given instead of one of a few values is not repeated: it may be about a person.
    """
    if message.startswith("Invalid enum value"):
        return "This is none of the values that it may have."
    if message.startswith("Expected "):
        message = _TYPES.sub(_in_words, message)
    return f"{message[: limits.MAX_QUOTED]}."


def _in_words(types: re.Match[str]) -> str:
    return " or ".join(_WORDS.get(name, name) for name in types[1].split(" | "))
