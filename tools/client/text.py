"""Pieces of Python, as texts; how they are broken into lines is left to the formatter."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

WIDTH = 96

HEADER = '''"""{about}

Made from the API's description by `make client`: do not edit.
"""

from __future__ import annotations
'''


def module(about: str, imports: str, parts: Iterable[str]) -> str:
    """A module."""
    return "\n\n".join((HEADER.format(about=about) + "\n" + imports, *parts)) + "\n"


def doc(paragraphs: Iterable[str], *, indent: int = 1) -> str:
    """A docstring, indented by so many levels."""
    margin = "    " * indent
    wrapped = [
        textwrap.fill(
            one.replace("\\", "\\\\").replace('"""', "'''"),
            WIDTH,
            initial_indent=margin,
            subsequent_indent=margin,
            break_long_words=False,
            break_on_hyphens=False,
        ).strip()
        for one in paragraphs
        if one
    ]
    text = f"\n\n{margin}".join(wrapped)
    closing = f"\n{margin}" if "\n" in text or text.endswith('"') else ""
    return f'{margin}"""{text}{closing}"""'
