"""The form of what batches are asked."""

from __future__ import annotations

import re
from typing import Final

from culm.batches import commands, rejections
from culm.payments import api as payments
from culm.security import sealed

MAX_ENTRIES: Final = 200_000

_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_CONTENT: Final = re.compile(r"[0-9a-f]{32}")


def received(command: commands.ReceiveBatch) -> None:
    """Refuse a batch that the platform did not seal, or that is of another currency."""
    if command.currency != payments.CURRENCY_OF_BANKS:
        raise rejections.BatchInvalid("currency")
    if not (
        _SHA256.fullmatch(command.sha256)
        and _CONTENT.fullmatch(command.content)
        and sealed.SUBJECT.fullmatch(command.subject)
    ):
        raise rejections.BatchInvalid


def part(command: commands.JudgeEntries) -> None:
    """Refuse a part that is none of its batch."""
    if not (1 <= command.part <= command.parts and command.entries):
        raise rejections.BatchInvalid("part")
