"""What is decided about parked facts: set aside once, tried again in order, settled or dropped."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from importlib import resources
from typing import Any

import asyncpg
import pytest

from culm.book import event as event_
from culm.kernel import errors, pages
from culm.ledger import commands as ledger_commands
from culm.work import commands, reads, rejections, tables, types, views
from tests.conftest import Ledger
from tests.ledger.test_reads_queries import fields, standing_alone

LANE = "00000000000000aa"


def fact(number: int) -> str:
    return f"evt_{number:016x}"


def parked_id(number: int, reactor: str = "copy") -> str:
    return f"{reactor}:{fact(number)}"


def park(number: int, **more: Any) -> commands.Park:
    given = {"reactor": "copy", "type": "ledger.asset_registered", "code": "timeout", **more}
    return commands.Park(fact=fact(number), **given)


@pytest.fixture(params=["memory_ledger", "ledger"])
def empty(request: pytest.FixtureRequest) -> Ledger:
    """An empty log, in memory and on PostgreSQL."""
    found: Ledger = request.getfixturevalue(request.param)
    return found


@pytest.fixture
async def either(empty: Ledger) -> Ledger:
    """A log of a few facts."""
    found = empty
    await found.submit(ledger_commands.CreateTenant(name="Acme"))
    for number in range(5):
        await found.submit(ledger_commands.RegisterAsset(code=f"AB{number}", scale=0))
    return found


async def state(ledger: Ledger, *numbers: int) -> list[str]:
    """The states of some parked facts, as the store has them."""
    ids = [parked_id(number) for number in numbers]
    stored = await ledger.store.load(tables.PARKED, 0, ids)
    return [stored[one].state if one in stored else "" for one in ids]


async def test_a_fact_is_parked_once(either: Ledger) -> None:
    first = await either.submit(park(1, attempts=3))
    assert (first.id, first.state, first.code, first.attempts) == (
        parked_id(1),
        "parked",
        "timeout",
        3,
    )
    assert await either.submit(park(1, code="error:OSError", attempts=9)) == first


async def test_a_retry_ends_settled_or_parked_again(either: Ledger) -> None:
    await either.submit(park(1))
    retried = await either.submit(commands.RetryParked(id=parked_id(1)))
    assert (retried.state, retried.round) == ("retrying", 1)
    with pytest.raises(rejections.ParkedNotWaiting):
        await either.submit(commands.RetryParked(id=parked_id(1)))
    late = await either.submit(park(1, code="error:OSError"))
    assert late.state == "retrying", "an attempt from before the retry says nothing about it"
    again = await either.submit(park(1, code="error:OSError", round=1))
    assert (again.state, again.code, again.round) == ("parked", "error:OSError", 1)

    await either.submit(commands.RetryParked(id=parked_id(1)))
    assert await either.submit(commands.SettleParked(id=parked_id(1), round=1)) == _left(0)
    assert await state(either, 1) == ["retrying"], "the settlement of an earlier round"
    await either.submit(commands.SettleParked(id=parked_id(1), round=2))
    assert await state(either, 1) == ["settled"]
    assert (await either.submit(park(1, round=2))).state == "settled"
    for command in (
        commands.RetryParked(id=parked_id(1)),
        commands.DropParked(id=parked_id(1)),
    ):
        with pytest.raises(rejections.ParkedNotWaiting):
            await either.submit(command)


async def test_in_a_lane_only_the_earliest_is_tried_and_the_next_follows(either: Ledger) -> None:
    await either.submit(park(1, lane=LANE))
    for number in (3, 2):
        behind = await either.submit(park(number, lane=LANE, code="behind"))
        assert behind.code == f"behind:{fact(1)}"
    with pytest.raises(rejections.ParkedBehind):
        await either.submit(commands.RetryParked(id=parked_id(2)))
    await either.submit(commands.RetryParked(id=parked_id(1)))
    settled = await either.submit(commands.SettleParked(id=parked_id(1), round=1))
    assert settled == _left(2)
    assert await state(either, 1, 2, 3) == ["settled", "retrying", "parked"]
    await either.submit(commands.DropParked(id=parked_id(2)))
    assert await state(either, 2, 3) == ["dropped", "retrying"]
    assert await either.submit(commands.SettleParked(id=parked_id(3), round=1)) == _left(0)
    with pytest.raises(rejections.LaneFree):
        await either.submit(park(4, lane=LANE, code="behind"))


async def test_one_in_the_middle_of_a_lane_can_be_dropped(either: Ledger) -> None:
    await either.submit(park(1, lane=LANE))
    await either.submit(park(2, lane=LANE, code="behind"))
    await either.submit(park(3, lane=LANE, code="behind"))
    await either.submit(commands.DropParked(id=parked_id(2)))
    assert await state(either, 1, 2, 3) == ["parked", "dropped", "parked"]
    await either.submit(commands.DropParked(id=parked_id(1)))
    assert await state(either, 3) == ["retrying"]


async def test_lanes_of_other_reactors_and_aggregates_are_free(either: Ledger) -> None:
    await either.submit(park(1, lane=LANE))
    for other in ({"reactor": "other", "lane": LANE}, {"lane": LANE[::-1]}, {"lane": ""}):
        with pytest.raises(rejections.LaneFree):
            await either.submit(park(2, code="behind", **other))


async def test_what_another_tenant_has_parked_is_not_to_be_found(either: Ledger) -> None:
    await either.submit(park(1))
    for command in (
        commands.RetryParked(id=parked_id(1)),
        commands.DropParked(id=parked_id(1)),
        commands.SettleParked(id=parked_id(1), round=0),
        commands.RetryParked(id="nonsense"),
    ):
        with pytest.raises(rejections.ParkedNotFound):
            await either.submit(command, tenant="other")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("reactor", "Copy"),
        ("reactor", ""),
        ("reactor", "x" * 64),
        ("fact", "evt_"),
        ("fact", "hld_0000000000000001"),
        ("fact", "evt_0000000000000006"),  # not in the log yet
        ("fact", "evt_0001000000000001"),  # of another partition
        ("type", "Ledger"),
        ("type", "a" * 129),
        ("code", ""),
        ("code", "because"),
        ("code", "error:"),
        ("code", "error:Ann said no"),
        ("code", "error:" + "x" * 129),
        ("attempts", -1),
        ("attempts", 2**31),
        ("lane", "ann"),
        ("lane", LANE.upper()),
        ("round", -1),
        ("round", 2**31),
    ],
)
async def test_what_is_parked_has_its_form(either: Ledger, field: str, value: Any) -> None:
    sound: dict[str, Any] = {"fact": fact(1), "reactor": "copy", "type": "a.b", "code": "timeout"}
    with pytest.raises(rejections.ParkedInvalid) as refused:
        await either.submit(commands.Park(**{**sound, field: value}))
    assert refused.value.field == field


# -- reads ----------------------------------------------------------------------------------


async def test_pages_of_what_is_parked(ledger: Ledger) -> None:
    await ledger.submit(ledger_commands.CreateTenant(name="Acme"))
    for number in range(8):
        await ledger.submit(ledger_commands.RegisterAsset(code=f"AB{number}", scale=0))
    for number in range(6):
        await ledger.submit(park(number, reactor="even" if number % 2 == 0 else "odd"))
    await ledger.submit(commands.DropParked(id=parked_id(1, "odd")))

    async def page(**more: Any) -> pages.Page[types.Parked]:
        return await reads.page(ledger.db, partition=0, tenant="acme", **more)

    assert [one.fact for one in (await page()).items] == [fact(n) for n in (5, 4, 3, 2, 0)]
    first = await page(limit=2)
    second = await page(limit=2, cursor=first.next_cursor)
    assert [one.fact for one in second.items] == [fact(3), fact(2)]
    assert [one.fact for one in (await page(reactor="odd")).items] == [fact(5), fact(3)]
    assert [one.fact for one in (await page(state="dropped")).items] == [fact(1)]
    assert (await reads.page(ledger.db, partition=0, tenant="other")).items == ()
    with pytest.raises(errors.Invalid):
        await page(cursor=first.next_cursor, reactor="odd")
    assert await reads.waiting(ledger.db, partition=0) == {"even": 3, "odd": 2}
    every = await reads.everywhere(ledger.db, partition=0, limit=3)
    assert [one.fact for one in every] == [fact(n) for n in (0, 2, 3)]
    rest = await reads.everywhere(ledger.db, partition=0, after=every[-1], limit=3)
    assert [one.fact for one in rest] == [fact(n) for n in (4, 5)]


async def test_what_a_reactor_said_is_shown_and_can_be_forgotten(ledger: Ledger) -> None:
    await ledger.submit(ledger_commands.CreateTenant(name="Acme"))
    await ledger.submit(ledger_commands.RegisterAsset(code="ABC", scale=0))
    await ledger.submit(park(0))
    await ledger.submit(park(1))
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    for number in (0, 1):
        said = (0, "copy", number, "timeout", "it took too long", moment)
        assert await ledger.db.fetchval(tables.QUERIES["failed"], *said) == 1
        assert await ledger.db.fetchval(tables.QUERIES["failed"], *said) == 2
    await ledger.submit(commands.DropParked(id=parked_id(1)))

    async def message(number: int) -> str | None:
        found = await reads.parked(ledger.db, partition=0, tenant="acme", parked=parked_id(number))
        return found.message

    assert await message(1) == "it took too long"
    await reads.prune(ledger.db, partition=0, before=datetime(2026, 3, 2, tzinfo=UTC))
    assert (await message(0), await message(1)) == ("it took too long", None)


@pytest.mark.parametrize(
    "parked", ["", "copy", "copy:evt_1", "copy:evt_0000000000000099", "copy:evt_0001000000000001"]
)
async def test_what_is_not_parked_is_not_found(ledger: Ledger, parked: str) -> None:
    with pytest.raises(rejections.ParkedNotFound):
        await reads.parked(ledger.db, partition=0, tenant="acme", parked=parked)


# -- queries --------------------------------------------------------------------------------

FILES = {"queries.sql": tables.QUERIES, "reads.sql": reads.QUERIES}
PARKED = fields(types.Parked, without="id")
RECEIVERS: dict[str, set[str]] = {
    "load_parked": PARKED,
    "all_parked": PARKED,
    "load_lanes": {"reactor", "lane", "facts"},
    "lanes_of": {"lane"},
    "begin": {"next", "pending"},
    "failed": {"attempts"},
    "facts_at": fields(event_.LogRow, without="request leaf"),
    "facts_between": fields(event_.LogRow, without="request leaf"),
    "parked": fields(views.ParkedFact, without="id"),
    "parked_page": PARKED,
    "parked_everywhere": PARKED,
    "count_open": {"reactor", "parked"},
}


@pytest.mark.parametrize("file", FILES)
async def test_every_query_fits_the_schema_and_its_receiver(ledger: Ledger, file: str) -> None:
    async with ledger.db.acquire() as connection:
        for name, query in FILES[file].items():
            try:
                statement = await connection.prepare(standing_alone(query))
            except asyncpg.PostgresError as error:
                raise AssertionError(f"{name} does not fit the schema: {error}") from error
            columns = {attribute.name for attribute in statement.get_attributes()}
            assert columns == RECEIVERS.get(name, set()), name


@pytest.mark.parametrize("file", FILES)
def test_every_query_says_what_it_is_for(file: str) -> None:
    text = resources.files("culm.work").joinpath(file).read_text(encoding="utf-8")
    for name in FILES[file]:
        assert re.search(rf"^-- name: {name}\n-- \S", text, re.MULTILINE), name


def _left(waiting: int) -> commands.Settlement:
    return commands.Settlement(waiting)
