"""What a release changes about events, and whether those who read them can live with it.

Two promises are kept. What was recorded is read by every later release; what is recorded now is
read by those who know the last release's schemas, and ignore fields that they do not know. Under
one version only an optional field can come, then: everything else breaks one promise or the other,
and is a new version with an upcast.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from culm.facts import schemas, shapes

COMPATIBLE: Final = frozenset({"event_added", "version_added", "field_added"})


class Change(msgspec.Struct, frozen=True):
    """One thing that is not as the last release had it. `code` is stable; `path` is the field."""

    code: str
    type: str
    version: int
    path: str
    sentence: str

    @property
    def compatible(self) -> bool:
        """Whether both promises hold without a new version."""
        return self.code in COMPATIBLE


def changes(released: schemas.Document, present: schemas.Document) -> list[Change]:
    """What is different in `present`, by type and version."""
    found: list[Change] = []
    for type_ in sorted(released.keys() | present.keys()):
        found += _of_event(type_, released.get(type_, {}), present.get(type_, {}))
    return found


def _of_event(
    type_: str, released: dict[str, schemas.Json], present: dict[str, schemas.Json]
) -> Iterator[Change]:
    if not released or not present:
        code, what = ("event_removed", "is gone") if released else ("event_added", "is new")
        newest = max(map(int, released or present))
        yield Change(code, type_, newest, "", f"{type_} {what}.")
        return
    for version in sorted({*released, *present}, key=int):
        before, now = released.get(version), present.get(version)
        if before is not None and now is not None:
            for code, path, what in shapes.differences(before, now):
                yield _change(code, type_, version, path, f"{path or 'the event'} {what}")
        elif now is not None:
            yield _change("version_added", type_, version, "", "is a new version")
        else:
            yield _change("version_removed", type_, version, "", "is gone, and events have it")


def _change(code: str, type_: str, version: str, path: str, what: str) -> Change:
    return Change(code, type_, int(version), path, f"{type_} version {version}: {what}.")
