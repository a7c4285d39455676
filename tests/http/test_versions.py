"""Older versions of the API: what was right once still is, until its sunset."""

from __future__ import annotations

from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import get

from culm.gateway import bodies, deprecations, openapi, refusals, server, versions
from culm.gateway.operation import operation
from culm.ledger.routes import versions as ledger_versions
from tests.http.conftest import Tenant
from tests.http.wire import Wire

pytestmark = pytest.mark.asyncio(loop_scope="module")

OLD: Final = "2026-10-01"


async def ask(
    wire: Wire,
    tenant: Tenant,
    method: str,
    path: str,
    body: object = None,
    *,
    version: str | None = OLD,
) -> httpx.Response:
    """One request in a version of the API, the older one unless told."""
    headers = {"Culm-Tenant": tenant.id} | ({"Culm-Version": version} if version else {})
    return await wire.request(method, f"/v1/ledger{path}", json=body, headers=headers)


async def test_an_answer_says_in_which_version_it_is(wire: Wire, acme: Tenant) -> None:
    for version in (None, versions.CURRENT):
        answer = await ask(wire, acme, "GET", "/accounts", version=version)
        assert answer.headers["culm-version"] == versions.CURRENT
        assert "deprecation" not in answer.headers
    missing = await ask(wire, acme, "GET", "/nothing", version=None)
    assert missing.headers["culm-version"] == versions.CURRENT


async def test_an_older_version_says_until_when_it_works(wire: Wire, acme: Tenant) -> None:
    for answer in (
        await ask(wire, acme, "GET", "/accounts"),
        await ask(wire, acme, "GET", "/accounts/assets:nothing"),
        await ask(wire, acme, "POST", "/accounts", {"code": "assets:more", "currency": "EUR"}),
    ):
        assert answer.headers["culm-version"] == OLD
        since = datetime.fromtimestamp(int(answer.headers["deprecation"].removeprefix("@")), UTC)
        assert since == datetime(2026, 11, 25, tzinfo=UTC)
        assert parsedate_to_datetime(answer.headers["sunset"]) == datetime(2027, 11, 25, tzinfo=UTC)
        assert answer.headers["link"] == (
            '</docs#versions>; rel="deprecation"; type="text/html", '
            '</docs#versions>; rel="sunset"; type="text/html"'
        )
    page = (await wire.get("/docs")).text
    assert 'id="versions"' in page
    assert OLD in page


async def test_a_request_in_the_older_version_is_understood_and_answered_in_it(
    wire: Wire,
    acme: Tenant,
) -> None:
    frozen = (await ask(wire, acme, "PATCH", "/accounts/liabilities:ann", {"frozen": True})).json()
    assert frozen["frozen"] is True
    assert "freeze" not in frozen
    assert (await acme.get("/accounts/liabilities:ann"))["freeze"] == "both"
    await acme.call("PATCH", "/accounts/liabilities:ann", {"freeze": "out"}, status=200)
    assert (await ask(wire, acme, "GET", "/accounts/liabilities:ann")).json()["frozen"] is True
    listed = (await ask(wire, acme, "GET", "/accounts")).json()["items"]
    assert [one["frozen"] for one in listed] == [False, True]
    thawed = await ask(wire, acme, "PATCH", "/accounts/liabilities:ann", {"frozen": False})
    assert thawed.json()["frozen"] is False
    assert (await acme.get("/accounts/liabilities:ann"))["freeze"] == "none"


async def test_a_key_means_the_same_in_every_version(wire: Wire, acme: Tenant) -> None:
    headers = {"Culm-Tenant": acme.id, "Idempotency-Key": "once"}
    path = "/v1/ledger/accounts/liabilities:ann"
    older = await wire.patch(path, json={"frozen": True}, headers=headers | {"Culm-Version": OLD})
    newer = await wire.patch(path, json={"freeze": "both"}, headers=headers)
    assert (older.status_code, newer.status_code) == (200, 200), newer.text
    other = await wire.patch(path, json={"freeze": "in"}, headers=headers)
    assert other.json()["code"] == "idempotency_conflict"


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ('{"freeze": "both"}', "invalid", "freeze"),
        ('{"frozen": "yes"}', "invalid", "frozen"),
        ('{"frozen": true, "frozen": false}', "member_repeated", "frozen"),
        ('{"frozen": true, "more": 1}', "invalid", "more"),
        ('{"frozen": tru', "json_malformed", "body"),
        ("[]", "invalid", "body"),
        ("\xff", "json_malformed", "body"),
    ],
)
async def test_what_is_wrong_with_a_body_in_the_older_version_is_told(
    wire: Wire, acme: Tenant, body: str, code: str, field: str
) -> None:
    answer = await wire.patch(
        "/v1/ledger/accounts/liabilities:ann",
        content=body.encode("latin-1"),
        headers={
            "Culm-Tenant": acme.id,
            "Culm-Version": OLD,
            "Content-Type": "application/json",
        },
    )
    assert (answer.json()["code"], answer.json()["field"]) == (code, field)
    assert answer.headers["culm-version"] == OLD


