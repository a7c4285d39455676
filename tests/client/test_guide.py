"""The guide to the client does what it says, on a platform."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from culm import client
from tests.http.conftest import Api, api, postings

__all__ = ["api"]

pytestmark = pytest.mark.asyncio(loop_scope="module")

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "client.md"


async def test_its_examples_work_one_after_the_other(
    api: Api, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    blocks = re.findall(r"```python\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    asynchronous = [block for block in blocks if "await" in block]
    outside = [block for block in blocks if "request.body" in block]
    plain = [block for block in blocks if block not in (*asynchronous, *outside)]
    assert (len(plain), len(asynchronous), len(outside)) == (4, 1, 1)
    monkeypatch.setenv("CULM_API_KEY", api.operator)
    monkeypatch.setenv("CULM_API_URL", api.url)

    def run() -> None:
        exec(plain[0], {})
        with client.Client(tenant="acme") as culm:
            names = {
                "culm": culm,
                "postings": postings("assets:bank", "liabilities:ann", 5),
                "invoice": SimpleNamespace(id=42),
            }
            for block in plain[1:]:
                exec(block, names)

    await asyncio.to_thread(run)
    shown = capsys.readouterr().out.splitlines()
    assert shown[0] == "12500"
    assert shown[1].startswith("debit ")
    assert shown[2:] == ["liabilities:ann"]
