"""Serving: the HTTP API in this process."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from culm import app, telemetry
from culm.access import routes as access_routes
from culm.bank_accounts import routes as bank_account_routes
from culm.batches import routes as batch_routes
from culm.customers import routes as customer_routes
from culm.facts import routes as facts
from culm.facts.projections import routes as projections
from culm.fx import routes as fx_routes
from culm.gateway import addresses, connections, problem_pages
from culm.gateway import server as gateway
from culm.kernel import settings
from culm.ledger import routes
from culm.ledger.routes import versions as ledger_versions
from culm.payments import routes as payment_routes
from culm.rails.ach import routes as ach_routes
from culm.recurring import routes as recurring_routes
from culm.timers import routes as timers
from culm.wallets import routes as wallet_routes
from culm.webhooks import routes as webhook_routes
from culm.work import routes as work_routes

ROUTES: Final = (
    routes.ROUTER,
    access_routes.ROUTER,
    customer_routes.ROUTER,
    bank_account_routes.ROUTER,
    wallet_routes.ROUTER,
    ach_routes.ROUTER,
    fx_routes.ROUTER,
    payment_routes.ROUTER,
    batch_routes.ROUTER,
    recurring_routes.ROUTER,
    webhook_routes.ROUTER,
    work_routes.ROUTER,
    timers.ROUTER,
    *facts.ROUTES,
    projections.ROUTER,
)
"""The routes of every context."""

CHANGES: Final = ledger_versions.CHANGES
"""What the newest version of the API changed."""


def description() -> dict[str, Any]:
    """The API's description (OpenAPI 3.1), without a platform that it would be served by."""
    described: dict[str, Any] = gateway.application(None, ROUTES, changes=CHANGES).opt["openapi"]  # type: ignore[arg-type]
    return described


def operations() -> frozenset[str]:
    """The names of the operations that keys open."""
    known: frozenset[str] = gateway.application(None, ROUTES).opt["operations"]  # type: ignore[arg-type]
    return known


def problems() -> str:
    """The reference of every problem that the API answers with, as Markdown."""
    known = gateway.application(None, ROUTES).opt["problems"]  # type: ignore[arg-type]
    return problem_pages.markdown(known.values())


@asynccontextmanager
async def api(platform: app.Platform, port: int) -> AsyncIterator[str]:
    """The API on a port, until the block ends; yields its URL.

    Raises `Unavailable` when it cannot listen, and what `Platform.seal` and `Admission.open` raise:
    a key or an origin that is not the log's is found before anybody relies on it.
    """
    await platform.seal()
    platform.admission.open()
    _require_networks(platform.settings.trusted_proxies)
    host = platform.settings.host
    door = gateway.application(platform, ROUTES, telemetry.collectors(platform), CHANGES)
    async with connections.serving(door, host, port):
        gc.collect()
        gc.freeze()  # what was loaded to serve will be there until the end: never look at it again
        yield f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _require_networks(text: str) -> None:
    """Refuse proxies that are no addresses, with `SettingInvalid`."""
    try:
        addresses.networks(text)
    except ValueError as error:
        raise settings.SettingInvalid(
            f"CULM_TRUSTED_PROXIES cannot be read: {error}.", field="CULM_TRUSTED_PROXIES"
        ) from error
