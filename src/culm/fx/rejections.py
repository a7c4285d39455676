"""Why foreign exchange says no: one class a code. Codes are stable."""

from __future__ import annotations

from typing import ClassVar

from culm.kernel import errors


class FxRejection(errors.Rejection):
    """Some rule of foreign exchange does not allow it."""

    def __init__(self, field: str | None = None) -> None:
        super().__init__(" ".join((self.__doc__ or self.code).split()), field=field)


class RateInvalid(FxRejection):
    """A rate is a decimal number above zero with at most 12 digits on either side of the point, and
    a spread of 0 to 5,000 basis points; it is valid until some later time, within 366 days."""

    code: ClassVar[str] = "fx_rate_invalid"
    status: ClassVar[int] = 400


class PairInvalid(FxRejection):
    """Money is exchanged between two different currencies."""

    code: ClassVar[str] = "fx_pair_invalid"
    status: ClassVar[int] = 400


class PairReversed(FxRejection):
    """The rate of this pair is kept the other way round, and serves both ways."""

    code: ClassVar[str] = "fx_pair_reversed"
    status: ClassVar[int] = 409
    advice: ClassVar[str] = "Set the rate of the pair in the order in which it was set first."


class QuoteInvalid(FxRejection):
    """A quote is good for 5 seconds to 1 hour."""

    code: ClassVar[str] = "fx_quote_invalid"
    status: ClassVar[int] = 400


class NoRate(FxRejection):
    """There is no rate in force between these currencies."""

    code: ClassVar[str] = "fx_no_rate"
    advice: ClassVar[str] = (
        "Set a rate for the pair, or one that is valid for longer, and ask again."
    )


class AmountUnfit(FxRejection):
    """The amount comes to nothing in the other currency, or to more than 10^38 - 1 minor units."""

    code: ClassVar[str] = "fx_amount_unfit"


class QuoteNotFound(FxRejection):
    """There is no such quote."""

    code: ClassVar[str] = "fx_quote_not_found"
    status: ClassVar[int] = 404


class QuoteUsed(FxRejection):
    """The quote has been used by a payment already."""

    code: ClassVar[str] = "fx_quote_used"
    status: ClassVar[int] = 409
    advice: ClassVar[str] = "Ask for another quote."


class QuoteExpired(FxRejection):
    """The quote's time is over."""

    code: ClassVar[str] = "fx_quote_expired"
    status: ClassVar[int] = 409
    advice: ClassVar[str] = "Ask for another quote, and show its price to whoever pays."
