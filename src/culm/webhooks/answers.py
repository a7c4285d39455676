"""What became of an attempt: the receiver's answer, or why there is none."""

from __future__ import annotations

import re
from typing import Final

import msgspec

KEPT_BYTES: Final = 1_024
"""How much of an answer is kept."""

_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

GONE: Final = 410
_WISHES: Final = frozenset({429, 503})
"""Answers that may say when to come again (RFC 6585 §4, RFC 9110 §15.6.4)."""


class Answer(msgspec.Struct, frozen=True):
    """How an attempt ended. `failure` is empty for an answer of 2xx, `status` for another answer,
    else a word for what went wrong. `retry_after_seconds` is what the receiver wished."""

    status: int | None
    failure: str
    latency_ms: int
    retry_after_seconds: int | None = None
    text: str = ""

    @property
    def succeeded(self) -> bool:
        """Whether the receiver has it."""
        return not self.failure

    @property
    def gone(self) -> bool:
        """Whether the receiver wants nothing any more (RFC 9110 §15.5.11)."""
        return self.status == GONE


def failure_of(status: int) -> str:
    """The word for an answer with this status."""
    if 200 <= status < 300:
        return ""
    return "redirect" if 300 <= status < 400 else "status"


def readable(body: bytes) -> str:
    """The beginning of an answer as text that can be kept and shown, whatever it was."""
    return _UNPRINTABLE.sub("\ufffd", body[:KEPT_BYTES].decode("utf-8", "replace"))


def retry_after(status: int, header: str | None) -> int | None:
    """The seconds that a receiver asked to be left alone. A date is not looked at: it would be by
    the receiver's clock."""
    if status not in _WISHES or header is None or not re.fullmatch(r"[0-9]{1,9}", header.strip()):
        return None
    return int(header)
