"""The log again: replayed to a subject, followed as it grows, found by time, trimmed in NATS."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from nats.aio import client as client_
from nats.js import api

from culm.facts import cloudevent, moment, replay, stream, subject, tail, trim
from culm.kernel import errors, nats_server
from culm.ledger import events
from tests.conftest import Ledger
from tests.facts.conftest import begin, open_account, published, relaying, until


async def ten_events(ledger: Ledger) -> None:
    """A tenant and nine accounts, a minute apart."""
    await begin(ledger)
    for number in range(9):
        ledger.clock.advance(minutes=1)
        await open_account(ledger, number)


@pytest.mark.parametrize(
    ("wanted", "positions"),
    [
        (replay.Wanted(), list(range(10))),
        (replay.Wanted(start=7), [7, 8, 9]),
        (replay.Wanted(start=2, end=4), [2, 3]),
        (replay.Wanted(start=2, end=99), list(range(2, 10))),
        (replay.Wanted(types=frozenset({"ledger.tenant_created"})), [0]),
        (replay.Wanted(tenant="nobody"), []),
    ],
)
async def test_the_wanted_facts_are_published_again_to_a_stream_of_the_readers(
    ledger: Ledger,
    nats_: nats_server.Server,
    client: client_.Client,
    wanted: replay.Wanted,
    positions: list[int],
) -> None:
    await ten_events(ledger)
    jetstream = client.jetstream()
    await jetstream.add_stream(name="mine", subjects=["mine.>"])
    count = await replay.replay(client, ledger.db, 0, wanted, to="mine.facts", origin="culm.test")
    info = await jetstream.stream_info("mine")
    found = [await jetstream.get_msg("mine", number + 1) for number in range(info.state.messages)]
    assert [cloudevent.decode(message.data or b"").position for message in found] == positions
    assert count == len(positions)


async def test_a_replay_reaches_those_who_just_listen(
    ledger: Ledger, client: client_.Client
) -> None:
    await ten_events(ledger)
    listening = await client.subscribe("mine")
    await replay.replay(client, ledger.db, 0, replay.Wanted(start=9), to="mine", origin="culm.test")
    message = await listening.next_msg(timeout=5)
    assert cloudevent.decode(message.data).position == 9
    assert message.headers == {"Nats-Msg-Id": "0-9"}


@pytest.mark.parametrize("to", ["culm.acme.ledger.hold_placed", "relay.0.x", "$JS.API", "_CULM.x"])
async def test_the_platforms_own_subjects_are_not_replayed_to(to: str) -> None:
    with pytest.raises(replay.SubjectReserved):
        replay.check_subject(to)


@pytest.mark.parametrize("to", ["", "a..b", "a.*", "a.>", "a b", ".a", "a\n"])
async def test_what_is_no_subject_is_refused(to: str) -> None:
    with pytest.raises(errors.Invalid):
        replay.check_subject(to)


async def test_following_shows_what_is_there_and_what_comes(
    ledger: Ledger, nats_: nats_server.Server, client: client_.Client
) -> None:
    await begin(ledger)
    async with relaying(ledger, nats_.url):
        await published(client, 1)
        following = tail.follow(client, 0, [subject.of_all("acme")], start=0)
        assert (await anext(following)).event_type == "ledger.tenant_created"
        await open_account(ledger, 1)
        assert (await anext(following)).event_type == "ledger.account_opened"
        await following.aclose()


async def test_following_from_now_on_shows_only_the_types_that_are_asked_for(
    ledger: Ledger, nats_: nats_server.Server, client: client_.Client
) -> None:
    await begin(ledger)
    async with relaying(ledger, nats_.url):
        await published(client, 1)
        following = tail.follow(client, 0, [subject.of_type(events.AccountOpened)], start=None)
        coming = asyncio.ensure_future(anext(following))
        await asyncio.sleep(0.2)
        await open_account(ledger, 1)
        assert (await coming).position == 1
        await following.aclose()


async def test_a_moment_is_found_in_the_log(ledger: Ledger) -> None:
    await ten_events(ledger)
    times = [row[0] for row in await ledger.db.fetch("select time from book_log order by position")]
    for position, time in enumerate(times):
        assert await moment.position_at(ledger.db, 0, time) == position
        later = time + timedelta(microseconds=1)
        assert await moment.position_at(ledger.db, 0, later) == position + 1
    assert await moment.position_at(ledger.db, 0, times[0] - timedelta(days=9)) == 0
    assert await moment.position_at(ledger.db, 7, times[0]) == 0


async def test_a_stream_lets_go_of_what_is_old_and_no_durable_consumer_needs(
    ledger: Ledger, nats_: nats_server.Server, client: client_.Client
) -> None:
    await ten_events(ledger)
    jetstream = client.jetstream()
    time = await ledger.db.fetchval("select time from book_log where position = 6")
    async with relaying(ledger, nats_.url) as relay_:
        await published(client, 10)
        slow = await jetstream.pull_subscribe("culm.>", durable="slow", stream=stream.name_of(0))
        for message in await slow.fetch(4):
            await message.ack_sync()
        assert await trim.trim(jetstream, ledger.db, 0, time) == 4, "the slow one is not done"
        for message in await slow.fetch(6):
            await message.ack_sync()
        assert await trim.trim(jetstream, ledger.db, 0, time) == 6
        assert await trim.trim(jetstream, ledger.db, 0, time + timedelta(days=1)) == 9
        info = await jetstream.stream_info(stream.name_of(0))
        assert (info.state.first_seq, info.state.last_seq) == (10, 10)
        await open_account(ledger, 10)
        relay_._bell.ring()
        await until(lambda: relay_.published == 11)


async def test_the_server_forgets_a_consumer_only_when_it_was_deleted(
    ledger: Ledger, nats_: nats_server.Server, client: client_.Client
) -> None:
    """What trimming relies on: readers without a name hold nothing up."""
    await ten_events(ledger)
    jetstream = client.jetstream()
    async with relaying(ledger, nats_.url):
        await published(client, 10)
        await jetstream.pull_subscribe(
            "culm.>",
            stream=stream.name_of(0),
            config=api.ConsumerConfig(inactive_threshold=60),
        )
        after = ledger.clock.advance(days=1)
        assert await trim.trim(jetstream, ledger.db, 0, after) == 9
