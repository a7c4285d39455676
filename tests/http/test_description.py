"""The description of the API: valid, complete, and true."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import msgspec
import pytest
from litestar import routes as litestar_routes
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from culm import serving
from culm.gateway import admission, operation, problems, server
from culm.kernel import errors
from culm.ledger import commands
from culm.ledger.routes import bodies, refusals
from tools.client import description, writing

APP = server.application(None, serving.ROUTES)  # type: ignore[arg-type]  # only described
DOCUMENT: dict[str, Any] = APP.opt["openapi"]
OPERATIONS = [
    (method, path, op) for path, found in DOCUMENT["paths"].items() for method, op in found.items()
]
DOCS = Path(__file__).parents[2] / "docs"
REJECTIONS = DOCS / "reference" / "rejections.md"


POSTING = {"account": "assets:bank", "side": "debit", "amount": 1}
SOUND: dict[str, dict[str, Any]] = {
    "PostTransaction": {"postings": [POSTING, POSTING], "metadata": {"a": "b"}},
    "PostTransactions": {"transactions": [{"postings": [POSTING, POSTING]}]},
    "Reversal": {"amounts": [1, "2"]},
    "Capture": {"amount": 1},
    "OpenAccount": {"code": "assets:bank", "currency": "EUR"},
    "RegisterAsset": {"code": "USDC", "scale": 6},
    "CreateTenant": {"name": "Acme"},
}


def test_the_description_is_valid() -> None:
    validate(DOCUMENT)


def test_the_client_says_what_the_description_says() -> None:
    for name, source in writing.files(DOCUMENT).items():
        assert (writing.FOLDER / name).read_text() == source, "run `python -m tools.client`"


def test_every_operation_has_a_name_of_its_own_and_says_what_it_does() -> None:
    names = [op["operationId"] for _, _, op in OPERATIONS]
    assert len(set(names)) == len(names) == 160
    assert all(op["summary"] and op["description"] and op["tags"] for _, _, op in OPERATIONS)


def test_everything_that_changes_something_takes_a_key() -> None:
    for method, path, op in OPERATIONS:
        keyed = {"$ref": "#/components/parameters/Idempotency-Key"} in op["parameters"]
        assert keyed == (method in ("post", "patch", "put")), path
        assert keyed == ("requestBody" in op)


def test_every_route_is_described() -> None:
    described = {(method.upper(), path) for method, path, _ in OPERATIONS}
    served = {
        (str(method), route.path_format)
        for route in APP.routes
        if isinstance(route, litestar_routes.HTTPRoute)
        for method in route.methods - {"OPTIONS"}
    }
    pages = {"/openapi.json", "/docs", "/asyncapi.json"}
    assert served - described == {("GET", page) for page in pages}


def test_the_guide_names_every_part_of_the_api() -> None:
    parts = {path.split("/")[2] for path in DOCUMENT["paths"] if path.startswith("/v1/")}
    guide = (DOCS / "guides" / "http-api.md").read_text()
    table, _, _ = guide.partition("Under `/v1` are:")[2].partition("Under `/v1/ledger`:")
    assert set(re.findall(r"`/(\w+)`", table)) == parts


def test_nothing_stands_between_a_route_and_its_door() -> None:
    """A `before_request` of a route's own would take the place of the guard."""
    for route in APP.routes:
        for handler in getattr(route, "route_handlers", ()):
            assert handler.resolve_before_request() is admission.guard, route.path


def test_every_status_lists_its_codes_with_an_example_each() -> None:
    schema = _validator("Problem")
    for _, path, op in OPERATIONS:
        for status, response in op["responses"].items():
            for example in (
                response["content"].get(problems.MEDIA_TYPE, {}).get("examples", {}).values()
            ):
                assert str(example["value"]["status"]) == status, path
                schema.validate(example["value"])


def test_every_answer_has_an_example_that_is_one() -> None:
    for _, path, op in OPERATIONS:
        for status, response in op["responses"].items():
            for media_type, content in response["content"].items():
                if status.startswith("2") and media_type.startswith(
                    ("application/json", "text/pl")
                ):
                    schema = content["schema"] | {"components": DOCUMENT["components"]}
                    OAS31Validator(schema).validate(content["example"])
                    assert content["example"] not in ({}, []), path


def test_every_answer_lists_its_headers() -> None:
    for _, _, op in OPERATIONS:
        for status, response in op["responses"].items():
            named = response["headers"].keys()
            assert named >= {"Request-Id", "Culm-Version"}
            assert bool(op["security"]) == ("RateLimit" in named) == ("RateLimit-Policy" in named)
            assert ("Retry-After" in named) == (status in ("429", "503"))
            assert ("WWW-Authenticate" in named) == (status == "401")


