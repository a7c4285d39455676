"""The state of recurring payments, as the Book loads, caches and writes it."""

from __future__ import annotations

import functools
from collections.abc import Collection
from datetime import datetime
from sys import intern
from typing import Any, Final

import msgspec

from culm.book.table import SqlRow, SqlValue, Table
from culm.kernel import clock, ids, sql
from culm.recurring import types
from culm.timers import api as timers

QUERIES: Final = sql.load_queries("culm.recurring")

PAYMENT: Final = "pay"
"""Of the ids of payments."""

_template: Final = msgspec.json.Decoder(types.Template).decode
_plan: Final = msgspec.json.Decoder(timers.Schedule | None).decode
_json: Final = msgspec.json.Encoder(order="sorted").encode


def read_schedule(row: SqlRow) -> tuple[str, types.Schedule]:
    """A schedule from its row."""
    public_id = ids.from_number(types.PREFIX, row["id"])
    return public_id, types.Schedule(
        **{
            **row,
            "id": public_id,
            "number": row["id"],
            "tenant": intern(row["tenant"]),
            "template": _template(row["template"]),
            "plan": _plan(row["plan"]),
            "retries": tuple(row["retries"]),
        }
    )


def _write_schedule(partition: int, _key: str, schedule: types.Schedule) -> dict[str, SqlValue]:
    return _written(partition, schedule) | {
        "template": _json(schedule.template).decode(),
        "plan": _json(schedule.plan).decode(),
        "retries": [str(days) for days in schedule.retries],
        "occurrence": _time(schedule.occurrence),
        "due": _time(schedule.due),
    }


def read_run(row: SqlRow) -> tuple[str, types.Run]:
    """A run from its row."""
    public_id = ids.from_number(types.RUN, row["id"])
    named = {
        "id": public_id,
        "number": row["id"],
        "schedule": ids.from_number(types.PREFIX, row["schedule"]),
    }
    return public_id, types.Run(**{**row, **named})


def _write_run(partition: int, _key: str, run: types.Run) -> dict[str, SqlValue]:
    return _written(partition, run) | {
        "schedule": ids.number_of(run.schedule),
        "occurrence": _time(run.occurrence),
        "begun": _time(run.begun),
        "again": _time(run.again),
    }


def _written(
    partition: int, record: types.Schedule | types.Run | types.Mandate
) -> dict[str, SqlValue]:
    """What they have in common."""
    row = {name: getattr(record, name) for name in record.__struct_fields__ if name != "number"}
    return row | {
        "partition": partition,
        "id": record.number,
        "created": _time(record.created),
        "updated": _time(record.updated),
    }


def _time(value: datetime | None) -> str | None:
    return None if value is None else clock.timestamp(value)


def _numbers(keys: Collection[Any]) -> list[list[int]]:
    return [[ids.number_of(key) for key in keys]]


SCHEDULES: Final = Table[types.Schedule](
    name="recurring_schedule",
    load=QUERIES["load_schedules"],
    read=read_schedule,
    is_key=functools.partial(ids.is_id, types.PREFIX),
    parameters=_numbers,
    save=QUERIES["save_schedules"],
    write=_write_schedule,
    list_all=QUERIES["all_schedules"],
)
RUNS: Final = Table[types.Run](
    name="recurring_run",
    load=QUERIES["load_runs"],
    read=read_run,
    is_key=functools.partial(ids.is_id, types.RUN),
    parameters=_numbers,
    save=QUERIES["save_runs"],
    write=_write_run,
    list_all=QUERIES["all_runs"],
)


def read_mandate(row: SqlRow) -> tuple[str, types.Mandate]:
    """A mandate from its row."""
    public_id = ids.from_number(types.MANDATE, row["id"])
    amounts = {name: _int(row[name]) for name in ("maximum", "monthly")}
    named = {"id": public_id, "number": row["id"], "collected": int(row["collected"])}
    return public_id, types.Mandate(**{**row, **amounts, **named})


def _write_mandate(partition: int, _key: str, mandate: types.Mandate) -> dict[str, SqlValue]:
    return _written(partition, mandate) | {
        "given": _time(mandate.given),
        "valid_until": _time(mandate.valid_until),
        "maximum": _text(mandate.maximum),
        "monthly": _text(mandate.monthly),
        "collected": str(mandate.collected),
    }


def read_collection(row: SqlRow) -> tuple[str, types.Collection]:
    """What was collected from its row."""
    payment = ids.from_number(PAYMENT, row["id"])
    return payment, types.Collection(
        payment=payment,
        number=row["id"],
        tenant=row["tenant"],
        mandate=ids.from_number(types.MANDATE, row["mandate"]),
        amount=int(row["amount"]),
        created=row["created"],
        counted=row["counted"],
    )


def _write_collection(
    partition: int, _key: str, collection: types.Collection
) -> dict[str, SqlValue]:
    return {
        "partition": partition,
        "id": collection.number,
        "tenant": collection.tenant,
        "mandate": ids.number_of(collection.mandate),
        "amount": str(collection.amount),
        "created": _time(collection.created),
        "counted": collection.counted,
    }


def _int(value: Any) -> int | None:
    return None if value is None else int(value)


def _text(value: int | None) -> str | None:
    return None if value is None else str(value)


MANDATES: Final = Table[types.Mandate](
    name="recurring_mandate",
    load=QUERIES["load_mandates"],
    read=read_mandate,
    is_key=functools.partial(ids.is_id, types.MANDATE),
    parameters=_numbers,
    save=QUERIES["save_mandates"],
    write=_write_mandate,
    list_all=QUERIES["all_mandates"],
)
COLLECTIONS: Final = Table[types.Collection](
    name="recurring_collection",
    load=QUERIES["load_collections"],
    read=read_collection,
    is_key=functools.partial(ids.is_id, PAYMENT),
    parameters=_numbers,
    save=QUERIES["save_collections"],
    write=_write_collection,
    list_all=QUERIES["all_collections"],
)
"""By the payment that was collected."""
