"""What webhooks refuse, and what each command records."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from culm import app
from culm.book import book, memory
from culm.kernel import errors
from culm.ledger import commands as ledger_commands
from culm.webhooks import apply, commands, events, rejections, schedule, tables
from culm.webhooks.decisions import endpoints as endpoints_
from tests.conftest import Clock, Ledger

URL = "https://hooks.example.com/culm"
MISSING = "whe_0000000000000099"


async def create(ledger: Ledger, **more: Any) -> str:
    made = await ledger.submit(commands.CreateEndpoint(url=URL, **more))
    found: str = made.id
    return found


EVENT = "evt_0000000000000000"


@pytest.fixture
async def ledger(memory_ledger: Ledger) -> Ledger:
    """A tenant; the fact that it was made is event 0."""
    await memory_ledger.submit(ledger_commands.CreateTenant(name="Acme"))
    return memory_ledger


@pytest.mark.parametrize(
    ("changes", "error", "field"),
    [
        ({"url": "ftp://hooks.example.com"}, rejections.UrlInvalid, "url"),
        ({"url": "https://a@hooks.example.com"}, rejections.UrlInvalid, "url"),
        ({"event_types": ("ledger.nothing",)}, rejections.TypesInvalid, "event_types[0]"),
        ({"event_types": ("ledger.*", "nobody.*")}, rejections.TypesInvalid, "event_types[1]"),
        ({"event_types": ("*",)}, rejections.TypesInvalid, "event_types[0]"),
        ({"event_types": ("webhooks.test",)}, rejections.TypesInvalid, "event_types[0]"),
        ({"event_types": ("access.key_created",)}, rejections.TypesInvalid, "event_types[0]"),
        ({"event_types": ("access.*",)}, rejections.TypesInvalid, "event_types[0]"),
        ({"event_types": ("webhooks.delivery_due",)}, rejections.TypesInvalid, "event_types[0]"),
        ({"event_types": ("ledger.*",) * 2}, rejections.TypesInvalid, "event_types"),
        (
            {"event_types": tuple(f"a.b{n}" for n in range(101))},
            rejections.TypesInvalid,
            "event_types",
        ),
        ({"description": "x" * 201}, rejections.DescriptionInvalid, "description"),
        ({"description": "\x1b[2J"}, rejections.DescriptionInvalid, "description"),
    ],
)
async def test_what_an_endpoint_may_not_be(
    ledger: Ledger, changes: dict[str, Any], error: type[errors.CulmError], field: str
) -> None:
    with pytest.raises(error) as refused:
        await ledger.submit(commands.CreateEndpoint(**({"url": URL} | changes)))
    assert refused.value.field == field
    made = await create(ledger)
    with pytest.raises(error) as refused:
        await ledger.submit(commands.UpdateEndpoint(endpoint=made, **changes))
    assert refused.value.field == field


@pytest.mark.parametrize(
    "command",
    [
        commands.UpdateEndpoint(endpoint=MISSING),
        commands.EnableEndpoint(endpoint=MISSING),
        commands.DisableEndpoint(endpoint="whe_1"),
        commands.DeleteEndpoint(endpoint="\x00"),
        commands.RotateSecret(endpoint=""),
        commands.SendTest(endpoint=MISSING),
        commands.ReplayDelivery(endpoint=MISSING, event=EVENT),
        commands.ReplaySince(endpoint=MISSING, since=datetime(2026, 1, 1, tzinfo=UTC)),
    ],
    ids=lambda command: type(command).__name__,
)
async def test_an_endpoint_that_is_not_there_or_not_ones_own(
    ledger: Ledger, command: msgspec.Struct
) -> None:
    with pytest.raises(rejections.EndpointNotFound):
        await ledger.submit(command)
    theirs = await create(ledger)
    named = msgspec.structs.replace(command, endpoint=theirs)
    with pytest.raises(rejections.EndpointNotFound):
        await ledger.submit(named, tenant="eve")
    await ledger.submit(commands.DeleteEndpoint(endpoint=theirs))
    with pytest.raises(rejections.EndpointNotFound):
        await ledger.submit(named)


@pytest.mark.parametrize(
    "event", ["", "evt_1", "evt_0000000000000099", "evt_0001000000000000", "evt_0000000000000001"]
)
async def test_an_event_that_is_not_there_or_never_told(ledger: Ledger, event: str) -> None:
    made = await create(ledger)  # event 1
    with pytest.raises(rejections.EventNotFound):
        await ledger.submit(commands.ReplayDelivery(endpoint=made, event=event))


async def test_a_disabled_endpoint_is_sent_nothing(ledger: Ledger) -> None:
    made = await create(ledger)
    view = await ledger.submit(commands.DisableEndpoint(endpoint=made))
    assert (view.state, view.reason, view.disabled) == ("disabled", "owner", ledger.clock.now)
    for command in (
        commands.SendTest(endpoint=made),
        commands.ReplayDelivery(endpoint=made, event=EVENT),
        commands.ReplaySince(endpoint=made, since=datetime(2026, 1, 1, tzinfo=UTC)),
    ):
        with pytest.raises(rejections.EndpointDisabled):
            await ledger.submit(command)
    view = await ledger.submit(commands.EnableEndpoint(endpoint=made))
    assert (view.state, view.reason, view.disabled) == ("enabled", None, None)
    await ledger.submit(commands.SendTest(endpoint=made))


async def test_a_tenant_has_so_many_endpoints_and_no_more(ledger: Ledger) -> None:
    made = [await create(ledger) for _ in range(endpoints_.MAX_ENDPOINTS)]
    with pytest.raises(rejections.TooManyEndpoints):
        await create(ledger)
    await ledger.submit(commands.DeleteEndpoint(endpoint=made[0]))
    await create(ledger)


@pytest.mark.parametrize("seconds", [-1, 7 * 86_400 + 1])
async def test_an_overlap_out_of_range(ledger: Ledger, seconds: int) -> None:
    made = await create(ledger)
    with pytest.raises(rejections.OverlapInvalid):
        await ledger.submit(commands.RotateSecret(endpoint=made, overlap_seconds=seconds))


@pytest.mark.parametrize(
    "since", ["2026-03-02T09:00:01Z", "2999-01-01T00:00:00Z", "1969-12-31T00:00:00Z"]
)
async def test_a_replay_begins_in_the_past(ledger: Ledger, since: str) -> None:
    made = await create(ledger)
    for moment in (datetime.fromisoformat(since), datetime(2026, 1, 1)):  # noqa: DTZ001
        with pytest.raises(rejections.TimeInvalid):
            await ledger.submit(commands.ReplaySince(endpoint=made, since=moment))


async def test_one_replay_of_an_endpoint_at_a_time(ledger: Ledger) -> None:
    made = await create(ledger)
    again = commands.ReplaySince(endpoint=made, since=datetime(2026, 1, 1, tzinfo=UTC))
    await ledger.submit(again)
    with pytest.raises(rejections.ReplayRunning):
        await ledger.submit(again)
    await ledger.submit(commands.DisableEndpoint(endpoint=made))
    await ledger.submit(commands.EnableEndpoint(endpoint=made))
    assert (await ledger.submit(again)).running


async def test_nothing_is_recorded_where_nothing_changes(ledger: Ledger) -> None:
    made = await create(ledger)
    before = await size(ledger)
    await ledger.submit(commands.UpdateEndpoint(endpoint=made, url=URL))
    await ledger.submit(commands.EnableEndpoint(endpoint=made))
    await ledger.submit(commands.GiveUp(endpoint=made, event=EVENT, attempt=1))
    await ledger.submit(commands.RecordSuccess(endpoint=made, event=EVENT, attempt=1))
    await ledger.submit(commands.DeliverAgain(endpoint=made, event=EVENT, attempt=1))
    assert await size(ledger) == before


async def size(ledger: Ledger) -> int:
    head = await ledger.store.head(0)
    return head.tree.size


def failure(endpoint: str, attempt: int, **more: Any) -> commands.RecordFailure:
    return commands.RecordFailure(
        endpoint=endpoint, event=EVENT, attempt=attempt, jitter_percent=0, **more
    )


async def test_what_was_overtaken_changes_nothing(ledger: Ledger) -> None:
    made = await create(ledger)
    await ledger.submit(failure(made, 1))
    before = await size(ledger)
    for late in (failure(made, 1), failure(made, 2), failure(made, 7, gone=True)):
        await ledger.submit(late)
    await ledger.submit(commands.RecordSuccess(endpoint=made, event=EVENT, attempt=1))
    early = commands.DeliverAgain(endpoint=made, event=EVENT, attempt=1)
    await ledger.submit(early)
    assert await size(ledger) == before
    ledger.clock.advance(seconds=5)
    assert (await ledger.submit(early)).attempt == 2
    assert (await ledger.submit(early)).attempt == 2
    assert await size(ledger) == before + 1


@pytest.mark.parametrize(
    ("failed", "jitter", "wish", "wait"),
    [
        (1, 0, None, 5),
        (1, 10, None, 5),
        (1, -10, None, 4),
        (1, 1_000_000, None, 5),
        (2, 0, None, 30),
        (3, 10, None, 132),
        (11, -10, None, 64_800),
        (12, 0, None, None),
        (12, 0, 60, None),
        (1, 0, 0, 5),
        (1, 0, 60, 60),
        (1, 0, 10**9, 3_600),
        (7, 0, 60, 18_000),
    ],
)
def test_the_schedule(failed: int, jitter: int, wish: int | None, wait: int | None) -> None:
    found = schedule.wait_seconds(failed, jitter_percent=jitter, retry_after_seconds=wish)
    assert found == wait


def test_the_schedule_lasts_three_days() -> None:
    assert sum(schedule.WAITS_SECONDS) == pytest.approx(3 * 86_400, rel=0.01)


def test_every_event_is_applied() -> None:
    ours = (value for value in vars(events).values() if isinstance(value, type))
    found = {value for value in ours if value.__module__ == events.__name__}
    assert found == set(apply.APPLIES)


# -- a law ------------------------------------------------------------------------------------

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("failed"), st.integers(1, 16), st.booleans()),
        st.tuples(st.just("succeeded"), st.integers(1, 16)),
        st.tuples(st.just("due"), st.integers(1, 16)),
        st.tuples(st.just("replay")),
        st.tuples(st.just("disable")),
        st.tuples(st.just("enable")),
        st.tuples(st.just("wait"), st.sampled_from([1, 60, 7_200, 90_000])),
    ),
    max_size=60,
)


@settings(max_examples=100, deadline=None)
@given(steps=STEPS)
def test_each_attempt_is_made_due_once_and_ends_once(steps: list[tuple[Any, ...]]) -> None:
    """Whatever is said of attempts, in whatever order and however often."""
    asyncio.run(_law(steps))


async def _law(steps: list[tuple[Any, ...]]) -> None:
    clock, catalog, store = Clock(), app.catalog(), memory.MemoryStore()
    book_ = book.Book(partition=0, catalog=catalog, store=store, clock=clock)
    await book_.start()
    ledger = Ledger(book_, store, clock, catalog)
    await ledger.submit(ledger_commands.CreateTenant(name="Acme"))
    made = await create(ledger)
    for step in steps:
        await _take(ledger, made, step)
    found = store.state.get((0, tables.DELIVERIES), {})
    due, ended = Counter[int](), Counter[int]()
    for row in store.log[0]:
        event = catalog.decode(row.type, row.version, row.body)
        if isinstance(event, events.DeliveryDue):
            due[event.attempt] += 1
        elif isinstance(event, events.DeliveryFailed | events.DeliverySucceeded):
            ended[event.attempt] += 1
    assert set(due.values()) <= {1}
    assert set(ended.values()) <= {1}
    assert set(ended) - {1} <= set(due)
    for delivery in found.values():
        assert (delivery.due is not None) == (delivery.state == "waiting")
        assert delivery.attempt == max([*due, *ended])
    await book_.stop()


async def _take(ledger: Ledger, made: str, step: tuple[Any, ...]) -> None:
    match step:
        case ("wait", seconds):
            ledger.clock.advance(seconds=seconds)
            return
        case ("failed", attempt, alive):
            last = ledger.clock.now + timedelta(days=1) if alive else None
            command: msgspec.Struct = failure(made, attempt, last_success=last)
        case ("succeeded", attempt):
            command = commands.RecordSuccess(endpoint=made, event=EVENT, attempt=attempt)
        case ("due", attempt):
            command = commands.DeliverAgain(endpoint=made, event=EVENT, attempt=attempt)
        case ("replay",):
            command = commands.ReplayDelivery(endpoint=made, event=EVENT)
        case ("disable",):
            command = commands.DisableEndpoint(endpoint=made)
        case _:
            command = commands.EnableEndpoint(endpoint=made)
    try:
        await ledger.submit(command)
    except rejections.EndpointDisabled:
        assert isinstance(command, commands.ReplayDelivery)
