"""The target of a request: its path and query hold nothing that no route of ours could mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from culm.gateway import forms, limits, refusals
from culm.kernel import errors

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff\ufffd]")
"""Control characters, and what broken UTF-8 becomes when a server decodes it."""


def require_short(path: bytes | None, query: bytes) -> None:
    """Refuse a path and query that are too long together, with `TargetTooLong`."""
    if len(path or b"") + len(query) > limits.MAX_TARGET_BYTES:
        raise refusals.TargetTooLong(
            f"Path and query have at most {limits.MAX_TARGET_BYTES} bytes.", field="path"
        )


def require_sound(name: str, text: str, form: forms.Form | None) -> None:
    """Refuse a value that is too long, holds control characters, or is written in another form
    than its own. Raises `ParameterInvalid`."""
    if len(text) > limits.MAX_PARAMETER_LENGTH or _CONTROL.search(text):
        raise errors.ParameterInvalid(
            f"A parameter has at most {limits.MAX_PARAMETER_LENGTH} characters, "
            "and no control characters.",
            field=name,
        )
    if form is not None and not form.pattern.fullmatch(text):
        raise errors.ParameterInvalid(form.sentence, field=name)


def require_known(given: Iterable[tuple[str, str]], known: Mapping[str, forms.Form | None]) -> None:
    """Refuse parameters that the route does not know, since a misspelt one would go unheard, and
    those that are given twice. Raises `ParameterInvalid`."""
    left = set(known)
    for name, value in given:
        if name not in left:
            raise errors.ParameterInvalid(
                "There is no such parameter here, or it is given twice.",
                field=name[: limits.MAX_QUOTED],
            )
        left.remove(name)
        require_sound(name, value, known[name])
