"""What differs between two JSON Schemas, as far as it matters to those who read or write by them.

Words for people (titles, descriptions, examples) matter to nobody's program.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from culm.facts import kinds

Json = dict[str, Any]

_LOWER: Final = frozenset({"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"})
_UPPER: Final = frozenset({"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"})
_WORDS: Final = frozenset({"$schema", "$id", "$defs", "title", "description", "examples"})
_PARTS: Final = frozenset(
    {"type", "enum", "const", "properties", "required", "additionalProperties", "items"}
    | {"prefixItems", "anyOf", "discriminator", "$ref", "default"}
)
_LENGTH: Final = frozenset({"minItems", "maxItems"})


class Difference(NamedTuple):
    """One difference: a stable code, where it is, and what it is."""

    code: str
    path: str
    what: str


def differences(old: Json, new: Json) -> Iterator[Difference]:
    """What is not in `new` as it was in `old`, in the order of the fields."""
    yield from _Pair(old.get("$defs", {}), new.get("$defs", {})).values("", old, new)


class _Pair:
    """Two schemas with what they refer to, walked together."""

    def __init__(self, old: Json, new: Json) -> None:
        self._old = old
        self._new = new
        self._seen: set[tuple[str, str]] = set()

    def values(self, path: str, old: Json | bool, new: Json | bool) -> Iterator[Difference]:
        """What differs between the values that two schemas allow."""
        before, now = kinds.of(old, self._old), kinds.of(new, self._new)
        gone = [kind for kind in before if kind not in now]
        come = [kind for kind in now if kind not in before]
        if gone and come:
            what = f"was {' or '.join(before)} and is now {' or '.join(now)}"
            yield Difference("type_changed", path, what)
        elif gone:
            yield Difference("narrowed", path, f"may no longer be {' or '.join(gone)}")
        elif come:
            yield Difference("widened", path, f"may now be {' or '.join(come)} too")
        for kind in before:
            if kind in now:
                yield from self._same_kind(path, before[kind], now[kind])

    def _same_kind(self, path: str, old: Json, new: Json) -> Iterator[Difference]:
        refers = (old.get("$ref", ""), new.get("$ref", ""))
        if all(refers):
            if refers in self._seen:
                return
            self._seen.add(refers)
        old, new = kinds.resolved(old, self._old), kinds.resolved(new, self._new)
        yield from _choices(path, old, new)
        yield from self._fields(path, old, new)
        yield from self._map(path, old, new)
        yield from self._items(path, old, new)
        yield from _rules(path, old, new)

    def _fields(self, path: str, old: Json, new: Json) -> Iterator[Difference]:
        before, now = old.get("properties", {}), new.get("properties", {})
        required = (set(old.get("required", ())), set(new.get("required", ())))
        renamed = dict(_renamed(before, now))
        for name, field in before.items():
            at = f"{path}.{name}".lstrip(".")
            if name in now:
                yield from _presence(at, name, required)
                if name not in required[0] | required[1]:
                    yield from _default(at, field, now[name])
                yield from self.values(at, field, now[name])
            elif name in renamed:
                yield Difference("field_renamed", at, f"is now called {renamed[name]}")
            else:
                yield Difference("field_removed", at, "is gone")
        for name in [name for name in now if name not in before]:
            at = f"{path}.{name}".lstrip(".")
            if name in required[1] and name not in renamed.values():
                yield Difference("field_required", at, "is new, and old events lack it")
            elif name not in renamed.values():
                yield Difference("field_added", at, "is new, and may be left out")

    def _map(self, path: str, old: Json, new: Json) -> Iterator[Difference]:
        if "additionalProperties" in old or "additionalProperties" in new:
            more = (schema.get("additionalProperties", {}) for schema in (old, new))
            yield from self.values(f"{path}.*", *more)

    def _items(self, path: str, old: Json, new: Json) -> Iterator[Difference]:
        before, now = old.get("prefixItems", ()), new.get("prefixItems", ())
        if len(before) != len(now):
            what = f"had {len(before)} elements and has now {len(now)}"
            yield Difference("type_changed", path, what)
        for place, (one, other) in enumerate(zip(before, now, strict=False)):
            yield from self.values(f"{path}[{place}]", one, other)
        rest = [schema.get("items", {}) for schema in (old, new)]
        if any(rest) or rest[0] != rest[1]:  # False ends a tuple
            yield from self.values(f"{path}[]", *rest)


def _renamed(before: Json, now: Json) -> Iterator[tuple[str, str]]:
    """Fields that went while exactly one of the same shape came."""
    gone = [name for name in before if name not in now]
    come = [name for name in now if name not in before]
    for name in gone:
        alike = [other for other in come if _bare(now[other]) == _bare(before[name])]
        rivals = [other for other in gone if _bare(before[other]) == _bare(before[name])]
        if len(alike) == len(rivals) == 1:
            yield name, alike[0]


def _bare(schema: Any) -> Any:
    """A schema without its words."""
    if isinstance(schema, list):
        return [_bare(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {key: _bare(value) for key, value in schema.items() if key not in _WORDS}


def _presence(path: str, name: str, required: tuple[set[str], set[str]]) -> Iterator[Difference]:
    was, is_ = (name in names for names in required)
    if was and not is_:
        yield Difference("field_optional", path, "was always there, and may now be left out")
    elif is_ and not was:
        yield Difference("field_required", path, "could be left out, and has now to be there")


def _default(path: str, old: Json, new: Json) -> Iterator[Difference]:
    before, now = (repr(schema.get("default", "something else")) for schema in (old, new))
    if before != now:
        yield Difference(
            "default_changed", path, f"meant {before} when left out, and means now {now}"
        )


def _choices(path: str, old: Json, new: Json) -> Iterator[Difference]:
    before, now = kinds.values(old), kinds.values(new)
    for code, values, what in (
        ("narrowed", [v for v in before if v not in now], "may no longer be"),
        ("widened", [v for v in now if v not in before], "may now be"),
    ):
        if values:
            yield Difference(code, path, f"{what} {', '.join(map(repr, values))}")


def _rules(path: str, old: Json, new: Json) -> Iterator[Difference]:
    """What else a schema demands: bounds, patterns, formats, and whatever else is not words."""
    told = _WORDS | _PARTS | (_LENGTH if "prefixItems" in old else frozenset())
    for key in sorted((old.keys() | new.keys()) - told):
        before, now = old.get(key), new.get(key)
        if before != now:
            what = f"has now {key} {now!r}, and had {before!r}"
            yield Difference(_direction(key, before, now), path, what)


def _direction(key: str, before: Any, now: Any) -> str:
    if before is None or now is None:
        return "narrowed" if before is None else "widened"
    bound = isinstance(before, int | float) and isinstance(now, int | float)
    if bound and key in _LOWER | _UPPER:
        return "narrowed" if (now > before) == (key in _LOWER) else "widened"
    return "type_changed"
