"""NACHA files: received once, accepted for two accounts, posted part by part."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from culm.rails.ach import commands
from culm.simulation.model import booking, forms
from culm.simulation.model.state import Rejected, Row, State


def receive(state: State, command: commands.ReceiveFile) -> Row:
    """Write a file down; one that was accepted stays as it was."""
    if not re.fullmatch("[0-9a-f]{64}", command.sha256):
        raise Rejected("ach_file_invalid", "sha256")
    if not 1 <= len(command.name) <= 255 or not command.name.isprintable():
        raise Rejected("ach_file_invalid", "name")
    state.tenant()
    accounts = _accounts(state, command)
    key, refused = (state.asking, command.sha256), command.verdict == "refused"
    before = state.files.get(key)
    if before is not None and before["verdict"] != "refused":
        for field, account in accounts.items():
            if account["id"] != before[field]:
                raise Rejected("ach_file_account_differs", field)
        if not refused and command.refused_batches != before["refused_batches"]:
            raise Rejected("ach_file_batches_differ", "refused_batches")
        return before
    if before is None or not refused:
        pair = {field: None if refused else a["id"] for field, a in accounts.items()}
        state.record("ach.file_received", **_fact(command), **pair)
        state.files[key] = {
            "tenant": state.asking,
            "sha256": command.sha256,
            "name": command.name,
            "verdict": command.verdict,
            "entries": command.entries,
            "received": state.now,
            **pair,
            "refused_batches": None if refused else command.refused_batches,
        }
    return state.files[key]


def _accounts(state: State, command: commands.ReceiveFile) -> dict[str, Row]:
    asked = {"account": command.account, "clearing": command.clearing}
    accounts = {field: state.account(name, field) for field, name in asked.items()}
    for field, account in accounts.items():
        if account["currency"] != "USD":
            raise Rejected("ach_account_currency", field)
    if accounts["account"] is accounts["clearing"]:
        raise Rejected("ach_same_account", "clearing")
    return accounts


def post(state: State, command: commands.PostEntries) -> Row:
    """Book one transaction an entry, all or none."""
    state.tenant()
    file = state.files.get((state.asking, command.sha256))
    if file is None or file["account"] is None:
        raise Rejected("ach_file_not_accepted", "sha256")
    if not 1 <= len(command.items) <= 10_000 or any(not item.change for item in command.items):
        raise Rejected("ach_entries_invalid", "items")
    began = len(state.log)
    try:
        booked = [_entry(state, file, item)["id"] for item in command.items]
    except Rejected:
        state.forget_since(began)
        raise
    return {
        "entries": len(booked),
        "at": state.now,
        "first": booked[0],
        "last": booked[-1],
        "submission": state.attempt,
    }


def _entry(state: State, file: Row, item: commands.Item) -> Row:
    account, clearing = state.accounts[file["account"]], state.accounts[file["clearing"]]
    metadata = {"file": file["sha256"][:16], "batch": str(item.batch), "line": str(item.line)}
    if item.reason:
        metadata |= {"return_reason": item.reason, "original_trace": item.original}
    forms.kind(item.kind)
    forms.reference(item.trace)
    forms.metadata(metadata)
    forms.time(item.effective, "effective")
    amount = item.change if account["side"] == "debit" else -item.change
    lines = [(account, amount), (clearing, -amount)]
    fields = ["postings[0].account", "postings[1].account"]
    booking.allowed(state, lines, fields, item.effective)
    booking.within_limits(state, lines, fields)
    return booking.book(
        state,
        lines,
        kind=item.kind,
        reference=item.trace,
        effective=item.effective,
        metadata=metadata,
    )


def _fact(command: commands.ReceiveFile) -> dict[str, Any]:
    fact = msgspec.structs.asdict(command)
    for name in ("account", "clearing"):
        del fact[name]
    for name in ("credit", "debit", "accepted_credit", "accepted_debit"):
        fact[name] = None if fact[name] is None else str(fact[name])
    return fact
