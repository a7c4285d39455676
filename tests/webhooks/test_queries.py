"""Every statement of webhooks fits the schema, and what it returns fits what receives it."""

from __future__ import annotations

import re
from importlib import resources

import asyncpg
import pytest

from culm.book import event
from culm.webhooks import tables, types, views
from culm.webhooks.reads import queries
from tests.conftest import Ledger
from tests.ledger.test_reads_queries import fields, standing_alone

FILES = {"queries.sql": tables.QUERIES, "reads.sql": queries.QUERIES}

ENDPOINT = fields(types.Endpoint, without="number")
DELIVERY, REPLAY, OWNER = fields(types.Delivery), fields(types.Replay), fields(types.Owner)
ATTEMPT = fields(views.Attempt)

RECEIVERS = {
    "load_endpoints": ENDPOINT,
    "all_endpoints": ENDPOINT,
    "endpoint": ENDPOINT,
    "endpoints": ENDPOINT,
    "enabled": ENDPOINT,
    "load_deliveries": DELIVERY,
    "all_deliveries": DELIVERY,
    "deliveries": DELIVERY,
    "load_owners": OWNER,
    "all_owners": OWNER,
    "load_replays": REPLAY,
    "all_replays": REPLAY,
    "replay": REPLAY,
    "due": {"tenant", "endpoint", "event", "attempt"},
    "event": fields(event.LogRow, without="request leaf"),
    "time_at": {"time"},
    "slice": {"position"},
    "attempt": {"status", "failure", "latency_ms", "retry_after", "answer"},
    "attempts": ATTEMPT,
    "attempts_of_event": ATTEMPT,
    "last_success": {"time"},
    "prune": {"count"},
}


@pytest.mark.parametrize("file", FILES)
async def test_every_query_fits_the_schema_and_its_receiver(ledger: Ledger, file: str) -> None:
    async with ledger.db.acquire() as connection:
        for name, query in FILES[file].items():
            try:
                statement = await connection.prepare(standing_alone(query))
            except asyncpg.PostgresError as error:
                raise AssertionError(f"{name} does not fit the schema: {error}") from error
            columns = {attribute.name for attribute in statement.get_attributes()}
            assert columns == RECEIVERS.get(name, set()), name


@pytest.mark.parametrize("file", FILES)
def test_every_query_says_what_it_is_for(file: str) -> None:
    text = resources.files("culm.webhooks").joinpath(file).read_text(encoding="utf-8")
    for name in FILES[file]:
        assert re.search(rf"^-- name: {name}\n-- \S", text, re.MULTILINE), name
