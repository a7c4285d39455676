"""Tenants, assets, accounts and periods."""

from __future__ import annotations

import msgspec

from culm.kernel import money
from culm.ledger import commands
from culm.simulation.model import forms
from culm.simulation.model.state import Rejected, Row, State


def create_tenant(state: State, command: commands.CreateTenant) -> Row:
    """Begin books."""
    forms.tenant(state.asking, command.name)
    forms.time(command.clock, "clock")
    if command.clock is not None and not command.sandbox:
        raise Rejected("clock_needs_sandbox", "clock")
    if state.asking in state.tenants:
        raise Rejected("tenant_exists", "tenant")
    given = {"id": state.asking, "name": command.name, "sandbox": command.sandbox}
    state.record("ledger.tenant_created", **given)
    row = {**given, "created": state.now, "closed_before": None}
    state.tenants[state.asking] = row
    if command.clock is not None:
        state.record("timers.clock_started", now=command.clock)
        clock = {"tenant": state.asking, "now": command.clock, "target": None, "news": 0}
        state.clocks[state.asking] = clock
    return dict(row)


def register_asset(state: State, command: commands.RegisterAsset) -> Row:
    """Let a tenant keep books in something of its own."""
    forms.asset(command.code, command.scale, command.name)
    state.tenant()
    if known_currency(state, command.code):
        raise Rejected("asset_exists", "code")
    body = {"code": command.code, "scale": command.scale, "name": command.name}
    state.record("ledger.asset_registered", **body)
    row = {"tenant": state.asking, **body}
    state.assets[state.asking, command.code] = row
    return row


def known_currency(state: State, code: str) -> bool:
    """Whether books can be kept in it."""
    return code in money.ISO_SCALES or (state.asking, code) in state.assets


def open_account(state: State, command: commands.OpenAccount) -> Row:
    """Open an account at zero."""
    forms.code(command.code)
    minimum, maximum = forms.limits(command.minimum, command.maximum)
    forms.metadata(command.metadata)
    state.tenant()
    if not known_currency(state, command.currency):
        raise Rejected("currency_unknown", "currency")
    if (state.asking, command.code) in state.codes:
        raise Rejected("account_exists", "code")
    natural = "debit" if forms.ROOTS[command.code.split(":")[0]] > 0 else "credit"
    side = command.side or natural
    account: Row = {
        "id": state.next_id("acc"),
        "tenant": state.asking,
        "code": command.code,
        "currency": command.currency,
        "side": side,
        "sign": 1 if side == "debit" else -1,
        "minimum": minimum,
        "maximum": maximum,
        "freeze": "none",
        "closed": False,
        "metadata": command.metadata,
        "opened": state.now,
    }
    state.record(
        "ledger.account_opened",
        id=account["id"],
        code=command.code,
        currency=command.currency,
        side=side,
        minimum=digits(minimum),
        maximum=digits(maximum),
        metadata=command.metadata,
    )
    state.accounts[account["id"]] = account
    state.codes[state.asking, command.code] = account["id"]
    state.of_account[account["id"]] = []
    return seen(account)


def update_account(state: State, command: commands.UpdateAccount) -> Row:
    """Change what is given of an account's limits, freeze and metadata."""
    given = {
        name: value
        for name in ("minimum", "maximum", "freeze", "metadata")
        if (value := getattr(command, name)) is not msgspec.UNSET
    }
    minimum, maximum = forms.limits(given.get("minimum"), given.get("maximum"))
    forms.metadata(given.get("metadata", {}))
    given |= {n: v for n, v in (("minimum", minimum), ("maximum", maximum)) if n in given}
    state.tenant()
    account = state.account(command.account, "account")
    if account["closed"]:
        raise Rejected("account_closed", "account")
    account.update(given)
    state.record(
        "ledger.account_updated",
        id=account["id"],
        minimum=digits(account["minimum"]),
        maximum=digits(account["maximum"]),
        freeze=account["freeze"],
        metadata=account["metadata"],
    )
    return seen(account)


def close_account(state: State, command: commands.CloseAccount) -> Row:
    """Close an account for good."""
    state.tenant()
    account = state.account(command.account, "account")
    if account["closed"]:
        raise Rejected("account_closed", "account")
    balance = state.balance(account)
    if balance["held_in"] or balance["held_out"]:
        raise Rejected("account_has_holds", "account")
    if balance["posted"]:
        raise Rejected("account_not_empty", "account")
    state.record("ledger.account_closed", id=account["id"])
    account["closed"] = True
    return seen(account)


def close_period(state: State, command: commands.ClosePeriod) -> Row:
    """Close the books before a moment."""
    forms.time(command.before, "before")
    tenant = state.tenant()
    if tenant["closed_before"] is not None and command.before <= tenant["closed_before"]:
        raise Rejected("period_not_later", "before")
    if command.before > state.time():
        raise Rejected("period_in_future", "before")
    state.record("ledger.period_closed", before=command.before)
    tenant["closed_before"] = command.before
    return dict(tenant)


def digits(limit: int | None) -> str | None:
    """A limit as facts and callers see it."""
    return None if limit is None else str(limit)


def seen(account: Row) -> Row:
    """An account as callers see it."""
    shown = {name: account[name] for name in account if name not in ("tenant", "sign")}
    return {**shown, "minimum": digits(account["minimum"]), "maximum": digits(account["maximum"])}
