"""Every statement of payments fits the schema, and what it returns fits who receives it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec
import pytest

from culm.payments import tables, types
from culm.payments.reads import queries

if TYPE_CHECKING:
    from tests.conftest import Ledger


def columns(struct: type[msgspec.Struct]) -> set[str]:
    """The columns that a struct is made of."""
    return set(struct.__struct_fields__) - {"number"}


PAYMENT, REFUND = columns(types.Payment), columns(types.Refund)
DISPUTE, SCHEDULE = columns(types.Dispute), columns(types.FeeSchedule)

RECEIVERS = {
    "load_payments": PAYMENT,
    "all_payments": PAYMENT,
    "all_parties": set(tables.PARTIES.columns),
    "load_refunds": REFUND,
    "all_refunds": REFUND,
    "load_disputes": DISPUTE,
    "all_disputes": DISPUTE,
    "load_schedules": SCHEDULE,
    "all_schedules": SCHEDULE,
    "load_prices": {"tenant", "kind", "currency", "schedule"},
    "all_prices": {"tenant", "kind", "currency", "schedule"},
    "payment": PAYMENT,
    "payments": PAYMENT,
    "payments_by_id": PAYMENT,
    "open_payments": PAYMENT,
    "open_counts": {"state", "payments"},
    "payments_of_reference": PAYMENT,
    "payments_of_party": PAYMENT,
    "refund": REFUND,
    "refunds": REFUND,
    "refunds_of_payment": REFUND,
    "dispute": DISPUTE,
    "disputes": DISPUTE,
    "disputes_of_payment": DISPUTE,
    "schedule": SCHEDULE,
    "schedules": SCHEDULE,
}
"""The columns of each query that returns rows. A new query finds its place here."""

QUERIES = tables.QUERIES | queries.QUERIES


@pytest.mark.parametrize("name", sorted(QUERIES))
async def test_a_query_returns_what_is_read_from_it(name: str, ledger: Ledger) -> None:
    if name.startswith("save_"):
        assert re.match(r"insert into payment\w*\nselect r\.\* from head", QUERIES[name])
        return
    statement = await ledger.admin.prepare(QUERIES[name])
    assert {column.name for column in statement.get_attributes()} == RECEIVERS[name]
