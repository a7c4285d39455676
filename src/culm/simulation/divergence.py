"""When the platform and the model do not agree, or a promise was broken."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from culm.kernel import errors
from culm.simulation.model import ledger


class Divergence(Exception):
    """What differs: of which command, what the platform says, and what the model says."""

    def __init__(
        self, what: str, *, command: Any = None, real: Any = None, model: Any = None
    ) -> None:
        super().__init__(what)
        self.what = what
        self.command = command
        self.real = real
        self.model = model

    def __str__(self) -> str:
        lines = [self.what]
        for name in ("command", "real", "model"):
            value = getattr(self, name)
            if value is not None:
                lines.append(f"{name}: {value!r}")
        return "\n".join(lines)


def compare(what: str, real: Any, model: Any, *, command: Any = None) -> None:
    """Raise `Divergence` unless they are equal."""
    if real != model:
        raise Divergence(what, command=command, real=real, model=model)


def plain(outcome: Any) -> ledger.Outcome:
    """An outcome in the model's terms. What a batch says in sentences is left out."""
    if isinstance(outcome, errors.CulmError):
        return ledger.Outcome(code=outcome.code, field=outcome.field)
    if isinstance(outcome, BaseException):
        return ledger.Outcome(code=f"a defect: {outcome!r}")
    result = msgspec.to_builtins(outcome, builtin_types=(datetime,))
    for member in (result or {}).get("results", ()):
        member.pop("message", None)
    return ledger.Outcome(result)
