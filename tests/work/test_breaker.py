"""The circuit breaker, second by second."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from culm.work import breaker


def opened() -> breaker.Breaker:
    """One that has just opened, at 100."""
    found = breaker.Breaker(failures=3, rest_seconds=10)
    for _ in range(3):
        assert found.enter(100) == 0
        found.failed(100)
    return found


def test_it_opens_after_failures_in_a_row() -> None:
    found = breaker.Breaker(failures=3, rest_seconds=10)
    for outcome in (found.failed, found.failed):
        outcome(1)
    found.succeeded()
    found.failed(1)
    found.failed(1)
    assert not found.is_open
    assert found.room(1, 8) == 8
    found.failed(1)
    assert found.is_open


def test_open_it_says_how_long_to_wait() -> None:
    found = opened()
    assert (found.enter(100), found.enter(107), found.room(107, 8)) == (10, 3, 0)


def test_after_a_rest_one_call_tries() -> None:
    found = opened()
    assert found.room(110, 8) == 1
    assert found.enter(110) == 0
    assert found.enter(110) == breaker.TRIAL_SECONDS
    assert found.room(110, 8) == 0


def test_a_trial_closes_it_or_opens_it_again() -> None:
    found = opened()
    found.enter(110)
    found.failed(111)
    assert found.enter(112) == 9
    found.enter(121)
    found.succeeded()
    assert (found.is_open, found.enter(121), found.room(121, 8)) == (False, 0, 8)


def test_a_trial_that_says_nothing_leaves_it_to_the_next() -> None:
    found = opened()
    found.enter(110)
    found.left()
    assert found.enter(110) == 0


@given(st.lists(st.sampled_from(["failed", "succeeded", "left"]), max_size=60))
def test_it_always_lets_something_through_again(outcomes: list[str]) -> None:
    found, now = breaker.Breaker(failures=3, rest_seconds=10), 0.0
    for outcome in outcomes:
        wait = found.enter(now)
        assert 0 <= wait <= 10
        now += wait
        assert found.enter(now) == 0 if wait else True
        if outcome == "failed":
            found.failed(now)
        else:
            getattr(found, outcome)()
