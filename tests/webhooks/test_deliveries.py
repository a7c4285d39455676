"""From the log to a receiver: signed, again and again until it succeeds, and once where it has."""

from __future__ import annotations

import asyncio
import base64
import functools
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from standardwebhooks import webhooks as standard

from culm.book import seals, verify
from culm.webhooks import commands, events, schedule, views
from culm.webhooks.reads import attempts, endpoints
from tests.conftest import Ledger
from tests.webhooks.conftest import ONE_ROUND, Received, World, answering, receiving


async def shown(world: World, endpoint: str) -> views.Secret:
    found = await endpoints.by_id(world.ledger.db, partition=0, endpoint=endpoint)
    assert found is not None
    return world.post.keys.shown(found, world.clock.now)


def is_verified(secret: str | None, got: Received) -> bool:
    """What an independent receiver says."""
    try:
        standard.Webhook(secret or "").verify(got.body, got.headers)
    except standard.WebhookVerificationError:
        return False
    return True


async def test_a_fact_reaches_the_endpoint_as_standard_webhooks_has_it(world: World) -> None:
    world.clock.now = datetime.now(UTC)
    async with receiving() as receiver:
        made = await world.endpoint(receiver.url)
        (happened,) = await world.happen()
        await world.deliver()

    (got,) = receiver.got
    assert got.id == happened
    assert got.headers["content-type"] == "application/json"
    assert is_verified((await shown(world, made.id)).secret, got)
    fact = (await world.facts(0))[-1]
    assert got.json == {
        "type": "ledger.asset_registered",
        "timestamp": fact.time.isoformat().replace("+00:00", "Z"),
        "id": happened,
        "version": 1,
        "tenant": "acme",
        "data": msgspec.to_builtins(fact.event),
    }


async def test_a_thin_endpoint_is_told_the_name_of_what_happened(world: World) -> None:
    async with receiving() as receiver:
        await world.endpoint(receiver.url, payload="thin")
        (happened,) = await world.happen()
        await world.deliver()
    assert receiver.got[0].json.keys() == {"type", "timestamp", "data"}
    assert receiver.got[0].json["data"] == {"id": happened}


async def test_an_ed25519_endpoint_is_verified_with_the_public_key_alone(world: World) -> None:
    async with receiving() as receiver:
        made = await world.endpoint(receiver.url, signature="ed25519")
        await world.happen()
        await world.deliver()
    secret = await shown(world, made.id)
    assert secret.secret is None
    key = base64.b64decode((secret.public_key or "").removeprefix("whpk_"))
    (got,) = receiver.got
    version, signature = got.headers["webhook-signature"].split(",")
    content = f"{got.id}.{got.headers['webhook-timestamp']}.".encode() + got.body
    assert version == "v1a"
    ed25519.Ed25519PublicKey.from_public_bytes(key).verify(base64.b64decode(signature), content)


async def test_while_a_secret_is_rotated_both_verify_and_then_only_the_new_one(
    world: World,
) -> None:
    world.clock.now = datetime.now(UTC)
    async with receiving() as receiver:
        made = await world.endpoint(receiver.url)
        old = (await shown(world, made.id)).secret
        await world.submit(commands.RotateSecret(endpoint=made.id, overlap_seconds=60))
        secret = await shown(world, made.id)
        assert secret.previous == old
        await world.happen()
        await world.deliver()
        world.clock.advance(seconds=61)
        await world.happen()
        await world.deliver()
    during, after = receiver.got
    assert secret.secret != old
    assert is_verified(secret.secret, during)
    assert is_verified(old, during)
    assert is_verified(secret.secret, after)
    assert not is_verified(old, after)
    assert (await shown(world, made.id)).previous is None


async def test_only_chosen_types_are_told_and_never_our_own_bookkeeping(world: World) -> None:
    async with receiving() as everything, receiving() as some, receiving() as none:
        await world.endpoint(everything.url)
        await world.endpoint(some.url, event_types=("ledger.*",))
        await world.endpoint(none.url, event_types=("ach.file_received",))
        broken = await world.endpoint("http://127.0.0.1:9/")
        (happened,) = await world.happen()
        await world.deliver()
        await world.submit(commands.DisableEndpoint(endpoint=broken.id))
        await world.deliver()
    assert [one.json["type"] for one in everything.got] == [
        "ledger.asset_registered",
        "webhooks.endpoint_disabled",
    ]
    assert some.ids == [happened]
    assert none.got == []


async def test_what_has_succeeded_is_not_sent_again(world: World) -> None:
    async with receiving() as receiver:
        await world.endpoint(receiver.url)
        await world.happen()
        await world.deliver()
        world.place = 0
        await world.deliver()
    assert len(receiver.got) == 1


