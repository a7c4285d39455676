"""The schemas of the last release, in a file that is kept with the code."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from culm.facts import compatibility, schemas
from culm.kernel import errors

FILE: Final = Path("contracts/events.json")
"""Where they are kept, from the root of the repository."""


class SchemasUnreadable(errors.CulmError):
    """The file that should hold the events' schemas of the last release does not."""

    code = "schemas_unreadable"


class IncompatibleChange(errors.CulmError):
    """An event is not as the last release had it, in a way that somebody cannot read."""

    code = "incompatible_change"


class _Schema(msgspec.Struct, rename={"defs": "$defs", "ref": "$ref"}):
    """As much of a JSON Schema as is looked into: a file may hold anything."""

    defs: dict[str, _Schema] = {}
    ref: str = ""
    type: str = ""
    properties: dict[str, _Schema] = {}
    required: list[str] = []
    additionalProperties: _Schema | bool = True  # noqa: N815  # JSON Schema's name
    anyOf: list[_Schema] = []  # noqa: N815
    prefixItems: list[_Schema] = []  # noqa: N815
    items: _Schema | bool = True
    enum: Annotated[list[Any], Meta(min_length=1)] | None = None


_Version = Annotated[str, Meta(pattern=r"^[1-9][0-9]{0,4}\Z")]
_Schemas = Annotated[dict[_Version, _Schema], Meta(min_length=1)]


def read(path: Path) -> schemas.Document:
    """The schemas of the last release. Raises `SchemasUnreadable`."""
    try:
        text_ = path.read_bytes()
        msgspec.json.decode(text_, type=dict[str, _Schemas])
        return msgspec.json.decode(text_, type=schemas.Document)
    except (OSError, msgspec.DecodeError, RecursionError) as error:
        raise SchemasUnreadable(f"{path} cannot be read: {error}") from error


def text(document: schemas.Document) -> str:
    """A document as it is kept and printed."""
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"


def require_compatible(changes: list[compatibility.Change]) -> None:
    """Raise `IncompatibleChange` with every change that breaks a promise, and what to do."""
    broken = [change for change in changes if not change.compatible]
    if broken:
        told = "\n".join(f"  {change.code:16}{change.sentence}" for change in broken)
        raise IncompatibleChange(
            "events are not as the last release had them:\n"
            f"{told}\n"
            "Leave the version as it was, and record a new one with an upcast from it: "
            "docs/concepts/events.md"
        )
