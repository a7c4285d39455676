"""Pages about problems: for people in a browser, and the reference in the documentation."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Final

from culm.gateway import problems, reference


def page(kind: problems.Kind) -> str:
    """The page of one kind of problem."""
    places = "".join(
        f'<li><a href="/docs#{one.operation}"><code>{one.method} {escape(one.path)}</code></a></li>'
        for one in kind.places
    )
    where = f"<h2>Where it can occur</h2><ul>{places}</ul>" if places else ""
    return reference.frame(
        kind.title,
        f"<h1>{escape(kind.title)}</h1>"
        f"<p><code>{escape(kind.code)}</code>, HTTP status {kind.status}</p>"
        f"{reference.text(kind.description)}"
        f"<h2>What to do</h2>{reference.text(kind.advice)}{where}"
        f'<p><a href="{problems.PATH}">All problems</a>, <a href="/docs">the API</a></p>',
    )


def index(kinds: Iterable[problems.Kind]) -> str:
    """The page that lists all of them."""
    rows = "".join(
        f'<tr><td><a href="{one.type}"><code>{escape(one.code)}</code></a></td>'
        f"<td>{one.status}</td><td>{reference.text(one.description)}</td></tr>"
        for one in kinds
    )
    head = "<tr><th>Code<th>Status<th>Meaning</tr>"
    return reference.frame("Problems", f"<h1>Problems</h1><table>{head}{rows}</table>")


def markdown(kinds: Iterable[problems.Kind]) -> str:
    """The reference of all of them, as the documentation has it."""
    rows = (f"| {one.code} | {one.status} | {one.description} | {one.advice} |\n" for one in kinds)
    return _HEAD + "".join(rows)


_HEAD: Final = """\
# Problems

Every error of the API is a problem document (RFC 9457). Its `code` is stable; its `type` leads to a
page that says what is said here and which operations answer with it: `/problems/<code>`. Nothing
is left half done: what is refused has changed nothing, whatever its code. This page is made by
`culm problems`; which error is reported when several apply is told in [rejections](rejections.md).

| code | status | meaning | what to do |
| --- | --- | --- | --- |
"""
