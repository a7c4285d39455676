"""Trimming: a stream lets go of what is old and what every durable consumer is done with.

The log keeps everything; the stream is only the way to those who read it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import asyncpg
from nats import js
from nats.js import api
from nats.js import errors as js_errors

from culm.facts import moment, stream


async def trim(
    jetstream: js.JetStreamContext, db: asyncpg.Pool[Any], partition: int, before: datetime
) -> int:
    """Drop what was recorded before a moment, as far as every durable consumer has acknowledged
    it, and never the newest fact. Returns the position of the oldest fact that is kept."""
    name = stream.name_of(partition)
    try:
        info = await jetstream.stream_info(name)
    except js_errors.NotFoundError:
        return 0
    old = await moment.position_at(db, partition, before)
    keep_from = min([old + 1, info.state.last_seq, *await _done(jetstream, name)])
    if keep_from > info.state.first_seq:
        await jetstream.purge_stream(name, seq=keep_from)
    return max(keep_from, info.state.first_seq) - 1


async def _done(jetstream: js.JetStreamContext, name: str) -> list[int]:
    """For each durable consumer, the first sequence that it may still need."""
    needed, offset = [], 0
    while page := await jetstream.consumers_info(name, offset=offset):
        needed += [_next(consumer) for consumer in page if consumer.config.durable_name]
        offset += len(page)
    return needed


def _next(consumer: api.ConsumerInfo) -> int:
    floor = consumer.ack_floor.stream_seq if consumer.ack_floor else 0
    return floor + 1
