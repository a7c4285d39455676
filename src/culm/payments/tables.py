"""The state of payments, as the Book loads, caches and writes it."""

from __future__ import annotations

import functools
from collections.abc import Collection
from datetime import datetime
from sys import intern
from typing import Any, Final

import msgspec

from culm.book.table import Journal, SqlRow, SqlValue, Table
from culm.kernel import clock, ids, sql
from culm.payments import types

QUERIES: Final = sql.load_queries("culm.payments")

_AMOUNTS: Final = ("amount", "authorised", "captured", "refunded", "disputed", "returned")

_fee: Final = msgspec.json.Decoder(types.Fee | None).decode
_exchange: Final = msgspec.json.Decoder(types.Exchange | None).decode
_parts: Final = msgspec.json.Decoder(tuple[types.Part, ...]).decode
_tiers: Final = msgspec.json.Decoder(tuple[types.Tier, ...]).decode
_metadata: Final = msgspec.json.Decoder(dict[str, str]).decode
_json: Final = msgspec.json.Encoder(order="sorted").encode


def read_payment(row: SqlRow) -> tuple[str, types.Payment]:
    """A payment from its row."""
    public_id = ids.from_number(types.PREFIX, row["id"])
    return public_id, types.Payment(
        **{
            **row,
            **{name: int(row[name]) for name in _AMOUNTS},
            "id": public_id,
            "number": row["id"],
            "tenant": intern(row["tenant"]),
            "currency": intern(row["currency"]),
            "fee": _fee(row["fee"]),
            "parts": _parts(row["parts"]),
            "metadata": _metadata(row["metadata"]),
            "exchange": _exchange(row["exchange"]),
        }
    )


def _write_payment(partition: int, _key: str, payment: types.Payment) -> dict[str, SqlValue]:
    return {
        "partition": partition,
        "id": payment.number,
        "tenant": payment.tenant,
        "kind": payment.kind,
        "state": payment.state,
        "amount": str(payment.amount),
        "currency": payment.currency,
        "source": payment.source,
        "destination": payment.destination,
        "source_account": payment.source_account,
        "destination_account": payment.destination_account,
        "method": payment.method,
        "authorised": str(payment.authorised),
        "captured": str(payment.captured),
        "refunded": str(payment.refunded),
        "disputed": str(payment.disputed),
        "returned": str(payment.returned),
        "fee": "null" if payment.fee is None else _json(payment.fee).decode(),
        "parts": _json(payment.parts).decode() if payment.parts else "[]",
        "hold": payment.hold,
        "fee_hold": payment.fee_hold,
        "transfer": payment.transfer,
        "same_day": payment.same_day,
        "expires": _time(payment.expires),
        "confirmed": _time(payment.confirmed),
        "failure": payment.failure,
        "reference": payment.reference,
        "description": payment.description,
        "metadata": _json(payment.metadata).decode() if payment.metadata else "{}",
        "created": clock.timestamp(payment.created),
        "updated": clock.timestamp(payment.updated),
        "exchange": "null" if payment.exchange is None else _json(payment.exchange).decode(),
    }


def read_refund(row: SqlRow) -> tuple[str, types.Refund]:
    """A refund from its row."""
    read = _read(row, types.REFUND, "amount", "fee")
    return read["id"], types.Refund(**{**read, "parts": tuple(int(one) for one in row["parts"])})


def _write_refund(partition: int, _key: str, refund: types.Refund) -> dict[str, SqlValue]:
    row = _write(partition, refund, "amount", "fee")
    return {**row, "parts": [str(part) for part in refund.parts]}


def read_dispute(row: SqlRow) -> tuple[str, types.Dispute]:
    """A dispute from its row."""
    read = _read(row, types.DISPUTE, "amount", "held")
    return read["id"], types.Dispute(**read)


def _write_dispute(partition: int, _key: str, dispute: types.Dispute) -> dict[str, SqlValue]:
    return _write(partition, dispute, "amount", "held")


def _read(row: SqlRow, prefix: str, *amounts: str) -> dict[str, Any]:
    """What refunds and disputes have in common."""
    return {
        **row,
        **{name: int(row[name]) for name in amounts},
        "id": ids.from_number(prefix, row["id"]),
        "number": row["id"],
        "payment": ids.from_number(types.PREFIX, row["payment"]),
    }


