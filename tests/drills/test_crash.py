"""A short crash drill: real processes, real SIGKILL."""

from __future__ import annotations

import asyncio
from pathlib import Path

from culm.commands import verify
from culm.drills import crash
from culm.kernel import settings


def test_nothing_is_lost_doubled_or_torn_when_everything_is_killed(tmp_path: Path) -> None:
    outcome = crash.run(tmp_path, seconds=8, seed=20261123)
    assert outcome.acknowledged > 0
    assert outcome.platform_kills + outcome.backend_kills + outcome.postmaster_kills >= 4
    assert (outcome.lost, outcome.duplicated, outcome.torn) == ([], [], [])
    assert asyncio.run(verify.run(settings.Settings(data_dir=str(tmp_path))))
