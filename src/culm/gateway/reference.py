"""The reference page: the description of the API as plain HTML, without scripts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape
from typing import Any, Final

from culm.gateway import headers

Json = dict[str, Any]

_STYLE: Final = """
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 18%, transparent); }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
nav ul { columns: 18rem; padding-left: 1.2rem; }
section { border-top: 1px solid var(--line); margin-top: 2rem; }
code, pre { font: 14px/1.45 ui-monospace, monospace; }
pre { overflow-x: auto; padding: .75rem; border: 1px solid var(--line); border-radius: .4rem; }
table { border-collapse: collapse; width: 100%; }
td, th { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0;
  border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
h3 code { font-weight: 600; }
"""


def page(document: Json) -> str:
    """The whole page."""
    info = document["info"]
    title = f"{info['title']} API"
    body = (
        f"<h1>{escape(title)}</h1>{text(info['description'])}",
        '<p>For programs: <a href="/openapi.json">openapi.json</a>; every error: ',
        '<a href="/problems">problems</a>.</p>',
        _versions(info.get("x-culm-versions", [])),
        _contents(document),
        *(_operation(*found) for found in _operations(document)),
        _schemas(document),
    )
    return frame(title, "".join(body))


def frame(title: str, body: str) -> str:
    """A page around a body, in our style, that loads nothing from anywhere."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>{body}</body></html>"
    )


def _versions(told: list[Json]) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(one['version'])}</code></td><td>{text(one['summary'])}</td></tr>"
        for one in told
    )
    about = (
        "A request names the version that it is written in by the header "
        "<code>Culm-Version</code>; without it, it is the newest."
    )
    return f'<section id="versions"><h2>Versions</h2><p>{about}</p><table>{rows}</table></section>'


def _operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def _contents(document: Json) -> str:
    items = "".join(
        f'<li><a href="#{op["operationId"]}">{method} {escape(path)}</a></li>'
        for method, path, op in _operations(document)
    )
    return f'<nav aria-label="Operations"><ul>{items}</ul></nav>'


def _operation(method: str, path: str, operation: Json) -> str:
    name = operation["operationId"]
    return (
        f'<section id="{name}"><h2>{escape(operation["summary"])}</h2>'
        f"<h3><code>{method} {escape(path)}</code></h3>{text(operation['description'])}"
        f"{_parameters(operation['parameters'])}{_body(operation.get('requestBody'))}"
        f"{_responses(operation['responses'])}</section>"
    )


def _parameters(parameters: list[Json]) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(one['name'])}</code></td><td>{one['in']}</td>"
        f"<td>{escape(one.get('description', ''))}</td></tr>"
        for one in parameters
        if "name" in one
    )
    return f"<table><tr><th>Parameter<th>In<th>Meaning</tr>{rows}</table>" if rows else ""


def _body(body: Json | None) -> str:
    if body is None:
        return ""
    contents = body["content"]
    media_type, content = next(iter(contents.items()))
    needed = "Body" if body["required"] else "Body (may be left out)"
    what = _type(content["schema"])
    if media_type != headers.JSON:
        what = f"a file: {escape(' or '.join(contents))}"
    example = content.get("example")
    written = example if isinstance(example, str) else json.dumps(example, indent=2)
    shown = f"<pre>{escape(written)}</pre>" if example else ""
    return f"<p>{needed}: {what}</p>{shown}"


def _responses(responses: Json) -> str:
    rows = []
    for status, response in responses.items():
        content = next(iter(response["content"].values()))
        schema = content["schema"]
        meaning = text(response["description"])
        shown = _example(content["example"]) if "example" in content else ""
        rows.append(f"<tr><td>{status}</td><td>{_type(schema)}</td><td>{meaning}{shown}</td></tr>")
    return f"<table><tr><th>Status<th>Answer<th>Meaning</tr>{''.join(rows)}</table>"


def _example(example: Any) -> str:
    text = example if isinstance(example, str) else json.dumps(example, indent=2)
    return f"<details><summary>Example</summary><pre>{escape(text)}</pre></details>"


def _schemas(document: Json) -> str:
    parts = []
    for name, schema in document["components"]["schemas"].items():
        rows = "".join(
            f"<tr><td><code>{escape(field)}</code></td><td>{_type(of)}</td>"
            f"<td>{'required' if field in schema.get('required', ()) else ''}</td></tr>"
            for field, of in schema.get("properties", {}).items()
        )
        about = text(schema.get("description", ""))
        parts.append(
            f'<section id="schema-{escape(name)}"><h3><code>{escape(name)}</code></h3>'
            f"{about}<table>{rows}</table></section>"
        )
    return f"<section><h2>Schemas</h2></section>{''.join(parts)}"


def _type(schema: Json) -> str:
    """A schema in a few words, with links to those that have a name."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#schema-{name}"><code>{name}</code></a>'
    if "anyOf" in schema:
        return " or ".join(_type(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " or ".join(f"<code>{escape(str(value))}</code>" for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    return escape(schema.get("format") or schema.get("type") or "any")


def text(markdown: str) -> str:
    """Paragraphs, lists and `code` of the little Markdown that our descriptions use."""
    parts = []
    for block in markdown.strip().split("\n\n"):
        lines = escape(block).split("\n")
        if all(line.startswith("- ") for line in lines):
            parts.append(
                "<ul>" + "".join(f"<li>{_code(line[2:])}</li>" for line in lines) + "</ul>"
            )
        else:
            parts.append(f"<p>{_code(' '.join(lines))}</p>")
    return "".join(parts)


def _code(text: str) -> str:
    pieces = text.split("`")
    return "".join(
        f"<code>{piece}</code>" if index % 2 else piece for index, piece in enumerate(pieces)
    )
