"""Migrations against a real server: applied once, together, or not at all."""

from __future__ import annotations

import asyncio
import textwrap
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import asyncpg
import pytest

from culm.kernel import migrations
from culm.kernel.embedded import Server

TABLE = "create table thing (name text);"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data_dir = tmp_path_factory.mktemp("migrations")
    with Server.start(data_dir, settings={"shared_buffers": "16MB"}) as server:
        yield server


@pytest.fixture
def url(server: Server, request: pytest.FixtureRequest) -> str:
    """A database of the test's own, which does not exist yet."""
    return server.url_for("postgres", request.node.name[:60])


def write(directory: Path, version: int, up: str) -> None:
    text = f"-- migrate:up\n{textwrap.dedent(up)}\n\n-- migrate:down\n"
    (directory / f"{version:014}_step.sql").write_text(text, encoding="utf-8")


def ask(url: str, statement: str) -> object:
    async def fetch() -> object:
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    return asyncio.run(fetch())


def test_makes_the_database_and_applies_each_file_once(url: str, tmp_path: Path) -> None:
    write(tmp_path, 1, TABLE)
    migrations.migrate(url, tmp_path)
    write(tmp_path, 2, "insert into thing values ('second');")
    migrations.migrate(url, tmp_path)
    migrations.migrate(url, tmp_path)

    assert ask(url, "select count(*) from thing") == 1
    assert {path.suffix for path in tmp_path.iterdir()} == {".sql"}, "no schema dump is left behind"


def test_many_processes_at_once_apply_it_once(url: str, tmp_path: Path) -> None:
    write(tmp_path, 1, f"{TABLE} select pg_sleep(0.2);")
    write(tmp_path, 2, "insert into thing values ('only');")

    with ThreadPoolExecutor(6) as processes:
        list(processes.map(lambda _: migrations.migrate(url, tmp_path), range(6)))

    assert ask(url, "select count(*) from thing") == 1


def test_a_failed_file_is_reported_and_leaves_no_trace(url: str, tmp_path: Path) -> None:
    write(tmp_path, 1, TABLE)
    write(tmp_path, 2, "insert into thing values ('gone'); select nonsense;")

    with pytest.raises(migrations.MigrationFailed, match='column "nonsense" does not exist') as it:
        migrations.migrate(url, tmp_path)

    assert it.value.code == "migration_failed"
    assert "00000000000002_step.sql" in it.value.message
    assert ask(url, "select count(*) from thing") == 0

    write(tmp_path, 2, "insert into thing values ('kept');")
    migrations.migrate(url, tmp_path)
    assert ask(url, "select name from thing") == "kept"


def test_a_role_that_may_not_make_databases_is_told_so(
    server: Server, url: str, tmp_path: Path
) -> None:
    write(tmp_path, 1, TABLE)
    ask(server.url_for("postgres", "postgres"), "create role humble login")

    with pytest.raises(migrations.MigrationFailed, match="permission denied to create database"):
        migrations.migrate(url.replace("postgres@", "humble@"), tmp_path)


def test_a_secret_in_the_url_is_not_repeated() -> None:
    with pytest.raises(migrations.MigrationFailed) as it:
        migrations.migrate("postgresql://me:hunter%402:x@127.0.0.1:1/culm", Path())

    assert "hunter" not in it.value.message


@pytest.mark.parametrize(
    ("given", "translated"),
    [
        ("postgresql://u:p@db/culm", "postgres://u:p@/culm?host=db&sslmode=prefer"),
        (
            "postgres://u@db:6432/c?sslmode=require",
            "postgres://u@/c?sslmode=require&host=db&port=6432",
        ),
        ("postgresql://u@%2Frun%2Fpg/c", "postgres://u@/c?host=%2Frun%2Fpg&sslmode=prefer"),
        ("postgresql://u@[::1]:5433/c", "postgres://u@/c?host=%3A%3A1&port=5433&sslmode=prefer"),
        ("postgresql://a:1,b:2/c", "postgres:///c?host=a%2Cb&port=1%2C2&sslmode=prefer"),
        ("postgresql:///c?host=/run/p%20g", "postgres:///c?host=%2Frun%2Fp+g&sslmode=prefer"),
    ],
)
def test_urls_of_asyncpg_in_the_words_of_dbmate(
    given: str, translated: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PGSSLMODE", raising=False)
    assert migrations.dbmate_url(given) == translated
