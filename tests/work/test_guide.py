"""The reactor of the guide does what the guide says."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from culm.ledger import commands
from culm.work import loading
from tests.facts.conftest import until
from tests.work.conftest import Plant

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "react-to-an-event.md"


class Service:
    """A screening service that is away at first."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.url = ""

    async def answer(self, request: web.Request) -> web.Response:
        """Nothing against the account that was asked about first; all against the others."""
        asked = await request.json()
        self.asked.append(asked)
        if len(self.asked) == 1:
            return web.Response(status=503)
        return web.json_response({"clear": asked["account"] == self.asked[0]["account"]})


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    found = Service()
    application = web.Application()
    application.router.add_post("/screen", found.answer)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    found.url = f"http://127.0.0.1:{runner.addresses[0][1]}/screen"
    yield found
    await runner.cleanup()


async def test_the_reactor_of_the_guide(
    plant: Plant, service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    where = re.search(r'SERVICE = "(.*)"', code)
    assert where is not None
    (tmp_path / "screening_reactors.py").write_text(code.replace(where[1], service.url))
    monkeypatch.syspath_prepend(tmp_path)
    (found,) = loading.load("screening_reactors:SCREENING")
    worker = await plant.work(found)
    await plant.ledger.submit(commands.OpenAccount(code="assets:three", currency="USD"))
    await until(lambda: worker.done() == 3)
    frozen = await plant.rows('select "freeze" from ledger_account')
    assert sorted(row["freeze"] for row in frozen) == ["both", "both", "none"]
    assert service.asked[0] in service.asked[1:], "the same key both times"
