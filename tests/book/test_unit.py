"""The unit: what a decision sees and does, and how all of it is undone. No store, no turn."""

from __future__ import annotations

import timeit
from datetime import UTC, datetime
from typing import Any, ClassVar, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from culm.book import catalog, event, table, unit
from culm.book.cache import ABSENT, Cache

SHELF: Final = table.Table[int](name="shelf", load="", read=lambda row: (row["key"], row["value"]))
OTHER: Final = table.Table[int](name="other", load="", read=lambda row: (row["key"], row["value"]))
LINES: Final = table.Journal(name="lines", columns=("position", "value"), save="", list_all="")
NOW: Final = datetime(2026, 3, 2, 9, tzinfo=UTC)
ORIGIN: Final = event.Origin("acme", "ann", "c-1", "")


class Put(event.Event, frozen=True):
    TYPE: ClassVar[str] = "test.put"
    key: str
    value: int


def put(unit_: unit.Unit, fact: Put, position: int) -> None:
    unit_.put(SHELF, fact.key, fact.value)
    unit_.insert(LINES, (position, fact.value))


SHELVES: Final = catalog.Catalog(
    [catalog.Context("test", (SHELF, OTHER), (LINES,), {Put: put}, ())],
)


@pytest.fixture
def unit_() -> unit.Unit:
    """A unit at position 7 of the log, with one row and one known gap."""
    cache = Cache(SHELVES.tables, 1000)
    cache.add(SHELF, {"a": 1, "gone": None})
    begun = unit.Unit(2, SHELVES, cache)
    begun.position = 7
    begun.begin(NOW, ORIGIN)
    return begun


def test_a_row_is_read_and_a_known_gap_is_none(unit_: unit.Unit) -> None:
    assert unit_.get(SHELF, "a") == 1
    assert unit_.get(SHELF, "gone") is None


def test_what_is_not_in_memory_is_noted_and_missing(unit_: unit.Unit) -> None:
    for key in ("b", "c"):
        with pytest.raises(unit.Missing):
            unit_.get(SHELF, key)
    assert unit_.missing == {SHELF: {"b", "c"}}


def test_wanting_notes_what_is_not_in_memory_and_raises_nothing(unit_: unit.Unit) -> None:
    unit_.cache.old[SHELF]["b"] = 2
    unit_.want(SHELF, ["a", "b", "c", "gone"])
    unit_.want(OTHER, [])
    assert unit_.missing == {SHELF: {"c"}}


def test_a_command_within_a_command_has_an_origin_and_a_time_of_its_own(unit_: unit.Unit) -> None:
    unit_.record(Put("a", 5))
    within = event.Origin("acme", "timers", "c-2", "evt_1")
    unit_.turn_to(within)
    unit_.record(Put("a", 6))
    first, second = unit_.events
    assert (first.origin, second.origin) == (ORIGIN, within)
    assert (first.time, second.time) == (
        "2026-03-02T09:00:00.000000Z",
        "2026-03-02T09:00:00.000001Z",
    )
    assert first.leaf != second.leaf


def test_a_fact_is_applied_as_it_is_recorded(unit_: unit.Unit) -> None:
    unit_.record(Put("a", 5))
    assert unit_.get(SHELF, "a") == 5
    (recorded,) = unit_.events
    assert (recorded.position, recorded.event, recorded.origin) == (7, Put("a", 5), ORIGIN)
    assert recorded.time == "2026-03-02T09:00:00.000000Z"
    assert unit_.rows == {LINES: [(7, 5)]}


def test_an_id_is_the_place_of_the_event_that_comes_next(unit_: unit.Unit) -> None:
    assert unit_.new_id("acc") == "acc_0002000000000007"
    unit_.record(Put("a", 5))
    assert unit_.new_id("acc") == "acc_0002000000000008"


def test_going_back_to_a_mark_undoes_state_facts_and_rows(unit_: unit.Unit) -> None:
    unit_.cache.old[SHELF]["old"] = 3
    unit_.record(Put("a", 5))
    mark = unit_.mark()
    for key in ("a", "gone", "new", "old", "a"):
        unit_.record(Put(key, 9))
    unit_.rewind(mark)
    assert [unit_.get(SHELF, key) for key in ("a", "gone", "old")] == [5, None, 3]
    with pytest.raises(unit.Missing):
        unit_.get(SHELF, "new")
    assert unit_.position == 8
    assert [recorded.event for recorded in unit_.events] == [Put("a", 5)]
    assert unit_.rows == {LINES: [(7, 5)]}


