"""Tests come in as callers do, by `culm.client`: raw requests are for those that are about them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

TESTS: Final = Path(__file__).parents[1]

RAW: Final = {
    "http/wire.py": "makes the raw requests of the others",
    "commands/test_up.py": "half a request, whose end a stop does not wait for",
    "proxy.py": "no requests at all: passes bytes on between a caller and a server",
    "access/test_doors.py": "requests without a key, HEAD, and header fields of every odd kind",
    "access/test_http.py": "what is no key at all, and the header fields that tell of limits",
    "http/test_connections.py": "what is no request, and bytes as they come",
    "http/test_fuzz.py": "bodies and queries that come by chance",
    "http/test_hostile.py": "broken JSON, encodings, header fields, methods, half a request",
    "http/test_load.py": "an application of its own routes, with uploads that never end",
    "http/test_metrics.py": "methods that there are not, and a page that is not of the API",
    "http/test_problems.py": "pages as a browser asks for them",
    "http/test_trouble.py": "an application with a route that has a defect, and half a body",
    "http/test_uploads.py": "an application of its own routes, with header fields and streams",
    "http/test_versions.py": "the bodies and header fields of older versions, as they are",
    "http/troubled.py": "bodies that are none",
    "http/test_isolation.py": "every path of the description, whatever it needs",
}
"""The modules that send raw requests, or could, and why the client does not do."""

WAYS: Final = re.compile(
    r"^\s*(?:import|from) (?:httpx|requests|urllib3|urllib\.request|http\.client)\b"
    r"|^\s*import aiohttp\b|^from aiohttp import (?!abc$|web$)"
    r"|^from tests\.http\.wire import|\b(?:open|create)_connection\(",
    re.MULTILINE,
)


def test_only_what_is_about_raw_requests_sends_them() -> None:
    found = {
        str(path.relative_to(TESTS))
        for path in TESTS.rglob("*.py")
        if WAYS.search(path.read_text(encoding="utf-8"))
    }
    assert found == RAW.keys()
