"""The main job at a terminal: books begun, a NACHA file submitted, a bad one refused."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from culm import cli
from culm.kernel import embedded

DATA = Path(__file__).parent.parent / "rails" / "ach" / "data"
SAMPLES = Path(cli.__file__).parent / "rails" / "ach" / "samples"
COMPANY = "liabilities:customers:acme"


class Terminal:
    """The command line, on one data directory and database."""

    def __init__(self, data: Path, url: str) -> None:
        self.data = data
        self.url = url

    def run(self, *arguments: str) -> Result:
        """Run one command."""
        return CliRunner().invoke(
            cli.culm,
            ["--data-dir", str(self.data), *arguments],
            env={"CULM_DATABASE_URL": self.url, "COLUMNS": "200"},
        )

    def balance(self, account: str) -> dict[str, str]:
        """What `culm ledger balance` shows, by its names."""
        shown = self.run("ledger", "balance", account).output
        return dict(re.findall(r"^(\w+)\s+([\d,.-]+) USD", shown, re.MULTILINE))


@pytest.fixture
def terminal(tmp_path: Path, server: embedded.Server) -> Terminal:
    opened = Terminal(tmp_path, server.url_for("postgres", f"terminal_{tmp_path.name[-30:]}"))
    for arguments in (
        ["ledger", "tenant"],
        ["ledger", "open", "assets:ach:clearing"],
        ["ledger", "open", COMPANY],
    ):
        assert opened.run(*arguments).exit_code == 0
    return opened


def test_the_payroll_is_posted_once_however_often_it_is_submitted(terminal: Terminal) -> None:
    payroll = SAMPLES / "PPD-200-batches-100000-entries.ach.gz"
    first = terminal.run("ledger", "submit", str(payroll), "--from", COMPANY)
    assert first.exit_code == 0, first.output
    assert "100,199 transactions posted from 200 of 200 batches" in first.output
    assert "entries/s" in first.output
    paid = terminal.balance(COMPANY)
    assert paid["posted"] == "-201,233,987.66"
    plain = terminal.data / "the-same-but-plain.ach"
    plain.write_bytes(gzip.decompress(payroll.read_bytes()))
    again = terminal.run("ledger", "submit", str(plain), "--from", COMPANY)
    assert again.exit_code == 0, again.output
    assert "0 transactions posted" in again.output
    assert "100,199 were posted before" in again.output
    assert "entries/s" not in again.output
    assert terminal.balance(COMPANY) == paid
    verified = terminal.run("verify")
    assert verified.exit_code == 0, verified.output


def test_debits_collect_and_credits_pay(terminal: Terminal) -> None:
    debits = terminal.run("ledger", "submit", str(SAMPLES / "20110805A.ach"), "--from", COMPANY)
    assert debits.exit_code == 0, debits.output
    collected = terminal.balance(COMPANY)["posted"]
    assert not collected.startswith("-")
    assert terminal.balance("assets:ach:clearing")["posted"] == collected


def test_an_invalid_file_is_refused_whole_with_every_deviation(terminal: Terminal) -> None:
    refused = terminal.run(
        "ledger", "submit", str(SAMPLES / "20110729A-invalid.ach"), "--from", COMPANY
    )
    assert refused.exit_code == 1
    assert "nothing was posted" in refused.output
    assert "Nacha" in refused.output
    assert terminal.balance(COMPANY)["posted"] == "0.00"


def test_the_readable_batches_of_a_bad_file_can_be_taken(terminal: Terminal) -> None:
    bad = str(DATA / "invalid-two-micro-deposits.ach")
    refused = terminal.run("ledger", "submit", bad, "--from", COMPANY)
    assert refused.exit_code == 1
    assert "readable batches: 1" in refused.output
    assert "batch 1: usable, 3 entries" in refused.output
    assert "batch 2: refused, 2 of 3 entries readable" in refused.output
    taken = terminal.run("ledger", "submit", bad, "--from", COMPANY, "--accept-readable")
    assert taken.exit_code == 0, taken.output
    assert "accepted in part" in taken.output
    assert "1 of 2 batches" in taken.output
    again = terminal.run("ledger", "submit", bad, "--from", COMPANY, "--accept-readable")
    assert again.exit_code == 0
    assert terminal.run("verify").exit_code == 0


def test_a_file_for_an_account_without_funds_posts_nothing_and_can_be_taken_up_later(
    terminal: Terminal,
) -> None:
    poor = "liabilities:customers:poor"
    assert terminal.run("ledger", "open", poor, "--minimum", "0").exit_code == 0
    file = str(DATA / "ppd-credit.ach")
    rejected = terminal.run("ledger", "submit", file, "--from", poor)
    assert rejected.exit_code == 1
    assert "insufficient_funds" in rejected.output
    funding = ("--from", poor, "--to", "assets:ach:clearing", "100000000")
    assert terminal.run("ledger", "post", *funding).exit_code == 0
    assert terminal.run("ledger", "submit", file, "--from", poor).exit_code == 0
    assert terminal.balance(poor)["posted"] == "0.00"


def test_a_file_is_posted_between_the_accounts_that_it_was_accepted_for(
    terminal: Terminal,
) -> None:
    other, file = "liabilities:customers:other", str(DATA / "ppd-credit.ach")
    assert terminal.run("ledger", "open", other).exit_code == 0
    assert terminal.run("ledger", "submit", file, "--from", COMPANY).exit_code == 0
    refused = terminal.run("ledger", "submit", file, "--from", other)
    assert refused.exit_code == 1
    assert "[ach_file_account_differs]" in refused.output
    assert terminal.balance(other)["posted"] == "0.00"


def test_a_file_in_dollars_is_not_posted_to_an_account_in_euros(terminal: Terminal) -> None:
    euros, file = "liabilities:customers:euros", str(DATA / "ppd-credit.ach")
    assert terminal.run("ledger", "open", euros, "--currency", "EUR").exit_code == 0
    refused = terminal.run("ledger", "submit", file, "--from", euros)
    assert refused.exit_code == 1
    assert "[ach_account_currency]" in refused.output


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["ledger", "submit", "no-such-file.ach", "--from", COMPANY], "file_unreadable"),
        (["ledger", "balance", "liabilities:nobody"], "account_not_found"),
        (["ledger", "open", COMPANY], "account_exists"),
        (["ledger", "tenant"], "tenant_exists"),
        (["ledger", "--tenant", "nobody", "open", COMPANY], "tenant_not_found"),
        (["ledger", "open", "nonsense"], "code_invalid"),
    ],
)
def test_errors_are_one_line_with_a_stable_code(
    terminal: Terminal, arguments: list[str], code: str
) -> None:
    failed = terminal.run(*arguments)
    assert failed.exit_code == 1
    assert f"[{code}]" in failed.output
    assert "Traceback" not in failed.output
