"""What the bank keeps and says. Amounts are US cents, times in UTC."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

import msgspec

from culm.rails.ach.new_file import ChangeNotice, ContestNotice, ReturnNotice
from culm.rails.ach.transaction_codes import Side

Verdict = Literal["accepted", "rejected"]
Notice = ReturnNotice | ChangeNotice | ContestNotice


class BatchVerdict(msgspec.Struct, frozen=True):
    """What the bank makes of one batch of a file: its place in it, and why it is refused."""

    number: int
    verdict: Verdict = "accepted"
    code: str = ""
    reason: str = ""


class Earlier(msgspec.Struct, frozen=True):
    """The file that one repeats."""

    file: str
    verdict: Verdict
    received: datetime


class Acknowledgement(msgspec.Struct, frozen=True):
    """What the bank says of a file when it has looked it through; `<file>.ack.json`.

    The code of a refusal is that of a deviation (docs/reference/nacha-deviations.md), or
    `duplicate` for a file that was accepted before, `duplicate_id` for another file with its name
    for the bank (origin, creation date and time, modifier), `test_account` for one that asked
    for it.
    """

    file: str
    sha256: str
    verdict: Verdict
    received: datetime
    code: str = ""
    reason: str = ""
    batches: tuple[BatchVerdict, ...] = ()
    original: Earlier | None = None


class Heading(msgspec.Struct, frozen=True):
    """What an answer's batch copies from the batch that it answers."""

    sec: str
    company_name: str
    company_id: str
    entry_description: str
    effective_on: date | None
    rdfi: str
    """The eight digits of the institution that answers."""


class Line(msgspec.Struct, frozen=True):
    """What an answer's entry copies from the entry that it answers."""

    transaction_code: str
    routing_number: str
    """Of the institution that is answered."""

    account: str
    amount_minor: int
    name: str
    identification: str


class Answer(msgspec.Struct, frozen=True):
    """A return, a notification of change or a contested dishonour, to be sent when it is due."""

    kind: Literal["return", "change", "contest"]
    due: datetime
    bank: str
    """The routing number under which the file was sent to us."""

    heading: Heading
    line: Line
    notice: Notice
    settled: datetime
    """When the entry settled, or would have."""

    contest: str = ""
    """The code with which a dishonour of this return is contested."""


class Paid(msgspec.Struct, frozen=True):
    """An entry in the bank's ledger."""

    file: str
    batch: int
    trace: str
    side: Side
    """`credit` pays the receiver, `debit` collects from it."""

    amount_minor: int
    settles: datetime
    returned: int = 0
    """How many returns of it the bank has sent, or will send."""
