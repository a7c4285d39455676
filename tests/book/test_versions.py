"""Events of every version that was ever recorded are read, folded and proven by later releases."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

import msgspec
import pytest

from culm.book import catalog, double_entry, event, seals, verify, versions
from culm.book.versions import Upcast
from culm.ledger import commands, context, tables
from tests.conftest import Ledger, ledger_on


class Named1(event.Event, frozen=True):
    """How the first release told that a tenant has another name."""

    TYPE: ClassVar[str] = "test.named"
    name: str


class Named2(event.Event, frozen=True):
    """The second release keeps the words of a name apart."""

    TYPE: ClassVar[str] = "test.named"
    VERSION: ClassVar[int] = 2
    words: tuple[str, ...]


class Named(event.Event, frozen=True):
    """The third release says what stands between them."""

    TYPE: ClassVar[str] = "test.named"
    VERSION: ClassVar[int] = 3
    words: tuple[str, ...]
    between: str


class Other(event.Event, frozen=True):
    TYPE: ClassVar[str] = "test.other"


class Name(msgspec.Struct, frozen=True):
    """A command: give the tenant this name."""

    name: str


class NameAgain(msgspec.Struct, frozen=True):
    """A command: give the tenant the name that the event at this position gave it."""

    position: int


def rename(unit: Any, name: str) -> None:
    tenant = unit.get(tables.TENANTS, unit.origin.tenant)
    unit.put(tables.TENANTS, tenant.id, msgspec.structs.replace(tenant, name=name))


def named_1(unit: Any, fact: Named1, _position: int) -> None:
    rename(unit, fact.name)


def named_2(unit: Any, fact: Named2, _position: int) -> None:
    rename(unit, " ".join(fact.words))


def named(unit: Any, fact: Named, _position: int) -> None:
    rename(unit, fact.between.join(fact.words))


def name_again(unit: Any, command: NameAgain) -> None:
    found = unit.event_at(command.position)
    assert isinstance(found, Named)
    unit.get(tables.TENANTS, unit.origin.tenant)
    unit.record(Named((*found.words, "again"), found.between))


def nothing(*_arguments: Any) -> Any:
    return None


TO_2 = Upcast(Named1, Named2, lambda old: Named2(tuple(old.name.split(" "))))
TO_3 = Upcast(Named2, Named, lambda old: Named(old.words, " "))


def release(
    struct: type[event.Event],
    apply: Any,
    record: Any,
    *upcasts: Upcast[Any, Any],
) -> catalog.Catalog:
    """The ledger, and a context whose one event is applied in this version."""

    def name(unit: Any, command: Name) -> None:
        unit.get(tables.TENANTS, unit.origin.tenant)
        unit.record(record(command.name))

    test = catalog.Context(
        name="test",
        tables=(),
        journals=(),
        applies={struct: apply},
        commands=(
            catalog.Command(Name, type(None), name, nothing),
            catalog.Command(NameAgain, type(None), name_again, nothing),
        ),
        upcasts=upcasts,
    )
    return catalog.Catalog([context.LEDGER, test])


FIRST = release(Named1, named_1, Named1)
SECOND = release(Named2, named_2, lambda name: Named2(tuple(name.split(" "))), TO_2)
THIRD = release(Named, named, lambda name: Named(tuple(name.split(" ")), " "), TO_2, TO_3)


async def proven(ledger: Ledger, keys: Path) -> verify.Report:
    """The proof of the whole platform, by the release that the ledger is of."""
    return await verify.verify(
        ledger.db,
        verify.Proof(
            catalog=ledger.catalog,
            verifier=seals.Seals(ledger.db, keys, "culm.test").verifier,
            audits=[double_entry.audit],
        ),
    )


@pytest.fixture
async def grown(database_url: str) -> str:
    """A database that the first release wrote into, and then the second."""
    async with ledger_on(database_url, catalog_=FIRST) as first:
        await first.submit(commands.CreateTenant(name="Acme"))
        await first.submit(Name("Acme Limited"))
    async with ledger_on(database_url, catalog_=SECOND) as second:
        await second.submit(Name("Acme Payments Limited"))
    return database_url


async def test_what_two_older_releases_wrote_is_proven_by_the_newest(
    grown: str, tmp_path: Path
) -> None:
    async with ledger_on(grown, catalog_=THIRD) as third:
        before = await proven(third, tmp_path)
        assert before.ok, before.finding
        await third.submit(Name("Acme and Sons"))
        rows = await third.store.events(0, range(10))
        assert [rows[at].version for at in sorted(rows)] == [1, 1, 2, 3]
        assert rows[1].body == '{"name":"Acme Limited"}'  # as it was written, and so sealed
        after = await proven(third, tmp_path)
        assert after.ok, after.finding
        assert after.partitions[0].events == 4


async def test_a_decision_sees_events_of_the_past_in_their_newest_version(grown: str) -> None:
    async with ledger_on(grown, catalog_=THIRD) as third:
        await third.submit(NameAgain(1))
        assert (await third.store.load(tables.TENANTS, 0, ["acme"]))["acme"].name == (
            "Acme Limited again"
        )


async def test_a_release_that_has_forgotten_a_version_proves_nothing(
    grown: str, tmp_path: Path
) -> None:
    forgetful = release(Named1, named_1, Named1)
    async with ledger_on(grown, catalog_=forgetful) as ledger:
        report = await proven(ledger, tmp_path)
        assert report.finding is not None
        assert (report.finding.key, report.finding.table) == ("position 2", "book_log")


async def test_an_upcast_that_fails_is_told_at_the_row_it_fails_for(
    grown: str, tmp_path: Path
) -> None:
    broken = Upcast(Named1, Named2, lambda old: Named2((old.name[1_000],)))
    third = release(Named, named, lambda name: Named((name,), " "), broken, TO_3)
    async with ledger_on(grown, catalog_=third) as ledger:
        report = await proven(ledger, tmp_path)
        assert report.finding is not None
        assert report.finding.what == "the event cannot be read"
        assert report.finding.key == "position 1"


async def test_only_the_newest_version_is_recorded(database_url: str) -> None:
    stale = release(Named, named, Named1, TO_2, TO_3)
    async with ledger_on(database_url, catalog_=stale) as ledger:
        await ledger.submit(commands.CreateTenant(name="Acme"))
        with pytest.raises(LookupError, match="Named1"):
            await ledger.submit(Name("Acme Limited"))
        assert (await ledger.store.head(0)).tree.size == 1


@pytest.mark.parametrize(
    ("newest", "upcasts", "said"),
    [
        ([Named1, Named1], [], "there twice"),
        ([Named], [TO_2, TO_2, TO_3], "there twice"),
        ([Named2, Named1], [], "Named1.* is not the newest, and has no upcast"),
        ([Named2], [], r"the versions \[2\]"),
        ([Named], [TO_3], r"the versions \[2, 3\]"),
        ([Named1, Named], [], r"the versions \[1, 3\]"),
        ([Named], [Upcast(Named1, Named, nothing), TO_3], "does not lead to the next version"),
        ([Named1], [Upcast(Named2, Named1, nothing)], "does not lead to the next version"),
        ([Named2], [Upcast(Named1, Other, nothing)], "leads to another type, test.other"),
        ([Other], [TO_2], "leads to .*Named2.*, which is not applied"),
    ],
)
def test_versions_without_one_way_up_are_refused(
    newest: Iterable[type[event.Event]], upcasts: Iterable[Upcast[Any, Any]], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        versions.Versions(newest, upcasts)


def test_two_contexts_with_the_same_event_are_refused() -> None:
    one = catalog.Context("one", (), (), {Named1: named_1}, ())
    other = catalog.Context("other", (), (), {Named1: named_1}, ())
    with pytest.raises(ValueError, match="there twice"):
        catalog.Catalog([one, other])
