"""Bodies of requests whose path already names a part of the command: the command without it."""

from __future__ import annotations

from culm.ledger import commands as ledger
from culm.payments import commands as payments
from culm.recurring import commands


class MandateCollection(commands.Command, frozen=True):
    """Make a payment that a mandate allows."""

    amount: ledger.Amount
    same_day: bool = False
    reference: ledger.Reference = ""
    description: payments.Description = ""
    metadata: ledger.Metadata = {}
