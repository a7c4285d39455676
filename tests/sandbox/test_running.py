"""Banks at work: in a process of their own, by SFTP, and for every tenant that tests."""

from __future__ import annotations

import asyncio
import re
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import asyncssh
import msgspec
import pytest

from culm.sandbox.bank import accounts, ledger, running
from tests.sandbox.counter import MONDAY, Counter, at, batch, entries, file_of, text

ROOT = Path(__file__).parent.parent.parent
WAIT_SECONDS = 20.0


def test_the_guide_has_every_test_account_and_no_other() -> None:
    guide = (ROOT / "docs/guides/sandbox.md").read_text()
    assert tuple(re.findall(r"^\| `([^`]+)` \| (.+) \|$", guide, re.MULTILINE)) == accounts.TABLE


@pytest.mark.parametrize(("pattern", "what"), accounts.TABLE)
def test_every_number_of_the_guide_does_something_but_the_last(pattern: str, what: str) -> None:
    number = pattern.replace("NN", "02").replace("K", "1").replace("C0", "30")
    asked = accounts.behaviour(number, "22")
    assert (asked is None) == (what == "settles")


def there(path: Path) -> bool:
    return path.exists()


async def until(path: Path) -> None:
    async with asyncio.timeout(WAIT_SECONDS):
        while True:
            if there(path):
                return
            await asyncio.sleep(0.02)


async def test_each_tenants_bank_keeps_the_tenants_time(tmp_path: Path) -> None:
    times = {"early": at(MONDAY, "12:00"), "late": at(MONDAY, "12:00")}

    async def clock(tenant: str) -> datetime:
        return times[tenant]

    keeping = asyncio.create_task(running.keep_all(tmp_path, clock))
    try:
        for tenant in times:
            (tmp_path / tenant).mkdir()
            await until(tmp_path / tenant / "in" / "done")
            content = text(file_of(batch(entries("990000001"))))
            (tmp_path / tenant / "in" / "one.ach").write_bytes(content)
            await until(tmp_path / tenant / "out" / "one.ach.ack.json")
        times["late"] = at(MONDAY.replace(day=4), "09:00")
        await until(tmp_path / "late" / "out" / "20260304-0900-returns-1.ach")
        assert not list((tmp_path / "early" / "out").glob("*.ach"))
    finally:
        keeping.cancel()
        await asyncio.wait({keeping})


async def test_a_bank_that_fails_leaves_the_others_alone(tmp_path: Path) -> None:
    (tmp_path / "broken" / "in").mkdir(parents=True)
    (tmp_path / "broken" / "out").write_text("not a directory")
    (tmp_path / "whole").mkdir()

    async def clock(_tenant: str) -> datetime:
        return at(MONDAY, "12:00")

    keeping = asyncio.create_task(running.keep_all(tmp_path, clock))
    try:
        await until(tmp_path / "whole" / "in" / "done")
        (tmp_path / "whole" / "in" / "one.ach").write_bytes(b"nonsense")
        await until(tmp_path / "whole" / "out" / "one.ach.ack.json")
    finally:
        keeping.cancel()
        await asyncio.wait({keeping})


async def test_a_bank_in_a_process_of_its_own_serves_files_by_sftp(tmp_path: Path) -> None:
    root, directory = tmp_path / "banks", tmp_path / "banks" / "acme"
    command = [sys.executable, "-m", "culm", "sandbox", "bank", "--directory", str(root)]
    process = await asyncio.create_subprocess_exec(
        *command, "--sftp", "0", stdout=subprocess.PIPE, cwd=tmp_path
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(WAIT_SECONDS):
            said = {}
            while b"stop" not in (line := await process.stdout.readline()):
                name, value = line.decode().split()[:2]
                said[name] = value
        found = re.fullmatch(r"sftp://culm@([\d.]+):(\d+)/", said["SFTP"])
        assert found is not None
        async with (
            asyncssh.connect(
                found[1],
                int(found[2]),
                username="culm",
                client_keys=[said["key"]],
                known_hosts=said["known"],
                agent_path=None,
                config=None,
            ) as connection,
            connection.start_sftp_client() as files,
        ):
            async with files.open("acme/in/one.ach.part", "wb") as part:
                await part.write(text(file_of(batch(entries("744-1")))))
            await files.rename("acme/in/one.ach.part", "acme/in/one.ach")
            await until(directory / "out" / "one.ach.ack.json")
            async with files.open("acme/out/one.ach.ack.json", "rb") as ack:
                assert msgspec.json.decode(await ack.read())["verdict"] == "accepted"
    finally:
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(WAIT_SECONDS):
            assert await process.wait() == 0
    assert len(ledger.read(directory).paid) == 1


def test_the_ledger_can_be_read_while_the_bank_works(counter: Counter) -> None:
    counter.hand_in("one.ach", file_of(batch(entries("744-1"))))
    counter.bank.advance(at(MONDAY, "12:00"))
    command = [sys.executable, "-m", "culm", "sandbox", "paid"]
    command += ["--directory", str(counter.directory)]
    printed = subprocess.run(command, capture_output=True, check=True).stdout
    found = msgspec.json.decode(printed, type=ledger.Ledger)
    assert [one.trace for one in found.paid] == ["990000000000001"]
    assert (found.paid_twice, found.duplicates) == ([], 0)
