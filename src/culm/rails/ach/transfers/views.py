"""The public shape of a transfer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final, Literal

import msgspec

from culm.kernel import money
from culm.rails.ach.transfers import types

State = Literal[
    "queued",
    "cancelled",
    "batched",
    "sent",
    "in_doubt",
    "rejected",
    "settled",
    "returned",
    "dishonoured",
    "contested",
]

_BY_FILE: Final[dict[str, State]] = {"sent": "sent", "accepted": "sent", "unknown": "in_doubt"}
"""What a batched transfer is, by the state of its file."""


class AchTransfer(msgspec.Struct, frozen=True):
    """One entry on its way to another bank. Amounts are US cents; the payee's data is not shown.

    A `reversal` or a `dishonour` is about another transfer, its `original`, which was `followed` by
    it. `effective` is the day on which it settles. Of a return, `reason` is the code, `shortfall`
    what the account could not give back, `unclaimed` what it could not take back.
    """

    id: str
    state: State
    kind: types.Kind
    purpose: str
    direction: types.Direction
    amount: money.Minor
    account: str
    bank_account: str
    sec: types.Sec
    description: str
    identification: str
    ordered: datetime
    window: str
    batch: str
    file: str
    trace: str
    effective: date | None
    original: str
    followed: str
    reason: str
    late: bool
    returned_on: date | None
    return_trace: str
    shortfall: money.Minor
    unclaimed: money.Minor


_SAME: Final = [
    name
    for name in AchTransfer.__struct_fields__
    if name not in ("state", "file", "amount", "shortfall", "unclaimed")
]


def transfer(row: types.Transfer, *, file: str = "", file_state: str = "") -> AchTransfer:
    """The public shape of a transfer, and of the file that it is in."""
    state: State = row.state
    if row.state == "batched":
        state = _BY_FILE.get(file_state, "batched")
    return AchTransfer(
        **{name: getattr(row, name) for name in _SAME},
        state=state,
        file=file,
        amount=str(row.amount),
        shortfall=str(row.shortfall),
        unclaimed=str(row.unclaimed),
    )
