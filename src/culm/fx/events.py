"""The facts of foreign exchange. Amounts are decimal texts of minor units."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from culm.book.event import Event
from culm.fx import terms, types


class RateSet(Event, frozen=True):
    """Two currencies are exchanged at this rate until it is set anew, or is valid no more."""

    TYPE: ClassVar[str] = "fx.rate_set"
    base: terms.Base
    counter: terms.Counter
    rate: terms.Rate
    spread_basis_points: terms.Spread
    valid_until: terms.Moment


class QuoteCreated(Event, frozen=True):
    """A price was promised, until it `expires`."""

    TYPE: ClassVar[str] = "fx.quote_created"
    id: terms.QuoteId
    sell_currency: terms.Currency
    sell_amount: terms.Amount
    buy_currency: terms.Currency
    buy_amount: terms.Amount
    fixed: Annotated[types.Fixed, Meta(description="Which amount was asked for.")]
    base: terms.Base
    counter: terms.Counter
    rate: terms.Rate
    spread_basis_points: terms.Spread
    expires: terms.Moment


class QuoteUsed(Event, frozen=True):
    """A payment was made at the promised price. A quote is used once."""

    TYPE: ClassVar[str] = "fx.quote_used"
    id: terms.QuoteId
    payment: Annotated[str, Meta(description="The payment that used it: `pay_...`.")]
