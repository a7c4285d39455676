"""`culm projections`: what is listed, and a rebuild, with and without a platform that runs."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click.testing
import pytest

from culm.commands import projections
from culm.facts.projections import types
from culm.kernel import settings
from tests.conftest import Ledger
from tests.projections.conftest import (
    begun,
    caught_up,
    entries_by_day,
    generation_of,
    projected,
    projector_on,
    transfer,
)


async def typed(ledger: Ledger, data: Path, *words: str) -> click.testing.Result:
    """What `culm projections` answers."""
    read = settings.Settings(data_dir=str(data), database_url=ledger.url)
    runner = click.testing.CliRunner()
    return await asyncio.to_thread(runner.invoke, projections.projections, words, obj=read)


@pytest.fixture
async def used(ledger: Ledger) -> Ledger:
    """A ledger with something booked, and nothing projected."""
    await begun(ledger)
    for amount in range(1, 20):
        await ledger.submit(transfer(amount))
    return ledger


async def test_what_is_listed_is_how_far_each_is_behind(used: Ledger, tmp_path: Path) -> None:
    assert "no projection was built yet" in (await typed(used, tmp_path, "list")).output
    await caught_up(feeder := projector_on(used.url))
    feeder.close()
    await used.submit(transfer(1))

    listed = await typed(used, tmp_path, "list")

    heading, line = (text.split() for text in listed.output.splitlines())
    assert (listed.exit_code, heading) == (
        0,
        ["projection", "state", "generation", "version", "partition", "position", "lag", "seconds"],
    )
    assert line[:-1] == ["ledger_activity", "live", "1", "1", "0", "23", "1"]


async def test_a_rebuild_needs_no_platform_that_runs(used: Ledger, tmp_path: Path) -> None:
    for generation in (1, 2):
        done = await typed(used, tmp_path, "rebuild", "ledger_activity")
        said = f"ledger_activity: generation {generation} is live\n"
        assert (done.exit_code, said in done.output) == (0, True), done.output
        assert await projected(used) == await entries_by_day(used)


async def test_a_rebuild_beside_a_platform_is_built_by_it(used: Ledger, tmp_path: Path) -> None:
    feeder = projector_on(used.url)
    await caught_up(feeder)
    running = asyncio.create_task(feeder.run())

    done = await typed(used, tmp_path, "rebuild", "ledger_activity")

    assert "generation 2 is live" in done.output, done.output
    assert await generation_of(used) == 2
    assert await projected(used) == await entries_by_day(used)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_what_is_no_projection_cannot_be_rebuilt(used: Ledger, tmp_path: Path) -> None:
    done = await typed(used, tmp_path, "rebuild", "ledger")

    assert isinstance(done.exception, types.ProjectionUnknown)
    assert "ledger_activity" in str(done.exception)
