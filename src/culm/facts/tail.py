"""Following the stream of facts as they come."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from typing import Final

from nats import errors as nats_errors
from nats.aio import client as client_
from nats.js import api

from culm.facts import cloudevent, stream

FETCH: Final = 200
WAIT_SECONDS: Final = 1.0
GONE_SECONDS: Final = 30.0
"""How long the server remembers a reader that has gone."""


async def follow(
    client: client_.Client, partition: int, subjects: Sequence[str], *, start: int | None
) -> AsyncGenerator[cloudevent.CloudEvent]:
    """The facts of a partition under these subjects: from a position on, or those to come.

    Goes on until it is cancelled. Raises `nats.js.errors.NotFoundError` without a stream.
    """
    policy = api.DeliverPolicy.NEW if start is None else api.DeliverPolicy.BY_START_SEQUENCE
    config = api.ConsumerConfig(
        deliver_policy=policy,
        opt_start_seq=None if start is None else start + 1,
        filter_subjects=list(subjects),
        ack_policy=api.AckPolicy.NONE,
        inactive_threshold=GONE_SECONDS,
        mem_storage=True,
    )
    jetstream = client.jetstream()
    name = stream.name_of(partition)
    made = await jetstream.add_consumer(name, config)
    subscription = await jetstream.pull_subscribe_bind(consumer=made.name, stream=name)
    try:
        while True:
            try:
                messages = await subscription.fetch(FETCH, timeout=WAIT_SECONDS)
            except nats_errors.TimeoutError:
                continue
            for message in messages:
                yield cloudevent.decode(message.data)
    finally:
        if not client.is_closed:
            await subscription.unsubscribe()