def test_every_body_with_something_in_it_has_an_example() -> None:
    for method, path, op in OPERATIONS:
        if method in ("post", "patch", "put"):
            content = op["requestBody"]["content"].get("application/json")
            if content is None:  # a file
                [*files] = op["requestBody"]["content"].values()
                assert all(isinstance(one["example"], str) for one in files)
                continue
            name = content["schema"]["$ref"].rpartition("/")[2]
            takes = DOCUMENT["components"]["schemas"][name]["properties"]
            assert bool(content.get("example")) == bool(takes), path


@pytest.mark.parametrize("op", [op for _, _, op in OPERATIONS], ids=lambda op: op["operationId"])
def test_examples_are_what_the_schema_says(op: dict[str, Any]) -> None:
    content = op.get("requestBody", {}).get("content", {}).get("application/json", {})
    if "example" in content:
        _validator(content["schema"]["$ref"].rpartition("/")[2]).validate(content["example"])


def test_the_schema_is_as_strict_as_the_door() -> None:
    schema = _validator("PostTransaction")
    for spoilt in (
        {"postings": [POSTING, POSTING], "x": 1},
        {"postings": [POSTING, POSTING | {"amount": 1.5}]},
        {"postings": [POSTING, POSTING | {"amount": "0"}]},
        {"postings": [POSTING, POSTING | {"side": "left"}]},
        {"postings": [POSTING, POSTING], "metadata": {"a": 1}},
    ):
        assert not schema.is_valid(spoilt)


@pytest.mark.parametrize(
    ("name", "spoilt"),
    [
        ("PostTransaction", {"postings": []}),
        ("PostTransaction", {"postings": [POSTING]}),
        ("PostTransaction", {"postings": [POSTING] * 1_001}),
        ("PostTransaction", {"kind": "Transfer"}),
        ("PostTransaction", {"kind": ""}),
        ("PostTransaction", {"reference": "x" * 141}),
        ("PostTransaction", {"reference": "a\nb"}),
        ("PostTransaction", {"metadata": {str(n): "" for n in range(51)}}),
        ("PostTransaction", {"metadata": {"": "a"}}),
        ("PostTransaction", {"metadata": {"a": "x" * 501}}),
        ("PostTransactions", {"transactions": []}),
        ("PostTransactions", {"transactions": [SOUND["PostTransaction"]] * 10_001}),
        ("Reversal", {"amounts": [1]}),
        ("Capture", {"kind": "two words"}),
        ("OpenAccount", {"code": "assets"}),
        ("OpenAccount", {"code": "savings:ann"}),
        ("OpenAccount", {"code": "assets:" + "x" * 200}),
        ("OpenAccount", {"currency": "euro"}),
        ("RegisterAsset", {"code": "AB"}),
        ("RegisterAsset", {"scale": 19}),
        ("RegisterAsset", {"scale": -1}),
        ("RegisterAsset", {"name": "x" * 201}),
        ("CreateTenant", {"name": ""}),
    ],
)
def test_the_limits_of_the_ledger_are_in_the_schema(name: str, spoilt: dict[str, Any]) -> None:
    schema = _validator(name)
    assert schema.is_valid(SOUND[name])
    assert not schema.is_valid(SOUND[name] | spoilt)


def test_paths_and_queries_say_how_long_their_texts_may_be() -> None:
    for _, path, op in OPERATIONS:
        for parameter in op["parameters"]:
            schema = parameter.get("schema", {})
            if schema.get("type") == "string" and "format" not in schema:
                assert "maxLength" in schema, (path, parameter)
                assert schema["minLength"] == (1 if parameter["in"] == "path" else 0)


def test_schemas_have_names_of_the_api_and_not_of_the_code() -> None:
    names = list(DOCUMENT["components"]["schemas"])
    assert {"Posting", "PostingRequest"} <= set(names)
    assert [name for name in names if "." in name] == []


def test_types_of_one_name_in_two_contexts_are_told_apart() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    assert set(schemas["WebhooksAccepted"]["properties"]) == {"event"}
    assert set(schemas["LedgerAccepted"]["properties"]) == {"id", "code", "message", "field"}


def test_no_example_has_expired() -> None:
    for _, path, op in OPERATIONS:
        content = op.get("requestBody", {}).get("content", {}).get("application/json", {})
        assert content.get("example", {}).get("expires", "2099") >= "2099", path


def test_times_are_described_as_times() -> None:
    transaction = DOCUMENT["components"]["schemas"]["Transaction"]["properties"]
    assert transaction["recorded"] == {"type": "string", "format": "date-time"}
    hold = DOCUMENT["components"]["schemas"]["PlaceHold"]["properties"]["expires"]
    assert {"type": "string", "format": "date-time"} in hold["anyOf"]


