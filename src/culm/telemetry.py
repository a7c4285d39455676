"""What the platform has to say to Prometheus: its Books, its log, its projections, its process."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from prometheus_client import core, gc_collector, process_collector, registry

from culm import app
from culm.book import book as book_
from culm.book import postgres
from culm.facts.projections import generations
from culm.payments.reads import payments as payment_reads
from culm.rails.ach.files import reads as ach_files
from culm.rails.ach.files import types as ach_types
from culm.webhooks import reactors
from culm.work import counts as counts_
from culm.work import crew as crew_
from culm.work import reads

Collector = Callable[[], Awaitable[Iterable[core.Metric]]]

WEBHOOKS: Final = "webhooks"
OPEN: Final = ("created", "authorised", "processing", "unknown")
"""The states of payments that have not ended."""
UNANSWERED: Final = ("cut", "sending", "sent", "unknown")
"""The states of files that no bank has answered."""

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

    async def facts() -> Iterable[core.Metric]:
        return await _facts_metrics(platform)

    async def projections() -> Iterable[core.Metric]:
        return await _projection_metrics(platform)

    async def reactors() -> Iterable[core.Metric]:
        return reactor_metrics(platform.crew)

    async def parked() -> Iterable[core.Metric]:
        return await _parked_metrics(platform)

    async def payments() -> Iterable[core.Metric]:
        return await _payment_metrics(platform)

    async def ach() -> Iterable[core.Metric]:
        counts = {
            partition: await ach_files.counts(platform.db, partition=partition)
            for partition in range(len(platform.books))
        }
        return ach_metrics(counts, platform.clock())

    return [books, logs, facts, projections, reactors, parked, payments, ach, process]


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
    events = core.CounterMetricFamily(
        "culm_book_events", "Events by type and kind.", labels=("partition", "type", "of")
    )
    for book in books:
        here, tally = str(book.partition), book.tally
        queue.add_metric((here,), book.queued_weight)
        seconds.add_metric((here,), tally.seconds.cumulative(), tally.seconds.sum)
        for counter, counts in ((turns, tally.turns), (commands, tally.commands)):
            for name, count in sorted(counts.items()):
                counter.add_metric((here, name), count)
        for (type_, of), count in sorted(tally.events.items()):
            events.add_metric((here, type_, of), count)
    return [queue, turns, commands, events, seconds]


def reactor_metrics(crew: crew_.Crew | None) -> list[core.Metric]:
    """What the reactors of this process, if it has any, have done and have in hand. The endpoints
    of webhooks together are one."""
    labels = ("reactor", "partition")
    facts = core.CounterMetricFamily(
        "culm_reactor_facts", "Facts by what came of them.", labels=(*labels, "outcome")
    )
    in_hand = core.GaugeMetricFamily(
        "culm_reactor_in_hand", "Facts in hand in this process.", labels=labels
    )
    lag = core.GaugeMetricFamily(
        "culm_reactor_lag_facts", "Facts that wait, or are in hand anywhere.", labels=labels
    )
    starts = core.HistogramMetricFamily(
        "culm_reactor_start_seconds",
        "From the commit of a fact until its reaction began.",
        labels=labels,
    )
    for of, counts in _together(crew.numbers() if crew else ()).items():
        for outcome in ("done", "failed", "parked"):
            facts.add_metric((*of, outcome), getattr(counts, outcome))
        in_hand.add_metric(of, counts.in_hand)
        lag.add_metric(of, counts.lag or 0)
        starts.add_metric(of, counts.starts.cumulative(), counts.starts.sum)
    open_ = core.GaugeMetricFamily(
        "culm_breaker_open", "Whether calls are held back.", labels=("calls",)
    )
    for name, breaker in (crew.breakers() if crew else {}).items():
        open_.add_metric((name,), breaker.is_open)
    return [facts, in_hand, lag, starts, open_]


def _together(numbers: Iterable[crew_.Numbers]) -> dict[tuple[str, str], counts_.Counts]:
    """The counts by reactor and partition; names that tenants cause to be are not labels."""
    found: dict[tuple[str, str], counts_.Counts] = {}
    for name, partition, counts in numbers:
        known = WEBHOOKS if name.startswith(reactors.name_of("")) else name
        found.setdefault((known, str(partition)), counts_.Counts()).add(counts)
    return found


async def _parked_metrics(platform: app.Platform) -> Iterable[core.Metric]:
    parked = core.GaugeMetricFamily(
        "culm_parked_facts", "Facts that are parked.", labels=("reactor", "partition")
    )
    for partition in range(len(platform.books)):
        found: dict[str, int] = {}
        for name, count in (await reads.waiting(platform.db, partition=partition)).items():
            known = WEBHOOKS if name.startswith(reactors.name_of("")) else name
            found[known] = found.get(known, 0) + count
        for name, count in found.items():
            parked.add_metric((name, str(partition)), count)
    return [parked]


async def _facts_metrics(platform: app.Platform) -> Iterable[core.Metric]:
    waiting = core.GaugeMetricFamily(
        "culm_facts_waiting_events", "Events not known to be published.", labels=_PARTITION
    )
    seconds = core.GaugeMetricFamily(
        "culm_facts_waiting_seconds", "How long the oldest of them has waited.", labels=_PARTITION
    )
    for one in await platform.backlog():
        waiting.add_metric((str(one.partition),), one.waiting)
        seconds.add_metric((str(one.partition),), one.age_seconds)
    return [waiting, seconds]


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


async def _payment_metrics(platform: app.Platform) -> Iterable[core.Metric]:
    waiting = core.GaugeMetricFamily(
        "culm_payments_open", "Payments that have not ended.", labels=("partition", "state")
    )
    for partition in range(len(platform.books)):
        found = await payment_reads.open_counts(platform.db, partition=partition)
        for state in OPEN:
            waiting.add_metric((str(partition), state), found.get(state, 0))
    return [waiting]


def ach_metrics(
    counts: Mapping[int, Sequence[ach_types.Count]], now: datetime
) -> list[core.Metric]:
    """Files for banks, by partition. How long they wait is told of live tenants: those of the
    sandbox have clocks of their own."""
    files = core.GaugeMetricFamily(
        "culm_ach_files", "Files for banks.", labels=("partition", "state", "mode")
    )
    seconds = core.GaugeMetricFamily(
        "culm_ach_file_waiting_seconds",
        "How long the oldest file that no bank has answered has waited.",
        labels=_PARTITION,
    )
    for partition, found in counts.items():
        for one in found:
            mode = "sandbox" if one.sandbox else "live"
            files.add_metric((str(partition), one.state, mode), one.files)
        waiting = [one.oldest for one in found if one.state in UNANSWERED and not one.sandbox]
        longest = max([(now - oldest).total_seconds() for oldest in waiting], default=0.0)
        seconds.add_metric((str(partition),), max(longest, 0.0))
    return [files, seconds]


async def process() -> Iterable[core.Metric]:
    """Memory, processor time and open files of this process, and Python's garbage collector."""
    kept = registry.CollectorRegistry()
    process_collector.ProcessCollector(registry=kept)
    gc_collector.GCCollector(registry=kept)
    return kept.collect()
