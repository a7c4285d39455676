"""Every kind of problem has a page: for programs, for people, and in the documentation."""

from __future__ import annotations

import asyncio
import html
import re
import sys
from pathlib import Path

import pytest

from culm.kernel import errors
from tests.http.conftest import Api
from tests.http.test_description import APP, DOCUMENT
from tests.http.wire import Wire

pytestmark = pytest.mark.asyncio(loop_scope="module")

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
KINDS = APP.opt["problems"]
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def told() -> dict[str, set[str]]:
    """The operations that answer with each code, as the description says."""
    found: dict[str, set[str]] = {}
    for methods in DOCUMENT["paths"].values():
        for described in methods.values():
            for response in described["responses"].values():
                for content in response["content"].values():
                    for code in content.get("examples", {}):
                        found.setdefault(code, set()).add(described["operationId"])
    return found


async def test_every_code_of_every_operation_has_a_page_that_says_what_to_do() -> None:
    for code, operations in told().items():
        kind = KINDS[code]
        assert {place.operation for place in kind.places} == operations
        for text in (kind.title, kind.description, kind.advice):
            assert re.match(r"[A-Z]", text), code
        assert kind.description.endswith("."), code
        assert re.search(r"[.]$|ck_\.\.\.$", kind.advice), code


async def test_a_page_tells_a_program_what_it_tells_a_person(api: Api, wire: Wire) -> None:
    for code in ("insufficient_funds", "busy", "header_invalid", "internal"):
        told_program = await api.client().problems.get(code)
        assert told_program.code == code
        page = await wire.get(f"/problems/{code}", headers=BROWSER)
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert page.headers["vary"] == "accept"
        for place in told_program.places:
            assert f'href="/docs#{place.operation}"' in page.text
        plain = re.sub(r"</?code>", "", page.text)
        assert told_program.advice.replace("`", "") in html.unescape(plain)


async def test_the_list_of_all_problems_leads_to_each(api: Api, wire: Wire) -> None:
    listed = (await api.client().problems.list()).problems
    page = (await wire.get("/problems", headers=BROWSER)).text
    assert {kind.code for kind in listed} >= KINDS.keys()
    assert len(listed) > 100
    assert all(f'href="{kind.type}"' in page for kind in listed)


async def test_an_error_may_say_itself_what_to_do() -> None:
    assert KINDS["idempotency_conflict"].advice == errors.KeyConflict.advice
    assert KINDS["account_not_found"].advice != ""


async def test_the_reference_of_problems_is_what_the_code_says() -> None:
    """`python -m culm problems > docs/reference/problems.md` brings it up to date."""
    command = (sys.executable, "-m", "culm", "problems")
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    printed, _ = await process.communicate()
    assert (REFERENCE / "problems.md").read_text() == printed.decode()


async def test_the_reference_of_rejections_says_the_same() -> None:
    rows = re.findall(
        r"^\| ([a-z_0-9]+) \| (\d{3}) \| (.*) \|$",
        (REFERENCE / "rejections.md").read_text(),
        re.MULTILINE,
    )
    assert len(rows) > 40
    for code, status, meaning in rows:
        assert (KINDS[code].status, KINDS[code].description) == (int(status), meaning)
