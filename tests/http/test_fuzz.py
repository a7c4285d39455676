"""Whatever is sent to whichever route: never an answer of 500 and more, and always a sound one."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import httpx
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from culm import serving
from culm.gateway import server
from tests.http.conftest import Api, Tenant
from tests.http.wire import Wire

pytestmark = pytest.mark.asyncio(loop_scope="module")

DESCRIPTION: dict[str, Any] = server.application(
    None,  # type: ignore[arg-type]  # only described
    serving.ROUTES,
).opt["openapi"]
WRITES = [
    (method, path)
    for path, found in DESCRIPTION["paths"].items()
    for method in found
    if method in ("post", "patch", "put")
]
READS = [path for path, found in DESCRIPTION["paths"].items() if "get" in found]
FEW = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

NASTY = st.sampled_from(
    [
        "",
        "\x00",
        "a\x00b",
        "\ud800",
        "\ufffd",
        "assets:bank",
        "liabilities:ann",
        "assets:" + "x" * 300,
        "acc_0000000000000001",
        "acc_ffffffffffffffff",
        "hld_0000000000000009",
        "txn_7fffffffffffffff",
        "EUR",
        "debit",
        "credit",
        "12",
        "-1",
        "9" * 38,
        "1" + "0" * 38,
        "2026-01-01T00:00:00Z",
        "2026-01-01T00:00:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "'; drop table book_log; --",
        "../../etc/passwd",
        "%00",
        "💸" * 100,
    ]
)
NUMBERS = st.sampled_from([0, -1, 1, 2**31, 2**63, 2**64, 10**38, 10**400]) | st.integers()
SCALARS = st.none() | st.booleans() | NUMBERS | st.floats() | NASTY | st.text(max_size=8)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(NASTY | st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=8,
)


def schema_of(reference: dict[str, Any]) -> dict[str, Any]:
    """A component behind a reference."""
    found: dict[str, Any] = DESCRIPTION["components"]["schemas"][
        reference["$ref"].rpartition("/")[2]
    ]
    return found


def near(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values that are almost of a schema: sound here and there, spoilt elsewhere."""
    if "$ref" in schema:
        return near(schema_of(schema))
    if "anyOf" in schema:
        return st.one_of([near(option) for option in schema["anyOf"]]) | SCALARS
    if "enum" in schema:
        return st.sampled_from(schema["enum"]) | SCALARS
    kind = schema.get("type")
    if kind == "array":
        return st.lists(near(schema["items"]), max_size=4) | VALUES
    if kind == "object" and "properties" in schema:
        required = set(schema.get("required", ()))
        fields = {name: near(of) for name, of in schema["properties"].items()}
        return st.fixed_dictionaries(
            {name: of for name, of in fields.items() if name in required},
            optional={name: of for name, of in fields.items() if name not in required},
        )
    if kind == "object":
        return st.dictionaries(st.text(max_size=4) | NASTY, st.text(max_size=4) | SCALARS)
    if kind == "integer":
        return NUMBERS
    return {"boolean": st.booleans()}.get(str(kind), NASTY) | SCALARS


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def victim(api: Api) -> Tenant:
    """A tenant that much is tried on."""
    tenant = api.tenant("victim")
    await tenant.post("/tenants", {"name": "Victim"})
    await tenant.open("assets:bank")
    await tenant.open("liabilities:ann", minimum=0)
    return tenant


@pytest.mark.parametrize(("method", "path"), WRITES)
@FEW
@given(data=st.data())
async def test_no_body_breaks_a_command(
    wire: Wire, victim: Tenant, method: str, path: str, data: st.DataObject
) -> None:
    bodies = DESCRIPTION["paths"][path][method]["requestBody"]["content"]
    media_type = data.draw(st.sampled_from(sorted(bodies)))
    content = written(media_type, bodies[media_type], data).encode("utf-8", "surrogatepass")
    if data.draw(st.integers(0, 9)) == 0:
        at = data.draw(st.integers(0, len(content)))
        content = content[:at] + data.draw(st.binary(max_size=3)) + content[at + 1 :]
    headers = {"Culm-Tenant": victim.id, "Content-Type": media_type}
    if data.draw(st.booleans()):
        headers["Idempotency-Key"] = data.draw(st.text("ab", min_size=1, max_size=2))
    answer = await wire.request(method, filled(path, data), content=content, headers=headers)
    sound(answer)


@pytest.mark.parametrize("path", READS)
@FEW
@given(data=st.data())
async def test_no_path_or_query_breaks_a_read(
    wire: Wire, victim: Tenant, path: str, data: st.DataObject
) -> None:
    parameters = DESCRIPTION["paths"][path]["get"]["parameters"]
    names = [one["name"] for one in parameters if one.get("in") == "query"]
    values = st.integers(-1, 600).map(str) | NASTY | st.text(max_size=8)
    query = data.draw(st.dictionaries(st.sampled_from(names), values) if names else st.just({}))
    text = "&".join(f"{name}={percent(value)}" for name, value in query.items())
    answer = await wire.get(f"{filled(path, data)}?{text}", headers={"Culm-Tenant": victim.id})
    sound(answer)


async def test_the_books_are_whole_after_all_that(victim: Tenant) -> None:
    await victim.open("assets:after")
    await victim.open("liabilities:after")
    await victim.pay("assets:after", "liabilities:after", 1)
    for currency in (await victim.get("/trial-balance"))["currencies"]:
        assert currency["debit"] == currency["credit"]


def written(media_type: str, body: dict[str, Any], data: st.DataObject) -> str:
    """A body that is almost as described: JSON, or the lines of a file."""
    if media_type == "application/json":
        return json.dumps(data.draw(near(body["schema"]) | VALUES))
    lines = st.sampled_from(body["example"].splitlines()) | NASTY
    return "\n".join(data.draw(st.lists(lines, max_size=5)))


def filled(path: str, data: st.DataObject) -> str:
    """A path with something in the place of its parameters."""
    while "{" in path:
        before, _, rest = path.partition("{")
        path = before + percent(data.draw(NASTY | st.text(min_size=1))) + rest.partition("}")[2]
    return path


def percent(text: str) -> str:
    """Percent-encoded, broken UTF-8 included."""
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def sound(answer: httpx.Response) -> None:
    """An answer that a caller can understand."""
    assert answer.status_code < 500, (answer.status_code, answer.text)
    assert answer.headers["request-id"]
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        assert problem["code"]
        assert problem["status"] == answer.status_code
