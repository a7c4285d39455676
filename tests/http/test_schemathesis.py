"""The API against its own description, by an independent judge with a pinned seed: no answer of 500
or more, none that is not described, and nothing taken that the description forbids."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from culm.gateway import versions
from tests.http import troubled
from tests.http.conftest import Api
from tests.http.troubled import World

pytestmark = pytest.mark.asyncio(loop_scope="module")

HERE = Path(__file__).parent
JUDGE = Path(sys.executable).parent / "schemathesis"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(api: Api) -> AsyncIterator[World]:
    """Something of every kind to ask for."""
    async with troubled.opened(api) as world:
        yield world


async def judged(world: World, *arguments: str, **environment: str) -> None:
    """Have the API judged by its description. What is wrong is told in full."""
    process = await asyncio.create_subprocess_exec(
        JUDGE,
        *("--config-file", str(HERE / "schemathesis.toml"), "run", *arguments),
        f"{world.url}/openapi.json",
        cwd=world.api.platform.settings.data_path,  # where it may leave things
        env={
            **os.environ,
            "CULM_API_KEY": world.api.operator,
            "CULM_TENANT": "shop",
            "CULM_VERSION": versions.CURRENT,  # what is described is the newest
            "PYTHONPATH": str(HERE.parents[1]),
            **environment,
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()
    assert "No issues found" in said.decode()


async def test_whatever_is_asked_is_answered_as_described(world: World) -> None:
    await judged(world, "--phases", "examples,coverage,fuzzing")


async def test_whatever_is_asked_of_what_there_is_is_answered_as_described(world: World) -> None:
    """Ids that are made up mostly lead to 404: here half of them are of things that there are."""
    ids: dict[str, list[str]] = {"small": ["1", "20", "300"]}
    for id_ in world.things.values():
        ids.setdefault(id_[:3], []).append(id_)
    async for account in world.culm.ledger.accounts.list():
        ids.setdefault("acc", []).append(account.id)
    await judged(
        world,
        *("--phases", "examples,fuzzing", "--mode", "positive", "--max-examples", "20"),
        *("--exclude-checks", "negative_data_rejection"),
        SCHEMATHESIS_HOOKS="tests.http.known_ids",
        CULM_KNOWN_IDS=json.dumps(ids),
    )
