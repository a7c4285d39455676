"""The facts of customers. What is known of a person is in them as sealed text alone."""

from __future__ import annotations

from typing import ClassVar

from culm.book.event import Event
from culm.customers import terms


class CustomerCreated(Event, frozen=True):
    """There is a customer. Business with them begins when they are activated."""

    TYPE: ClassVar[str] = "customers.customer_created"
    id: terms.CustomerId
    kind: terms.Kind
    subject: terms.Subject
    sealed: terms.Sealed
    tier: terms.Tier
    at: terms.Moment


class CustomerUpdated(Event, frozen=True):
    """What is known of a customer is from now on what is sealed here, all of it."""

    TYPE: ClassVar[str] = "customers.customer_updated"
    id: terms.CustomerId
    revision: terms.Revision
    sealed: terms.Sealed


class TierChanged(Event, frozen=True):
    """A customer is of another tier from now on."""

    TYPE: ClassVar[str] = "customers.tier_changed"
    id: terms.CustomerId
    tier: terms.Tier


class CustomerActivated(Event, frozen=True):
    """A customer may take part."""

    TYPE: ClassVar[str] = "customers.customer_activated"
    id: terms.CustomerId
    at: terms.Moment


class CustomerRestricted(Event, frozen=True):
    """A customer takes part in nothing new."""

    TYPE: ClassVar[str] = "customers.customer_restricted"
    id: terms.CustomerId
    reason: terms.Reason


class CustomerUnrestricted(Event, frozen=True):
    """A customer that was restricted may take part again."""

    TYPE: ClassVar[str] = "customers.customer_unrestricted"
    id: terms.CustomerId


class CustomerClosed(Event, frozen=True):
    """The business with a customer has ended, for good."""

    TYPE: ClassVar[str] = "customers.customer_closed"
    id: terms.CustomerId
    at: terms.Moment


class CustomerErased(Event, frozen=True):
    """All that was known of a customer is forgotten: the subject's key is destroyed."""

    TYPE: ClassVar[str] = "customers.customer_erased"
    id: terms.CustomerId
    subject: terms.Subject
    at: terms.Moment


class ConsentGiven(Event, frozen=True):
    """A customer consents to something."""

    TYPE: ClassVar[str] = "customers.consent_given"
    customer: terms.CustomerId
    purpose: terms.Purpose
    version: terms.Version
    at: terms.Moment


class ConsentWithdrawn(Event, frozen=True):
    """A customer consents to something no longer."""

    TYPE: ClassVar[str] = "customers.consent_withdrawn"
    customer: terms.CustomerId
    purpose: terms.Purpose
    at: terms.Moment
