"""The composition root: contexts, Books, database and seals wired into one platform."""

from __future__ import annotations

import contextlib
import functools
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import asyncpg
import msgspec
import structlog

from culm.access import admission as admission_
from culm.access import context as access
from culm.access import keeping
from culm.bank_accounts import context as bank_accounts
from culm.batches import context as batches
from culm.book import book as book_
from culm.book import catalog as catalog_
from culm.book import idempotency, postgres, seals
from culm.customers import context as customers
from culm.facts import backlog, wake
from culm.facts.projections import projector
from culm.fx import context as fx
from culm.kernel import (
    clock,
    database,
    deadline,
    embedded,
    errors,
    held,
    migrations,
    nats_server,
    pg_cluster,
    places,
    settings,
)
from culm.ledger import context as ledger
from culm.ledger import projections as ledger_projections
from culm.payments import context as payments
from culm.rails.ach import context as ach
from culm.recurring import context as recurring
from culm.security import sealing
from culm.timers import context as timers
from culm.wallets import context as wallets
from culm.webhooks import context as webhooks
from culm.work import context as work
from culm.work import crew

log = structlog.get_logger(__name__)

SUPERVISION_SECONDS: Final = 0.2
"""How often the embedded server is looked after."""

READY_SECONDS: Final = 2.0
"""How long the database may take to answer before the platform is not ready."""

STOP_SECONDS: Final = 5.0
"""How long the Books may take to finish what is queued, when the platform stops."""

MIGRATIONS: Final = Path(__file__).parent / "migrations"


PROJECTIONS: Final = (ledger_projections.ACTIVITY,)
"""Every projection of this release."""


class NoPlatform(errors.CulmError):
    """A command that only reads finds nothing to read: no platform was ever started here."""

    code = "no_platform"


class SchemaDiffers(errors.CulmError):
    """The database's schema is older or newer than this release; what only reads leaves it so."""

    code = "schema_differs"


def catalog() -> catalog_.Catalog:
    """Every context of this release."""
    contexts = (
        work.WORK,
        timers.TIMERS,
        ledger.LEDGER,
        access.ACCESS,
        customers.CUSTOMERS,
        ach.ACH,
        bank_accounts.BANK_ACCOUNTS,
        wallets.WALLETS,
        fx.FX,
        payments.PAYMENTS,
        batches.BATCHES,
        recurring.RECURRING,
        webhooks.WEBHOOKS,
    )
    return catalog_.Catalog(contexts)


