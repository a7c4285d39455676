"""The guides that are to be played do what they say, on a platform that has just been started."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands.test_up import Up, up

GUIDES = Path(__file__).parent.parent / "docs" / "guides"
BLOCK = re.compile(r"```(python|bash)\n(.*?)```\n(?:\n((?:    [^\n]*\n)+))?", re.DOTALL)
LIMIT_SECONDS = 90


class Guide:
    """The code of a guide, and what each piece of it is said to print."""

    def __init__(self, name: str) -> None:
        blocks = BLOCK.findall((GUIDES / name).read_text())
        self.shell = [code for language, code, _ in blocks if language == "bash"]
        self.pieces = [(code, shown) for language, code, shown in blocks if language == "python"]
        self.code = "\n".join(code for code, _ in self.pieces)
        self.shown = "".join(shown.replace("    ", "", 1) for shown in self._lines())

    def _lines(self) -> Iterator[str]:
        for _, shown in self.pieces:
            yield from shown.splitlines(keepends=True)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Up]:
    with up(tmp_path / ".culm") as started:
        yield started


def play(running: Up, where: Path, *command: str) -> str:
    """What a command prints, beside the platform, as somebody with the operator's key."""
    played = subprocess.run(
        command,
        check=False,
        cwd=where,
        env={**os.environ, "CULM_API_URL": running.url, "CULM_API_KEY": running.operator},
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
    )
    assert played.returncode == 0, played.stderr
    return played.stdout


def test_the_first_payment_is_made_as_its_guide_says(running: Up, tmp_path: Path) -> None:
    guide = Guide("first-payment.md")
    start, key, request = guide.shell
    assert start == "culm up\n"
    assert play(running, tmp_path, "bash", "-c", key + "echo $CULM_API_KEY").strip() == (
        running.operator
    )
    *printed, exported = play(running, tmp_path, sys.executable, "-c", guide.code).splitlines()
    assert printed == guide.shown.splitlines()
    asked = request.replace("http://127.0.0.1:8260", running.url)
    answer = play(running, tmp_path, "bash", "-c", f"{exported}\n{asked}")
    assert '"state":"captured"' in answer
    assert '"amount":"500"' in answer


def test_what_comes_back_is_handled_as_its_guide_says(running: Up, tmp_path: Path) -> None:
    guide = Guide("handle-returns.md")
    printed = play(running, tmp_path, sys.executable, "-c", guide.code)
    assert printed.splitlines() == guide.shown.splitlines()


def test_a_file_is_paid_out_as_its_guide_says(running: Up, tmp_path: Path) -> None:
    guide = Guide("pay-out-a-file.md")
    printed = play(running, tmp_path, sys.executable, "-c", guide.code)
    assert printed.splitlines() == guide.shown.splitlines()
