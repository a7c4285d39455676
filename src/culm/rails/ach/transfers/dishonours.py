"""With which codes what came back may be dishonoured (Nacha Operating Rules, Subsection 2.13.6.1,
and Appendix Four, on the codes of dishonoured returns)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Final, NamedTuple

from culm.rails.ach.transfers import commands, types

APART: Final[dict[str, str]] = {"R62": "reversed", "R67": "duplicate", "R69": "amount"}
"""Which problem of a return whose money was set apart a code is about."""

ANSWERABLE: Final = frozenset(APART.values())

BY_PERMISSION: Final = ("R06", "R31")
"""Reasons by which the other bank says that we asked for the return, or allowed it."""

FIELDS: Final[dict[commands.Wrong, str]] = {
    "account": "01",
    "trace": "02",
    "amount": "03",
    "identification": "04",
    "transaction_code": "05",
    "company": "06",
    "effective_date": "07",
}
"""What R69 says is wrong in a return, in its Addenda Information (Appendix Four, R69)."""


class Came(NamedTuple):
    """A return that may be dishonoured: the one by which a transfer came back, or one whose money
    was set apart."""

    amount: int
    direction: types.Direction
    reason: str
    returned_on: date
    return_trace: str
    apart: bool


def came_back(transfer: types.Transfer) -> Came | None:
    """The return by which a transfer came back, if it has, and nobody has answered it. The contest
    of a dishonour is none: that is the end."""
    if transfer.state != "returned" or transfer.returned_on is None:
        return None
    if transfer.kind == "dishonour":
        return None
    return Came(
        transfer.amount,
        transfer.direction,
        transfer.reason,
        transfer.returned_on,
        transfer.return_trace,
        apart=False,
    )


def set_apart(apart: types.Apart | None) -> Came | None:
    """A return whose money was set apart, if nobody has answered it."""
    if apart is None or apart.dishonour:
        return None
    return Came(
        apart.amount,
        apart.direction,
        apart.reason,
        apart.returned_on,
        apart.return_trace,
        apart=True,
    )


def fits(code: str, transfer: types.Transfer) -> bool:
    """Whether a code may be said of the return by which a transfer came back.

    Misrouted (R61) and wrong in its fields (R69) any may be. R62 is said of a reversal that was to
    collect an erroneous credit back, R68 of what came back late, R70 where the other bank says that
    it had our permission.
    """
    match code:
        case "R61" | "R69":
            return True
        case "R62":
            return transfer.kind == "reversal" and transfer.direction == "debit"
        case "R68":
            return transfer.late
        case "R70":
            return transfer.reason in BY_PERMISSION
    return False


def information(wrong: Collection[commands.Wrong]) -> str:
    """The fields that are wrong, as the addenda says them: `01*03`."""
    return "*".join(sorted(FIELDS[one] for one in wrong))