async def test_a_fact_told_twice_after_a_failure_is_sent_once_and_follows_once(
    world: World,
) -> None:
    async with receiving(statuses=[500]) as receiver:
        await world.endpoint(receiver.url)
        await world.happen()
        await world.deliver()
        world.place = 0
        await world.deliver()
        assert len(receiver.got) == 1
        assert len(await world.recorded(events.DeliveryFailed)) == 1


async def test_a_worker_that_dies_before_its_command_is_made_up_for(world: World) -> None:
    """The attempt was noted, and its command never came."""
    async with receiving(statuses=[500, 204]) as receiver:
        await world.endpoint(receiver.url)
        await world.happen()
        (reactor,) = await world.reactors()
        fact = (await world.facts(0))[-1]
        await reactor.react(fact, world.means)
        await world.deliver()
        assert len(receiver.got) == 1
        assert await world.wait(seconds=6) == 1
        assert len(receiver.got) == 2


async def test_retries_follow_the_schedule_under_one_id_until_one_succeeds(world: World) -> None:
    async with receiving(statuses=[500, 503, 200]) as receiver:
        made = await world.endpoint(receiver.url)
        (happened,) = await world.happen()
        await world.deliver()
        assert await world.wait(seconds=3) == 0
        assert await world.wait(seconds=3) == 1
        assert await world.wait(seconds=40) == 1
        assert await world.wait(days=30) == 0
    assert receiver.ids == [happened] * 3
    assert len({one.body for one in receiver.got}) == 1
    assert await world.attempts() == [(1, 500, "status"), (2, 503, "status"), (3, 200, "")]
    page = await endpoints.deliveries(world.ledger.db, partition=0, tenant="acme", endpoint=made.id)
    assert [(one.event, one.state, one.due) for one in page.items] == [
        (happened, "delivered", None)
    ]


async def test_an_endpoint_that_took_nothing_for_three_days_is_disabled_and_its_owner_told(
    world: World,
) -> None:
    async with receiving(statuses=[500]) as bad, receiving() as good:
        endpoint = await world.endpoint(bad.url, event_types=("ledger.*",))
        await world.endpoint(good.url, event_types=("webhooks.endpoint_disabled",))
        began = world.clock.now
        await world.happen()
        await world.deliver()
        for seconds in ONE_ROUND:
            assert await world.disabled() == []
            assert await world.wait(seconds=seconds * 1.11 + 1) == 1
        assert len(bad.got) == schedule.ATTEMPTS
        assert await world.disabled() == [(endpoint.id, "failing")]
        assert 3.0 <= (world.clock.now - began).total_seconds() / 86_400 < 3.5
    assert good.got[0].json["data"] == {"id": endpoint.id, "url": bad.url, "reason": "failing"}
    assert [each.name for each in await world.reactors()] != [f"webhook-{endpoint.id}"]


async def test_an_endpoint_that_took_something_meanwhile_stays_enabled(world: World) -> None:
    async with receiving(statuses=[500]) as receiver:
        await world.endpoint(receiver.url)
        await world.happen()
        await world.deliver()
        for seconds in ONE_ROUND[:-1]:
            await world.wait(seconds=seconds * 1.11 + 1)
        receiver.statuses = [204, 500]
        await world.happen()
        await world.deliver()
        await world.wait(seconds=ONE_ROUND[-1] * 1.11 + 1)
        assert await world.disabled() == []
        (given_up,) = [e for e in await world.recorded(events.DeliveryFailed) if e.due is None]
        assert given_up.attempt == schedule.ATTEMPTS


async def test_an_endpoint_that_is_gone_is_disabled_at_once(world: World) -> None:
    async with receiving(statuses=[410]) as receiver:
        made = await world.endpoint(receiver.url)
        await world.happen(2)
        await world.deliver()
        assert len(receiver.got) == 1
        assert await world.disabled() == [(made.id, "gone")]
        assert await world.wait(days=5) == 0


@pytest.mark.parametrize(
    ("status", "wish", "seconds"),
    [(503, "60", 60), (429, "999999999", 3_600), (500, "60", 5), (503, "soon", 5)],
)
async def test_a_wish_to_be_left_alone_is_heard_within_bounds(
    world: World, status: int, wish: str, seconds: int
) -> None:
    async with receiving(statuses=[status], headers={"Retry-After": wish}) as receiver:
        await world.endpoint(receiver.url)
        await world.happen()
        await world.deliver()
    (failed,) = [f for f in await world.facts(0) if type(f.event) is events.DeliveryFailed]
    waits = (failed.event.due - failed.time).total_seconds()
    assert seconds * 0.9 - 1 <= waits <= seconds * 1.1 + 1


