"""Dishonoured returns: the bank accepts that, or contests it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from culm.rails.ach import calendar
from culm.rails.ach.addenda import DishonoredReturnAddenda
from culm.rails.ach.new_file import ContestNotice, ReturnNotice
from culm.sandbox.bank import answering, settling, types

Returned = Callable[[str], types.Answer | None]
"""The return that the bank sent under a trace number."""

UNTIMELY = "R72"
"""The dishonour came too late."""


def contests(said: answering.Said, returned: Returned) -> Iterator[types.Answer]:
    """What the bank answers to a dishonoured return, if anything. One that it never sent is passed
    over."""
    addenda = said.entry.returned
    if not isinstance(addenda, DishonoredReturnAddenda):
        return
    sent = returned(addenda.return_trace)
    if sent is None or not isinstance(sent.notice, ReturnNotice):
        return
    late = settling.is_untimely(returned=sent.due, dishonored=said.received)
    code = UNTIMELY if late else sent.contest
    if not code:
        return
    yield types.Answer(
        kind="contest",
        due=settling.answered(said.received),
        bank=said.bank,
        heading=sent.heading,
        line=sent.line,
        notice=ContestNotice(
            reason_code=code,
            original_trace=addenda.original_trace,
            original_rdfi=sent.notice.original_rdfi,
            returned_on=calendar.day_of(sent.due),
            original_settled_on=calendar.day_of(sent.settled),
            return_trace=addenda.return_trace,
            return_settled_on=calendar.day_of(sent.due),
            return_reason=sent.notice.reason_code,
            dishonored_trace=said.entry.detail.trace,
            dishonored_settled_on=calendar.day_of(said.settles),
            dishonored_reason=addenda.reason,
        ),
        settled=sent.settled,
    )
