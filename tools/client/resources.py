"""Writes `resources.py` and `async_resources.py`: a class for each place, a method for each
operation."""

from __future__ import annotations

from collections.abc import Iterator

from tools.client import description, naming, shapes, text, typing_

_IMPORTS = """
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal, overload

import msgspec

from culm.client import bodies, calls, pages, transport, types
"""

_PATHS = {(): "the platform itself"}


class Writer:
    """Writes one of the two modules."""

    def __init__(self, described: description.Description, *, asynchronous: bool) -> None:
        self._described = described
        self._async = asynchronous
        self._in = shapes.Shapes(out=False, prefix="types.", renamed=typing_.renamed(described))
        self._out = shapes.Shapes(out=True, prefix="types.")
        self._transport = "AsyncTransport" if asynchronous else "Transport"

    def module(self) -> str:
        """The whole module."""
        about = "The operations of the API, " + ("awaited." if self._async else "from a thread.")
        groups = sorted(self._groups(), key=lambda group: (-len(group), group))
        return text.module(about, _IMPORTS.strip("\n"), map(self._class, groups))

    def _groups(self) -> set[tuple[str, ...]]:
        found = {one.group for one in self._described.operations}
        return {group[:size] for group in found for size in range(len(group) + 1)}

    def _class(self, group: tuple[str, ...]) -> str:
        inner = sorted(one for one in self._groups() if one[:-1] == group and one)
        where = ".".join(("client", *group))
        about = f"The operations of `{where}`." if group else "All of the API."
        lines = [
            f"class {_named(group)}:",
            text.doc([about]),
            "",
            f"    def __init__(self, transport: transport.{self._transport}) -> None:",
            "        self._transport = transport",
            *(f"        self.{one[-1]} = {_named(one)}(transport)" for one in inner),
        ]
        methods = [one for one in self._described.operations if one.group == group]
        return "\n\n".join(["\n".join(lines), *map(self._method, methods)])

    def _method(self, one: description.Operation) -> str:
        body = [text.doc(_paragraphs(one), indent=2)]
        body += [f"        {line}" for line in self._statements(one)]
        if not one.expands:
            return "\n".join([f"{self._head(one, self._returned(one))}:", *body])
        plain = self._head(one, _unexpanded(self._returned(one)), expand="None = None")
        full = self._head(one, self._returned(one), expand=self._expand(one))
        return "\n\n".join(
            [
                f"    @overload\n{plain}: ...",
                f"    @overload\n{full}: ...",
                "\n".join([f"{self._head(one, 'Any')}:", *body]),
            ]
        )

    def _head(self, one: description.Operation, returned: str, *, expand: str = "") -> str:
        """The line that begins a method; `expand` is the type of that argument, if not its own."""
        keyword = "async def" if self._async and not one.paged else "def"
        signature = ", ".join(("self", *self._positional(one), "*", *self._keywords(one, expand)))
        return f"    {keyword} {one.name}({signature}) -> {returned}"

    def _expand(self, one: description.Operation) -> str:
        (found,) = (self._in.of(each.schema) for each in one.query if each.wire == "expand")
        return found

    def _positional(self, one: description.Operation) -> Iterator[str]:
        for argument in one.segments:
            yield f"{argument.name}: {self._in.of(argument.schema)}"

    def _keywords(self, one: description.Operation, expand: str = "") -> Iterator[str]:
        given = sorted((*one.members, *one.query), key=lambda argument: not argument.required)
        if one.uploads:
            yield "content: bytes | str"
            if len(one.uploads) > 1:
                yield f"media_type: Literal[{', '.join(map(_quoted, one.uploads))}]"
        for argument in given:
            type_, default = typing_.annotated(argument, self._in)
            if expand and argument.wire == "expand":
                type_, default = expand, ""
            yield f"{argument.name}: {type_}" + (f" = {default}" if default else "")
        if one.paged:
            yield "cursor: str | None = None"
        if one.keyed:
            yield "idempotency_key: str | None = None"
        yield "request_id: str | None = None"

    def _returned(self, one: description.Operation) -> str:
        if not one.paged:
            return self._answer(one)
        kind = "AsyncPages" if self._async else "Pages"
        schema = self._described.schemas[shapes.name(one.answer["$ref"])]
        item = self._out.of(schema["properties"][one.items]["items"])
        return f"pages.{kind}[{self._answer(one)}, {item}]"

    def _answer(self, one: description.Operation) -> str:
        return one.raw or self._out.of(one.answer)

    def _statements(self, one: description.Operation) -> Iterator[str]:
        arguments = [_path(one), self._answer(one)]
        if one.expands:
            plain = _unexpanded(arguments[1])
            yield f"answer: Any = {plain} if expand is None else {arguments[1]}"
            arguments[1] = "answer"
        if one.paged:
            arguments.append(f'"{one.items}"')
        if one.method != "GET":
            arguments.insert(0, f'"{one.method}"')
            arguments += _content(one)
        if one.query or one.paged:
            pairs = ", ".join(f'"{argument.wire}": {argument.name}' for argument in one.query)
            arguments.append(f"query={{{pairs}}}")
        if one.paged:
            arguments.append("cursor=cursor")
        if one.keyed:
            arguments.append("key=idempotency_key")
        arguments.append("request_id=request_id")
        called = "pages" if one.paged else "get" if one.method == "GET" else "write"
        wait = "await " if self._async and not one.paged else ""
        yield f"return {wait}self._transport.{called}({', '.join(arguments)})"


def _unexpanded(answer: str) -> str:
    return answer.replace(description.EXPANDABLE, "")


def _content(one: description.Operation) -> Iterator[str]:
    if one.uploads:
        type_ = "media_type" if len(one.uploads) > 1 else _quoted(one.uploads[0])
        yield "body=content"
        yield f"media_type={type_}"
    elif one.members:
        members = ", ".join(f"{argument.name}={argument.name}" for argument in one.members)
        yield f"body=bodies.{one.body}({members})"


def _path(one: description.Operation) -> str:
    path = one.path
    for argument in one.segments:
        path = path.replace(f"{{{argument.wire}}}", f"{{calls.segment({argument.name})}}")
    return f'f"{path}"' if one.segments else f'"{path}"'


def _paragraphs(one: description.Operation) -> Iterator[str]:
    yield one.text
    for argument in (*one.segments, *one.query, *one.members):
        if argument.text:
            yield f"`{argument.name}`: {argument.text}"
    if one.refusals:
        codes = ", ".join(f"`{code}`" for code in one.refusals)
        yield f"Refused with {codes}."


def _named(group: tuple[str, ...]) -> str:
    return naming.camel(group) or "Api"


def _quoted(value: str) -> str:
    return f'"{value}"'