class Platform:
    """The whole platform on one database, inside one process. Made by `open_platform`."""

    def __init__(
        self,
        settings_: settings.Settings,
        pools: database.Pools,
        url: str,
        clock_: clock.Clock,
        *,
        make_key: bool = True,
    ) -> None:
        self.settings = settings_
        self.db = pools.whole
        self._readers = pools.readers
        self.clock = clock_
        self.catalog = catalog()
        keys = settings_.data_path / "keys"
        self.seals = seals.Seals(self.db, keys, settings_.origin, make_key=make_key)
        self.sealing = sealing.of(self.db, settings_)
        self._sealing = True
        self.connect = functools.partial(database.connect, url)
        self.bells = [wake.Bells() for _ in range(settings_.partitions)]
        self.admission = admission_.Admission(self.connect, keeping.of(keys))
        self.projector = projector.Projector(self.connect, self.catalog, PROJECTIONS)
        self.crew: crew.Crew | None = None
        """The reactors at work in this process, where there are any."""
        limits = book_.Limits(cache_rows=settings_.cache_rows, queue_weight=settings_.queue_weight)
        self._stores = [
            postgres.PostgresStore(self.connect, self.catalog) for _ in range(settings_.partitions)
        ]
        self.books = [
            book_.Book(
                partition=partition,
                catalog=self.catalog,
                store=store,
                clock=clock_,
                limits=limits,
                landed=self.bells[partition].ring,
            )
            for partition, store in enumerate(self._stores)
        ]

    def partition_of(self, tenant: str) -> int:
        """The partition that holds a tenant's books: fixed by its name."""
        return places.partition_of(tenant, len(self.books))

    def reads_of(self, tenant: str) -> database.Reader:
        """The reads of one tenant: row-level security shows them no other's rows."""
        return database.Reader(self._readers, tenant)

    async def submit(
        self,
        command: msgspec.Struct,
        *,
        tenant: str,
        key: str | None = None,
        actor: str = "system",
        correlation: str | None = None,
        causation: str = "",
        said: idempotency.Said | None = None,
    ) -> Any:
        """Have a command decided by the Book of its tenant (see `Book.submit`)."""
        book = self.books[self.partition_of(tenant)]
        return await book.submit(
            command,
            tenant=tenant,
            key=key,
            actor=actor,
            correlation=correlation,
            causation=causation,
            said=said,
        )

    async def ready(self) -> bool:
        """Whether commands and reads can be served right now, and what is in the log can be
        sealed."""
        try:
            agrees = await deadline.within(READY_SECONDS, self._clock_agrees())
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
            return False
        return agrees and self._sealing and all(book.running for book in self.books)

    async def waiting(self) -> tuple[int, float]:
        """How many facts are in the log and have not gone out yet, over all partitions, and how
        many seconds the oldest of them has waited. Raises `Unavailable`."""
        try:
            backlogs = await self.backlog()
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
            raise errors.Unavailable("The database cannot be read at present.") from error
        oldest = max((one.age_seconds for one in backlogs), default=0.0)
        return sum(one.waiting for one in backlogs), oldest

    async def backlog(self) -> list[backlog.Backlog]:
        """What is in the log of each partition and has not gone out yet."""
        return await deadline.within(READY_SECONDS, backlog.read(self.db, self.clock()))

    async def seal(self) -> None:
        """Sign where each partition stands; one that has not moved keeps its checkpoint.

        Raises what `Seals.checkpoint` raises; until it succeeds again the platform is not ready.
        """
        try:
            for partition in range(len(self.books)):
                await self.seals.checkpoint(partition)
        except errors.CulmError:
            self._sealing = False
            raise
        self._sealing = True

    async def _clock_agrees(self) -> bool:
        """Whether our clock is near the database's. One that is far ahead would date every later
        event into that future too, since recorded times only ever grow."""
        off = abs(self.clock() - await self.db.fetchval("select clock_timestamp()"))
        if off.total_seconds() <= self.settings.clock_skew_seconds:
            return True
        log.error("this machine's clock and the database's do not agree", off=str(off))
        return False

    async def start(self) -> None:
        """Begin to take turns on every partition; the signing key is made at the first start.

        Raises `PartitionsFixed`, `Unavailable`, `SigningKeyRefused`, `KeyRefused`.
        """
        self.seals.verifier(0)
        try:
            await postgres.check_partitions(self.db, len(self.books))
            agrees = await self._clock_agrees()
            await self.sealing.check()
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise errors.Unavailable(f"the database cannot be read: {error}") from error
        if not agrees:
            raise errors.Unavailable("This machine's clock and the database's do not agree.")
        for book in self.books:
            await book.start()

    async def stop(self) -> None:
        """Finish what is queued and let go of the database. When that hangs, what is queued was
        never acknowledged, and is given up."""
        with contextlib.suppress(TimeoutError):
            await deadline.within(STOP_SECONDS, self._finish())
        with contextlib.suppress(TimeoutError):
            await deadline.within(database.CLOSE_SECONDS, self._close())

    async def _finish(self) -> None:
        for book in self.books:
            await book.stop()

    async def _close(self) -> None:
        await self.admission.close()
        for store in self._stores:
            await store.close()


@contextmanager
def database_url(settings_: settings.Settings, *, attach: bool = True) -> Iterator[str]:
    """Where the database is, migrated: the one named by the settings, or the embedded one.

    The embedded server is started for as long as this lasts. When another process of ours runs
    it already, that one is used with `attach`, else `held.AlreadyRunning` is raised.
    """
    with _server_url(settings_, attach=attach) as url:
        migrations.migrate(url, MIGRATIONS)
        yield url


