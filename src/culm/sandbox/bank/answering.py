"""What is said of an entry later: it comes back, or something about it is to be corrected."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

import msgspec

from culm.rails.ach import calendar, digits
from culm.rails.ach.entry import Entry
from culm.rails.ach.entry_details import CtxEntryDetail, EntryDetail
from culm.rails.ach.new_file import ChangeNotice, ReturnNotice
from culm.rails.ach.reasons import DEATH_REASONS
from culm.rails.ach.records import BatchHeader, BatchHeaderRecord
from culm.rails.ach.transaction_codes import CODES
from culm.sandbox.bank import accounts, settling, types


class Said(NamedTuple):
    """An entry of an accepted batch, with what surrounds it."""

    entry: Entry
    header: BatchHeaderRecord
    bank: str
    received: datetime
    settles: datetime


def answers(said: Said) -> Iterator[types.Answer]:
    """The answers that the entry's account asks for."""
    detail = said.entry.detail
    if not isinstance(detail, (EntryDetail, CtxEntryDetail)):
        return  # of a class whose returns are not built from values
    asked = accounts.behaviour(detail.account_number, detail.transaction_code)
    if isinstance(asked, accounts.Return):
        yield from _returns(said, asked)
    elif isinstance(asked, accounts.Change):
        yield _change(said, asked)


def _returns(said: Said, asked: accounts.Return) -> Iterator[types.Answer]:
    trace = said.entry.detail.trace
    notice = ReturnNotice(
        reason_code=asked.reason,
        original_trace=_unknown(trace) if asked.fault == "unknown trace" else trace,
        original_rdfi=said.entry.detail.rdfi,
        date_of_death=(calendar.day_of(said.settles) if asked.reason in DEATH_REASONS else None),
    )
    line = line_of(said)
    if asked.fault == "other amount":
        line = msgspec.structs.replace(line, amount_minor=line.amount_minor + 1)
    due = settling.returns(asked, received=said.received, settles=said.settles)
    answer = types.Answer(
        kind="return",
        due=due,
        bank=said.bank,
        heading=heading_of(said),
        line=line,
        notice=notice,
        settled=said.settles,
        contest=asked.contest,
    )
    yield answer
    if asked.fault == "twice":
        yield msgspec.structs.replace(answer, due=settling.answered(due))


def _change(said: Said, asked: accounts.Change) -> types.Answer:
    heading = msgspec.structs.replace(heading_of(said), sec="COR")
    return types.Answer(
        kind="change",
        due=settling.answered(said.settles),
        bank=said.bank,
        heading=heading,
        line=msgspec.structs.replace(line_of(said), amount_minor=0),
        notice=ChangeNotice(
            change_code=asked.code,
            original_trace=said.entry.detail.trace,
            original_rdfi=said.entry.detail.rdfi,
            corrected_data=asked.corrected,
        ),
        settled=said.settles,
    )


def heading_of(said: Said) -> types.Heading:
    """What the answer's batch copies."""
    header = said.header
    name = header.company_name.strip() if isinstance(header, BatchHeader) else ""
    return types.Heading(
        sec=header.sec.upper(),
        company_name=name,
        company_id=header.company_id.strip(),
        entry_description=header.entry_description.strip(),
        effective_on=header.effective_on,
        rdfi=said.entry.detail.rdfi,
    )


def line_of(said: Said) -> types.Line:
    """What the answer's entry copies. It goes to the institution that sent the entry."""
    detail = said.entry.detail
    code = detail.transaction_code
    back = code[0] + ("1" if CODES[code].side == "credit" else "6")
    name = identification = ""
    if isinstance(detail, (EntryDetail, CtxEntryDetail)):
        name, identification = detail.name.rstrip(), detail.identification.rstrip()
    return types.Line(
        transaction_code=back,
        routing_number=said.header.odfi + digits.check_digit(said.header.odfi),
        account=detail.account.rstrip(),
        amount_minor=said.entry.amount_minor,
        name=name,
        identification=identification,
    )


def _unknown(trace: str) -> str:
    """A trace number that looks like the sender's, and is not one that it has used so far."""
    return trace[:8] + str(9_999_999 - int(trace[8:])).rjust(7, "0")
