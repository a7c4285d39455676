"""What is known of a customer: the form of it. It is in clear only between caller and sealing."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Final

import msgspec

from culm.customers import rejections, types
from culm.customers.commands import described

MAX_TEXT: Final = 200
MAX_EMAIL: Final = 254
MAX_LINES: Final = 4
MAX_METADATA: Final = 20
FIRST_YEAR: Final = 1900

EMAIL: Final = re.compile(r"[^\s@<>\"]{1,64}@[^\s@<>\"]{1,189}")
PHONE: Final = re.compile(r"\+[1-9][0-9]{6,14}")
COUNTRY: Final = re.compile(r"[A-Z]{2}")
KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")

Text = Annotated[str, described(minLength=1, maxLength=MAX_TEXT)]
Email = Annotated[str, described(format="email", maxLength=MAX_EMAIL)]
Phone = Annotated[str, described(pattern=f"^{PHONE.pattern}$")]
Country = Annotated[str, described(pattern=f"^{COUNTRY.pattern}$")]
Metadata = Annotated[dict[str, str], described(maxProperties=MAX_METADATA)]


class Known(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of what is known of a customer."""


class Person(Known, frozen=True):
    """A natural person."""

    given_name: Text
    family_name: Text
    birth_date: date | None = None


class Business(Known, frozen=True):
    """A legal person, or whoever trades under a name."""

    legal_name: Text
    trading_name: Text | None = None
    registration_number: Text | None = None


class Address(Known, frozen=True):
    """A postal address; `country` is a code of ISO 3166-1 alpha-2."""

    lines: Annotated[tuple[Text, ...], described(minItems=1, maxItems=MAX_LINES)]
    country: Country
    city: Text | None = None
    region: Text | None = None
    postal_code: Text | None = None


class Profile(Known, frozen=True):
    """All that is known of a customer. `phone` as in E.164; `reference` is what the tenant calls
    the customer; `metadata` is the tenant's own. Everything here is sealed."""

    person: Person | None = None
    business: Business | None = None
    email: Email | None = None
    phone: Phone | None = None
    address: Address | None = None
    reference: Text | None = None
    metadata: Metadata = {}


def kind(profile: Profile) -> types.Kind:
    """Whether somebody is a person or a business. Raises `CustomerInvalid` for both and none."""
    if (profile.person is None) == (profile.business is None):
        raise _invalid("A customer is either a person or a business.", "person")
    return "business" if profile.person is None else "person"


def require_kind(profile: Profile, kind_: types.Kind) -> None:
    """Refuse to make a person a business, or the other way round, with `CustomerInvalid`."""
    if kind(profile) != kind_:
        raise _invalid(f"The customer is a {kind_}.", kind_)


def name(profile: Profile) -> str:
    """What a customer is called."""
    if profile.person is not None:
        return f"{profile.person.given_name} {profile.person.family_name}"
    return profile.business.legal_name if profile.business is not None else ""


def check(profile: Profile, *, today: date) -> None:
    """Refuse what does not have its form, with `CustomerInvalid`. Nothing is quoted."""
    for part in ("person", "business", "address"):
        _texts(getattr(profile, part), part)
    if profile.person is not None and profile.person.birth_date is not None:
        born = profile.person.birth_date
        if born.year < FIRST_YEAR or born > today:
            raise _invalid("Nobody was born then.", "person.birth_date")
    if profile.address is not None:
        _address(profile.address)
    _match(EMAIL, profile.email, "email", "This is no email address.")
    _match(PHONE, profile.phone, "phone", "A phone number is written as in +14155550123 (E.164).")
    if profile.reference is not None:
        _text(profile.reference, "reference")
    _metadata(profile.metadata)


def _address(address: Address) -> None:
    if not 1 <= len(address.lines) <= MAX_LINES:
        raise _invalid(f"An address has 1 to {MAX_LINES} lines.", "address.lines")
    for index, line in enumerate(address.lines):
        _text(line, f"address.lines[{index}]")
    _match(COUNTRY, address.country, "address.country", "A country is two capitals (ISO 3166-1).")


def _metadata(metadata: dict[str, str]) -> None:
    if len(metadata) > MAX_METADATA or not all(map(KEY.fullmatch, metadata)):
        raise _invalid(
            f"Metadata has at most {MAX_METADATA} members, named by lower-case words of at most "
            "40 letters, digits or '_'.",
            "metadata",
        )
    for value in metadata.values():
        if len(value) > MAX_TEXT or not value.isprintable():
            raise _invalid(f"A value has at most {MAX_TEXT} printable characters.", "metadata")


def _texts(part: Known | None, path: str) -> None:
    if part is not None:
        for field in part.__struct_fields__:
            if isinstance(value := getattr(part, field), str):
                _text(value, f"{path}.{field}")


def _text(value: str, field: str) -> None:
    if not (value.strip() and len(value) <= MAX_TEXT and value.isprintable()):
        raise _invalid(f"This is 1 to {MAX_TEXT} printable characters, not all spaces.", field)


def _match(form: re.Pattern[str], value: str | None, field: str, sentence: str) -> None:
    if value is not None and not (form.fullmatch(value) and value.isprintable()):
        raise _invalid(sentence, field)


def _invalid(sentence: str, field: str) -> rejections.CustomerInvalid:
    return rejections.CustomerInvalid(sentence, field=field)