@contextmanager
def database_url_to_read(settings_: settings.Settings) -> Iterator[str]:
    """Where the database is that was made before; nothing is migrated or made.

    Raises `NoPlatform` where there is none; see `require_schema` for how it must be.
    """
    if not settings_.database_url and not pg_cluster.is_made(settings_.data_path):
        raise NoPlatform(f"there is no platform in {settings_.data_path}")
    with _server_url(settings_, attach=True) as url:
        yield url


async def require_schema(url: str) -> None:
    """Refuse a database whose migrations are not those of this release.

    Raises `SchemaDiffers`, `Unavailable`.
    """
    try:
        connection = await asyncpg.connect(url)  # as its owner: the migrator's table is not ours
        try:
            rows = await connection.fetch("select version from schema_migrations")
        finally:
            await connection.close()
    except (asyncpg.UndefinedTableError, asyncpg.InvalidCatalogNameError) as error:
        raise SchemaDiffers("the database holds no platform: start one, or migrate") from error
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise errors.Unavailable(f"the database cannot be read: {error}") from error
    applied, known = {str(row[0]) for row in rows}, set(migrations.versions(MIGRATIONS))
    if missing := sorted(known - applied):
        raise SchemaDiffers(
            f"the schema is not up to date ({', '.join(missing)}): run `culm migrate`"
        )
    if newer := sorted(applied - known):
        raise SchemaDiffers(f"the schema is of another release ({', '.join(newer)})")


@contextmanager
def _server_url(settings_: settings.Settings, *, attach: bool) -> Iterator[str]:
    """The database named by the settings, or the embedded server for as long as this lasts."""
    with contextlib.ExitStack() as stack:
        if settings_.database_url:
            url = settings_.database_url
        else:
            try:
                server = stack.enter_context(embedded.Server.start(settings_.data_path))
                stack.enter_context(_supervised("PostgreSQL", server))
                url = server.url
            except held.AlreadyRunning:
                if not attach:
                    raise
                url = attached_url(settings_.data_path)
        yield url


@contextmanager
def nats_url(settings_: settings.Settings) -> Iterator[str]:
    """Where NATS is: the one named by the settings, or the embedded one, started for as long as
    this lasts unless another process of ours runs it already."""
    with contextlib.ExitStack() as stack:
        url = settings_.nats_url
        if not url:
            try:
                server = stack.enter_context(nats_server.Server.start(settings_.data_path))
                stack.enter_context(_supervised("NATS", server))
                url = server.url
            except held.AlreadyRunning:
                url = nats_server.attached_url(settings_.data_path)
        yield url


@contextmanager
def _supervised(name: str, server: embedded.Server | nats_server.Server) -> Iterator[None]:
    """Bring the embedded server back whenever it has died."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(SUPERVISION_SECONDS):
            try:
                if server.ensure_running():
                    log.warning("a server had died and was started again", server=name)
            except errors.CulmError as error:
                log.error("a server cannot be started again", server=name, error=str(error))

    thread = threading.Thread(target=watch, name=f"{name}-supervision", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def attached_url(data_dir: Path) -> str:
    """Where the embedded server of another process listens."""
    host = quote(str(pg_cluster.socket_directory(data_dir.resolve())))
    return (
        f"postgresql://{pg_cluster.SUPERUSER}@/{embedded.DATABASE}"
        f"?host={host}&port={pg_cluster.PORT}"
    )


@asynccontextmanager
async def open_platform(
    settings_: settings.Settings, url: str, *, clock_: clock.Clock = clock.utc_now
) -> AsyncIterator[Platform]:
    """The platform, taking turns, until the block ends."""
    async with database.pools(url) as pools:
        platform = Platform(settings_, pools, url, clock_)
        try:
            await platform.start()
            yield platform
        finally:
            await platform.stop()
