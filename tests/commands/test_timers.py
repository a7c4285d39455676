"""An operator at a terminal: timers are listed, shown, cancelled, and tried again."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from culm import app, cli
from culm.kernel import embedded, settings
from culm.ledger import commands as ledger
from culm.timers import commands
from tests.timers.conftest import ANN, BANK, BOB, pay


class Terminal:
    """The command line, on one data directory and database."""

    def __init__(self, data: Path, url: str) -> None:
        self.data = data
        self.url = url

    def run(self, *arguments: str) -> Result:
        """Run one command."""
        return CliRunner().invoke(
            cli.culm,
            ["--data-dir", str(self.data), "timers", "--tenant", "acme", *arguments],
            env={"CULM_DATABASE_URL": self.url},
        )

    def ask(self, *asked: Any) -> list[Any]:
        """Have commands decided, as some process does; their results."""

        async def within() -> list[Any]:
            config = settings.Settings(data_dir=str(self.data), database_url=self.url)
            async with app.open_platform(config, self.url) as platform:
                return [await platform.submit(command, tenant="acme") for command in asked]

        with app.database_url(settings.Settings(data_dir=str(self.data), database_url=self.url)):
            return asyncio.run(within())


def payment(amount: int) -> commands.SetTimer:
    postings = [
        {"account": ANN, "side": "debit", "amount": amount},
        {"account": BOB, "side": "credit", "amount": amount},
    ]
    return commands.SetTimer(
        command="ledger.post_transaction",
        body={"postings": postings},
        at=datetime(2099, 1, 1, tzinfo=UTC),
    )


@pytest.fixture
def terminal(tmp_path: Path, server: embedded.Server) -> Terminal:
    opened = Terminal(tmp_path, server.url_for("postgres", f"timers_{tmp_path.name[-30:]}"))
    opened.ask(
        ledger.CreateTenant(name="Acme"),
        *(ledger.OpenAccount(code=code, currency="EUR") for code in (BANK, ANN, BOB)),
        pay(BANK, ANN, 100),
    )
    return opened


def test_what_is_armed_is_listed_shown_and_cancelled(terminal: Terminal) -> None:
    first, second = terminal.ask(payment(5), payment(7))
    listed = terminal.run("list").output.splitlines()
    assert [line.split()[0] for line in listed] == [second.id, first.id]
    shown = json.loads(terminal.run("show", first.id).output)
    assert shown["body"]["postings"][0]["amount"] == 5
    assert "cancelled" in terminal.run("cancel", first.id).output
    assert [
        line.split()[0] for line in terminal.run("list", "--state", "armed").output.splitlines()
    ] == [second.id]


def test_what_has_failed_is_tried_again(terminal: Terminal) -> None:
    (timer,) = terminal.ask(payment(5))
    terminal.ask(commands.FailTimer(timer=timer.id))
    assert "failed" in terminal.run("list", "--state", "failed").output
    assert "armed due" in terminal.run("retry", timer.id).output
    refused = terminal.run("retry", timer.id)
    assert refused.exit_code == 1
    assert "[timer_not_failed]" in refused.output


def test_a_timer_that_is_not_there_is_said_not_to_be(terminal: Terminal) -> None:
    refused = terminal.run("show", "tmr_0000000000000000")
    assert refused.exit_code == 1
    assert "[timer_not_found]" in refused.output