async def test_every_version_that_is_described_works_and_no_other_does(
    wire: Wire, acme: Tenant
) -> None:
    document = (await wire.get("/openapi.json")).json()
    described = document["components"]["parameters"]["Culm-Version"]["schema"]["enum"]
    assert described == [one["version"] for one in document["info"]["x-culm-versions"]]
    for version in described:
        answer = await ask(wire, acme, "GET", "/accounts", version=version)
        assert (answer.status_code, answer.headers["culm-version"]) == (200, version)


@pytest.mark.parametrize("version", ["2026-11-26", "2025-01-01", "latest", ""])
async def test_a_version_that_there_is_not_is_refused(
    wire: Wire, acme: Tenant, version: str
) -> None:
    for method, path, body in (
        ("GET", "/accounts", None),
        ("POST", "/accounts", {"code": "assets:unborn", "currency": "EUR"}),
    ):
        headers = {"Culm-Tenant": acme.id, "Culm-Version": version}
        answer = await wire.request(method, f"/v1/ledger{path}", json=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (400, "version_unknown")
        assert (answer.json()["field"], OLD in answer.json()["detail"]) == ("Culm-Version", True)
    await acme.get("/accounts/assets:unborn", status=404)


@given(st.sampled_from([True, False]), st.dictionaries(st.text(max_size=3), st.integers()))
async def test_what_goes_up_comes_down(frozen: bool, more: dict[str, int]) -> None:
    [change] = ledger_versions.CHANGES
    more.pop("freeze", None)
    older = more | {"frozen": frozen}
    newer = change.up["update_account"](dict(older))
    assert change.down["update_account"](newer) == older


async def test_changes_are_applied_one_after_the_other() -> None:
    changes = [
        versions.Change(
            "2026-11-25", "Named b.", up={"x": _rename("b", "c")}, down={"x": _rename("c", "b")}
        ),
        versions.Change(
            "2026-11-01", "Named a.", up={"x": _rename("a", "b")}, down={"x": _rename("b", "a")}
        ),
    ]
    known = versions.Versions(changes)
    assert known.up(OLD, "x", b'{"a":1}') == b'{"c":1}'
    assert known.down(OLD, "x", b'{"c":1}') == b'{"a":1}'
    assert known.up(OLD, "y", b'{"a":1}') == b'{"a":1}'
    with pytest.raises(refusals.MemberRepeated):
        known.up(OLD, "x", b'{"a":1,"a":1}')


async def test_a_deprecated_operation_says_so() -> None:
    told = deprecations.Deprecation(date(2026, 12, 1), "/docs#new", sunset=date(2027, 6, 1))

    @get("/old", **operation("old", open_=True, deprecated=told), tags=["Old"])
    async def old() -> bodies.Nothing:
        """What was once."""
        return bodies.Nothing()

    app = server.application(None, [old])  # type: ignore[arg-type]  # no platform is asked
    described = openapi.document(app)["paths"]["/old"]["get"]
    assert described["deprecated"] is True
    assert {"Deprecation", "Sunset", "Link"} <= set(described["responses"]["200"]["headers"])
    transport: Any = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        answer = await client.get("/old")
    assert answer.headers["deprecation"] == "@1796083200"
    assert answer.headers["sunset"] == "Tue, 01 Jun 2027 00:00:00 GMT"
    assert 'rel="sunset"' in answer.headers["link"]


async def test_what_has_no_sunset_says_none() -> None:
    names = [name for name, _ in deprecations.Deprecation(date(2026, 12, 1), "/docs").headers()]
    assert names == [b"deprecation", b"link"]


def _rename(old: str, new: str) -> versions.Transform:
    return lambda tree: {new if name == old else name: value for name, value in tree.items()}
