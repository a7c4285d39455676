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


class ChangeNotFound(errors.Rejection):
    """The other bank wants nothing corrected of this transfer."""

    code: ClassVar[str] = "ach_change_not_found"
    status: ClassVar[int] = 404


class TransferCurrency(errors.Rejection):
    """ACH moves US dollars: the account that pays or is paid is kept in USD."""

    code: ClassVar[str] = "ach_transfer_currency"


class NotReversible(errors.Rejection):
    """Only a payment is reversed, not what is about another transfer."""

    code: ClassVar[str] = "ach_not_reversible"


class NotSettled(errors.Rejection):
    """The payment has not settled, or was returned."""

    code: ClassVar[str] = "ach_not_settled"
    status: ClassVar[int] = 409


class AlreadyReversed(errors.Rejection):
    """The payment was reversed before."""

    code: ClassVar[str] = "ach_already_reversed"
    status: ClassVar[int] = 409


class ReversalTooLate(errors.Rejection):
    """A payment is reversed within five banking days of its settlement."""

    code: ClassVar[str] = "ach_reversal_too_late"
    status: ClassVar[int] = 409


class DishonourInvalid(errors.Invalid):
    """R69 names what is wrong in the return, each field once; other codes name nothing."""

    code: ClassVar[str] = "ach_dishonour_invalid"


class NotReturned(errors.Rejection):
    """Nothing has come back of the transfer, or that was dishonoured before; or it is a dishonour,
    which can be contested, and that is the end."""

    code: ClassVar[str] = "ach_not_returned"
    status: ClassVar[int] = 409


class NotDishonourable(errors.Rejection):
    """What came back cannot be dishonoured with this code."""

    code: ClassVar[str] = "ach_not_dishonourable"


class DishonourTooLate(errors.Rejection):
    """A return is dishonoured within five banking days of its settlement."""

    code: ClassVar[str] = "ach_dishonour_too_late"
    status: ClassVar[int] = 409
