"""Which changes of events both promises survive: old events stay readable, old readers read on."""

from __future__ import annotations

from typing import Annotated, Any, Literal, cast

import jsonschema
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta

from culm.book import event, versions
from culm.facts import compatibility, schemas

Text = Annotated[str, Meta(description="some text")]
Short = Annotated[str, Meta(max_length=10)]
Shorter = Annotated[str, Meta(max_length=5)]
Digits = Annotated[str, Meta(pattern="^[0-9]+$")]
Hex = Annotated[str, Meta(pattern="^[0-9a-f]+$")]
Big = Annotated[int, Meta(ge=100)]
Small = Annotated[int, Meta(ge=1)]


class Part(msgspec.Struct):
    of: str


class Longer(msgspec.Struct):
    of: str
    more: str = ""


class Demanding(msgspec.Struct):
    of: str
    more: str


class Circle(msgspec.Struct, tag=True):
    radius: int


class Square(msgspec.Struct, tag=True):
    side: int


class Chain(msgspec.Struct):
    rest: Chain | None = None


def thing(*fields: Any, version: int = 1) -> type[event.Event]:
    """An event with these fields: (name, type), or (name, type, default)."""
    made = msgspec.defstruct(
        "Thing",
        fields,
        bases=(event.Event,),
        namespace={"TYPE": "test.thing", "VERSION": version},
        frozen=True,
    )
    return cast(type[event.Event], made)


def document(*structs: type[event.Event]) -> schemas.Document:
    """The schemas of these versions."""
    found: schemas.Document = {}
    for struct in structs:
        found.setdefault(struct.TYPE, {})[str(struct.VERSION)] = schemas.of(struct)
    return found


def codes(old: type[event.Event], new: type[event.Event]) -> list[tuple[str, str]]:
    found = compatibility.changes(document(old), document(new))
    return [(change.code, change.path) for change in found]


A = ("a", str)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ([A], [A]),
        ([A], [("a", Text)]),
        ([("a", str), ("b", str)], [("b", str), ("a", str)]),
        ([("a", Part)], [("a", msgspec.defstruct("Renamed", [("of", str)]))]),
        ([("a", Chain)], [("a", Chain)]),
        ([("a", str | None, None)], [("a", Text | None, None)]),
    ],
)
def test_words_order_and_names_of_structs_are_no_change(old: list[Any], new: list[Any]) -> None:
    assert codes(thing(*old), thing(*new)) == []


@pytest.mark.parametrize(
    ("new", "path"),
    [
        ([A, ("b", str, "")], "b"),
        ([A, ("b", str | None, None)], "b"),
        ([A, ("b", dict[str, str], {})], "b"),
        ([A, ("b", Literal["x"], "x")], "b"),
    ],
)
def test_a_field_that_may_be_left_out_can_come(new: list[Any], path: str) -> None:
    assert codes(thing(A), thing(*new)) == [("field_added", path)]
    assert compatibility.changes(document(thing(A)), document(thing(*new)))[0].compatible


@pytest.mark.parametrize(
    ("old", "new", "code", "path"),
    [
        # fields
        ([A, ("b", int)], [A], "field_removed", "b"),
        ([A, ("b", str, "")], [A], "field_removed", "b"),
        ([A], [("b", str)], "field_renamed", "a"),
        ([A], [A, ("b", int)], "field_required", "b"),
        ([("a", str, "")], [A], "field_required", "a"),
        ([A], [("a", str, "")], "field_optional", "a"),
        ([("a", str, "x")], [("a", str, "y")], "default_changed", "a"),
        ([("a", bool, False)], [("a", bool, True)], "default_changed", "a"),
        # types
        ([A], [("a", int)], "type_changed", "a"),
        ([A], [("a", Part)], "type_changed", "a"),
        ([("a", dict[str, str])], [("a", Part)], "type_changed", "a"),
        ([("a", list[str])], [("a", tuple[str, str])], "type_changed", "a"),
        ([("a", tuple[str, str])], [("a", tuple[str, str, str])], "type_changed", "a"),
        ([A], [("a", Literal["x", "y"])], "type_changed", "a"),
        ([A], [("a", Any)], "type_changed", "a"),
        # wider: who reads by the old schema meets what it does not allow
        ([A], [("a", str | None)], "widened", "a"),
        ([A], [("a", str | int)], "widened", "a"),
        ([("a", Literal["x"])], [("a", Literal["x", "y"])], "widened", "a"),
        ([("a", Literal["x"])], [("a", Literal["x", None])], "widened", "a"),
        ([("a", Circle)], [("a", Circle | Square)], "type_changed", "a"),
        ([("a", Digits)], [A], "widened", "a"),
        ([("a", Shorter)], [("a", Short)], "widened", "a"),
        ([("a", Big)], [("a", Small)], "widened", "a"),
        # narrower: what was recorded once is not allowed any more
        ([("a", str | None)], [A], "narrowed", "a"),
        ([("a", str | int)], [A], "narrowed", "a"),
        ([("a", Literal["x", "y"])], [("a", Literal["x"])], "narrowed", "a"),
        ([A], [("a", Digits)], "narrowed", "a"),
        ([("a", Short)], [("a", Shorter)], "narrowed", "a"),
        ([("a", Small)], [("a", Big)], "narrowed", "a"),
        ([("a", Digits)], [("a", Hex)], "type_changed", "a"),
        # deep inside
        ([("a", Part)], [("a", Demanding)], "field_required", "a.more"),
        ([("a", Longer)], [("a", Part)], "field_removed", "a.more"),
        ([("a", list[Part])], [("a", list[Demanding])], "field_required", "a[].more"),
        ([("a", tuple[str, int])], [("a", tuple[str, str])], "type_changed", "a[1]"),
        ([("a", list[str])], [("a", list[int])], "type_changed", "a[]"),
        ([("a", dict[str, str])], [("a", dict[str, int])], "type_changed", "a.*"),
        ([("a", dict[str, Part])], [("a", dict[str, Demanding])], "field_required", "a.*.more"),
        ([("a", Part | None)], [("a", Demanding | None)], "field_required", "a.more"),
    ],
)
def test_everything_else_breaks_a_promise(
    old: list[Any], new: list[Any], code: str, path: str
) -> None:
    assert codes(thing(*old), thing(*new)) == [(code, path)]
    (change,) = compatibility.changes(document(thing(*old)), document(thing(*new)))
    assert not change.compatible
    assert change.sentence.startswith(f"test.thing version 1: {path} ")


