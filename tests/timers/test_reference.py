"""What docs/concepts/timers.md says of rejections is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from culm.timers import rejections
from culm.timers.routes import refusals

TEXT = (Path(__file__).parents[2] / "docs" / "concepts" / "timers.md").read_text()
CODES = re.findall(r"^\| (\w+_\w+) \| (\d+) \| (.+) \|$", TEXT, re.MULTILINE)
ROWS = dict(re.findall(r"^\| ([a-z]+ [a-z]+) \| (.*) \|$", TEXT, re.MULTILINE))


def test_every_code_is_explained() -> None:
    found = [one for one in vars(rejections).values() if isinstance(one, type)]
    ours = [one for one in found if issubclass(one, rejections.TimersRejection)]
    told = [(one.code, str(one.status), one().message) for one in ours[1:]]
    assert told == CODES


@pytest.mark.parametrize(
    ("command", "declared"),
    [
        ("set timer", refusals.SET_TIMER),
        ("cancel timer", refusals.CANCEL_TIMER),
        ("retry timer", refusals.RETRY_TIMER),
        ("advance clock", refusals.ADVANCE_CLOCK),
    ],
)
def test_each_operation_declares_the_rejections_of_its_command(
    command: str, declared: refusals.Refusals
) -> None:
    listed = re.findall(r"[a-z]+(?:_[a-z]+)+", ROWS[command])
    assert [error.code for error in declared] == [c for c in listed if c != "tenant_not_found"]
