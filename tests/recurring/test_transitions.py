"""The tables of schedules and runs, exhausted."""

from __future__ import annotations

import itertools
from pathlib import Path

from culm.recurring import transitions

CONCEPTS = Path(__file__).parents[2] / "docs" / "concepts" / "recurring.md"
OVER = {"ended", "cancelled"}


def test_every_pair_is_decided() -> None:
    for state, happening in itertools.product(transitions.STATES, transitions.HAPPENINGS):
        to = transitions.TABLE.get((state, happening))
        assert to is None or to in transitions.STATES
        assert to is None or state not in OVER, "what is over is over"
    for one in itertools.product(transitions.MANDATE_STATES, transitions.MANDATE_HAPPENINGS):
        to_mandate = transitions.MANDATES.get(one)
        assert to_mandate is None or one[0] not in ("revoked", "expired")
        assert (to_mandate == "revoked") == (one[1] == "revoke" and one[0] in ("active", "used"))
    for pair in itertools.product(transitions.RUN_STATES, transitions.RUN_HAPPENINGS):
        to_run = transitions.RUNS.get(pair)
        assert (to_run is not None) == (pair[0] in ("due", "retrying"))


def test_whatever_is_not_over_can_be_cancelled() -> None:
    for state in transitions.STATES:
        assert ((state, "cancel") in transitions.TABLE) == (state not in OVER)


def test_the_document_shows_the_tables() -> None:
    text = CONCEPTS.read_text()
    for (state, happening), to in transitions.TABLE.items():
        assert f"| {state} | {happening} | {to} |" in text
    for (mandate, did), then in transitions.MANDATES.items():
        assert f"| {mandate} | {did} | {then} |" in text
    for (run, became), result in transitions.RUNS.items():
        assert f"| {run} | {became} | {result} |" in text
