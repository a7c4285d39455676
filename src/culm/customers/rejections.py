"""Why customers say no. Codes are stable. No sentence quotes what somebody said of a person."""

from __future__ import annotations

from typing import ClassVar

from culm.kernel import errors


class CustomerInvalid(errors.Invalid):
    """Something that is said of a customer does not have its form; `field` names it."""

    code: ClassVar[str] = "customer_invalid"


class TierInvalid(errors.Invalid):
    """A tier is a word of at most 32 lower-case letters, digits, '-' or '_'."""

    code: ClassVar[str] = "customer_tier_invalid"


class ConsentInvalid(errors.Invalid):
    """A consent has a purpose, which is a word like a tier, and a version of its text, at most 40
    letters, digits or any of '.', '-' and '_'."""

    code: ClassVar[str] = "customer_consent_invalid"


class CustomerNotFound(errors.Rejection):
    """There is no such customer."""

    code: ClassVar[str] = "customer_not_found"
    status: ClassVar[int] = 404


class CustomerNotActive(errors.Rejection):
    """The customer has not been activated yet."""

    code: ClassVar[str] = "customer_not_active"
    status: ClassVar[int] = 409


class CustomerRestricted(errors.Rejection):
    """The customer is restricted and takes part in nothing new until that is lifted."""

    code: ClassVar[str] = "customer_restricted"
    status: ClassVar[int] = 409


class CustomerClosed(errors.Rejection):
    """The customer is closed, for good."""

    code: ClassVar[str] = "customer_closed"
    status: ClassVar[int] = 409


class CustomerNotClosed(errors.Rejection):
    """Only a closed customer can be erased."""

    code: ClassVar[str] = "customer_not_closed"
    status: ClassVar[int] = 409


class CustomerInUse(errors.Rejection):
    """The customer has wallets or linked accounts that are open. Close these first."""

    code: ClassVar[str] = "customer_in_use"
    status: ClassVar[int] = 409


class CustomerChanged(errors.Rejection):
    """The customer was changed by somebody else at the same time, again and again."""

    code: ClassVar[str] = "customer_changed"
    status: ClassVar[int] = 409


class ConsentNotFound(errors.Rejection):
    """The customer never gave consent for this purpose."""

    code: ClassVar[str] = "customer_consent_not_found"
    status: ClassVar[int] = 404


class TooManyConsents(errors.Rejection):
    """A customer has consents for at most 50 purposes."""

    code: ClassVar[str] = "customer_too_many_consents"
