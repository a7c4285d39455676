"""Bodies: JSON decoded straight into the struct that a route asks for, and nothing taken on trust.

Decoding is strict: no number for a text, no fraction for an amount, no unknown member. On top of
that a member may not be named twice (RFC 8259 §4 leaves open what that would mean; here it is
an error, since two amounts in one posting are two intentions).
"""

from __future__ import annotations

import functools
import json
import re
from typing import Any, Final

import msgspec

from culm.gateway import limits, refusals, wording
from culm.gateway.intake import BODY
from culm.kernel import errors

_AT: Final = re.compile(r" - at (?:`key` in )?`\$?\.?([^`]*)`$")
_NAMED: Final = re.compile(r"Object (?:missing required|contains unknown) field `(.*)`", re.DOTALL)


class Nothing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A request that says all in its path. Its body is left out, or an empty object."""


class _Repeated(Exception):
    """An object names a member twice."""


@functools.cache
def decoder(type_: Any) -> msgspec.json.Decoder[Any]:
    """The decoder of a body's type."""
    return msgspec.json.Decoder(type_)


def decode(raw: bytes, type_: Any) -> Any:
    """A body as its type. Raises `JsonMalformed`, `MemberRepeated`, or `Invalid` with the field."""
    try:
        value = decoder(type_).decode(raw)
    except msgspec.ValidationError as error:
        raise invalid(str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _malformed(error) from None
    _refuse_repeated(raw)
    return value


def invalid(message: str) -> errors.Invalid:
    """What msgspec found wrong with a value, and where: `postings[1].amount`."""
    sentence, path = message, ""
    if match := _AT.search(message):
        sentence, path = message[: match.start()], match[1].replace("[...]", "")
    if named := _NAMED.match(sentence):
        path = f"{path}.{named[1]}" if path else named[1]
    return errors.Invalid(wording.sentence(sentence), field=path[: limits.MAX_QUOTED] or BODY)


def _malformed(error: Exception) -> refusals.JsonMalformed:
    if isinstance(error, RecursionError):
        return refusals.JsonMalformed("The body is nested too deeply.", field=BODY)
    if isinstance(error, UnicodeDecodeError):
        return refusals.JsonMalformed("The body is not UTF-8.", field=BODY)
    return refusals.JsonMalformed(f"{error}."[: limits.MAX_QUOTED], field=BODY)


# -- members named twice --------------------------------------------------------------------


def _drop(pairs: list[tuple[str, Any]]) -> None:
    if len(dict(pairs)) != len(pairs):
        raise _Repeated


_scan: Final = json.JSONDecoder(object_pairs_hook=_drop, parse_int=str, parse_float=str).decode


def _refuse_repeated(raw: bytes) -> None:
    try:
        _scan(raw.decode())
    except _Repeated:
        tree = json.loads(raw, object_pairs_hook=_Members, parse_int=str)
        field = _repeated(tree, "") or BODY
        raise refusals.MemberRepeated(
            "An object may name each of its members once.", field=field[: limits.MAX_QUOTED]
        ) from None


class _Members(list[tuple[str, Any]]):
    """An object as the pairs that it was written with."""


def _repeated(value: Any, path: str) -> str | None:
    """Where the first member that is named twice stands."""
    if isinstance(value, _Members):
        seen: set[str] = set()
        for name, member in value:
            at = f"{path}.{name}" if path else name
            if name in seen:
                return at
            seen.add(name)
            if found := _repeated(member, at):
                return found
    elif isinstance(value, list):
        for index, member in enumerate(value):
            if found := _repeated(member, f"{path}[{index}]"):
                return found
    return None
