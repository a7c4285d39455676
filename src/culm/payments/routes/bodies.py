"""Bodies of requests whose path already names a part of the command: the command without it."""

from __future__ import annotations

from typing import Literal

from culm.ledger import commands as ledger
from culm.payments import commands, types


class PaymentCapture(commands.Command, frozen=True):
    """Take what is authorised, or a part of it. With `final`, what is left is let go."""

    amount: commands.Amount | None = None
    final: bool = False


class PaymentRefund(commands.Command, frozen=True):
    """Give back what was captured, or a part of it, from the payee's wallet to the payer's.

    With `from_splits`, those who got a part of the payment give back theirs in proportion. With
    `wait`, a refund that the payee cannot cover yet is tried again every day for a week.
    """

    amount: commands.Amount | None = None
    reason: types.RefundReason = "requested"
    from_splits: bool = False
    wait: bool = False
    reference: ledger.Reference = ""


class PaymentDispute(commands.Command, frozen=True):
    """Contest what was captured, or a part of it: the payee's money is set aside until it is
    resolved. What the payee cannot cover is the house's risk."""

    reason: types.DisputeReason
    amount: commands.Amount | None = None
    reference: ledger.Reference = ""


class DisputeResolution(commands.Command, frozen=True):
    """End a dispute: won by the payee, or lost to the payer."""

    outcome: Literal["won", "lost"]