def test_of_several_objects_each_is_compared_with_itself() -> None:
    shapes = ("Circle", "Square")
    smaller = [msgspec.defstruct(name, [], tag=True) for name in shapes]
    grown = codes(thing(("a", Circle | Square)), thing(("a", smaller[0] | Square)))
    assert grown == [("field_removed", "a.radius")]


def test_a_field_inside_that_may_be_left_out_can_come() -> None:
    assert codes(thing(("a", Part)), thing(("a", Longer))) == [("field_added", "a.more")]


def test_events_and_versions_come_and_never_go() -> None:
    one, two = thing(A), thing(("b", int), version=2)

    def found(old: schemas.Document, new: schemas.Document) -> list[tuple[str, int, bool]]:
        return [(c.code, c.version, c.compatible) for c in compatibility.changes(old, new)]

    assert found({}, document(one)) == [("event_added", 1, True)]
    assert found(document(one), {}) == [("event_removed", 1, False)]
    assert found(document(one), document(one, two)) == [("version_added", 2, True)]
    assert found(document(one, two), document(two)) == [("version_removed", 1, False)]


def test_a_new_version_does_not_excuse_what_was_done_to_the_old_one() -> None:
    changed = document(thing(("a", int)), thing(("b", int), version=2))
    found = [(c.code, c.version) for c in compatibility.changes(document(thing(A)), changed)]
    assert found == [("type_changed", 1), ("version_added", 2)]


# -- the law that the tables are instances of

NAMES = ("a", "b", "c")
TYPES: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=3),
    int: st.integers(0, 200),
    Short: st.text(max_size=10),
    Shorter: st.text(max_size=5),
    Big: st.integers(100, 200),
    Small: st.integers(1, 200),
    str | None: st.none() | st.text(max_size=3),
    Literal["x", "y"]: st.sampled_from(["x", "y"]),
    Literal["x"]: st.just("x"),
    list[int]: st.lists(st.integers(0, 9), max_size=3),
}
FIELD = st.tuples(st.sampled_from(list(TYPES)), st.booleans())
FIELDS = st.dictionaries(st.sampled_from(NAMES), FIELD)
MISSING: dict[Any, Any] = {str | None: None, int: 7, Big: 100, Small: 1, list[int]: ()}


def struct_of(fields: dict[str, tuple[Any, bool]]) -> type[event.Event]:
    """An event with these fields, by name: the type, and whether it may be left out."""
    ordered = sorted(fields.items(), key=lambda item: item[1][1])
    given = [
        (name, type_, MISSING.get(type_, "x")) if optional else (name, type_)
        for name, (type_, optional) in ordered
    ]
    return thing(*given)


@given(data=st.data(), released=FIELDS)
def test_what_is_compatible_is_read_from_both_sides(
    data: st.DataObject, released: dict[str, tuple[Any, bool]]
) -> None:
    present = released | data.draw(st.dictionaries(st.sampled_from(NAMES), FIELD, max_size=1))
    old, new = struct_of(released), struct_of(present)
    if all(c.compatible for c in compatibility.changes(document(old), document(new))):
        was, is_ = (
            event.encode(msgspec.convert(data.draw(values(fields)), struct))
            for struct, fields in ((old, released), (new, present))
        )
        msgspec.json.decode(was, type=new)
        jsonschema.validate(msgspec.json.decode(is_), schemas.of(old))


def values(fields: dict[str, tuple[Any, bool]]) -> st.SearchStrategy[dict[str, Any]]:
    """What events with these fields may say."""
    return st.fixed_dictionaries(
        {name: TYPES[type_] for name, (type_, optional) in fields.items() if not optional},
        optional={name: TYPES[type_] for name, (type_, optional) in fields.items() if optional},
    )


def test_the_schemas_of_a_release_are_those_of_all_versions() -> None:
    one, two = thing(A), thing(("b", int), version=2)
    up = versions.Upcast(one, two, lambda _old: msgspec.convert({"b": 1}, two))
    assert schemas.document(versions.Versions([two], [up])) == document(one, two)
