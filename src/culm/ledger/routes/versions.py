"""What the ledger's routes were like before, by the version of the API that changed it."""

from __future__ import annotations

from typing import Any, Final

from culm.gateway import versions
from culm.kernel import errors

Json = dict[str, Any]


def _frozen(account: Json) -> Json:
    """An account as it was: frozen in both directions, or not; one direction is frozen too."""
    older = dict(account)
    older["frozen"] = older.pop("freeze") != "none"
    return older


def _frozen_each(page: Json) -> Json:
    return page | {"items": [_frozen(account) for account in page["items"]]}


def _frozen_accounts(hold: Json) -> Json:
    """A hold whose accounts may be expanded."""
    expanded = {name: hold[name] for name in ("debit", "credit") if isinstance(hold[name], dict)}
    return hold | {name: _frozen(account) for name, account in expanded.items()}


def _frozen_accounts_each(page: Json) -> Json:
    return page | {"items": [_frozen_accounts(hold) for hold in page["items"]]}


def _freeze(change: Any) -> Any:
    """What is to change of an account, from `frozen` to `freeze`. Raises `Invalid`."""
    if not isinstance(change, dict):
        return change  # which is refused as what it is
    if "freeze" in change:
        raise errors.Invalid("An account is `frozen` in this version.", field="freeze")
    newer = dict(change)
    if "frozen" in newer:
        frozen = newer.pop("frozen")
        if not isinstance(frozen, bool):
            raise errors.Invalid("Expected true or false.", field="frozen")
        newer["freeze"] = "both" if frozen else "none"
    return newer


CHANGES: Final = (
    versions.Change(
        version="2026-11-25",
        summary=(
            "An account is frozen in one direction or in both: `freeze` is `none`, `in`, `out` or "
            "`both`, where `frozen` was true or false."
        ),
        up={"update_account": _freeze},
        down={
            "open_account": _frozen,
            "get_account": _frozen,
            "list_accounts": _frozen_each,
            "update_account": _frozen,
            "close_account": _frozen,
            "get_hold": _frozen_accounts,
            "list_holds": _frozen_accounts_each,
        },
    ),
)
