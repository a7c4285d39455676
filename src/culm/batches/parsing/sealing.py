"""From what came in to what is asked of the Book: read, judged, and sealed."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Final

from culm.bank_accounts import known
from culm.batches import checks, commands, rejections, types
from culm.batches.parsing import call, csv_file, draft, nacha_file
from culm.rails.ach import api as ach
from culm.security import sealing

READERS: Final[dict[types.Format, Callable[[bytes], Iterator[draft.Draft]]]] = {
    "json": call.read,
    "csv": csv_file.read,
    "nacha": nacha_file.read,
}

ABOUT: Final = "batch_content"


def parts_of(
    batch: types.Batch, content: bytes, key: sealing.Key
) -> tuple[commands.JudgeEntries, ...]:
    """The commands that judge a batch's entries.

    Raises `BatchUnreadable`, `BatchEmpty`, `BatchTooLarge`.
    """
    drafts = READERS[batch.format](content)
    most = checks.MAX_ENTRIES if batch.mode == "each" else commands.MAX_ALL
    entries = [_entry(one, batch.subject, key) for one in itertools.islice(drafts, most + 1)]
    if not entries:
        raise rejections.BatchEmpty
    if len(entries) > most:
        raise rejections.BatchTooLarge
    size = commands.MAX_PART if batch.mode == "each" else len(entries)
    slices = [tuple(entries[at : at + size]) for at in range(0, len(entries), size)]
    return tuple(
        commands.JudgeEntries(batch=batch.id, part=number, parts=len(slices), entries=one)
        for number, one in enumerate(slices, 1)
    )


def _entry(one: draft.Draft, subject: str, key: sealing.Key) -> commands.Entry:
    if one.outside is None or one.code:
        return commands.Entry(
            one.line,
            one.amount,
            one.to,
            description=one.description,
            code=one.code,
            field=one.field,
        )
    outside = one.outside
    payee = ach.Payee(
        subject=subject,
        sealed=known.seal(key, known.Known(outside.account, outside.holder_name)),
        routing=outside.routing,
        kind=outside.kind,
    )
    return commands.Entry(
        one.line,
        one.amount,
        payee=payee,
        sec=draft.sec_of(outside),
        identification=one.identification,
        description=one.description,
    )