async def test_disabled_endpoints_miss_what_happens_and_get_it_by_a_replay(world: World) -> None:
    async with receiving() as receiver:
        made = await world.endpoint(receiver.url, event_types=("ledger.*",))
        await world.submit(commands.DisableEndpoint(endpoint=made.id))
        since = world.clock()
        missed = await world.happen(3)
        await world.deliver()
        await world.submit(commands.EnableEndpoint(endpoint=made.id))
        (after,) = await world.happen()
        world.place = 0  # its queue stood still
        await world.deliver()
        assert receiver.ids == [after]

        await world.submit(commands.ReplaySince(endpoint=made.id, since=since))
        await world.deliver()
        assert sorted(receiver.ids) == sorted([*missed, after])


async def test_a_retry_that_comes_due_while_its_endpoint_is_disabled_is_given_up(
    world: World,
) -> None:
    async with receiving(statuses=[500]) as receiver:
        made = await world.endpoint(receiver.url)
        await world.happen()
        await world.deliver()
        await world.submit(commands.DisableEndpoint(endpoint=made.id))
        assert await world.wait(days=1) == 1
        assert len(receiver.got) == 1
        assert len(await world.recorded(events.DeliveryGivenUp)) == 1


async def test_a_replay_takes_all_since_a_time_slice_by_slice_and_survives_being_stopped(
    world: World,
) -> None:
    async with receiving() as receiver:
        made = await world.endpoint(receiver.url, event_types=("ledger.*",))
        before = await world.happen(2)
        await world.deliver()
        since = world.clock.advance(hours=1)
        later = await world.happen(2 * commands.MAX_SLICE + 7)
        await world.deliver()
        receiver.got.clear()

        replay = await world.submit(commands.ReplaySince(endpoint=made.id, since=since, again=True))
        assert replay.running
        (reactor,) = await world.reactors()
        begun = (await world.facts(0))[-1]
        for _ in range(3):  # told again and again, before and after it took effect
            await world.react(reactor, begun)
        await world.deliver()
        assert not set(receiver.ids) & set(before)
        assert sorted(receiver.ids) == sorted(later)
        ended = await world.recorded(events.ReplayEnded)
        assert [event.id for event in ended] == [replay.id]


async def test_a_replay_leaves_out_what_was_delivered_unless_it_is_to_go_again(
    world: World,
) -> None:
    async with receiving(statuses=[204, 400, 204]) as receiver:
        made = await world.endpoint(receiver.url, event_types=("ledger.*",))
        since = world.clock()
        _, failed, _ = await world.happen(3)
        await world.deliver()
        receiver.got.clear()
        await world.submit(commands.ReplaySince(endpoint=made.id, since=since))
        await world.deliver()
        assert receiver.ids == [failed]


async def test_one_event_is_sent_again_as_often_as_its_owner_likes(world: World) -> None:
    async with receiving() as receiver:
        made = await world.endpoint(receiver.url)
        (happened,) = await world.happen()
        await world.deliver()
        for _ in range(2):
            await world.submit(commands.ReplayDelivery(endpoint=made.id, event=happened))
            await world.deliver()
    assert receiver.ids == [happened] * 3
    assert await world.attempts() == [(1, 204, ""), (2, 204, ""), (3, 204, "")]


async def test_nobody_is_sent_what_belongs_to_another_tenant(world: World) -> None:
    async with receiving() as receiver:
        (theirs,) = await world.happen()
        made = await world.submit(commands.CreateEndpoint(url=receiver.url), tenant="eve")
        replay = commands.ReplayDelivery(endpoint=made.id, event=theirs)
        await world.submit(replay, tenant="eve")
        await world.submit(
            commands.ReplaySince(endpoint=made.id, since=datetime(2000, 1, 1, tzinfo=UTC)),
            tenant="eve",
        )
        await world.deliver()
    assert receiver.got == []
    assert len(await world.recorded(events.DeliveryGivenUp)) == 1


async def test_a_test_goes_to_its_endpoint_alone_whatever_types_it_chose(world: World) -> None:
    async with receiving() as one, receiving() as other:
        made = await world.endpoint(one.url, event_types=("ach.*",))
        await world.endpoint(other.url)
        sent = await world.submit(commands.SendTest(endpoint=made.id))
        await world.deliver()
    assert one.ids == [sent.event]
    assert one.got[0].json["type"] == "webhooks.test"
    assert other.got == []


