"""The ACH rail's reactions to its own facts: windows are cut, files written and sent, settlements
and rejections carried out batch by batch. Only these, and the inbox, talk to the bank."""

from __future__ import annotations

import secrets
import tempfile
from pathlib import Path
from typing import Any, Final

from culm.facts import fact as fact_
from culm.rails.ach.delivery import place, places, writing
from culm.rails.ach.files import commands, events, plan, reads, types
from culm.rails.ach.windows import events as windows
from culm.security import sealing
from culm.work import reactor

AGAIN_SECONDS: Final = 5.0
"""How soon a bank that cannot be reached is tried again."""

WRITING_SECONDS: Final = 900.0
SENDING_SECONDS: Final = 300.0


async def cut(fact: fact_.Fact[windows.WindowClosed], means: reactor.Means) -> reactor.Commands:
    """Make batches and files of a closed window."""
    rows = await reads.window_rows(means.db, partition=fact.partition, window=fact.event.id)
    return plan.steps(fact.event.id, rows)


async def write(
    fact: fact_.Fact[events.FileCut | events.EntriesLeftOut], means: reactor.Means
) -> reactor.Commands:
    """Write a file, and put it at the bank's place under a name that does not count.

    That may be done any number of times. Only the name that is written down by the command can be
    made to count later. Where many payees are not known any more, their transfers are left out
    first, as many as one command takes, and it is written anew.
    """
    file = await reads.file(means.db, partition=fact.partition, file=fact.event.id)
    if file.state != "cut":
        return None
    part = f"{file.name}.{secrets.token_hex(8)}{place.PART}"
    means.settings.data_path.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=means.settings.data_path, prefix="ach-") as directory:
        path = Path(directory) / file.name
        written = await writing.write(
            file,
            path,
            partition=fact.partition,
            db=means.db,
            sealing=sealing.of(means.db, means.settings),
        )
        if not written.whole:
            return commands.LeaveOut(file=file.id, lost=written.lost)
        if written.entries:
            await _stage(file, path, part, means)
    return commands.BeginSending(
        file=file.id,
        sha256=written.sha256,
        size=written.size,
        part=part if written.entries else "",
        entries=written.entries,
        lost=written.lost,
    )


async def _stage(file: types.File, path: Path, part: str, means: reactor.Means) -> None:
    try:
        async with places.at(means.settings, file.tenant, sandbox=file.sandbox) as bank:
            await bank.stage(path, part)
    except place.Unreachable as error:
        raise reactor.Later(AGAIN_SECONDS, str(error)) from error


async def send(fact: fact_.Fact[events.FileSending], means: reactor.Means) -> reactor.Commands:
    """Make a file count that lies at the bank's place, unless that was done.

    The bank's place is asked before anything is done. What was staged and is there no more has been
    taken: a name is given once. So after a connection that was lost in between nothing is sent
    again; where the place does not tell, nobody knows until the bank answers.
    """
    file = await reads.file(means.db, partition=fact.partition, file=fact.event.id)
    if file.state != "sending":
        return None
    try:
        async with places.at(means.settings, file.tenant, sandbox=file.sandbox) as bank:
            seen = await bank.look(file.part, file.name)
            if seen.arrived:
                return commands.NoteSent(file=file.id)
            if not seen.staged:
                reason = "the file is neither where it was put nor where it was to go"
                return commands.NoteUnknown(file=file.id, reason=reason)
            await bank.release(file.part, file.name)
    except place.Unreachable as error:
        raise reactor.Later(AGAIN_SECONDS, str(error)) from error
    return commands.NoteSent(file=file.id)


async def settle(fact: fact_.Fact[events.SettlementDue], means: reactor.Means) -> reactor.Commands:
    """Settle the batches of a file."""
    file = await reads.file(means.db, partition=fact.partition, file=fact.event.id)
    found = await _members(file, fact, means)
    return [commands.SettleBatch(batch=batch.id, transfers=all_) for batch, all_ in found]


async def reject(
    fact: fact_.Fact[events.FileRejected | events.FileAccepted], means: reactor.Means
) -> reactor.Commands:
    """Give back what is held for what the bank has refused: a file, or batches of one."""
    event = fact.event
    file = await reads.file(means.db, partition=fact.partition, file=event.id)
    whole = isinstance(event, events.FileRejected)
    if not (whole or file.refused):
        return None
    return [
        commands.RejectBatch(
            batch=batch.id,
            transfers=transfers,
            code="file" if whole else "batch",
            reason=event.reason,
        )
        for batch, transfers in await _members(file, fact, means)
        if whole or batch.ordinal in file.refused
    ]


async def doubt(fact: fact_.Fact[events.FileSendUnknown], means: reactor.Means) -> reactor.Commands:
    """Tell of the transfers of which nobody knows whether the bank has them."""
    file = await reads.file(means.db, partition=fact.partition, file=fact.event.id)
    found = await _members(file, fact, means)
    return [commands.DoubtBatch(batch=batch.id, transfers=all_) for batch, all_ in found]


async def _members(
    file: types.File, fact: fact_.Fact[Any], means: reactor.Means
) -> list[tuple[types.Batch, tuple[str, ...]]]:
    """The batches of a file with all of their transfers: the same whenever it is asked."""
    where = {"partition": fact.partition}
    batches = await reads.batches(means.db, file, **where)
    return [(one, await reads.members(means.db, file, one, **where)) for one in batches]


REACTORS: Final = (
    reactor.Reactor(name="ach-cut", on=(windows.WindowClosed,), react=cut, begins="start"),
    reactor.Reactor(
        name="ach-write",
        on=(events.FileCut, events.EntriesLeftOut),
        react=write,
        timeout_seconds=WRITING_SECONDS,
        concurrency=2,
        begins="start",
    ),
    reactor.Reactor(
        name="ach-send",
        on=(events.FileSending,),
        react=send,
        timeout_seconds=SENDING_SECONDS,
        begins="start",
    ),
    reactor.Reactor(name="ach-settle", on=(events.SettlementDue,), react=settle, begins="start"),
    reactor.Reactor(
        name="ach-reject",
        on=(events.FileRejected, events.FileAccepted),
        react=reject,
        begins="start",
    ),
    reactor.Reactor(name="ach-doubt", on=(events.FileSendUnknown,), react=doubt, begins="start"),
)
