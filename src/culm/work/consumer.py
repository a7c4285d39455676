"""The JetStream consumers of reactors.

Where order does not matter, a durable one, which any number of processes pull from: JetStream knows
what each message has been through. Where it does, a passing one for whoever leads: it only carries,
and the leader keeps the place.
"""

from __future__ import annotations

import contextlib
from collections.abc import Coroutine
from typing import Any, Final, TypeVar

from nats import js
from nats.js import api
from nats.js import errors as js_errors

from culm.book import event as event_
from culm.facts import stream, subject
from culm.kernel import deadline
from culm.work import events
from culm.work import reactor as reactor_

T = TypeVar("T")

ASK_SECONDS: Final = 5.0
"""How long JetStream may take to answer."""

ACK_WAIT_SECONDS: Final = 5.0
"""What a worker has in hand that was not heard of for so long is given to another one."""

MAX_ACK_PENDING: Final = 20_000
"""Facts that may be in hand, or wait to be tried again, before no more are handed out."""

PASSING_SECONDS: Final = 30.0
"""After so long without anybody who asks, a passing consumer is gone."""

_KEPT: Final = ("filter_subjects", "ack_wait", "max_ack_pending")
"""What a declaration decides of a consumer that is there."""


def filters(reactor: reactor_.Reactor) -> list[str]:
    """The subjects of the facts that a reactor is told of; retries of what it parked among them."""
    if not reactor.on:
        return [subject.of_all(reactor.tenant)]
    types: set[type[event_.Event]] = {*reactor.on, events.Retried}
    return sorted(subject.of_type(type_, reactor.tenant) for type_ in types)


class Trimmed(Exception):
    """The stream no longer has what a reactor is to begin with: the log has it."""


async def keep(
    jetstream: js.JetStreamContext, partition: int, reactor: reactor_.Reactor, start: int
) -> api.ConsumerInfo:
    """The durable consumer of a reactor, made to begin at a position if it is not there, and else
    as it is declared by now: it goes on where it was. Raises `Trimmed`, and what nats raises."""
    stream_name = stream.name_of(partition)
    declared = api.ConsumerConfig(
        durable_name=reactor.name,
        deliver_policy=api.DeliverPolicy.BY_START_SEQUENCE,
        opt_start_seq=start + 1,
        ack_policy=api.AckPolicy.EXPLICIT,
        ack_wait=ACK_WAIT_SECONDS,
        max_ack_pending=MAX_ACK_PENDING,
        filter_subjects=filters(reactor),
    )
    try:
        found = await info(jetstream, partition, reactor.name)
    except js_errors.NotFoundError:
        await _require(jetstream, partition, start)
        made = await _asked(jetstream.add_consumer(stream_name, declared))
        try:
            await _require(jetstream, partition, start)
        except Trimmed:
            await remove(jetstream, partition, reactor.name)
            raise
        return made
    if _is_untouched(found):  # whoever made it may have died before it was looked at
        await _require(jetstream, partition, start)
    changed = {name: getattr(declared, name) for name in _KEPT}
    if all(_plain(getattr(found.config, name)) == _plain(value) for name, value in changed.items()):
        return found
    return await _asked(jetstream.add_consumer(stream_name, found.config.evolve(**changed)))


async def pass_on(
    jetstream: js.JetStreamContext, partition: int, reactor: reactor_.Reactor, start: int
) -> str:
    """The name of a new passing consumer that begins at a position."""
    declared = api.ConsumerConfig(
        deliver_policy=api.DeliverPolicy.BY_START_SEQUENCE,
        opt_start_seq=start + 1,
        ack_policy=api.AckPolicy.NONE,
        inactive_threshold=PASSING_SECONDS,
        mem_storage=True,
        num_replicas=1,
        filter_subjects=filters(reactor),
    )
    made = await _asked(jetstream.add_consumer(stream.name_of(partition), declared))
    return made.name


async def _require(jetstream: js.JetStreamContext, partition: int, start: int) -> None:
    """Raises `Trimmed` where a stream begins after a position."""
    if await first(jetstream, partition) > start:
        raise Trimmed


async def first(jetstream: js.JetStreamContext, partition: int) -> int:
    """The position of the oldest fact that a stream still has, or of the next one to come."""
    found = await _asked(jetstream.stream_info(stream.name_of(partition)))
    return max(0, found.state.first_seq - 1)


async def floor(jetstream: js.JetStreamContext, partition: int, name: str) -> int | None:
    """The position up to which a durable consumer is done with everything, if there is one."""
    with contextlib.suppress(js_errors.NotFoundError):
        return floor_of(await info(jetstream, partition, name))
    return None


def floor_of(found: api.ConsumerInfo) -> int:
    """The position up to which a consumer is done with everything.

    One that has not delivered anything is done with nothing that came after its start: JetStream
    counts what the stream had lost by then as done.
    """
    if _is_untouched(found):
        return (found.config.opt_start_seq or 1) - 1
    return found.ack_floor.stream_seq if found.ack_floor else 0


def _is_untouched(found: api.ConsumerInfo) -> bool:
    return found.delivered is None or not found.delivered.consumer_seq


async def info(jetstream: js.JetStreamContext, partition: int, name: str) -> api.ConsumerInfo:
    """How a consumer stands. Raises what nats raises."""
    return await _asked(jetstream.consumer_info(stream.name_of(partition), name))


async def remove(jetstream: js.JetStreamContext, partition: int, name: str) -> None:
    """Delete a consumer, if it is there."""
    with contextlib.suppress(js_errors.NotFoundError):
        await _asked(jetstream.delete_consumer(stream.name_of(partition), name))


async def _asked(question: Coroutine[Any, Any, T]) -> T:
    """What JetStream answers. In a task of its own: nats-py waits with `asyncio.wait_for`, which
    in Python 3.11 may swallow that whoever asks is cancelled."""
    return await deadline.within(ASK_SECONDS, question)


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, list) else value
