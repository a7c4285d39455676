"""The public shape of a transfer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final, Literal

import msgspec

from culm.kernel import money
from culm.rails.ach.transfers import change_codes, types

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
    what the account could not give back, `unclaimed` what it could not take back. `change` is the
    code of what the other bank wants corrected.
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
    change: str = ""


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


class Corrected(msgspec.Struct, frozen=True):
    """What is to be corrected of a payee; null is what stays as it is."""

    account: str | None = None
    routing: str | None = None
    name: str | None = None
    kind: types.AccountKind | None = None
    identification: str | None = None


class AchChange(msgspec.Struct, frozen=True):
    """What the other bank wants corrected before the next entry to the payee of a transfer.

    `corrected` is null where the payee was erased. Of a bank account that is linked it is corrected
    already, and the number is not shown.
    """

    transfer: str
    code: str
    meaning: str
    corrected: Corrected | None


def change(row: types.Transfer, corrected: Corrected | None) -> AchChange:
    """What is to be corrected, with what was opened of it."""
    if corrected is not None and row.bank_account:
        corrected = msgspec.structs.replace(corrected, account=None)
    meaning = change_codes.MEANINGS.get(row.change, "")
    return AchChange(row.id, row.change, meaning, corrected)
