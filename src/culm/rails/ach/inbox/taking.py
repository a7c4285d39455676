"""Takes in what the bank has put at its place: acknowledgements, returns, notifications of change.

A file is known by what it holds. Each part of it is a command under a key made of that, so that a
process that dies half-way, or another one at the same time, has each part taken in once. Only then
is the file put away.
"""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from hashlib import file_digest
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

import msgspec
import structlog

from culm.kernel import errors, settings
from culm.rails.ach.delivery import place, places
from culm.rails.ach.files import commands as file_commands
from culm.rails.ach.files import reads as files
from culm.rails.ach.inbox import changes, commands, parsing, reads, types
from culm.rails.ach.transfers import change_codes
from culm.rails.ach.transfers import commands as transfers
from culm.security import sealing

log = structlog.get_logger(__name__)

ACTOR: Final = "ach-inbox"
KEY: Final = "culm:ach-inbox"
"""What the keys of its commands begin with: callers cannot use such ones."""

PART: Final = 100
"""How many returns are taken in at once. It must not change: the keys of parts count on it."""

T = TypeVar("T")


class TooLarge(Exception):
    """A file of the bank is larger than any that we take in."""


class Platform(Protocol):
    """What the inbox needs of the platform."""

    @property
    def db(self) -> reads.Database:
        """Connections for reads."""

    @property
    def settings(self) -> settings.Settings:
        """The settings of the process."""

    async def submit(
        self, command: msgspec.Struct, *, tenant: str, key: str | None, actor: str
    ) -> Any:
        """Have a command decided by the Book of its tenant; the result, once it is durable."""


async def take_all(platform: Platform, partition: int) -> int:
    """Take in what the banks of all tenants of a partition have put there; how many files."""
    taken = 0
    doubts = await files.in_doubt(platform.db, partition=partition)
    for tenant, sandbox in await reads.correspondents(platform.db, partition=partition):
        inbox = Inbox(platform, partition, tenant)
        try:
            async with places.at(platform.settings, tenant, sandbox=sandbox) as bank:
                await inbox.look_again(bank, doubts.get(tenant, ()))
                taken += await inbox.take(bank)
        except place.Unreachable as error:
            log.info("a bank cannot be reached", tenant=tenant, reason=str(error))
    return taken


class Inbox:
    """What the bank of one tenant has to say."""

    def __init__(self, platform: Platform, partition: int, tenant: str) -> None:
        self._platform = platform
        self._partition = partition
        self._tenant = tenant

    async def look_again(self, bank: place.Place, doubts: Iterable[files.Doubtful]) -> None:
        """Ask what became of files in doubt: one that is there by now has arrived. One that is
        staged is left there: the place has said once that it was not, and is not to be trusted."""
        for file in doubts:
            if (await bank.look(file.part, file.name)).arrived:
                await self._submit(file_commands.NoteSent(file=file.id), f"sent:{file.id}")

    async def take(self, bank: place.Place) -> int:
        """Take in every file, one after the other; how many were. One that cannot be taken in stays
        where it is, and is tried again with the next look: it holds up no other."""
        taken = 0
        for one in await bank.answers():
            try:
                await self._fetch(bank, one)
            except place.Unreachable:
                raise
            except Exception as error:  # whatever it was: it is this file's
                kind = type(error).__name__
                log.error("a file of the bank waits", tenant=self._tenant, name=one.name, why=kind)
            else:
                taken += 1
        return taken

    async def _fetch(self, bank: place.Place, one: place.Found) -> None:
        if one.size > place.MAX_BYTES:
            raise TooLarge(one.name)
        with tempfile.TemporaryDirectory(prefix="culm-ach-") as directory:
            path = Path(directory) / "file"
            await bank.fetch(one.name, path)
            await self._take(one.name, path)
        await bank.put_away(one.name)

    async def _take(self, name: str, path: Path) -> None:
        sha256 = await asyncio.to_thread(_digest, path)
        db, where = self._platform.db, {"tenant": self._tenant, "sha256": sha256}
        if await reads.is_taken(db, partition=self._partition, **where):
            return
        if name.endswith(".json"):
            done = await self._acknowledgement(name, path, sha256)
        else:
            done = await self._entries(name, path, sha256)
        await self._submit(done, f"{sha256}:done")

    async def _acknowledgement(self, name: str, path: Path, sha256: str) -> commands.FinishBankFile:
        said = await asyncio.to_thread(parsing.acknowledgement, path)
        kind: types.Kind = "unreadable" if said is None else "acknowledgement"
        if said is not None:
            await self._submit(said, sha256)
        reason = "" if said is not None else "this is no acknowledgement"
        return commands.FinishBankFile(name=name, sha256=sha256, kind=kind, reason=reason)

    async def _entries(self, name: str, path: Path, sha256: str) -> commands.FinishBankFile:
        read = await asyncio.to_thread(parsing.entries, path)
        for number, part in enumerate(_parts(read.returns)):
            await self._submit(transfers.TakeReturns(returns=tuple(part)), f"{sha256}:r{number}")
        for number, some in enumerate(_parts(read.changes)):
            sealed = await self._sealed(some)
            if sealed:
                await self._submit(
                    transfers.TakeChanges(changes=tuple(sealed)), f"{sha256}:c{number}"
                )
        return commands.FinishBankFile(
            name=name,
            sha256=sha256,
            kind="entries" if read.returns or read.changes else "unreadable",
            returns=len(read.returns),
            changes=len(read.changes),
            reason=read.problem,
        )

    async def _sealed(self, wanted: Sequence[parsing.Wanted]) -> list[transfers.Change]:
        """Changes with their data sealed; those of nobody, or of erased ones, are left out."""
        sent = await reads.sent(
            self._platform.db,
            partition=self._partition,
            tenant=self._tenant,
            traces={one.trace for one in wanted},
        )
        keys = await sealing.of(self._platform.db, self._platform.settings).keys(
            self._tenant, {one.subject for one in sent.values()}
        )
        found = []
        for one in wanted:
            about = sent.get(one.trace)
            key = keys.get(about.subject) if about else None
            if about is None or key is None:
                log.warning("a notification of change is about nobody", trace=one.trace)
                continue
            plain = msgspec.json.encode(changes.corrected(one.code, one.data))
            found.append(
                transfers.Change(about.transfer, one.code, key.seal(plain, change_codes.ABOUT))
            )
        return found

    async def _submit(self, command: msgspec.Struct, part: str) -> None:
        # Sealed anew, it is another text: then an earlier attempt has had its effect.
        with contextlib.suppress(errors.KeyConflict):
            await self._platform.submit(
                command, tenant=self._tenant, key=f"{KEY}:{part}", actor=ACTOR
            )


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


def _parts(items: Sequence[T]) -> Iterator[Sequence[T]]:
    return (items[at : at + PART] for at in range(0, len(items), PART))