def _write(
    partition: int, record: types.Refund | types.Dispute, *amounts: str
) -> dict[str, SqlValue]:
    row = msgspec.structs.asdict(record)
    del row["number"]
    return row | {
        "partition": partition,
        **{name: str(row[name]) for name in amounts},
        "id": record.number,
        "payment": ids.number_of(record.payment),
        "created": clock.timestamp(record.created),
        "updated": clock.timestamp(record.updated),
    }


def read_schedule(row: SqlRow) -> tuple[str, types.FeeSchedule]:
    """A fee schedule from its row."""
    public_id = ids.from_number(types.FEE_SCHEDULE, row["id"])
    return public_id, types.FeeSchedule(
        **{
            **row,
            "id": public_id,
            "number": row["id"],
            "tiers": _tiers(row["tiers"]),
            "minimum": int(row["minimum"]),
            "maximum": None if row["maximum"] is None else int(row["maximum"]),
            "kinds": tuple(row["kinds"]),
        }
    )


def _write_schedule(partition: int, _key: str, schedule: types.FeeSchedule) -> dict[str, SqlValue]:
    row = msgspec.structs.asdict(schedule)
    del row["number"]
    return row | {
        "partition": partition,
        "id": schedule.number,
        "tiers": _json(schedule.tiers).decode(),
        "minimum": str(schedule.minimum),
        "maximum": None if schedule.maximum is None else str(schedule.maximum),
        "kinds": list(schedule.kinds),
        "created": clock.timestamp(schedule.created),
    }


def _read_price(row: SqlRow) -> tuple[tuple[str, str, str], str]:
    return (row["tenant"], row["kind"], row["currency"]), row["schedule"]


def _write_price(partition: int, key: tuple[str, str, str], schedule: str) -> dict[str, SqlValue]:
    tenant, kind, currency = key
    named: dict[str, SqlValue] = {"tenant": tenant, "kind": kind, "currency": currency}
    return {"partition": partition, **named, "schedule": schedule}


def _time(value: datetime | None) -> str | None:
    return None if value is None else clock.timestamp(value)


def _numbers(keys: Collection[Any]) -> list[list[int]]:
    """Ids as the database keys them."""
    return [[ids.number_of(key) for key in keys]]


PAYMENTS: Final = Table[types.Payment](
    name="payment",
    load=QUERIES["load_payments"],
    read=read_payment,
    is_key=functools.partial(ids.is_id, types.PREFIX),
    parameters=_numbers,
    save=QUERIES["save_payments"],
    write=_write_payment,
    list_all=QUERIES["all_payments"],
)
REFUNDS: Final = Table[types.Refund](
    name="payment_refund",
    load=QUERIES["load_refunds"],
    read=read_refund,
    is_key=functools.partial(ids.is_id, types.REFUND),
    parameters=_numbers,
    save=QUERIES["save_refunds"],
    write=_write_refund,
    list_all=QUERIES["all_refunds"],
)
DISPUTES: Final = Table[types.Dispute](
    name="payment_dispute",
    load=QUERIES["load_disputes"],
    read=read_dispute,
    is_key=functools.partial(ids.is_id, types.DISPUTE),
    parameters=_numbers,
    save=QUERIES["save_disputes"],
    write=_write_dispute,
    list_all=QUERIES["all_disputes"],
)
SCHEDULES: Final = Table[types.FeeSchedule](
    name="payment_fee_schedule",
    load=QUERIES["load_schedules"],
    read=read_schedule,
    is_key=functools.partial(ids.is_id, types.FEE_SCHEDULE),
    parameters=_numbers,
    save=QUERIES["save_schedules"],
    write=_write_schedule,
    list_all=QUERIES["all_schedules"],
)
PRICES: Final = Table[str](
    name="payment_price",
    load=QUERIES["load_prices"],
    read=_read_price,
    save=QUERIES["save_prices"],
    write=_write_price,
    list_all=QUERIES["all_prices"],
)
"""The fee schedule of a tenant, a kind and a currency; empty where there is none any more."""

PARTIES: Final = Journal(
    name="payment_party",
    columns=("partition", "tenant", "party", "payment", "event"),
    save=QUERIES["save_parties"],
    list_all=QUERIES["all_parties"],
)
