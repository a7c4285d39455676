"""This repository keeps its own promises about events, and the commands that say so."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

import msgspec
import pytest
from click.testing import CliRunner, Result

from culm import app, cli
from culm.book import event, versions
from culm.facts import compatibility, reference, released, schemas
from culm.ledger import terms, types

ROOT = Path(__file__).parents[2]
KEPT = ROOT / released.FILE
PRESENT = schemas.document(app.catalog().versions)


def culm(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli.culm, ["events", *map(str, arguments)])


def spoilt() -> schemas.Document:
    """A release whose holds had a field that is gone now."""
    old: schemas.Document = msgspec.json.decode(msgspec.json.encode(PRESENT))
    old["ledger.hold_placed"]["1"]["properties"]["priority"] = {"type": "integer", "default": 1}
    return old


def test_this_release_breaks_no_promise_of_the_last() -> None:
    released.require_compatible(compatibility.changes(released.read(KEPT), PRESENT))


def test_the_reference_is_what_the_code_says() -> None:
    """`culm events reference > docs/reference/events.md` makes it so."""
    assert (ROOT / "docs/reference/events.md").read_text() == reference.page(app.catalog())


def test_a_check_that_finds_nothing_wrong_says_what_is_new(tmp_path: Path) -> None:
    file = tmp_path / "events.json"
    file.write_text(released.text({k: v for k, v in PRESENT.items() if "hold" not in k}))
    done = culm("check", file)
    assert done.exit_code == 0, done.output
    assert "event_added     ledger.hold_placed is new." in done.output


def test_a_broken_promise_is_named_with_its_field_and_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "events.json"
    file.write_text(released.text(spoilt()))
    for accept in ([], ["--accept"]):
        done = culm("check", file, *accept)
        assert done.exit_code == 1
        assert "field_removed" in done.output
        assert "ledger.hold_placed version 1: priority is gone." in done.output
        assert "docs/concepts/events.md" in done.output
    assert released.read(file) == spoilt(), "a file with a broken promise is not written anew"


def test_accepting_writes_what_the_next_check_compares_with(tmp_path: Path) -> None:
    file = tmp_path / "contracts" / "events.json"
    assert culm("check", file).exit_code == 1, "nothing is compared with nothing"
    assert culm("check", "--accept", file).exit_code == 0
    assert released.read(file) == PRESENT
    assert file.read_text() == culm("schemas").output
    assert "every change is compatible" in culm("check", file).output


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{",
        "\udcff",
        '{"a": {}}',
        '{"a": {"1": 7}}',
        '{"a": {"one": {}}}',
        '{"a": {"1": {"properties": []}}}',
        '{"a": {"1": {"properties": {"b": {"enum": []}}}}}',
        '{"a": {"1": ' + '{"items": ' * 50_000 + "{}" + "}" * 50_002,
    ],
    ids=lambda content: content[:50] or "nothing",
)
def test_a_file_that_is_no_release_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "events.json"
    file.write_bytes(content.encode(errors="surrogateescape"))
    done = culm("check", "--accept", file)
    assert (done.exit_code, "schemas_unreadable" in done.output) == (1, True)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"minimum": "3"}, {"minimum": 4}),
        ({"type": "array", "items": False}, {"type": "array", "items": {"type": "string"}}),
        ({"type": "object", "additionalProperties": False}, {"type": "object"}),
        ({"$ref": "#/$defs/Nowhere"}, {"type": "string"}),
        ({"$ref": "#/$defs/Self", "$defs": {"Self": {"$ref": "#/$defs/Self"}}}, {"type": "object"}),
    ],
)
def test_a_schema_that_makes_no_sense_is_a_change(
    tmp_path: Path, old: dict[str, Any], new: dict[str, Any]
) -> None:
    file = tmp_path / "events.json"
    file.write_bytes(msgspec.json.encode({"a": {"1": old}}))
    (change,) = compatibility.changes(released.read(file), {"a": {"1": new}})
    assert (change.code, change.compatible) == ("type_changed", False)


def test_what_is_published_is_printed() -> None:
    assert msgspec.json.decode(culm("asyncapi").output)["asyncapi"] == "3.0.0"
    assert culm("reference").output == (ROOT / "docs/reference/events.md").read_text()


def test_the_documented_change_of_an_event_is_one_that_works() -> None:
    page = (ROOT / "docs/concepts/events.md").read_text()
    structs, upcasts = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    known: dict[str, Any] = {
        "Annotated": Annotated,
        "ClassVar": ClassVar,
        "Event": event.Event,
        "Literal": Literal,
        "Meta": msgspec.Meta,
        "Upcast": versions.Upcast,
        "__name__": __name__,
        "terms": terms,
        "types": types,
    }
    exec(compile(structs, "events.md", "exec", dont_inherit=True), known)
    known["events"] = type("events", (), known)
    exec(upcasts, known)
    old, new = known["AccountUpdated1"], known["AccountUpdated"]
    read = versions.Versions([new], known["UPCASTS"])
    body = '{"id":"acc_0000000000000003","minimum":"0","freeze":"both"}'
    assert read.decode("ledger.account_updated", 1, body) == new(
        id="acc_0000000000000003", minimum="0", frozen=("in", "out")
    )
    kept = {old.TYPE: released.read(KEPT)[old.TYPE]}
    (change,) = compatibility.changes(kept, schemas.document(read))
    assert (change.code, change.version) == ("version_added", 2)
