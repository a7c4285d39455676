"""The relay: the stream is the log, whatever happens to the relay, NATS, or the line between."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import nats
import pytest
from nats.aio import client as client_
from nats.js import api
from nats.js import errors as js_errors

from culm.facts import backlog, bell, bus, cloudevent, relay, stream, subject
from culm.kernel import nats_server
from culm.ledger import commands
from tests import proxy
from tests.conftest import Ledger
from tests.facts.conftest import (
    begin,
    expected,
    kill,
    open_account,
    places,
    port_of,
    published,
    relaying,
    running,
    through,
    until,
)


async def test_a_fact_is_a_cloudevent_with_the_event_as_the_log_has_it(
    ledger: Ledger, nats_: nats_server.Server, client: client_.Client
) -> None:
    await ledger.book.submit(
        commands.CreateTenant(name="Acme"), tenant="acme", actor="ann", correlation="talk-1"
    )
    async with relaying(ledger, nats_.url):
        [message] = await published(client, 1)
    row = await ledger.db.fetchrow("select * from book_log")
    assert row is not None
    assert message.subject == "culm.acme.ledger.tenant_created"
    assert message.headers["Nats-Msg-Id"] == "0-0"
    assert msgspec.json.decode(message.data) == {
        "specversion": "1.0",
        "id": "evt_0000000000000000",
        "source": "urn:culm:culm.test:partition:0",
        "type": "culm.ledger.tenant_created.v1",
        "subject": "acme",
        "time": row["time"].isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "dataschema": "urn:culm:event:ledger.tenant_created:1",
        "tenant": "acme",
        "actor": "ann",
        "correlation": "talk-1",
        "partition": 0,
        "sequence": "00000000000000000000",
        "data": {"id": "acme", "name": "Acme"},
    }
    assert row["body"].encode() in message.data


async def test_the_streams_sequence_is_the_position_and_one(
    ledger: Ledger, nats_: nats_server.Server, client: client_.Client
) -> None:
    await begin(ledger)
    async with relaying(ledger, nats_.url):
        for number in range(20):
            await open_account(ledger, number)
        messages = await published(client, 21)
    assert places(messages) == expected(21)
    assert [message.metadata.sequence.stream for message in messages] == list(range(1, 22))


async def test_it_is_woken_by_the_commit(
    ledger: Ledger, nats_: nats_server.Server, client: client_.Client, monkeypatch: Any
) -> None:
    monkeypatch.setattr(relay, "QUIET_SECONDS", 3_600.0)
    await begin(ledger)
    bus_, rung = bus.Bus(nats_.url), bell.Bell()
    relay_ = relay.Relay(
        0, bus=bus_, db=ledger.db, bell=rung, origin="culm.test", layout=stream.Layout()
    )
    async with running(bus_.run, relay_.run):
        await published(client, 1)
        await open_account(ledger, 1)
        rung.ring()
        await published(client, 2)


async def test_what_happened_while_nats_was_away_is_published_when_it_is_back(
    ledger: Ledger, nats_: nats_server.Server, client: client_.Client
) -> None:
    await begin(ledger)
    async with relaying(ledger, nats_.url):
        await published(client, 1)

        async def noted() -> bool:
            return (await backlog.read(ledger.db, ledger.clock()))[0].published == 1

        await until(noted)
        kill(nats_)
        for number in range(50):
            await open_account(ledger, number)  # commands are taken all the same
        [waiting] = await backlog.read(ledger.db, ledger.clock.advance(seconds=90))
        assert (waiting.size, waiting.published, waiting.waiting) == (51, 1, 50)
        assert 90 <= waiting.age_seconds < 91
        nats_.ensure_running()
        assert places(await published(client, 51)) == expected(51)

        async def drained() -> bool:
            return (await backlog.read(ledger.db, ledger.clock()))[0].waiting == 0

        await until(drained)


async def test_a_relay_that_begins_without_nats_waits_for_it(
    ledger: Ledger, nats_: nats_server.Server
) -> None:
    await begin(ledger)
    kill(nats_)
    async with relaying(ledger, nats_.url) as relay_:
        await asyncio.sleep(0.3)
        assert relay_.published == 0
        nats_.ensure_running()
        await until(lambda: relay_.published == 1)


async def test_two_relays_at_once_publish_everything_once_and_in_order(
    ledger: Ledger, nats_: nats_server.Server, client: client_.Client
) -> None:
    """As when one was overtaken without knowing."""
    await begin(ledger)
    async with relaying(ledger, nats_.url), relaying(ledger, nats_.url):
        for number in range(300):
            await open_account(ledger, number)
        assert places(await published(client, 301)) == expected(301)


async def test_a_relay_that_is_stopped_anywhere_goes_on_where_the_stream_ends(
    ledger: Ledger, nats_: nats_server.Server, client: client_.Client
) -> None:
    await begin(ledger)
    opened = [
        commands.OpenAccount(code=f"assets:a{number}", currency="USD") for number in range(3_000)
    ]
    await asyncio.gather(*(ledger.submit(command) for command in opened))
    for lifetime in (0.05, 0.1, 0.15):
        async with relaying(ledger, nats_.url):
            await asyncio.sleep(lifetime)
    async with relaying(ledger, nats_.url):
        assert places(await published(client, 3_001)) == expected(3_001)


async def test_a_stream_that_was_lost_is_made_again_from_the_log(
    ledger: Ledger, nats_: nats_server.Server, client: client_.Client
) -> None:
    await begin(ledger)
    await open_account(ledger, 1)
    async with relaying(ledger, nats_.url):
        await published(client, 2)
    await client.jetstream().delete_stream(stream.name_of(0))
    async with relaying(ledger, nats_.url):
        assert places(await published(client, 2)) == expected(2)


async def test_a_stream_that_was_emptied_goes_on(
    ledger: Ledger, nats_: nats_server.Server, client: client_.Client
) -> None:
    await begin(ledger)
    async with relaying(ledger, nats_.url) as relay_:
        await published(client, 1)
        await client.jetstream().purge_stream(stream.name_of(0))
        await open_account(ledger, 1)
        await until(lambda: relay_.published == 2)
    info = await client.jetstream().stream_info(stream.name_of(0))
    assert (info.state.first_seq, info.state.last_seq) == (2, 2)


async def test_a_stream_that_is_ahead_of_the_log_is_left_alone(
    ledger: Ledger, nats_: nats_server.Server, client: client_.Client
) -> None:
    """The database was restored from a backup: what follows would stand in for other facts."""
    jetstream = client.jetstream()
    await jetstream.add_stream(stream.Layout().config(0))
    for _ in range(3):
        await jetstream.publish(subject.of("acme", "ledger.account_opened"), b"{}")
    await begin(ledger)
    async with relaying(ledger, nats_.url) as relay_:
        await asyncio.sleep(0.3)
        assert relay_.published == 0
    assert (await jetstream.stream_info(stream.name_of(0))).state.last_seq == 3


async def test_a_stream_whose_newest_fact_is_another_is_left_alone(
    ledger: Ledger, nats_: nats_server.Server, client: client_.Client
) -> None:
    await begin(ledger)
    await open_account(ledger, 1)
    jetstream = client.jetstream()
    await jetstream.add_stream(stream.Layout().config(0))
    async with relaying(ledger, nats_.url):
        await published(client, 2)
    other = (await jetstream.get_msg(stream.name_of(0), 1)).data or b""
    await jetstream.delete_stream(stream.name_of(0))
    await jetstream.add_stream(stream.Layout().config(0))
    await jetstream.publish("culm.acme.ledger.tenant_created", other.replace(b"2026", b"2025"))
    async with relaying(ledger, nats_.url) as relay_:
        await asyncio.sleep(0.3)
        assert relay_.published == 0


async def test_an_event_that_is_too_large_for_nats_says_where_it_is(
    ledger: Ledger, nats_: nats_server.Server, client: client_.Client, monkeypatch: Any
) -> None:
    monkeypatch.setattr(nats_server, "MAX_PAYLOAD_BYTES", 3_500)
    kill(nats_)
    nats_.ensure_running()
    await ledger.submit(commands.CreateTenant(name="A" * 200))
    metadata = {f"key-{number}": "x" * 200 for number in range(10)}
    command = commands.OpenAccount(code="assets:big", currency="USD", metadata=metadata)
    await ledger.submit(command)
    await open_account(ledger, 2)
    async with relaying(ledger, nats_.url):
        messages = await published(client, 3)
    assert places(messages) == expected(3)
    event = cloudevent.decode(messages[1].data)
    assert event.data is msgspec.UNSET
    assert event.dataref == f"/v1/events/{event.id}"


async def test_several_partitions_have_a_stream_each_with_the_same_subjects(
    ledger: Ledger, nats_: nats_server.Server, client: client_.Client
) -> None:
    layout = stream.Layout(partitions=2)
    live = await client.subscribe("culm.acme.>")
    await client.flush()
    await begin(ledger)
    async with relaying(ledger, nats_.url, layout=layout):
        [message] = await published(client, 1)
        assert message.subject == "culm.acme.ledger.tenant_created"
        heard = await live.next_msg(timeout=5)
        assert heard.data == message.data
    await client.jetstream().add_stream(layout.config(1))  # beside it, without a conflict


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # nats-py's sockets
@pytest.mark.parametrize("trouble", ["cut", "close", "stall", "leave_half_open"])
async def test_trouble_on_the_line_loses_and_doubles_nothing(
    ledger: Ledger,
    nats_: nats_server.Server,
    client: client_.Client,
    trouble: str,
    monkeypatch: Any,
) -> None:
    monkeypatch.setattr("culm.facts.acks.SILENCE_SECONDS", 0.3)
    monkeypatch.setattr("culm.facts.bus.PING_SECONDS", 0.2)
    await begin(ledger)
    async with (
        proxy.before(port_of(nats_.url)) as line,
        relaying(ledger, through(nats_.url, line.port)),
    ):
        await published(client, 1)
        for number in range(200):
            if number == 100:
                getattr(line, trouble)()
            await open_account(ledger, number)
        await asyncio.sleep(0.5)
        line.reopen()
        assert places(await published(client, 201)) == expected(201)


async def test_the_database_going_away_is_waited_out(
    ledger: Ledger, nats_: nats_server.Server, client: client_.Client
) -> None:
    await begin(ledger)
    async with relaying(ledger, nats_.url):
        await published(client, 1)
        await ledger.admin.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()"
            " and datname = current_database()"
        )
        await open_account(ledger, 1)
        assert places(await published(client, 2)) == expected(2)


async def test_nothing_but_the_next_event_can_be_put_into_a_stream(
    nats_: nats_server.Server, client: client_.Client
) -> None:
    """What the relay relies on, of NATS."""
    jetstream = client.jetstream()
    await jetstream.add_stream(stream.Layout().config(0))
    with pytest.raises(js_errors.APIError, match="wrong last sequence"):
        await jetstream.publish(
            "culm.acme.a.b", b"", headers={api.Header.EXPECTED_LAST_SEQUENCE: "1"}
        )


@pytest.mark.parametrize(
    ("tenant", "token"),
    [("acme", "acme"), ("a.b", "a%2Eb"), ("a:b@c/d", "a%3Ab%40c%2Fd"), ("*", "%2A"), (">", "%3E")],
)
def test_a_tenant_is_one_token_of_a_subject(tenant: str, token: str) -> None:
    assert subject.of(tenant, "ledger.hold_placed") == f"culm.{token}.ledger.hold_placed"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # nats-py's sockets
async def test_the_token_of_the_embedded_server_is_asked_for(nats_: nats_server.Server) -> None:
    with pytest.raises(nats.errors.Error):
        await nats.connect(
            f"nats://127.0.0.1:{port_of(nats_.url)}", allow_reconnect=False, error_cb=_quiet
        )


async def _quiet(_error: Exception) -> None:
    """The refusal is what the test is about."""