AMOUNTS = re.compile(
    "amount|authorised|available|captured|closing|disputed|opening|posted|refunded|remaining"
)


def test_amounts_in_answers_are_described_as_such() -> None:
    """`money.Minor`: the client makes integers of these, and would leave another as a text."""
    read = description.Description(DOCUMENT)
    for name in read.answered:
        for member, schema in DOCUMENT["components"]["schemas"][name]["properties"].items():
            if AMOUNTS.fullmatch(member):
                (found,) = [one for one in schema.get("anyOf", [schema]) if one["type"] != "null"]
                assert found == {"type": "string", "format": "minor-units"}, (name, member)


def test_every_error_of_the_platform_has_a_page() -> None:
    kinds = problems.kinds()
    codes = {
        error.code
        for error in _tree(errors.CulmError)
        if error.status != 500
        and not error.__module__.startswith(("culm.commands", "culm.sandbox"))
    }
    assert codes | {"internal"} == set(kinds)
    assert all(kind.description.endswith(".") for kind in kinds.values())


def test_no_two_errors_share_a_code() -> None:
    named = [error for error in _tree(errors.CulmError) if "code" in vars(error)]
    codes = [error.code for error in named]
    assert sorted(codes) == sorted(set(codes))


OF_CONTEXTS_ABOVE = {"hold_in_use"}
"""What comes of holds that contexts above have placed: told below the table."""


@pytest.mark.parametrize(
    ("command", "declared"),
    [
        ("create tenant", refusals.CREATE_TENANT),
        ("register asset", refusals.REGISTER_ASSET),
        ("open account", refusals.OPEN_ACCOUNT),
        ("update account", refusals.UPDATE_ACCOUNT),
        ("close account", refusals.CLOSE_ACCOUNT),
        ("close period", refusals.CLOSE_PERIOD),
        ("post transaction", refusals.POST_TRANSACTION),
        ("reverse transaction", refusals.REVERSE_TRANSACTION),
        ("place hold", refusals.PLACE_HOLD),
        ("capture hold", refusals.CAPTURE_HOLD),
        ("release hold", refusals.RELEASE_HOLD),
    ],
)
def test_each_operation_declares_the_rejections_of_its_command(
    command: str, declared: refusals.Refusals
) -> None:
    rows = dict(re.findall(r"^\| ([a-z ]+) \| (.*) \|$", REJECTIONS.read_text(), re.MULTILINE))
    listed = re.findall(r"[a-z]+(?:_[a-z]+)+|unbalanced", rows[command])
    assert {error.code for error in declared} - OF_CONTEXTS_ABOVE == set(listed)


@pytest.mark.parametrize(
    ("body", "command", "named"),
    [
        (bodies.AccountChange, commands.UpdateAccount, "account"),
        (bodies.Reversal, commands.ReverseTransaction, "transaction"),
        (bodies.Capture, commands.CaptureHold, "hold"),
        (bodies.Nothing, commands.ReleaseHold, "hold"),
        (bodies.Nothing, commands.CloseAccount, "account"),
    ],
)
def test_a_body_is_its_command_without_what_the_path_names(
    body: type[msgspec.Struct], command: type[msgspec.Struct], named: str
) -> None:
    wanted = {f.name: f for f in msgspec.structs.fields(command) if f.name != named}
    assert {f.name: f for f in msgspec.structs.fields(body)} == wanted


def test_the_reference_page_loads_nothing_and_names_every_operation() -> None:
    from culm.gateway import reference  # noqa: PLC0415

    page = reference.page(DOCUMENT)
    found = _Links()
    found.feed(page)
    assert found.loaded == []
    assert {op["operationId"] for _, _, op in OPERATIONS} <= found.ids
    assert {link[1:] for link in found.links if link.startswith("#")} <= found.ids


def test_handlers_declare_errors_and_nothing_else() -> None:
    for route in APP.routes:
        if isinstance(route, litestar_routes.HTTPRoute):
            for handler in route.route_handlers:
                for error in operation.refused_by(handler):
                    assert issubclass(error, errors.CulmError)


class _Links(HTMLParser):
    """What a page links to, and what it would load."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.ids.add(value)
            elif name == "href" and value and tag == "a":
                self.links.append(value)
            elif name in ("src", "href"):
                self.loaded.append(f"{tag} {value}")


def _validator(name: str) -> OAS31Validator:
    described = DRAFT202012.create_resource(DOCUMENT)
    registry = Registry[Any]().with_resource("culm:", described)
    schema = {"$ref": f"culm:#/components/schemas/{name}"}
    return OAS31Validator(schema, registry=registry)


def _tree(error: type[errors.CulmError]) -> list[type[errors.CulmError]]:
    return [found for child in error.__subclasses__() for found in (child, *_tree(child))]
