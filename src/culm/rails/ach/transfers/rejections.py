"""Why a transfer is refused. Codes are stable."""

from __future__ import annotations

from typing import ClassVar

from culm.kernel import errors


class OrderInvalid(errors.Invalid):
    """What is to be sent does not fit an entry of a file."""

    code: ClassVar[str] = "ach_order_invalid"


class SameDayLimit(errors.Rejection):
    """An entry that settles on the same day is of at most 1,000,000.00 USD."""

    code: ClassVar[str] = "ach_same_day_limit"


class TransferNotFound(errors.Rejection):
    """There is no such transfer."""

    code: ClassVar[str] = "ach_transfer_not_found"
    status: ClassVar[int] = 404


class TransferCurrency(errors.Rejection):
    """ACH moves US dollars: the account that pays or is paid is kept in USD."""

    code: ClassVar[str] = "ach_transfer_currency"
