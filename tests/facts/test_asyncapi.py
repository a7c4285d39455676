"""The description of what is published: valid AsyncAPI 3.0, complete, and true."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import jsonschema
import msgspec
import pytest
from referencing import Registry
from referencing.jsonschema import DRAFT7

from culm import app
from culm.book import catalog, event, versions
from culm.facts import asyncapi, cloudevent, envelope, schemas, shown, subject
from culm.ledger import commands
from tests.conftest import Ledger

OFFICIAL = Path(__file__).parent / "data" / "asyncapi" / "3.0.0.json"
CATALOG = app.catalog()
DOCUMENT = asyncapi.document(CATALOG)
MESSAGES = DOCUMENT["components"]["messages"]
EXAMPLES = shown.examples(CATALOG)


class Old(event.Event, frozen=True):
    """Something happened, as it was told once. A detail of no interest.

    More about it.
    """

    TYPE: ClassVar[str] = "test.happened"
    what: str


class New(event.Event, frozen=True):
    """Something happened."""

    TYPE: ClassVar[str] = "test.happened"
    VERSION: ClassVar[int] = 2
    what: tuple[str, str]


PLANTED = catalog.Catalog(
    [
        catalog.Context(
            name="test",
            tables=(),
            journals=(),
            applies={New: lambda _unit, _event, _position: None},
            commands=(),
            upcasts=(versions.Upcast(Old, New, lambda old: New((old.what, ""))),),
        )
    ]
)


def official(document: dict[str, Any]) -> None:
    """Hold a document against AsyncAPI's own schema."""
    jsonschema.Draft7Validator(msgspec.json.decode(OFFICIAL.read_bytes())).validate(document)


def payload(document: dict[str, Any], message: str) -> jsonschema.Draft7Validator:
    """What says whether a message is as the document has it."""
    registry = Registry[Any]().with_resource("culm:", DRAFT7.create_resource(document))
    schema = {"$ref": f"culm:#/components/messages/{message}/payload"}
    return jsonschema.Draft7Validator(
        schema, registry=registry, format_checker=jsonschema.FormatChecker()
    )


@pytest.mark.parametrize("stocked", [CATALOG, PLANTED], ids=["ours", "with an old version"])
def test_the_description_is_valid(stocked: catalog.Catalog) -> None:
    official(asyncapi.document(stocked))


def test_the_official_schema_refuses_what_is_not_asyncapi() -> None:
    with pytest.raises(jsonschema.ValidationError):
        official(DOCUMENT | {"operations": {"x": {"action": "publish"}}})


def test_every_event_has_a_channel_on_its_subject_that_culm_sends_on() -> None:
    for struct in CATALOG.versions.newest:
        channel = DOCUMENT["channels"][struct.TYPE]
        assert channel["address"].format(tenant="acme") == subject.of("acme", struct.TYPE)
        operation = DOCUMENT["operations"][struct.TYPE]
        assert operation["action"] == "send"
        assert operation["channel"] == {"$ref": f"#/channels/{struct.TYPE}"}
    assert len(DOCUMENT["channels"]) == len(CATALOG.versions.newest)


def test_every_version_is_a_message_and_older_ones_say_so() -> None:
    document = asyncapi.document(PLANTED)
    assert list(document["channels"]["test.happened"]["messages"]) == ["v1", "v2"]
    old, new = (document["components"]["messages"][f"test.happened.v{n}"] for n in (1, 2))
    assert (old["name"], new["name"]) == ("culm.test.happened.v1", "culm.test.happened.v2")
    assert "earlier releases" in old["description"]
    assert "description" not in new
    assert old["summary"] == "Something happened, as it was told once. A detail of no interest."


def test_every_event_has_an_example_and_every_field_a_meaning() -> None:
    """Give the event an example in its context's examples.py, the field a description in Meta."""
    assert [struct for struct in CATALOG.versions.all if struct not in EXAMPLES] == []
    nameless = [
        f"{type_} version {version}: {at}.{name}"
        for type_, found in schemas.document(CATALOG.versions).items()
        for version, schema in found.items()
        for at, part in {"": schema, **schema.get("$defs", {})}.items()
        for name, field in part["properties"].items()
        if not schemas.description(field)
    ]
    assert nameless == []


def test_every_time_in_an_event_has_an_offset() -> None:
    """A time of an event is annotated with Meta(tz=True): its schema says that it is a time."""
    for struct in CATALOG.versions.all:
        for field in msgspec.inspect.type_info(struct).fields:  # type: ignore[attr-defined]
            options = getattr(field.type, "types", (field.type,))
            for option in options:
                if isinstance(option, msgspec.inspect.DateTimeType):
                    assert option.tz, f"{struct.TYPE}: {field.name}"


@pytest.mark.parametrize("struct", EXAMPLES, ids=lambda struct: struct.TYPE)
def test_an_example_is_what_its_message_says(struct: type[event.Event]) -> None:
    example = EXAMPLES[struct]
    payload(DOCUMENT, f"{struct.TYPE}.v{struct.VERSION}").validate(example)
    jsonschema.Draft202012Validator(schemas.of(struct)).validate(example["data"])
    body = msgspec.json.encode(example["data"])
    assert CATALOG.decode(struct.TYPE, struct.VERSION, body).TYPE == struct.TYPE


def test_an_example_of_another_event_is_refused() -> None:
    placed, released = "ledger.hold_placed.v1", "ledger.hold_released.v1"
    (example,) = MESSAGES[released]["examples"]
    assert not payload(DOCUMENT, placed).is_valid(example["payload"])
    spoilt = example["payload"] | {"data": {"hold": 7}}
    assert not payload(DOCUMENT, released).is_valid(spoilt)


def test_a_tuple_has_its_elements_and_no_more() -> None:
    document = asyncapi.document(PLANTED)
    published = shown.published(New(("a", "b")))
    accepts = payload(document, "test.happened.v2")
    assert accepts.is_valid(published)
    for what in (["a"], ["a", "b", "c"], ["a", 1]):
        assert not accepts.is_valid(published | {"data": {"what": what}})


async def test_what_is_recorded_is_as_its_message_says(memory_ledger: Ledger) -> None:
    submit = memory_ledger.submit
    await submit(commands.CreateTenant(name="Acme"), key="k")
    opened = [
        await submit(commands.OpenAccount(code=f"assets:{n}", currency="EUR")) for n in range(2)
    ]
    postings = (
        commands.Posting(opened[0].id, "debit", 7),
        commands.Posting(opened[1].id, "credit", 7),
    )
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    await submit(commands.PostTransaction(postings=postings, effective=moment))
    await submit(commands.PlaceHold(debit=opened[0].id, credit=opened[1].id, amount=5))
    rows = await memory_ledger.store.events(0, range(5))
    assert len(rows) == 5
    for row in rows.values():
        for inline in (True, False):
            fact = cloudevent.encode(cloudevent.of(row, "culm.test", inline=inline))
            payload(DOCUMENT, f"{row.type}.v{row.version}").validate(msgspec.json.decode(fact))


def test_the_envelope_names_what_a_cloud_event_has() -> None:
    assert set(envelope.SCHEMA["properties"]) == set(cloudevent.CloudEvent.__struct_fields__)


def test_the_description_does_not_depend_on_chance() -> None:
    assert msgspec.json.encode(asyncapi.document(app.catalog())) == msgspec.json.encode(DOCUMENT)
