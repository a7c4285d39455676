"""What is counted, for Prometheus: the requests by the door itself, all else by those who know it.

A request costs one look into a dictionary. Nothing is counted by tenant, account or anything else
that a caller chooses: there are only so many series.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from time import perf_counter
from typing import Any, Final

import prometheus_client
import structlog
from litestar import get
from prometheus_client import core, registry

from culm.gateway import request as request_
from culm.gateway.operation import operation
from culm.kernel import deadline, histogram

log = structlog.get_logger(__name__)

MEDIA_TYPE: Final = prometheus_client.CONTENT_TYPE_PLAIN_0_0_4

LIMIT_SECONDS: Final = 2.0
"""How long one collector may take; what it has to say is left out then."""

NO_ROUTE: Final = "none"
"""The route of requests that no route was found for."""

_METHODS: Final = frozenset({"GET", "POST", "PATCH", "PUT", "DELETE"})
_BEGAN: Final = "culm_began"
ENDED: Final = "culm_ended"
"""Where a request's scope has the status of its answer, once that has begun."""

Collector = Callable[[], Awaitable[Iterable[core.Metric]]]
"""Says how things stand, whenever it is asked; the function's name is the collector's."""


class Requests:
    """How many requests there were and how long they took, by route, method and status."""

    def __init__(self) -> None:
        self._taken: dict[tuple[str, str, int], histogram.Histogram] = {}

    @staticmethod
    def begin(scope: Any) -> None:
        """A request has come in."""
        scope[_BEGAN] = perf_counter()

    def end(self, scope: Any, status: int) -> None:
        """A request is answered."""
        scope[ENDED] = status
        route = scope.get("path_template") or NO_ROUTE
        key = (route, scope["method"] if route is not NO_ROUTE else _method(scope), status)
        taken = self._taken.get(key)
        if taken is None:
            taken = self._taken[key] = histogram.Histogram()
        taken.observe(perf_counter() - scope[_BEGAN])

    async def requests(self) -> Iterable[core.Metric]:
        """The requests so far."""
        count = core.CounterMetricFamily(
            "culm_http_requests", "Requests answered.", labels=("route", "method", "status")
        )
        seconds = core.HistogramMetricFamily(
            "culm_http_request_seconds",
            "From the head of a request to the start of its answer.",
            labels=("route", "method"),
        )
        by_route: dict[tuple[str, str], histogram.Histogram] = {}
        for (route, method, status), taken in sorted(self._taken.items()):
            count.add_metric((route, method, str(status)), taken.count)
            by_route.setdefault((route, method), histogram.Histogram()).add(taken)
        for labels, taken in by_route.items():
            seconds.add_metric(labels, taken.cumulative(), taken.sum)
        return count, seconds


def _method(scope: Any) -> str:
    """The method of a request without a route, which may be any word."""
    method: str = scope["method"]
    return method if method in _METHODS else "other"


class Collected(registry.Collector):
    """What was collected, as the library's text format wants it."""

    def __init__(self, metrics: Sequence[core.Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterable[core.Metric]:
        """All of it."""
        return self._metrics


async def text(collectors: Sequence[Collector]) -> str:
    """What all collectors say, in Prometheus' text format. One that fails is left out, and told of
    in `culm_collector_up`."""
    up = core.GaugeMetricFamily(
        "culm_collector_up", "Whether a collector answered.", labels=("collector",)
    )
    found: list[core.Metric] = [up]
    for collector in collectors:
        name = collector.__name__
        try:
            found += await deadline.within(LIMIT_SECONDS, _collect(collector))
            up.add_metric((name,), 1)
        except Exception as error:
            log.warning("metrics are left out", collector=name, error=repr(error))
            up.add_metric((name,), 0)
    return prometheus_client.generate_latest(Collected(found)).decode()


async def _collect(collector: Collector) -> list[core.Metric]:
    return list(await collector())


@get(
    "/metrics",
    media_type=MEDIA_TYPE,
    **operation("metrics", open_=True),
    tags=["Operation"],
)
async def metrics(request: request_.Request) -> str:
    """How much was done, how long it took and what waits, in Prometheus' text format."""
    collectors: Sequence[Collector] = request.app.opt["collectors"]
    return await text(collectors)
