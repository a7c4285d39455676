"""Every statement of wallets fits the schema, and what it returns fits what receives it."""

from __future__ import annotations

import re
from importlib import resources

import asyncpg
import pytest

from culm.wallets import tables, types
from culm.wallets.reads import queries
from tests.conftest import Ledger
from tests.ledger.test_reads_queries import fields, standing_alone

FILES = {"queries.sql": tables.QUERIES, "reads.sql": queries.QUERIES}

WALLET = fields(types.Wallet, without="number")
LIMITS, USE = fields(types.Limits), fields(types.Use)
USED = {f"used_{name}" for name in USE - {"tenant", "wallet", "currency", "direction"}}

RECEIVERS = {
    "load_wallets": WALLET,
    "all_wallets": WALLET,
    "wallet": WALLET,
    "wallets": WALLET,
    "wallets_of_customer": WALLET,
    "wallets_by_id": WALLET,
    "load_limits": LIMITS,
    "all_limits": LIMITS,
    "limits": LIMITS,
    "limits_of_wallet": LIMITS | USED,
    "load_uses": USE,
    "all_uses": USE,
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
    text = resources.files("culm.wallets").joinpath(file).read_text(encoding="utf-8")
    for name in FILES[file]:
        assert re.search(rf"^-- name: {name}\n-- \S", text, re.MULTILINE), name
