"""A short drill of facts with real processes and real SIGKILL, and the judge that must notice."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from pathlib import Path

import msgspec
import pytest

from culm.commands import verify
from culm.drills import facts, receiver
from culm.kernel import settings

CALM = facts.Outcome(
    seconds=1,
    nats_kills=1,
    relay_kills=1,
    worker_kills=1,
    backend_kills=1,
    holds=1,
    refused=0,
    unanswered=[],
    doubled=[],
    disordered=[],
    parked=[],
    strange=[],
)


def test_every_hold_is_answered_once_in_order_and_told_of_whatever_is_killed(
    tmp_path: Path,
) -> None:
    outcome = facts.run(tmp_path, seconds=6, seed=20261125)

    kills = {name: n for name, n in msgspec.structs.asdict(outcome).items() if "_kills" in name}
    assert len(kills) == 4
    assert all(kills.values()), kills
    assert outcome.holds > 0
    assert outcome.refused > 0
    assert (outcome.unanswered, outcome.doubled, outcome.disordered) == ([], [], [])
    assert (outcome.parked, outcome.strange) == ([], [])
    assert outcome.passed
    assert asyncio.run(verify.run(settings.Settings(data_dir=str(tmp_path))))


def test_a_drill_without_holds_or_with_anything_wrong_has_not_passed() -> None:
    assert CALM.passed
    assert not msgspec.structs.replace(CALM, holds=0).passed
    for name in ("unanswered", "doubled", "disordered", "parked", "strange"):
        assert not msgspec.structs.replace(CALM, **{name: ["x"]}).passed


PLACED = {"a": (1, "ann"), "b": (2, "ann"), "c": (3, "bob")}


@pytest.mark.parametrize(
    ("echoes", "releases", "found"),
    [
        ("abc", "abc", ([], [], [])),
        ("cab", "cab", ([], [], [])),
        ("ab", "abc", (["c: drill-echo"], [], [])),
        ("abc", "ab", (["c: drill-release"], [], [])),
        ("abca", "abc", ([], ["a: drill-echo"], [])),
        ("abc", "abcb", ([], ["b: drill-release"], [])),
        ("abc", "bac", ([], [], ["ann"])),
    ],
)
def test_the_judge_notices_what_is_missing_doubled_or_out_of_order(
    echoes: str, releases: str, found: tuple[list[str], list[str], list[str]]
) -> None:
    verdict = facts.compare(
        PLACED, {"drill-echo": list(echoes), "drill-release": list(releases)}, []
    )
    assert (verdict.unanswered, verdict.doubled, verdict.disordered) == found


def test_the_receiver_refuses_a_delivery_once_at_most() -> None:
    hooks = receiver.Receiver(seed=1)
    names = [f"evt_{number}" for number in range(200)]
    first = [hooks.answer(name) for name in names]
    again = [hooks.answer(name) for name in names if hooks.refused[name]]
    assert 0 < first.count(HTTPStatus.INTERNAL_SERVER_ERROR) < len(names)
    assert set(again) == {HTTPStatus.NO_CONTENT}
    assert set(hooks.taken) == set(names)
