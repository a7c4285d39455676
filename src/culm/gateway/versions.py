"""Dated versions of the API. Inside there is only the newest one: a request in an older version is
brought up to it when it comes in, and its answer is brought down when it goes out.

What a version changed is told by the contexts, as pure functions on the JSON of single operations.
They are applied one version after the other, so that each knows only its neighbour.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Final, NamedTuple

import msgspec

from culm.gateway import bodies, deprecations, headers, refusals

Json = Any
Transform = Callable[[Json], Json]

ASKED: Final = "culm_version"
"""Where a request's scope has the older version that it asks for."""

PAGE: Final = "/docs#versions"
CURRENT: Final = "2026-11-25"
SUNSETS: Final = {"2026-10-01": date(2027, 11, 25)}
"""The older versions that still work, and until when. Each is deprecated since the one after it."""


class Change(NamedTuple):
    """What a version changed: `up` turns the body of a request of the version before, by operation,
    into one of this, `down` an answer of this into one of the version before."""

    version: str
    summary: str
    up: Mapping[str, Transform] = {}
    down: Mapping[str, Transform] = {}


class Old(NamedTuple):
    """What an older version needs: the transforms of each operation, in order, and what every
    answer of it says."""

    up: Mapping[str, tuple[Transform, ...]]
    down: Mapping[str, tuple[Transform, ...]]
    headers: tuple[tuple[bytes, bytes], ...]


class Versions:
    """The versions that this release speaks."""

    def __init__(self, changes: Iterable[Change] = ()) -> None:
        self.changes = tuple(sorted(changes, key=lambda change: change.version))
        self._old = {version: self._prepared(version) for version in SUNSETS}

    def up(self, version: str, operation: Any, body: bytes) -> bytes:
        """The body of a request in an older version, in the newest one.

        Raises what `bodies.decode` and the transforms raise.
        """
        transforms = self._old[version].up.get(operation, ())
        if not transforms or not body:
            return body
        return msgspec.json.encode(_applied(transforms, bodies.decode(body, Any)))

    def down(self, version: str, operation: Any, body: bytes) -> bytes:
        """An answer of the newest version in an older one."""
        transforms = self._old[version].down.get(operation, ())
        if not transforms:
            return body
        return msgspec.json.encode(_applied(transforms, msgspec.json.decode(body)))

    def headers(self, version: str) -> tuple[tuple[bytes, bytes], ...]:
        """What every answer in an older version says beside."""
        return self._old[version].headers

    def told(self) -> list[dict[str, str]]:
        """Every version with what it changed and until when it works, the newest first."""
        found = []
        for version in (CURRENT, *sorted(SUNSETS, reverse=True)):
            changed = [one.summary for one in self.changes if one.version == version]
            sunset = SUNSETS.get(version)
            until = f" Deprecated; works until {sunset}." if sunset else ""
            found.append({"version": version, "summary": " ".join(changed) + until})
        return found

    def _prepared(self, version: str) -> Old:
        later = [change for change in self.changes if change.version > version]
        successor = min(one for one in (*SUNSETS, CURRENT) if one > version)
        told = deprecations.Deprecation(
            date.fromisoformat(successor), PAGE, sunset=SUNSETS[version]
        )
        return Old(
            up=_by_operation(change.up for change in later),
            down=_by_operation(change.down for change in reversed(later)),
            headers=((headers.VERSION.lower().encode(), version.encode()), *told.headers()),
        )


SAID: Final = (headers.VERSION.lower().encode(), CURRENT.encode())
"""What every other answer says."""


def asked(text: str) -> str | None:
    """The older version that a header asks for; None for the newest. Raises `VersionUnknown`."""
    if text == CURRENT:
        return None
    if text not in SUNSETS:
        known = ", ".join((CURRENT, *sorted(SUNSETS, reverse=True)))
        raise refusals.VersionUnknown(f"The versions are {known}.", field=headers.VERSION)
    return text


def _by_operation(
    changes: Iterable[Mapping[str, Transform]],
) -> dict[str, tuple[Transform, ...]]:
    found: dict[str, tuple[Transform, ...]] = {}
    for change in changes:
        for operation, transform in change.items():
            found[operation] = (*found.get(operation, ()), transform)
    return found


def _applied(transforms: Iterable[Transform], tree: Json) -> Json:
    for transform in transforms:
        tree = transform(tree)
    return tree
