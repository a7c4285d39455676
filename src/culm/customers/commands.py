"""What may be asked of customers. What is known of a person comes sealed, from the route."""

from __future__ import annotations

from typing import Annotated

import msgspec

from culm.customers import checks, types


def described(**schema: object) -> msgspec.Meta:
    """What callers are told of a value's form; it is checks that refuse another."""
    return msgspec.Meta(extra_json_schema=schema)


Tier = Annotated[str, described(pattern=f"^{checks.WORD.pattern}$")]
Purpose = Annotated[str, described(pattern=f"^{checks.WORD.pattern}$")]
Version = Annotated[str, described(pattern=f"^{checks.VERSION.pattern}$")]

BASIC: str = "basic"
"""The tier of those of whom nothing else is said."""


class Command(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whatever is asked of customers, by the tenant that the request names."""


class CreateCustomer(Command, frozen=True):
    """Keep a customer, of whom everything that is known is sealed with the key of `subject`."""

    kind: types.Kind
    subject: str
    sealed: str
    tier: Tier = BASIC


class UpdateCustomer(Command, frozen=True):
    """Replace what is known of a customer, if that is still what it was at this revision."""

    customer: str
    revision: int
    sealed: str


class SetTier(Command, frozen=True):
    """Move a customer to another tier, and so to the limits of that."""

    customer: str
    tier: Tier


class ActivateCustomer(Command, frozen=True):
    """Let a customer take part."""

    customer: str


class RestrictCustomer(Command, frozen=True):
    """Let a customer take part in nothing new."""

    customer: str
    reason: types.Reason


class UnrestrictCustomer(Command, frozen=True):
    """Let a restricted customer take part again."""

    customer: str


class CloseCustomer(Command, frozen=True):
    """End the business with a customer, for good."""

    customer: str


class EraseCustomer(Command, frozen=True):
    """Forget all that is known of a closed customer, for good."""

    customer: str


class GiveConsent(Command, frozen=True):
    """Record that a customer consents to something, as a version of its text puts it."""

    customer: str
    purpose: Purpose
    version: Version


class WithdrawConsent(Command, frozen=True):
    """Record that a customer consents no longer."""

    customer: str
    purpose: Purpose
