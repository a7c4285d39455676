"""The state of webhooks, as the Book loads, caches and writes it."""

from __future__ import annotations

import functools
from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

import msgspec

from culm.book.table import SqlRow, SqlValue, Table
from culm.kernel import clock, ids, sql
from culm.webhooks import types

QUERIES: Final = sql.load_queries("culm.webhooks")

EVENT_PREFIX: Final = "evt"


def read_endpoint(row: SqlRow) -> tuple[str, types.Endpoint]:
    """An endpoint from its row."""
    public_id = ids.from_number(types.PREFIX, row["id"])
    rest = {name: row[name] for name in _ENDPOINT if name not in ("event_types", "number")}
    return public_id, types.Endpoint(
        **{**rest, "id": public_id, "number": row["id"], "event_types": tuple(row["event_types"])}
    )


_ENDPOINT: Final = tuple(name for name in types.Endpoint.__struct_fields__ if name != "number")


def _write_endpoint(partition: int, _key: str, endpoint: types.Endpoint) -> dict[str, SqlValue]:
    row = {name: getattr(endpoint, name) for name in _ENDPOINT}
    return row | {
        "partition": partition,
        "id": endpoint.number,
        "event_types": list(endpoint.event_types),
        "previous_until": _time(endpoint.previous_until),
        "created": _time(endpoint.created),
        "disabled": _time(endpoint.disabled),
    }


def read_delivery(row: SqlRow) -> tuple[tuple[str, str], types.Delivery]:
    """A delivery from its row."""
    endpoint = ids.from_number(types.PREFIX, row["endpoint"])
    event = ids.from_number(EVENT_PREFIX, row["event"])
    rest = {name: row[name] for name in types.Delivery.__struct_fields__}
    return (endpoint, event), types.Delivery(**{**rest, "endpoint": endpoint, "event": event})


def _write_delivery(
    partition: int, _key: tuple[str, str], delivery: types.Delivery
) -> dict[str, SqlValue]:
    return msgspec.structs.asdict(delivery) | {
        "partition": partition,
        "endpoint": ids.number_of(delivery.endpoint),
        "event": ids.number_of(delivery.event),
        "since": _time(delivery.since),
        "due": _time(delivery.due),
    }


def _read_owner(row: SqlRow) -> tuple[str, types.Owner]:
    return row["tenant"], types.Owner(row["tenant"], row["endpoints"])


def _write_owner(partition: int, _key: str, owner: types.Owner) -> dict[str, SqlValue]:
    return {"partition": partition, **msgspec.structs.asdict(owner)}


def read_replay(row: SqlRow) -> tuple[str, types.Replay]:
    """A replay from its row."""
    endpoint = ids.from_number(types.PREFIX, row["endpoint"])
    rest = {name: row[name] for name in types.Replay.__struct_fields__}
    replay = ids.from_number("rpl", row["id"])
    return endpoint, types.Replay(**{**rest, "endpoint": endpoint, "id": replay})


def _write_replay(partition: int, _key: str, replay: types.Replay) -> dict[str, SqlValue]:
    return msgspec.structs.asdict(replay) | {
        "partition": partition,
        "endpoint": ids.number_of(replay.endpoint),
        "id": ids.number_of(replay.id),
        "since": _time(replay.since),
    }


def _time(value: datetime | None) -> str | None:
    return None if value is None else clock.timestamp(value)


def _numbers(keys: Collection[Any]) -> list[list[int]]:
    """Ids as the database keys them."""
    return [[ids.number_of(key) for key in keys]]


def _pairs(keys: Collection[Any]) -> list[list[int]]:
    return [[ids.number_of(key[n]) for key in keys] for n in (0, 1)]


_is_endpoint: Final = functools.partial(ids.is_id, types.PREFIX)


ENDPOINTS: Final = Table[types.Endpoint](
    name="webhook_endpoint",
    load=QUERIES["load_endpoints"],
    read=read_endpoint,
    is_key=_is_endpoint,
    parameters=_numbers,
    save=QUERIES["save_endpoints"],
    write=_write_endpoint,
    list_all=QUERIES["all_endpoints"],
)
DELIVERIES: Final = Table[types.Delivery](
    name="webhook_delivery",
    load=QUERIES["load_deliveries"],
    read=read_delivery,
    is_key=lambda key: _is_endpoint(key[0]) and ids.is_id(EVENT_PREFIX, key[1]),
    parameters=_pairs,
    save=QUERIES["save_deliveries"],
    write=_write_delivery,
    list_all=QUERIES["all_deliveries"],
)
OWNERS: Final = Table[types.Owner](
    name="webhook_owner",
    load=QUERIES["load_owners"],
    read=_read_owner,
    save=QUERIES["save_owners"],
    write=_write_owner,
    list_all=QUERIES["all_owners"],
)
REPLAYS: Final = Table[types.Replay](
    name="webhook_replay",
    load=QUERIES["load_replays"],
    read=read_replay,
    is_key=_is_endpoint,
    parameters=_numbers,
    save=QUERIES["save_replays"],
    write=_write_replay,
    list_all=QUERIES["all_replays"],
)
