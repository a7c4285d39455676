"""Every kind of deviation, by code. `docs/reference/nacha-deviations.md` lists the same."""

from __future__ import annotations

from culm.rails.ach.deviation import Kind
from culm.rails.ach.kinds_batch import (
    ADDENDA_KINDS,
    BATCH_CONTROL_KINDS,
    BATCH_KINDS,
    ENTRY_KINDS,
)
from culm.rails.ach.kinds_file import FILE_CONTROL_KINDS, FILE_HEADER_KINDS, FILE_KINDS

KINDS: dict[str, Kind] = {
    kind.code: kind
    for kinds in (
        FILE_KINDS,
        FILE_HEADER_KINDS,
        BATCH_KINDS,
        ENTRY_KINDS,
        ADDENDA_KINDS,
        BATCH_CONTROL_KINDS,
        FILE_CONTROL_KINDS,
    )
    for kind in kinds
}

UNREADABLE_HEADER = frozenset(
    {
        "file-header.missing",
        "file-header.misplaced",
        "file-header.priority-code",
        "file-header.creation-date",
        "file-header.record-size",
        "file-header.blocking-factor",
        "file-header.format-code",
    }
)
"""Errors after which the header cannot be read: its columns have shifted or the layout that it
declares is another. No batch of such a file is readable."""
