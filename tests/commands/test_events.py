"""`culm events tail` and `culm events replay`, beside a running platform."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nats
import pytest

from culm.kernel import nats_server
from tests.commands.test_up import Up, up


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Up]]:
    """A platform with a tenant and three accounts."""
    data = tmp_path_factory.mktemp("events")
    with up(data) as started:
        ledger = started.client().ledger
        ledger.tenants.create(name="Default")
        for number in range(3):
            ledger.accounts.open(code=f"assets:bank:{number}", currency="EUR")
        yield data, started


def culm(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """One command on the platform's data directory, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "culm", "--data-dir", str(data), "events", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        env=dict(os.environ),
        check=False,
    )


def lines(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    """What was printed, a CloudEvent a line."""
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_facts_from_the_beginning_are_printed_in_order(running: tuple[Path, Up]) -> None:
    data, _ = running
    found = lines(culm(data, "tail", "--from", "0", "--count", "4"))
    assert [int(event["sequence"]) for event in found] == [0, 1, 2, 3]
    assert found[0]["type"] == "culm.ledger.tenant_created.v1"


def test_facts_are_chosen_by_type_tenant_and_time(running: tuple[Path, Up]) -> None:
    data, _ = running
    second = lines(culm(data, "tail", "--from", "2", "--count", "1"))[0]
    chosen = ("--type", "ledger.account_opened", "--tenant", "default", "--from", second["time"])
    found = lines(culm(data, "tail", *chosen, "--count", "2"))
    assert [int(event["sequence"]) for event in found] == [2, 3]


def test_a_replay_reaches_a_subject_of_ones_own(running: tuple[Path, Up]) -> None:
    data, _ = running

    async def listen() -> tuple[str, list[Any]]:
        client = await nats.connect(nats_server.attached_url(data))
        heard = await client.subscribe("mine.again")
        await client.flush()
        done = await asyncio.to_thread(
            culm, data, "replay", "--from", "1", "--to", "3", "--to-subject", "mine.again"
        )
        messages = [await heard.next_msg(timeout=10) for _ in range(2)]
        await client.close()
        return done.stdout, [json.loads(message.data)["sequence"] for message in messages]

    said, sequences = asyncio.run(listen())
    assert said.strip() == "2 facts published to mine.again"
    assert [int(sequence) for sequence in sequences] == [1, 2]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["tail", "--from", "yesterday"], "is a position, or a time like"),
        (["tail", "--from", "2026-03-01T09:00:00"], "is a position, or a time like"),
        (["tail", "--type", "ledger.nothing"], "there is no event 'ledger.nothing'"),
        (["replay", "--to-subject", "culm.x.y.z"], "[subject_reserved]"),
        (["replay", "--to-subject", "a.*"], "[invalid]"),
    ],
)
def test_what_cannot_be_meant_is_said(
    running: tuple[Path, Up], arguments: list[str], said: str
) -> None:
    data, _ = running
    done = culm(data, *arguments)
    assert done.returncode != 0
    assert said in done.stderr


def test_without_a_platform_there_is_nothing_to_follow(tmp_path: Path) -> None:
    assert "[no_platform]" in culm(tmp_path, "tail").stderr
