"""The sandbox bank's directory by SFTP: what a client sees, and connections that are cut."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncssh
import pytest

from culm.sandbox.bank import bank, sftp
from tests.sandbox.counter import MONDAY, Counter, at, batch, entries, file_of, text

NOON = at(MONDAY, "12:00")


@asynccontextmanager
async def client(
    address: sftp.Address, key: Path | None = None
) -> AsyncIterator[asyncssh.SFTPClient]:
    """A client that knows the bank."""
    host, port = address.url.removeprefix("sftp://culm@").rstrip("/").split(":")
    async with (
        asyncssh.connect(
            host,
            int(port),
            username=sftp.USER,
            client_keys=[str(key or address.client_key)],
            known_hosts=str(address.known_hosts),
            agent_path=None,
            config=None,
        ) as connection,
        connection.start_sftp_client() as files,
    ):
        yield files


async def put(files: asyncssh.SFTPClient, name: str, content: bytes) -> None:
    async with files.open(f"bank/in/{name}.part", "wb") as part:
        await part.write(content)
    await files.rename(f"bank/in/{name}.part", f"bank/in/{name}")


async def test_a_file_comes_by_sftp_and_its_acknowledgement_leaves_by_it(counter: Counter) -> None:
    content = text(file_of(batch(entries("744-1"))))
    async with sftp.serve(counter.directory.parent, many=True) as address, client(address) as files:
        await put(files, "one.ach", content)
        counter.bank.advance(NOON)
        assert sorted(await files.listdir("bank/out")) == [".", "..", "done", "one.ach.ack.json"]
        async with files.open("bank/out/one.ach.ack.json", "rb") as said:
            assert json.loads(await said.read())["verdict"] == "accepted"
        await files.rename("bank/out/one.ach.ack.json", "bank/out/done/one.ach.ack.json")
    assert (counter.directory / "out" / "done" / "one.ach.ack.json").exists()


async def test_a_client_sees_the_rooms_for_files_and_nothing_else(counter: Counter) -> None:
    async with sftp.serve(counter.directory.parent, many=True) as address, client(address) as files:
        for path in (
            ".bank/host.key",
            "bank/.bank/bank.sqlite",
            "../bank/.bank/bank.sqlite",
            "/bank/in/../.bank/bank.sqlite",
            "bank/other",
            "Other/in/one.ach",
        ):
            with pytest.raises(asyncssh.SFTPNoSuchFile):
                await files.open(path, "rb")
        assert sorted(await files.listdir("/")) == [".", "..", "bank"]
        assert sorted(await files.listdir("/bank")) == [".", "..", "in", "out"]
        with pytest.raises(asyncssh.SFTPNoSuchFile):
            await files.rename("bank/in", "bank/.bank/in")
        with pytest.raises(asyncssh.SFTPPermissionDenied):
            await files.symlink("/etc/passwd", "bank/in/passwd")


async def test_a_client_with_another_key_is_not_let_in(counter: Counter, tmp_path: Path) -> None:
    other = tmp_path / "other.key"
    asyncssh.generate_private_key("ssh-ed25519").write_private_key(str(other))
    async with sftp.serve(counter.directory.parent, many=True) as address:
        with pytest.raises(asyncssh.PermissionDenied):
            async with client(address, other):
                pass


async def test_the_keys_stay_over_a_restart(counter: Counter) -> None:
    found = []
    for _ in range(2):
        async with sftp.serve(counter.directory.parent, many=True) as address:
            known = address.known_hosts.read_text().split()[1:]
            found.append((known, address.client_key.read_bytes()))
    assert found[0] == found[1]


@pytest.mark.parametrize(("account", "arrived"), [("9700000002", True), ("9700000003", False)])
async def test_a_connection_is_cut_once_before_or_after_the_file_is_there(
    counter: Counter, account: str, arrived: bool
) -> None:
    content = text(file_of(batch(entries("744-1", account))))
    async with sftp.serve(counter.directory.parent, many=True) as address:
        with pytest.raises((asyncssh.SFTPConnectionLost, asyncssh.ConnectionLost, OSError)):
            async with client(address) as files:
                await put(files, "one.ach", content)
        assert (counter.directory / "in" / "one.ach").exists() is arrived
        if not arrived:
            assert counter.bank.advance(NOON) == []
            async with client(address) as files:
                await put(files, "one.ach", content)
        assert counter.bank.advance(NOON) == ["one.ach.ack.json"]
    assert counter.acknowledged("one.ach").verdict == "accepted"
    assert len(counter.ledger().paid) == 2


async def test_a_tenant_that_is_named_first_gets_a_bank(counter: Counter) -> None:
    content = text(file_of(batch(entries("744-1"))))
    async with sftp.serve(counter.directory.parent, many=True) as address, client(address) as files:
        async with files.open("acme/in/one.ach", "wb") as one:
            await one.write(content)
        assert await files.listdir("acme/out/done") == [".", ".."]
    with bank.Bank(counter.directory.parent / "acme") as theirs:
        assert theirs.advance(NOON) == ["one.ach.ack.json"]


async def test_a_bank_by_itself_has_its_rooms_at_the_top(counter: Counter) -> None:
    content = text(file_of(batch(entries("744-1"))))
    async with sftp.serve(counter.directory) as address, client(address) as files:
        assert sorted(await files.listdir("/")) == [".", "..", "in", "out"]
        async with files.open("in/one.ach.part", "wb") as one:
            await one.write(content)
        await files.rename("in/one.ach.part", "in/one.ach")
        for path in (".bank/client.key", "bank/in/one.ach", "one.ach"):
            with pytest.raises(asyncssh.SFTPNoSuchFile):
                await files.open(path, "rb")
    assert counter.bank.advance(NOON) == ["one.ach.ack.json"]
