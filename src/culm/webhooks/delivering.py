"""One attempt to tell one endpoint of one fact, and the command that follows from it.

An attempt is noted before the command is asked for, so a fact that is told to us once more finds
what was done: it is not sent again, and the same command follows.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from culm.book import event as event_
from culm.facts import cloudevent
from culm.webhooks import answers, commands, keys, payload, schedule, sender, signing, types
from culm.webhooks.reads import attempts, history
from culm.work import reactor

_JITTERS: Final = 2 * schedule.MAX_JITTER_PERCENT + 1


@dataclass(frozen=True)
class Post:
    """What it takes to send: the connections, and the secrets to sign with."""

    sender: sender.Sender
    keys: keys.Keys


async def first(
    endpoint: types.Endpoint, event: str, partition: int, means: reactor.Means, post: Post
) -> reactor.Commands:
    """The first attempt of a fact, made from the fact itself."""
    return await _attempt(endpoint, event, 1, partition, means, post)


async def again(
    endpoint: types.Endpoint,
    event: str,
    attempt: int,
    partition: int,
    means: reactor.Means,
    post: Post,
) -> reactor.Commands:
    """A later attempt, made because it is due."""
    if endpoint.state == "enabled":
        return await _attempt(endpoint, event, attempt, partition, means, post)
    return commands.GiveUp(endpoint=endpoint.id, event=event, attempt=attempt)


async def _attempt(
    endpoint: types.Endpoint,
    event: str,
    attempt: int,
    partition: int,
    means: reactor.Means,
    post: Post,
) -> reactor.Commands:
    answer = await attempts.made(
        means.db, endpoint, partition=partition, event=event, attempt=attempt
    )
    if answer is None:
        row = await history.row(means.db, partition=partition, tenant=endpoint.tenant, event=event)
        if row is None:  # somebody else's
            return commands.GiveUp(endpoint=endpoint.id, event=event, attempt=attempt)
        answer = await _send(endpoint, row, attempt, means, post)
    return await _follows(endpoint, event, attempt, answer, partition, means)


async def _send(
    endpoint: types.Endpoint,
    row: event_.LogRow,
    attempt: int,
    means: reactor.Means,
    post: Post,
) -> answers.Answer:
    now = means.clock()
    body = payload.body(row, endpoint.payload)
    id_ = cloudevent.id_of(row.partition, row.position)
    signed = signing.headers(
        endpoint.signature, post.keys.valid(endpoint, now), id_=id_, now=now, body=body
    )
    headers = signed | {"Content-Type": payload.CONTENT_TYPE}
    answer = await post.sender.send(endpoint.url, headers, body)
    await attempts.note(
        means.db,
        endpoint,
        partition=row.partition,
        event=id_,
        attempt=attempt,
        time=now,
        answer=answer,
    )
    return answer


async def _follows(
    endpoint: types.Endpoint,
    event: str,
    attempt: int,
    answer: answers.Answer,
    partition: int,
    means: reactor.Means,
) -> reactor.Commands:
    if answer.succeeded:
        if attempt == 1:
            return None
        return commands.RecordSuccess(endpoint=endpoint.id, event=event, attempt=attempt)
    last_success = None
    if attempt >= schedule.ATTEMPTS:  # it may be the last one, and then it matters
        last_success = await attempts.last_success(means.db, endpoint, partition=partition)
    return commands.RecordFailure(
        endpoint=endpoint.id,
        event=event,
        attempt=attempt,
        jitter_percent=jitter_percent(endpoint.id, event, attempt),
        retry_after_seconds=answer.retry_after_seconds,
        gone=answer.gone,
        last_success=last_success,
    )


def jitter_percent(endpoint: str, event: str, attempt: int) -> int:
    """How far the next wait is from the schedule: as good as chance, and the same each time it is
    asked for, so that a command that is asked for twice is the same command."""
    digest = sha256(f"{endpoint}\n{event}\n{attempt}".encode()).digest()
    return int.from_bytes(digest[:4], "big") % _JITTERS - schedule.MAX_JITTER_PERCENT
