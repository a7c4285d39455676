"""Makes files of answers: a function of the answers, their numbers and when they are due."""

from __future__ import annotations

import io
import itertools
from collections.abc import Sequence
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from culm.rails.ach import building, calendar, writer
from culm.rails.ach.new_file import NewBatch, NewEntry, NewFile
from culm.sandbox.bank import types

MODIFIERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
"""What tells the files of one day apart, in order."""

NAME: Final = "SANDBOX BANK"

_SEQUENCES: Final = 10_000_000

Numbered = tuple[int, types.Answer]


def trace_of(number: int, rdfi: str) -> str:
    """The bank's trace number of one of its answers."""
    return f"{rdfi}{number % _SEQUENCES:07}"


def number_of(trace: str) -> int:
    """The number of the answer with this trace number."""
    return int(trace[8:])


def group_of(answer: types.Answer) -> tuple[str, str, str, str]:
    """Answers that leave in one file: due at once, of a kind, from one bank to one."""
    kind = "changes" if answer.kind == "change" else "returns"
    return answer.due.isoformat(), kind, answer.bank, answer.line.routing_number


def compose(answers: Sequence[Numbered], *, count: int) -> bytes:
    """The file of these answers of one group, the `count`-th of its day from 0."""
    _, first = answers[0]
    local = first.due.astimezone(ZoneInfo(calendar.ZONE))
    new = NewFile(
        destination=first.line.routing_number,
        origin=first.bank,
        created_on=local.date(),
        created_at=local.time(),
        batches=tuple(
            _batch(heading, list(group))
            for heading, group in itertools.groupby(sorted(answers, key=_order), _heading)
        ),
        modifier=MODIFIERS[count % len(MODIFIERS)],
        origin_name=NAME,
    )
    out = io.BytesIO()
    writer.write(building.build(new), out)
    return out.getvalue()


def name_of(answer: types.Answer, *, count: int) -> str:
    """The file's name: `20261202-0900-returns-1.ach`."""
    local = answer.due.astimezone(ZoneInfo(calendar.ZONE))
    return f"{local:%Y%m%d-%H%M}-{group_of(answer)[1]}-{count + 1}.ach"


def _batch(heading: types.Heading, answers: list[Numbered]) -> NewBatch:
    return NewBatch(
        sec=heading.sec,
        company_name=heading.company_name,
        company_id=heading.company_id,
        entry_description=heading.entry_description,
        effective_on=heading.effective_on,
        odfi=heading.rdfi,
        entries=tuple(_entry(number, answer) for number, answer in answers),
    )


def _entry(number: int, answer: types.Answer) -> NewEntry:
    line = answer.line
    return NewEntry(
        transaction_code=line.transaction_code,
        routing_number=line.routing_number,
        account=line.account,
        amount_minor=line.amount_minor,
        name=line.name,
        identification=line.identification,
        addenda=(answer.notice,),
        sequence_number=number % _SEQUENCES,
    )


def _heading(numbered: Numbered) -> types.Heading:
    return numbered[1].heading


def _order(numbered: Numbered) -> tuple[bytes, int]:
    number, answer = numbered
    return msgspec.json.encode(answer.heading), number
