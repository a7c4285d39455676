"""The architecture's contracts hold, and each of them notices when it is broken.

A contract that cannot fail protects nothing. For each one, a violation is planted in a copy of the
code, and exactly that contract has to be reported.
"""

from __future__ import annotations

import configparser
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
CONFIG = PROJECT / ".importlinter"
LINT = Path(sys.executable).with_name("lint-imports")
SECTION = "importlinter:contract:"


def contracts() -> dict[str, str]:
    """The names of the contracts, by their keys."""
    parser = configparser.ConfigParser()
    parser.read(CONFIG, encoding="utf-8")
    sections = [section for section in parser.sections() if section.startswith(SECTION)]
    return {section.removeprefix(SECTION): parser[section]["name"] for section in sections}


@dataclass(frozen=True)
class Violation:
    """Lines to add to files of the package; a file that does not exist is made."""

    contract: str
    lines: dict[str, str]
    also: str = ""
    """Another contract that cannot but break with it."""


VIOLATIONS = [
    # `planted` is a new module: what it imports is the only thing that is wrong with it.
    Violation("layers", {"rails/planted.py": "import culm.simulation.faults"}, also="cycles"),
    Violation("layers", {"planted.py": ""}),
    Violation("layers", {"facts/planted.py": "import culm.ledger.events"}, also="cycles"),
    Violation(
        "cycles",
        {
            "kernel/planted_one.py": "import culm.kernel.planted_two",
            "kernel/planted_two.py": "import culm.kernel.planted_one",
        },
    ),
    Violation("pure", {"ledger/decisions/posting.py": "import os"}),
    Violation("pure", {"ledger/commands.py": "import random"}),
    Violation("pure", {"rails/ach/decisions.py": "import os"}),
    Violation("pure", {"ledger/checks.py": "import pathlib"}),
    Violation("pure", {"ledger/apply.py": "import urllib.request"}),
    Violation("pure", {"ledger/views.py": "import http.client"}),
    Violation("pure", {"kernel/ids.py": "import uuid"}),  # far below a rule is no better
    Violation("unaware", {"rails/ach/types.py": "import culm.rails.ach.context"}),
    Violation("http", {"ledger/planted.py": "import litestar"}),
    Violation("gateway", {"ledger/planted.py": "import culm.gateway.limits"}),
    Violation("terminal", {"drills/planted.py": "import rich"}),
    Violation("telemetry", {"book/planted.py": "import prometheus_client"}),
    Violation("database", {"ledger/planted.py": "import asyncpg"}),
    Violation("stores", {"book/turn.py": "import culm.book.memory"}),
    Violation("doors", {"drills/planted.py": "import culm.ledger.checks"}),
    Violation("timers", {"ledger/planted.py": "import culm.timers.decisions.firing"}),
    *(
        Violation("rails", {"rails/planted.py": f"import culm.ledger.{name}"})
        for name in ("commands", "context", "export", "reads", "rejections", "tables", "types")
    ),
    Violation("independent", {"rails/planted.py": "import culm.rails.ach.parse"}),
    Violation("proofs", {"book/checkpoint.py": "import culm.book.store"}),
    Violation("codec", {"rails/ach/lines.py": "import culm.book.merkle"}),
    Violation("simulation", {"simulation/planted.py": "import socket"}),
    Violation("simulation", {"simulation/planted.py": "import culm.kernel.database"}),
    Violation("client", {"client/planted.py": "import culm.kernel.money"}),
    Violation("model", {"simulation/model/planted.py": "import culm.ledger.views"}),
    Violation("model", {"simulation/model/planted.py": "import culm.webhooks.schedule"}),
]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The package, without its data, where it may be spoiled."""
    only_code = shutil.ignore_patterns("__pycache__", "samples", "*.sql")
    shutil.copytree(PROJECT / "src", tmp_path / "src", ignore=only_code)
    return tmp_path / "src"


def broken_contracts(source: Path) -> set[str]:
    """The names of the contracts that the code breaks."""
    done = subprocess.run(
        [LINT, "--config", CONFIG, "--no-cache", "--no-logo"],
        cwd=source,
        env=os.environ | {"PYTHONPATH": str(source), "COLUMNS": "200", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    verdicts = [line.rpartition(" ") for line in done.stdout.splitlines()]
    judged = {name for name, _, verdict in verdicts if verdict in ("KEPT", "BROKEN")}
    assert judged == set(contracts().values()), done.stdout + done.stderr
    return {name for name, _, verdict in verdicts if verdict == "BROKEN"}


def test_the_code_keeps_every_contract(copy: Path) -> None:
    assert broken_contracts(copy) == set()


def test_what_rails_may_not_know_of_the_ledger_is_all_but_its_door_and_its_facts() -> None:
    parser = configparser.ConfigParser()
    parser.read(CONFIG, encoding="utf-8")
    forbidden = set(parser[f"{SECTION}rails"]["forbidden_modules"].split())
    ledger = PROJECT / "src" / "culm" / "ledger"
    modules = {path.stem for path in ledger.glob("*.py")} - {"__init__"}
    packages = {path.parent.name for path in ledger.glob("*/__init__.py")}
    public = {"api", "events"}
    assert forbidden == {f"culm.ledger.{name}" for name in (modules | packages) - public}


@pytest.mark.parametrize(
    "reading",
    [
        "from datetime import UTC, datetime\n\nNOW = datetime.now(UTC)\n",
        "import datetime\n\nNOW = datetime.datetime.now(datetime.UTC)\n",
        "from culm.kernel import clock\n\nNOW = clock.utc_now()\n",
        "from culm.kernel.clock import utc_now\n\nNOW = utc_now()\n",
    ],
)
@pytest.mark.parametrize("place", ["ledger/decisions", "rails/ach", "book"])
def test_reading_the_clock_where_time_is_passed_in_is_noticed(reading: str, place: str) -> None:
    name = PROJECT / "src" / "culm" / place / "planted.py"
    done = subprocess.run(
        [LINT.with_name("ruff"), "check", "--no-cache", "--stdin-filename", name, "-"],
        cwd=PROJECT,
        input=f'"""Planted."""\n\n{reading}',
        capture_output=True,
        text=True,
        check=False,
    )
    assert "TID251" in done.stdout


def test_every_contract_has_a_violation_and_every_violation_a_contract() -> None:
    assert {violation.contract for violation in VIOLATIONS} == set(contracts())


@pytest.mark.parametrize(
    "violation",
    VIOLATIONS,
    ids=lambda violation: f"{violation.contract}: {', '.join(violation.lines)}",
)
def test_a_violation_breaks_its_contract_and_no_other(violation: Violation, copy: Path) -> None:
    for name, line in violation.lines.items():
        module = copy / "culm" / name
        module.parent.mkdir(exist_ok=True)
        with module.open("a", encoding="utf-8") as text:
            text.write(f"\n{line}\n")

    broken = {violation.contract, violation.also} - {""}
    assert broken_contracts(copy) == {contracts()[name] for name in broken}