def test_what_changed_is_the_newest_row_of_each_key(unit_: unit.Unit) -> None:
    unit_.record(Put("a", 5))
    unit_.record(Put("a", 6))
    mark = unit_.mark()
    unit_.record(Put("b", 7))
    unit_.rewind(mark)
    unit_.put(OTHER, "x", 1)
    assert unit_.changed({SHELF}) == {SHELF: {"a": 6}}
    assert unit_.changed(set()) == {}


@given(st.lists(st.one_of(st.tuples(st.sampled_from("abcd"), st.integers()), st.booleans())))
def test_a_unit_is_a_dictionary_with_a_way_back(steps: list[Any]) -> None:
    """True marks, False goes back to the last mark; everything else is put."""
    unit_ = unit.Unit(0, SHELVES, Cache(SHELVES.tables, 1000))
    unit_.begin(NOW, ORIGIN)
    model: list[dict[str, int]] = [{}]
    marks = []
    for step in steps:
        if step is True:
            marks.append(unit_.mark())
            model.append(dict(model[-1]))
        elif step is False and marks:
            unit_.rewind(marks.pop())
            model.pop()
        elif step is not False:
            unit_.record(Put(*step))
            model[-1][step[0]] = step[1]
    assert unit_.cache.young[SHELF] == model[-1]
    assert unit_.changed({SHELF}).get(SHELF, {}) == model[-1]
    assert [recorded.position for recorded in unit_.events] == list(range(unit_.position))
    assert [position for position, _ in unit_.rows[LINES]] == list(range(unit_.position))


# -- facts of the past


def test_a_fact_of_this_turn_is_found_by_its_place(unit_: unit.Unit) -> None:
    unit_.record(Put("a", 5))
    unit_.record(Put("a", 6))
    assert [unit_.event_at(at) for at in (7, 8)] == [Put("a", 5), Put("a", 6)]


def test_there_is_no_fact_past_the_end(unit_: unit.Unit) -> None:
    assert unit_.event_at(7) is None
    unit_.want_event(7)
    assert unit_.missing_events == set()


def test_a_fact_of_the_past_is_missing_until_it_is_loaded(unit_: unit.Unit) -> None:
    with pytest.raises(unit.Missing):
        unit_.event_at(3)
    unit_.want_event(4)
    assert unit_.missing_events == {3, 4}
    unit_.past = {3: Put("a", 1), 4: None}
    assert unit_.event_at(3) == Put("a", 1)
    assert unit_.event_at(4) is None


# -- the rows in memory


def test_the_cache_holds_two_generations_and_no_more() -> None:
    cache = Cache([SHELF], limit_rows=100)
    for start in range(0, 10_000, 10):
        cache.age()
        cache.add(SHELF, {str(key): key for key in range(start, start + 10)})
        assert len(cache) <= 110
    assert cache.promote(SHELF, "0") is ABSENT


def test_what_is_used_stays_and_what_nobody_touches_goes() -> None:
    cache = Cache([SHELF], limit_rows=4)
    cache.add(SHELF, {"used": 1, "unused": 2})
    cache.age()
    assert cache.promote(SHELF, "used") == 1
    cache.add(SHELF, {"other": 3})
    cache.age()
    assert cache.promote(SHELF, "used") == 1
    assert cache.promote(SHELF, "unused") is ABSENT


def test_the_rows_of_a_turn_outlive_the_next_one_even_in_the_smallest_cache() -> None:
    """The next turn is decided while the last is written; it must not read the database's past."""
    cache = Cache([SHELF], limit_rows=1)
    cache.age()
    cache.add(SHELF, {"a": 1})
    cache.age()
    assert cache.promote(SHELF, "a") == 1


def test_wanting_takes_no_longer_with_much_in_memory() -> None:
    def seconds(rows: int) -> float:
        cache = Cache([SHELF], limit_rows=10**9)
        cache.old[SHELF] = {str(key): key for key in range(rows)}
        wanting = unit.Unit(0, SHELVES, cache)
        return min(timeit.repeat(lambda: wanting.want(SHELF, ["x", "y"]), number=5, repeat=5))

    assert seconds(rows=200_000) < 100 * seconds(rows=1)
