"""Every statement of customers and of security fits the schema, and what receives its rows."""

from __future__ import annotations

import asyncpg
import pytest

from culm.customers import tables, types
from culm.customers.reads import queries
from culm.security.reads import queries as security
from tests.conftest import Ledger
from tests.ledger.test_reads_queries import fields, standing_alone

FILES = {
    "customers, queries.sql": tables.QUERIES,
    "customers, reads.sql": queries.QUERIES,
    "security, reads.sql": security.QUERIES,
}

CUSTOMER, CONSENT = fields(types.Customer, without="number"), fields(types.Consent)

RECEIVERS = {
    "load_customers": CUSTOMER,
    "all_customers": CUSTOMER,
    "customer": CUSTOMER,
    "customers_by_id": CUSTOMER,
    "customers": CUSTOMER,
    "customers_by_index": CUSTOMER,
    "load_consents": CONSENT,
    "all_consents": CONSENT,
    "consents": CONSENT,
    "load_keys": {"subject", "kek", "wrapped"},
    "keys_under_others": {"partition", "tenant", "subject", "kek", "wrapped"},
    "key_of_each_kek": {"partition", "tenant", "subject", "kek", "wrapped"},
    "keys_by_kek": {"kek", "keys"},
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
