"""Rows whose every hash is right may still be in no order that a log can have."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from culm.book import event, finding, merkle, verify_log

BEGIN = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def row(position: int, **rest: Any) -> event.LogRow:
    """An event of one command of ann's."""
    made: dict[str, Any] = {
        "partition": 0,
        "position": position,
        "time": BEGIN,
        "type": "note.made",
        "version": 1,
        "tenant": "acme",
        "actor": "ann",
        "correlation": "c",
        "causation": "",
        "body": "{}",
    }
    return event.LogRow(**made | rest)


def check(*rows: event.LogRow) -> None:
    """Prove these rows, each with the hash that its columns give."""
    stored = [
        msgspec.structs.asdict(row) | {"leaf": merkle.leaf_hash(row.sealed_bytes())} for row in rows
    ]
    leaves = verify_log.LogCheck(0).take(stored)
    assert leaves == [one["leaf"] for one in stored]


def test_the_events_of_a_command_share_its_time_and_the_next_command_is_later() -> None:
    check(
        row(0),
        row(1, type="note.read"),
        row(2),
        row(3, time=BEGIN + SECOND, actor="bob", request="0f" * 16),
        row(4, time=BEGIN + SECOND, actor="bob", request="0f" * 16, version=2),
    )


@pytest.mark.parametrize(
    "later",
    [
        {"time": BEGIN - SECOND},
        {"time": BEGIN - SECOND, "actor": "bob"},
        {"tenant": "other"},
        {"actor": "bob"},
        {"correlation": "d"},
        {"causation": "0-7"},
        {"request": "0f" * 16},
    ],
    ids=str,
)
def test_another_command_at_the_same_time_or_an_earlier_one_is_found(later: dict[str, Any]) -> None:
    with pytest.raises(finding.Damaged) as damaged:
        check(row(0), row(1, **later))

    found = damaged.value.finding
    assert (found.key, found.column) == ("position 1", "time")
    assert "not later than that of the command before" in found.what


@pytest.mark.parametrize("column", ["type", "tenant", "actor", "correlation", "causation"])
@pytest.mark.parametrize("request_", ["", "0f" * 16])
def test_a_line_end_in_a_column_would_make_two_leaves_read_the_same(
    column: str, request_: str
) -> None:
    with pytest.raises(finding.Damaged, match="a column holds a line end"):
        check(row(0, request=request_, **{column: "a\nb"}))


@pytest.mark.parametrize("request_", ["\n", "a\n", "\nb"])
def test_so_would_one_in_a_request(request_: str) -> None:
    with pytest.raises(finding.Damaged, match="a column holds a line end"):
        check(row(0, request=request_))
