"""The door for files: a bank's directory by SFTP, or those of the banks of many tenants.

A client sees `in/` and `out/` of a bank, and nothing else; among many, those of `<tenant>/`, where
a tenant that is named for the first time gets a bank. The client comes with the key that was made
for it; both keys are made once, in `.bank/`.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, NoReturn

import asyncssh
import msgspec

from culm.kernel import errors, private_file
from culm.sandbox.bank import accounts, intake, place

USER: Final = "culm"

CLOSE_SECONDS: Final = 5.0

TENANT: Final = re.compile(rb"[a-z0-9][a-z0-9_-]{0,63}")
"""How tenants are called, and their directories."""

_ROOMS: Final = frozenset({b"in", b"out"})
_HERE: Final = frozenset({b".", b".."})
_ACCOUNT: Final = slice(12, 29)
_CODE: Final = slice(1, 3)


class BankKeyRefused(errors.CulmError):
    """A key of the sandbox bank is damaged, misplaced, or open to others."""

    code = "bank_key_refused"


class Address(msgspec.Struct, frozen=True):
    """Where the bank takes files, and with what."""

    url: str
    client_key: Path
    """The private key with which a client comes."""

    known_hosts: Path
    """The line by which a client knows the bank again, in OpenSSH's format."""


@asynccontextmanager
async def serve(
    root: Path, *, many: bool = False, host: str = "127.0.0.1", port: int = 0
) -> AsyncIterator[Address]:
    """Serve a bank's directory, or the directory of `many` banks, until the block ends; at a free
    port for 0.

    Raises `BankKeyRefused`, and `OSError` where it cannot listen.
    """
    private = root / place.PRIVATE
    private_file.make_directory(private, BankKeyRefused)
    host_key, client_key = (_key(private / f"{one}.key") for one in ("host", "client"))
    allowed = asyncssh.import_authorized_keys(client_key.export_public_key().decode())
    acceptor = await asyncssh.listen(
        host,
        port,
        server_host_keys=[host_key],
        authorized_client_keys=allowed,
        password_auth=False,
        kbdint_auth=False,
        allow_scp=False,
        sftp_factory=lambda channel: _Door(channel, root, many=many),
    )
    try:
        taken = acceptor.get_port()
        known = private / "known_hosts"
        known.write_text(f"[{host}]:{taken} {host_key.export_public_key().decode().strip()}\n")
        yield Address(f"sftp://{USER}@{host}:{taken}/", private / "client.key", known)
    finally:
        acceptor.close()
        async with asyncio.timeout(CLOSE_SECONDS):
            await acceptor.wait_closed()


class _Door(asyncssh.SFTPServer):
    """What one client may do."""

    def __init__(
        self, channel: asyncssh.SSHServerChannel[bytes], root: Path, *, many: bool
    ) -> None:
        super().__init__(channel, chroot=os.fsencode(root))
        self._root = root
        self._depth = int(many)

    def map_path(self, path: bytes) -> bytes:
        """A path of the client's as one of this machine; only those of the rooms for files."""
        parts = _parts(path)
        if not all(self._is_shown(depth, part) for depth, part in enumerate(parts)):
            raise asyncssh.SFTPNoSuchFile("There is no such file")
        if len(parts) >= self._depth:
            place.Place(self._bank(parts))
        return super().map_path(path)

    async def scandir(self, path: bytes) -> AsyncIterator[asyncssh.SFTPName]:
        """What a client finds in a directory, without what it could not open."""
        depth = len(_parts(path))
        async for name in super().scandir(path):
            if name.filename in _HERE or self._is_shown(depth, os.fsencode(name.filename)):
                yield name

    def _is_shown(self, depth: int, name: bytes) -> bool:
        """Whether a name so deep is a tenant's, a room's, or of a file in one."""
        if depth > self._depth:
            return True
        return name in _ROOMS if depth == self._depth else TENANT.fullmatch(name) is not None

    def _bank(self, parts: list[bytes]) -> Path:
        """The directory of the bank that a path leads to."""
        return self._root.joinpath(*map(os.fsdecode, parts[: self._depth]))

    def symlink(self, oldpath: bytes, newpath: bytes) -> NoReturn:
        """Links could lead out of the rooms."""
        raise asyncssh.SFTPPermissionDenied("Links are not made here")

    def link(self, oldpath: bytes, newpath: bytes) -> NoReturn:
        """Links could lead out of the rooms."""
        raise asyncssh.SFTPPermissionDenied("Links are not made here")

    def rename(self, oldpath: bytes, newpath: bytes) -> None:
        """Rename a file, unless another has the name."""
        cut = self._cut_asked(oldpath, newpath)
        self._cut_if(cut == "cut before")
        super().rename(oldpath, newpath)
        self._cut_if(cut == "cut after")

    def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:
        """Rename a file, in the place of any other of the name."""
        cut = self._cut_asked(oldpath, newpath)
        self._cut_if(cut == "cut before")
        super().posix_rename(oldpath, newpath)
        self._cut_if(cut == "cut after")

    def _cut_asked(self, old: bytes, new: bytes) -> str | None:
        """Whether a file that is to arrive wants the connection cut: once for each content."""
        file = Path(os.fsdecode(self.map_path(old)))
        parts = _parts(new)
        if parts[self._depth : -1] != [b"in"] or not file.is_file():
            return None
        kind = _cut(file)
        if kind is None:
            return None
        mark = self._bank(parts) / place.PRIVATE / f"{kind.replace(' ', '-')}-{intake.sha256(file)}"
        if mark.exists():
            return None
        mark.touch()
        return kind

    def _cut_if(self, wanted: bool) -> None:
        if wanted:
            self.connection.abort()
            raise asyncssh.SFTPConnectionLost("The connection is cut, as a test account wants it")


def _parts(path: bytes) -> list[bytes]:
    """The names in a path of the client's, which begins at the root whatever it says."""
    return [part for part in os.path.normpath(b"/" + path).split(b"/") if part]


def _cut(file: Path) -> str | None:
    """How an entry of the file wants the connection cut, if one does."""
    with file.open(encoding="ascii", errors="replace") as lines:
        for line in lines:
            if line.startswith("6"):
                asked = accounts.behaviour(line[_ACCOUNT].strip(), line[_CODE])
                if isinstance(asked, accounts.Trick) and asked.kind.startswith("cut"):
                    return asked.kind
    return None


def _key(path: Path) -> asyncssh.SSHKey:
    """The key in a file, made when it is missing."""
    if not private_file.exists(path):
        made = asyncssh.generate_private_key("ssh-ed25519")
        private_file.make(path, made.export_private_key(), BankKeyRefused)
    try:
        return asyncssh.import_private_key(private_file.read(path, BankKeyRefused))
    except asyncssh.KeyImportError as error:
        raise BankKeyRefused(f"{path} holds no key.") from error