async def test_changes_count_from_the_next_attempt_on(world: World) -> None:
    async with receiving(statuses=[500]) as old, receiving() as new:
        made = await world.endpoint(old.url)
        await world.happen()
        await world.deliver()
        await world.submit(commands.UpdateEndpoint(endpoint=made.id, url=new.url))
        await world.wait(seconds=10)
    assert len(new.got) == 1


async def test_one_that_never_answers_delays_only_itself(world: World) -> None:
    """While deliveries to it hang, those to others go on."""
    hanging = asyncio.Event()

    async def hang(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        hanging.set()
        await asyncio.Event().wait()

    async with answering(hang) as port, receiving() as receiver:
        slow = await world.endpoint(f"http://127.0.0.1:{port}/")
        await world.endpoint(receiver.url)
        happened = await world.happen(20)
        stuck, quick = sorted(await world.reactors(), key=lambda r: r.name != f"webhook-{slow.id}")
        facts = [fact for fact in await world.facts(0) if fact.id in happened]
        tasks = [asyncio.create_task(world.react(stuck, fact)) for fact in facts]
        await hanging.wait()
        for fact in facts:
            await world.react(quick, fact)
        assert receiver.ids == happened
        assert not any(task.done() for task in tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_all_of_it_is_the_fold_of_the_log(world: World, tmp_path: Path) -> None:
    async with receiving(statuses=[500, 204, 410]) as receiver:
        made = await world.endpoint(receiver.url)
        since = world.clock()
        await world.happen()
        await world.deliver()
        await world.wait(seconds=10)
        await world.submit(commands.RotateSecret(endpoint=made.id))
        await world.submit(commands.ReplaySince(endpoint=made.id, since=since, again=True))
        await world.deliver()
    report = await proven(world.ledger, tmp_path)
    assert report.finding is None
    for table in ("webhook_endpoint", "webhook_delivery", "webhook_replay", "webhook_owner"):
        assert await world.ledger.db.fetchval(f"select count(*) from {table}") == 1


@pytest.mark.parametrize(
    "change",
    [
        "update webhook_endpoint set url = 'https://evil.example/'",
        "update webhook_owner set endpoints = 0",
        "update webhook_delivery set due = null",
        "delete from webhook_delivery",
    ],
)
async def test_a_row_that_was_changed_behind_the_log_is_found(
    world: World, tmp_path: Path, change: str
) -> None:
    async with receiving(statuses=[500]) as receiver:
        await world.endpoint(receiver.url)
        await world.happen()
        await world.deliver()
    await world.ledger.admin.execute(change)
    report = await proven(world.ledger, tmp_path)
    assert report.finding is not None
    assert report.finding.table in change


async def proven(ledger: Ledger, directory: Path) -> verify.Report:
    sealed = seals.Seals(ledger.db, directory / "keys", "culm.test")
    await sealed.checkpoint(0)
    proof = verify.Proof(catalog=ledger.catalog, verifier=sealed.verifier)
    return await verify.verify(ledger.db, proof)


async def test_no_secret_is_in_the_database(world: World) -> None:
    made = await world.endpoint("https://hooks.example.com/")
    await world.submit(commands.RotateSecret(endpoint=made.id))
    secret = await shown(world, made.id)
    tables = await world.ledger.admin.fetch(
        "select tablename from pg_tables where schemaname = 'public'"
    )
    for (table,) in tables:
        rows = await world.ledger.admin.fetch(f"select t::text from {table} t")
        for (text,) in rows:
            assert (secret.secret or "")[6:] not in text
            assert (secret.previous or "")[6:] not in text


async def test_attempts_come_in_pages_and_old_ones_are_pruned(world: World) -> None:
    async with receiving(statuses=[500, 204], text="no\x00pe \x1b[2J" + "x" * 5_000) as receiver:
        made = await world.endpoint(receiver.url)
        await world.happen(5)
        await world.deliver()
    read = functools.partial(
        attempts.attempts, world.ledger.db, partition=0, tenant="acme", endpoint=made.id
    )
    first = await read(limit=3)
    rest = await read(cursor=first.next_cursor)
    assert (len(first.items), len(rest.items), rest.next_cursor) == (3, 2, None)
    failed = await read(outcome="failed")
    assert [one.answer[:11] for one in failed.items] == ["no\ufffdpe \ufffd[2Jx"]
    assert all(len(one.answer) <= 1_024 for one in first.items)

    assert await attempts.prune(world.ledger.db, first.items[-1].time) == 2
    assert await attempts.prune(world.ledger.db, world.clock()) == 3
