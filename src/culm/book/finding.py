"""What a proof found wrong: the place, what should be there, and what is."""

from __future__ import annotations

from typing import Final

import msgspec

MAX_SHOWN: Final = 400
"""Characters of a value that are shown of a longer one."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """The first thing that is wrong. `key` names the row, `column` what is wrong in it; what is
    wrong with all of a table is of no partition."""

    partition: int | None
    table: str
    what: str
    key: str = ""
    column: str = ""
    expected: str | None = None
    found: str | None = None

    def __str__(self) -> str:
        partition = "" if self.partition is None else f"partition {self.partition}"
        place = [partition, self.table, self.key, self.column]
        lines = [plain(f"{', '.join(filter(None, place))}: {self.what}")]
        for label, value in (("expected", self.expected), ("found", self.found)):
            if value is not None:
                lines.append(f"  {label:9} {shown(value)}")
        return "\n".join(lines)


class Damaged(Exception):
    """Raised where a proof fails, to stop it there."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(str(finding))
        self.finding = finding


def damaged(
    partition: int | None,
    table: str,
    what: str,
    *,
    key: str = "",
    column: str = "",
    expected: object = None,
    found: object = None,
) -> Damaged:
    """The end of a proof, ready to be raised; values are shown, bytes in hexadecimal."""
    return Damaged(
        Finding(
            partition=partition,
            table=table,
            key=key,
            column=column,
            what=what,
            expected=_text(expected),
            found=_text(found),
        )
    )


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return value.hex() if isinstance(value, bytes) else str(value)


def shown(value: object) -> str:
    """A value for people: plain, and not too long."""
    text = str(value)
    cut = f"{text[:MAX_SHOWN]}… ({len(text)} characters)" if len(text) > MAX_SHOWN else text
    return plain(cut)


def plain(text: str) -> str:
    """A text of unknown origin without anything that a terminal would obey."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
