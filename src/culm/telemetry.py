"""What the platform has to say to Prometheus: its Books, its log, its projections, its process."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Final

from prometheus_client import core, gc_collector, process_collector, registry

from culm import app
from culm.book import book as book_
from culm.book import postgres
from culm.facts.projections import generations

Collector = Callable[[], Awaitable[Iterable[core.Metric]]]

_PARTITION: Final = ("partition",)


def collectors(platform: app.Platform) -> list[Collector]:
    """Everything that is told of a platform beside its requests."""

    async def books() -> Iterable[core.Metric]:
        return book_metrics(platform.books)

    async def logs() -> Iterable[core.Metric]:
        size = core.GaugeMetricFamily("culm_log_events", "Events in the log.", labels=_PARTITION)
        for partition, events in (await postgres.sizes(platform.db)).items():
            size.add_metric((str(partition),), events)
        return [size]

    async def projections() -> Iterable[core.Metric]:
        return await _projection_metrics(platform)

    return [books, logs, projections, process]


def book_metrics(books: Iterable[book_.Book]) -> list[core.Metric]:
    """What the Books of this process have done, and what waits."""
    queue = core.GaugeMetricFamily(
        "culm_book_queue_weight", "Work waiting to be decided.", labels=_PARTITION
    )
    turns = core.CounterMetricFamily(
        "culm_book_turns", "Turns by what became of them.", labels=("partition", "fate")
    )
    commands = core.CounterMetricFamily(
        "culm_book_commands", "Commands by what came of them.", labels=("partition", "outcome")
    )
    seconds = core.HistogramMetricFamily(
        "culm_book_turn_seconds",
        "From the first decision of a turn until it was durable.",
        labels=_PARTITION,
    )
    for book in books:
        here, tally = str(book.partition), book.tally
        queue.add_metric((here,), book.queued_weight)
        seconds.add_metric((here,), tally.seconds.cumulative(), tally.seconds.sum)
        for counter, counts in ((turns, tally.turns), (commands, tally.commands)):
            for name, count in sorted(counts.items()):
                counter.add_metric((here, name), count)
    return [queue, turns, commands, seconds]


async def _projection_metrics(platform: app.Platform) -> Iterable[core.Metric]:
    labels = ("projection", "partition", "state")
    events = core.GaugeMetricFamily(
        "culm_projection_lag_events", "Events not taken in yet.", labels=labels
    )
    seconds = core.GaugeMetricFamily(
        "culm_projection_lag_seconds", "How long the oldest of them has waited.", labels=labels
    )
    now = platform.clock()
    for row in await generations.progress(platform.db):
        if row.state != "retired":
            lag = row.lag(now)
            of = (row.projection, str(row.partition), row.state)
            events.add_metric(of, lag.events)
            seconds.add_metric(of, lag.seconds)
    return [events, seconds]


async def process() -> Iterable[core.Metric]:
    """Memory, processor time and open files of this process, and Python's garbage collector."""
    kept = registry.CollectorRegistry()
    process_collector.ProcessCollector(registry=kept)
    gc_collector.GCCollector(registry=kept)
    return kept.collect()
