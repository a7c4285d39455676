"""The lifecycle of a customer: each state, whatever may happen in it, and what follows."""

from __future__ import annotations

from typing import Final, Literal

from culm.customers import rejections, types
from culm.kernel import errors

Happening = Literal["activate", "restrict", "unrestrict", "close"]

Refused = type[errors.CulmError]

TABLE: Final[dict[tuple[types.State, Happening], types.State | Refused]] = {
    ("created", "activate"): "active",
    ("created", "restrict"): rejections.CustomerNotActive,
    ("created", "unrestrict"): rejections.CustomerNotActive,
    ("created", "close"): "closed",
    ("active", "activate"): "active",
    ("active", "restrict"): "restricted",
    ("active", "unrestrict"): "active",
    ("active", "close"): "closed",
    ("restricted", "activate"): rejections.CustomerRestricted,
    ("restricted", "restrict"): "restricted",
    ("restricted", "unrestrict"): "active",
    ("restricted", "close"): "closed",
    ("closed", "activate"): rejections.CustomerClosed,
    ("closed", "restrict"): rejections.CustomerClosed,
    ("closed", "unrestrict"): rejections.CustomerClosed,
    ("closed", "close"): "closed",
}
"""What follows when something happens; the same state again is no news."""


def after(customer: types.Customer, happening: Happening) -> types.State:
    """The state that follows.

    Raises `CustomerNotActive`, `CustomerRestricted`, `CustomerClosed`.
    """
    following = TABLE[customer.state, happening]
    if isinstance(following, str):
        return following
    raise refusal(following)


def refusal(kind: Refused, field: str = "customer") -> errors.CulmError:
    """A refusal, in the sentence of its kind."""
    return kind(" ".join((kind.__doc__ or kind.code).split()), field=field)
