"""Every statement that stands in a .sql file fits the schema, and what it returns fits the struct
that receives it."""

from __future__ import annotations

import re
from importlib import resources
from typing import TYPE_CHECKING, Any

import asyncpg
import msgspec
import pytest

from culm.book import event, idempotency, turn
from culm.kernel import sql
from culm.ledger import events, tables, types, views
from culm.ledger.export import source
from culm.ledger.reads import find
from culm.timers import types as timer_types

if TYPE_CHECKING:
    from tests.conftest import Ledger

FILES = {
    "book": ("culm.book", "queries.sql"),
    "ledger": ("culm.ledger", "queries.sql"),
    "reads": ("culm.ledger", "reads.sql"),
    "timers": ("culm.timers", "queries.sql"),
    "timers' reads": ("culm.timers", "reads.sql"),
}
QUERIES = {name: sql.load_queries(*file) for name, file in FILES.items()}


def fields(struct: Any, *more: str, without: str = "") -> set[str]:
    """The columns that a struct is made of."""
    names = struct.__struct_fields__ if issubclass(struct, msgspec.Struct) else struct._fields
    return (set(names) | set(more)) - set(without.split())


TENANT, ASSET = fields(types.Tenant), fields(types.Asset)
ACCOUNT = fields(types.Account, without="number sign")
HOLD = fields(types.Hold, without="number")
ENTRY = fields(views.Entry, without="transaction available")
BALANCE = fields(types.Balance, without="account")
LINE = ENTRY - BALANCE | {"version"}
TIMER, CLOCK = fields(timer_types.Timer), fields(timer_types.Clock)
HEAD = fields(turn.Head, "size", "frontier", without="tree")

RECEIVERS: dict[str, dict[str, set[str]]] = {
    "book": {
        "head": HEAD,
        "lock_head": HEAD,
        "nonce": {"nonce"},
        "partitions": {"known", "used"},
        "sizes": {"partition", "size"},
        "events_at": fields(event.LogRow),
        "answers": fields(idempotency.Answer, without="time"),
        "write_head": {"partition", "turn"},
    },
    "ledger": {
        "load_tenants": TENANT,
        "all_tenants": TENANT,
        "load_assets": ASSET,
        "all_assets": ASSET,
        "load_codes": {"tenant", "code", "id"},
        "load_accounts": ACCOUNT,
        "all_accounts": ACCOUNT,
        "load_balances": BALANCE | ACCOUNT,
        "all_entries": set(tables.ENTRIES.columns),
        "all_unheld": set(tables.UNHELD.columns),
        "load_holds": HOLD,
        "all_holds": HOLD,
        "load_reversed": fields(types.Reversed, "id"),
        "all_reversed": fields(types.Reversed, "id"),
        "all_references": set(tables.REFERENCES.columns),
    },
    "reads": {
        "tenant": TENANT,
        "assets": ASSET,
        "account_by_id": ACCOUNT,
        "account_by_code": ACCOUNT,
        "accounts": ACCOUNT,
        "accounts_by_id": ACCOUNT,
        "hold": HOLD | {"currency"},
        "holds_of_tenant": HOLD | {"currency", "place"},
        "holds_of_account": HOLD | {"currency", "place"},
        "transaction": {"position", "time", "version", "body"},
        "transactions": {"position", "time", "version", "body"},
        "bookings": {"position", "time", "version", "body"},
        "balances": BALANCE - {"version"}
        | {"id", "code", "currency", "side", "newest", "recorded"},
        "standing": {"id", "code", "posted", "held_in", "held_out"},
        "versions": {"place", "version"},
        "versions_before": {"code", "version"},
        "entries_before": ENTRY,
        "entries_after": ENTRY,
        "history": LINE | {"id", "code", "currency", "side", "posted"},
        "codes": {"id", "code"},
        "statement_lines": LINE,
        "export_lines": LINE | {"account", "code", "currency"},
        "export_accounts": fields(source.Account),
        "currencies": {"currency", "scale"},
        "known_until": {"least"},
    },
    "timers": {
        "load_timers": TIMER,
        "all_timers": TIMER,
        "load_clocks": CLOCK,
        "all_clocks": CLOCK,
    },
    "timers' reads": {
        "due": {"tenant", "id", "size"},
        "next_due": {"due"},
        "clocks_to_run": {"tenant"},
        "on_the_way": {"news", "id", "size"},
        "timer": TIMER,
        "timers": TIMER,
        "clock": CLOCK,
    },
}
"""The columns of each query that returns rows. A new query finds its place here."""

_ROWS = "'[]'::json"


def standing_alone(query: str) -> str:
    """A query as it can be prepared: a part of a turn's one statement needs its head."""
    if ":rows" in query or "from head" in query:
        head = QUERIES["book"]["write_head"]
        query = f"with head as ({head}) {query.replace(':rows', _ROWS)}"
    return query


@pytest.mark.parametrize("file", FILES)
async def test_every_query_fits_the_schema_and_its_receiver(ledger: Ledger, file: str) -> None:
    async with ledger.db.acquire() as connection:
        for name, query in QUERIES[file].items():
            try:
                statement = await connection.prepare(standing_alone(query))
            except asyncpg.PostgresError as error:
                raise AssertionError(f"{name} does not fit the schema: {error}") from error
            columns = {attribute.name for attribute in statement.get_attributes()}
            assert columns == RECEIVERS[file].get(name, set()), name


def test_no_receiver_waits_for_a_query_that_is_gone() -> None:
    for file, receivers in RECEIVERS.items():
        assert receivers.keys() <= QUERIES[file].keys()


@pytest.mark.parametrize("file", FILES)
def test_every_query_says_what_it_is_for(file: str) -> None:
    package, filename = FILES[file]
    text = resources.files(package).joinpath(filename).read_text(encoding="utf-8")
    for name in QUERIES[file]:
        assert re.search(rf"^-- name: {name}\n-- \S", text, re.MULTILINE), name


def test_the_type_of_a_booking_is_spelled_as_the_event_spells_it() -> None:
    for name in ("transaction", "transactions", "bookings"):
        assert f"'{events.TransactionPosted.TYPE}'" in find.QUERIES[name]
