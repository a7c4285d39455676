"""Bodies of requests about customers. What they say of people is in clear here, and goes no
further than to its sealing."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final

import msgspec

from culm.customers import commands, profile, rejections, types
from culm.gateway import limits

Unset = msgspec.UnsetType

_LONGEST: Final = {
    "name": profile.MAX_TEXT,
    "email": profile.MAX_EMAIL,
    "phone": profile.MAX_TEXT,
    "reference": profile.MAX_TEXT,
}
"""What can be looked for, and how long it can be."""

After = Annotated[
    str,
    msgspec.Meta(
        description="Where the page begins: `next_cursor` of the page before.",
        extra_json_schema={"maxLength": limits.MAX_PARAMETER_LENGTH},
    ),
]


class NewCustomer(profile.Profile, frozen=True):
    """A customer: a person or a business, and what is known of them."""

    tier: commands.Tier = commands.BASIC


class CustomerChange(commands.Command, frozen=True):
    """What is known anew of a customer. What is left out stays; null means that it is not known
    any more."""

    person: profile.Person | Unset = msgspec.UNSET
    business: profile.Business | Unset = msgspec.UNSET
    email: profile.Email | Unset | None = msgspec.UNSET
    phone: profile.Phone | Unset | None = msgspec.UNSET
    address: profile.Address | Unset | None = msgspec.UNSET
    reference: profile.Text | Unset | None = msgspec.UNSET
    metadata: profile.Metadata | Unset = msgspec.UNSET

    def of(self, known: profile.Profile) -> profile.Profile:
        """What is known with this change."""
        return msgspec.structs.replace(known, **_given(self))


class ChangeOfCustomer(CustomerChange, frozen=True, kw_only=True):
    """The same with the customer, as its key remembers it."""

    customer: str


class CustomerTier(commands.Command, frozen=True):
    """Another tier."""

    tier: commands.Tier


class CustomerRestriction(commands.Command, frozen=True):
    """Why a customer takes part in nothing new."""

    reason: types.Reason


class CustomerConsent(commands.Command, frozen=True):
    """What a customer consents to, as this version of its text puts it."""

    purpose: commands.Purpose
    version: commands.Version


class CustomerConsentEnd(commands.Command, frozen=True):
    """What a customer consents to no longer."""

    purpose: commands.Purpose


class CustomerSearch(commands.Command, frozen=True):
    """One value to look for, as it is known: a whole one, differences of case and spacing aside.
    It stands in a body, since addresses of requests end up in logs all along their way."""

    name: profile.Text | None = None
    email: Annotated[str, commands.described(minLength=1, maxLength=profile.MAX_EMAIL)] | None = (
        None
    )
    phone: profile.Text | None = None
    reference: profile.Text | None = None
    after: After | None = None
    limit: Annotated[int, commands.described(minimum=1, maximum=limits.MAX_PAGE)] = (
        limits.DEFAULT_PAGE
    )

    @property
    def wanted(self) -> tuple[str, str]:
        """The field and the value. Raises `CustomerInvalid` for none and for several."""
        given = [
            (field, value) for field in _LONGEST if (value := getattr(self, field)) is not None
        ]
        if len(given) != 1 or not 1 <= len(given[0][1]) <= _LONGEST[given[0][0]]:
            raise rejections.CustomerInvalid(
                "A search has one value: a name, an email address, a phone number or a reference.",
                field="name",
            )
        return given[0]


def known(body: NewCustomer, *, today: date) -> profile.Profile:
    """What a body says of a customer. Raises `CustomerInvalid`."""
    fields = profile.Profile.__struct_fields__
    found = profile.Profile(**{field: getattr(body, field) for field in fields})
    profile.check(found, today=today)
    return found


def _given(change: CustomerChange) -> dict[str, Any]:
    fields = CustomerChange.__struct_fields__
    values = {field: getattr(change, field) for field in fields}
    return {field: value for field, value in values.items() if value is not msgspec.UNSET}
