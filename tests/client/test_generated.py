"""What of the client is made from the API's description, and where it stands. That it is up to date
`tests/http/test_description.py` sees to."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from culm import serving
from culm.client import settings
from tools.client import description, naming, writing

DOCUMENT = serving.description()


def test_every_operation_has_a_place_in_the_client() -> None:
    described = [op for methods in DOCUMENT["paths"].values() for op in methods.values()]
    read = description.Description(DOCUMENT)
    assert len({(one.group, one.name) for one in read.operations}) == len(described)


@pytest.mark.parametrize(
    ("method", "path", "operation", "place"),
    [
        ("get", "/health", "health", "health"),
        ("get", "/problems", "problems", "problems.list"),
        ("get", "/problems/{code}", "problem", "problems.get"),
        ("post", "/v1/ledger/accounts", "open_account", "ledger.accounts.open"),
        ("get", "/v1/ledger/accounts", "list_accounts", "ledger.accounts.list"),
        ("get", "/v1/ledger/accounts/{account}", "get_account", "ledger.accounts.get"),
        ("get", "/v1/ledger/accounts/{account}/entries", "list_entries", "ledger.accounts.entries"),
        ("get", "/v1/ledger/trial-balance", "get_trial_balance", "ledger.trial_balance"),
        ("post", "/v1/ledger/exchanges", "exchange", "ledger.exchanges.create"),
        ("post", "/v1/ledger/periods/close", "close_period", "ledger.periods.close"),
        ("post", "/v1/addresses", "create_address", "addresses.create"),
        ("patch", "/v1/parties/{party}", "update_party", "parties.update"),
        ("post", "/v1/parties/{party}/import", "import_party", "parties.import_"),
    ],
)
def test_path_and_name_say_where_an_operation_is(
    method: str, path: str, operation: str, place: str
) -> None:
    paths = {path, *DOCUMENT["paths"]}
    found = naming.place(method, path, operation, paths)
    assert ".".join((*found.group, found.name)) == place


def test_two_operations_of_one_name_are_noticed() -> None:
    path = DOCUMENT["paths"]["/v1/ledger/holds/{hold}/release"]
    twin = {"post": path["post"] | {"operationId": "release_the_hold"}}
    named = {"post": path["post"] | {"operationId": "hold_release"}}
    for other, fails in ((twin, False), (named, True)):
        document: dict[str, Any] = DOCUMENT | {
            "paths": {**DOCUMENT["paths"], "/v1/ledger/holds/{hold}/twin": other}
        }
        if fails:
            with pytest.raises(ValueError, match=r"client\.ledger\.holds\.release"):
                description.Description(document)
        else:
            description.Description(document)


def test_nothing_of_the_platform_is_loaded_with_the_client() -> None:
    code = (
        "import sys, culm.client, culm.client.webhooks\n"
        "print([name for name in sys.modules if name.startswith('culm.')"
        " and not name.startswith('culm.client')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_client_speaks_the_newest_version() -> None:
    assert DOCUMENT["info"]["version"] == settings.VERSION


FILES: dict[str, Any] = {
    "operationId": "submit_batch",
    "description": "Pay out a file.",
    "parameters": [
        {"name": "from", "in": "query", "required": True, "schema": {"type": "string"}},
        {"$ref": description.KEY},
    ],
    "requestBody": {"content": {"text/csv": {}, "application/x-nacha": {}}},
    "responses": {"200": {"content": {"application/pdf": {}, "text/csv": {}}}},
}


def test_files_go_in_and_come_out() -> None:
    paths = {**DOCUMENT["paths"], "/v1/batches": {"post": FILES}}
    made = writing.files(DOCUMENT | {"paths": paths})
    for name in ("resources.py", "async_resources.py"):
        _, _, source = made[name].partition("class Batches:")
        assert 'media_type: Literal["text/csv", "application/x-nacha"]' in source
        assert "content: bytes | str" in source
        assert ") -> bytes:" in source
        assert 'query={"from": from_}' in source


def test_what_cannot_be_called_so_in_python_is_refused() -> None:
    taken = FILES | {"parameters": [*FILES["parameters"], {"name": "types", "in": "query"}]}
    taken["parameters"][-1] |= {"required": False, "schema": {"type": "string"}}
    paths = {**DOCUMENT["paths"], "/v1/batches": {"post": taken}}
    with pytest.raises(ValueError, match="submit_batch"):
        description.Description(DOCUMENT | {"paths": paths})
