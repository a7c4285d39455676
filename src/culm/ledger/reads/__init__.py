"""The ledger's reads: plain SQL on one connection or a pool, for one tenant of one partition.

What is unknown, or somebody else's, raises the ledger's own rejections (`AccountNotFound`,
`HoldNotFound`, ...); malformed cursors and limits raise
`kernel.errors.ParameterInvalid`, naming the field.
"""

from culm.ledger.reads.activity import activity
from culm.ledger.reads.booked import bookings, transaction, transactions
from culm.ledger.reads.chart import account, accounts, accounts_by_id, assets, scale, tenant
from culm.ledger.reads.held import hold, holds
from culm.ledger.reads.history import Booked, codes, history, versions_before
from culm.ledger.reads.lines import entries
from culm.ledger.reads.moments import balance, known, trial_balance
from culm.ledger.reads.period import statement
from culm.ledger.reads.standing import Standing, standing

__all__ = [
    "Booked",
    "Standing",
    "account",
    "accounts",
    "accounts_by_id",
    "activity",
    "assets",
    "balance",
    "bookings",
    "codes",
    "entries",
    "history",
    "hold",
    "holds",
    "known",
    "scale",
    "standing",
    "statement",
    "tenant",
    "transaction",
    "transactions",
    "trial_balance",
    "versions_before",
]
