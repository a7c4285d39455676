"""Examples of answers, made from their schemas: every member has a value as it could be.

The API has one vocabulary: a member of a name means the same wherever it stands, so that it can be
shown by the same value. An operation that says more by an example of its own gives it (`answer`).
"""

from __future__ import annotations

from typing import Any, Final

Json = dict[str, Any]

_REFERENCE: Final = "#/components/schemas/"

_IDS: Final = {
    "account": "acc",
    "bank_account": "bac",
    "credit": "acc",
    "customer": "cus",
    "debit": "acc",
    "destination": "wal",
    "dispute": "dis",
    "endpoint": "whe",
    "event": "evt",
    "fact": "evt",
    "hold": "hld",
    "access_key": "key",
    "payment": "pay",
    "refund": "ref",
    "reverses": "txn",
    "source": "wal",
    "timer": "tmr",
    "transaction": "txn",
    "transfer": "tfr",
    "wallet": "wal",
    "webhook_replay": "rpl",
}
"""What ids begin with, by the name of the member, or of the type that has the id."""

_TEXTS: Final = {
    "actor": "key_000000000000001a",
    "addresses": "203.0.113.0/24",
    "city": "Bern",
    "closes": "20:00",
    "code": "liabilities:customers:ann",
    "country": "CH",
    "currency": "EUR",
    "description": "Coffee beans",
    "email": "ann@example.com",
    "event_types": "ledger.transaction_posted",
    "family_name": "Example",
    "given_name": "Ann",
    "kind": "transfer",
    "last4": "6789",
    "legal_name": "Example Ltd",
    "lines": "Bundesplatz 3",
    "name": "Ann",
    "odfi": "091000019",
    "parked": "webhooks:evt_000000000000001a",
    "phone": "+41445550123",
    "postal_code": "3005",
    "reference": "INV-42",
    "registration_number": "CHE-123.456.789",
    "routing": "091000019",
    "settles": "08:30",
    "tenant": "acme",
    "tier": "basic",
    "trading_name": "Example",
    "type": "ledger.transaction_posted",
    "url": "https://hooks.example.com/culm",
    "zone": "Europe/Zurich",
}

_OWN: Final = {"Hold.captured": "0", "EventSchema.path": "/v1/events/schemas/..."}
"""Members that are shown otherwise in one type than in others."""

_FORMATS: Final = {
    "date": "2026-11-25",
    "date-time": "2026-11-25T09:30:00Z",
    "minor-units": "12500",
}

_LIKELY: Final = (
    "active",
    "open",
    "enabled",
    "armed",
    "captured",
    "credit",
    "person",
    "transfer",
    "none",
)
"""Of several words, the one that is shown."""

_OTHERS: Final = frozenset({"credit", "destination"})
"""Members whose id is another one than that of the member before."""

_ZERO: Final = frozenset(
    {"disputed", "held", "held_in", "held_out", "pending", "refunded", "released", "returned"}
)
"""Amounts that are mostly nothing."""

_PRESENT: Final = frozenset({"address", "email", "expires", "person", "phone", "transaction"})
"""Members that are shown though they may be null; the others of these are null."""

_DEEPEST: Final = 6


def sample(schema: Json, components: Json) -> Any:
    """A value of a schema."""
    return _value(schema, components, "", "", 0)


def _value(schema: Json, components: Json, name: str, owner: str, depth: int) -> Any:
    if "$ref" in schema:
        of = schema["$ref"].removeprefix(_REFERENCE)
        return _value(components[of], components, name, of, depth)
    if "anyOf" in schema:
        if name not in _PRESENT and any(one.get("type") == "null" for one in schema["anyOf"]):
            return None
        return _value(_likeliest(schema["anyOf"]), components, name, owner, depth)
    if "enum" in schema:
        return next((one for one in _LIKELY if one in schema["enum"]), schema["enum"][0])
    match schema.get("type"):
        case "object":
            return _object(schema, components, owner, depth)
        case "array":
            return _array(schema, components, name, owner, depth)
        case "string":
            return _text(schema, name, owner)
        case "boolean":
            return False
        case "integer" | "number":
            return schema.get("minimum", 1)
        case _:
            return None


def _object(schema: Json, components: Json, owner: str, depth: int) -> Json:
    if depth > _DEEPEST:
        return {}
    members = {
        name: _value(of, components, name, owner, depth + 1)
        for name, of in schema.get("properties", {}).items()
    }
    return members | ({"next_cursor": None} if "next_cursor" in members else {})


def _array(schema: Json, components: Json, name: str, owner: str, depth: int) -> list[Any]:
    prefix = [
        _value(one, components, name, owner, depth + 1) for one in schema.get("prefixItems", ())
    ]
    items = schema.get("items")
    if prefix or not items or depth > _DEEPEST:
        return prefix
    return [_value(items, components, name, owner, depth + 1)] * max(1, schema.get("minItems", 1))


def _text(schema: Json, name: str, owner: str) -> str:
    owner = owner.removesuffix("Expandable")
    if (own := f"{owner}.{name}") in _OWN:
        return _OWN[own]
    if (form := schema.get("format")) in _FORMATS:
        return "0" if name in _ZERO else _FORMATS[form]
    kind = _snake(owner) if name == "id" else name
    if kind in _IDS:
        return f"{_IDS[kind]}_000000000000001{'b' if name in _OTHERS else 'a'}"
    return _TEXTS.get(name, "x" * int(schema.get("minLength", 0)))


def _likeliest(options: list[Json]) -> Json:
    """An id before what it may be expanded to, and anything before null."""
    return min(options, key=lambda one: (one.get("type") == "null", "$ref" in one))


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)[1:]
