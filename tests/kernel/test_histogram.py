"""Histograms: every duration is counted in all bounds that it does not exceed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from culm.kernel import histogram

DURATIONS = st.lists(st.floats(0, 100) | st.sampled_from(histogram.SECONDS))


def of(durations: list[float]) -> histogram.Histogram:
    made = histogram.Histogram()
    for seconds in durations:
        made.observe(seconds)
    return made


@given(DURATIONS)
def test_a_bound_counts_what_took_at_most_so_long(durations: list[float]) -> None:
    counted = of(durations)
    *bounds, (last, total) = counted.cumulative()

    assert {float(bound): count for bound, count in bounds} == {
        bound: sum(seconds <= bound for seconds in durations) for bound in histogram.SECONDS
    }
    assert (last, total, counted.count) == ("+Inf", len(durations), len(durations))
    assert abs(counted.sum - sum(durations)) < 1e-6


@given(DURATIONS, DURATIONS)
def test_what_is_added_counts_as_if_it_had_been_observed(
    ours: list[float], theirs: list[float]
) -> None:
    together = of(ours)
    together.add(of(theirs))

    assert together.cumulative() == of(ours + theirs).cumulative()
