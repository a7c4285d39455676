"""What may be altered past the log: every column of every table that is proven."""

from __future__ import annotations

from typing import Any, Final

import asyncpg

from culm.book import verify

BOOKS: Final = (
    "book_head",
    "book_turn",
    "book_log",
    "book_node",
    "book_answer",
    "book_checkpoint",
    "ledger_tenant",
    "ledger_asset",
    "ledger_account",
    "ledger_entry",
    "ledger_unheld",
    "ledger_hold",
    "ledger_reversed",
    "ledger_reference",
    "ach_file",
    "timer",
    "tenant_clock",
    "webhook_endpoint",
    "webhook_delivery",
    "webhook_owner",
    "webhook_replay",
    "work_parked",
)
ROOMS: Final = (
    "access_key",
    "access_owner",
    "customer",
    "customer_consent",
    "wallet",
    "wallet_limits",
    "wallet_use",
    "bank_account",
    "payment",
    "payment_party",
    "payment_refund",
    "payment_dispute",
    "payment_fee_schedule",
    "payment_price",
    "batch",
    "batch_seen",
    "batch_entry",
    "fx_rate",
    "fx_quote",
    "recurring_schedule",
    "recurring_run",
    "recurring_mandate",
    "recurring_collection",
    "ach_terms",
    "ach_window",
    "ach_transfer",
    "ach_return_apart",
    "ach_dishonour",
    "ach_batch",
    "ach_sent_file",
    "ach_counter",
    "ach_bank_file",
)
PROVEN: Final = {"books": BOOKS, "rooms": ROOMS}
"""The tables that are proven, by the fixture that has something in each of them."""

NOTED: Final = (
    "relay",
    "webhook_attempt",
    "work_place",
    "work_failure",
    "access_use",
    "access_meter",
    "access_quota",
)
"""What is only noted, for those who look: nothing follows from it, so there is nothing to prove."""

ERASABLE: Final = ("security_key", "security_index", "batch_content")
"""What is no fold of the log, so that it can be deleted for ever."""

_CHANGES: Final = {
    "smallint": "{0} + 1000",
    "integer": "{0} + 1000",
    "bigint": "coalesce({0}, 0) + 1000",
    "numeric": "coalesce({0}, 0) + 1",
    "text": "coalesce({0}, '') || 'x'",
    "boolean": "not {0}",
    "bytea": "set_byte({0}, 0, get_byte({0}, 0) # 1)",
    "date": "coalesce({0}, date '2026-03-01') + 1",
    "timestamp with time zone": "coalesce({0}, now()) + interval '1 microsecond'",
    "bigint[]": "{0} || 1000::bigint",
    "integer[]": "{0} || 1000",
    "numeric[]": "{0}[:1] || {0}[1] + 1 || {0}[3:]",
    "text[]": "{0} || 'x'::text",
}


def _either(one: str, other: str) -> str:
    return f"case {{0}} when '{one}' then '{other}' else '{one}' end"


_CHOICES: Final = {
    "account_kind": _either("checking", "savings"),
    "adjust": _either("none", "following"),
    "bearer": _either("payer", "payee"),
    "fixed": _either("sell", "buy"),
    "freeze": _either("in", "none"),
    "method": _either("manual", "automatic"),
    "payload": _either("thin", "full"),
    "rounding": _either("up", "down"),
    "sec": _either("PPD", "CCD"),
    "service": _either("standard", "same_day"),
    "side": _either("debit", "credit"),
    "signature": _either("hmac", "ed25519"),
    "verdict": _either("accepted", "refused"),
    "access_key.state": _either("active", "revoked"),
    "ach_bank_file.kind": _either("entries", "unreadable"),
    "ach_batch.direction": _either("credit", "debit"),
    "ach_batch.state": _either("cut", "settled"),
    "ach_return_apart.direction": _either("credit", "debit"),
    "ach_sent_file.state": _either("sent", "accepted"),
    "ach_transfer.direction": _either("credit", "debit"),
    "ach_transfer.kind": _either("payment", "reversal"),
    "ach_transfer.state": _either("settled", "returned"),
    "ach_window.state": _either("open", "closed"),
    "bank_account.kind": _either("checking", "savings"),
    "bank_account.state": _either("verifying", "verified"),
    "batch.state": _either("processed", "refused"),
    "customer.kind": _either("person", "business"),
    "customer.state": _either("active", "restricted"),
    "ledger_hold.state": _either("expired", "released"),
    "payment.authorised": "{0} - 1",  # it is the whole amount already
    "payment.kind": _either("purchase", "transfer"),
    "payment.state": _either("authorised", "captured"),
    "payment_dispute.reason": _either("duplicate", "other"),
    "payment_dispute.state": _either("won", "lost"),
    "payment_fee_schedule.refunds": _either("kept", "proportional"),
    "payment_price.kind": _either("payout", "transfer"),
    "payment_refund.reason": _either("duplicate", "other"),
    "payment_refund.state": _either("failed", "succeeded"),
    "agreed": _either("written", "online"),
    "recurring_mandate.kind": _either("transfer", "purchase"),
    "recurring_mandate.state": _either("active", "revoked"),
    "recurring_run.state": _either("paid", "failed"),
    "recurring_schedule.state": _either("active", "paused"),
    "timer.state": _either("fired", "cancelled"),
    "wallet.reason": _either("lost", "other"),
    "wallet_limits.direction": _either("in", "out"),
    "wallet_use.direction": _either("in", "out"),
    "webhook_delivery.state": _either("waiting", "due"),
    "webhook_endpoint.reason": _either("gone", "failing"),
    "webhook_endpoint.state": _either("enabled", "disabled"),
    "work_parked.state": _either("parked", "dropped"),
}
"""What a column may hold instead, where not anything: by its name, or by that of its table too."""

MIDDLE: Final = """
    select ctid from (select ctid, row_number() over (order by ctid) n, count(*) over () from {0})
    where n = count / 2 + 1
"""
"""Finds the row in the middle of a table."""


async def columns(connection: asyncpg.Connection[Any], table: str) -> dict[str, str]:
    """The columns of a table, and their types."""
    rows = await connection.fetch(
        "select attname, format_type(atttypid, null) from pg_attribute"
        " where attrelid = $1::text::regclass and attnum > 0 and not attisdropped order by attnum",
        table,
    )
    return dict(map(tuple, rows))


async def key(connection: asyncpg.Connection[Any], table: str) -> list[str]:
    """The columns of a table's primary key."""
    rows = await connection.fetch(verify.QUERIES["columns"], table)
    return [name for name, _, in_key in rows if in_key]


def changed(table: str, column: str, type_: str) -> str:
    """Another value for a column, as an expression over the present one."""
    choice = _CHOICES.get(f"{table}.{column}", _CHOICES.get(column, _CHANGES[type_]))
    return choice.format(f'"{column}"')
