"""`culm export`, as it is typed."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from culm.commands import export
from culm.kernel import settings
from culm.ledger import commands, rejections

if TYPE_CHECKING:
    from tests.conftest import Ledger


@pytest.fixture
async def books(ledger: Ledger) -> Ledger:
    """One transaction of two postings."""
    await ledger.submit(commands.CreateTenant(name="Acme"))
    for code in ("assets:a", "equity:b"):
        await ledger.submit(commands.OpenAccount(code=code, currency="USD"))
    lines = (commands.Posting("assets:a", "debit", 3), commands.Posting("equity:b", "credit", 3))
    await ledger.submit(commands.PostTransaction(postings=lines))
    return ledger


async def typed(ledger: Ledger, *words: Any) -> Result:
    """What the command answers; it has an event loop of its own."""
    config = settings.Settings(database_url=ledger.url, default_tenant="acme")
    arguments = [str(word) for word in words]
    return await asyncio.to_thread(CliRunner().invoke, export.export, arguments, obj=config)


def files(directory: Path) -> list[str]:
    return [path.name for path in directory.iterdir()]


async def test_it_writes_the_file_and_says_so(books: Ledger, tmp_path: Path) -> None:
    for form in ("csv", "parquet", "beancount"):
        output = tmp_path / f"ledger.{form}"
        answer = await typed(books, "--format", form, "--output", output, "--tenant", "acme")
        assert answer.exit_code == 0, answer.output
        assert answer.output.startswith(f"{output}: 2 postings recorded by 20")
        assert output.stat().st_size
    early = "2000-01-01T00:00:00+01:00"
    answer = await typed(books, "--output", tmp_path / "none", "--effective", early)
    assert ": 0 postings" in answer.output


async def test_a_time_without_an_offset_is_refused(books: Ledger, tmp_path: Path) -> None:
    for text in ("", "yesterday", "2026-01-01", "2026-01-01T00:00:00", "12"):
        answer = await typed(books, "--output", tmp_path / "x", "--recorded", text)
        assert answer.exit_code == 2
        assert "--recorded" in answer.output
        assert "offset from UTC" in answer.output


async def test_an_unknown_tenant_is_refused(books: Ledger, tmp_path: Path) -> None:
    answer = await typed(books, "--output", tmp_path / "x", "--tenant", "nobody")
    assert isinstance(answer.exception, rejections.TenantNotFound)
    assert files(tmp_path) == []
