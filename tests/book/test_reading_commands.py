"""Commands that only read: they make nothing, change nothing, and say what they miss."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import asyncpg
import click
import click.testing
import pytest

from culm import app
from culm.book import keyfile, note
from culm.commands import ledger, log, verify
from culm.kernel import migrations, settings


def typed(books: Any, data: Path, command: click.Command, *words: str) -> click.testing.Result:
    """What a command answers, on the books, with a data directory."""
    config = settings.Settings(
        data_dir=str(data), database_url=books.ledger.url, origin="culm.test"
    )
    return click.testing.CliRunner().invoke(command, words, obj=config)


async def test_a_database_that_nobody_may_write_to_is_proven(books: Any, tmp_path: Path) -> None:
    """As a standby is; the public key is enough, and nothing is left behind."""
    name = await books.admin.fetchval("select current_database()")
    await books.admin.execute(f"alter database {name} set default_transaction_read_only = on")
    key = str(books.seals.verifier(0))
    (tmp_path / "public").write_text(key + "\n")
    data = tmp_path / "data"

    for given in (key, str(tmp_path / "public")):
        done = await asyncio.to_thread(typed, books, data, verify.verify, "--key", given)

        assert (done.exit_code, "nothing is wrong" in done.output) == (0, True), done.output
    assert not data.exists()


async def test_a_balance_is_read_where_nobody_may_write(books: Any, tmp_path: Path) -> None:
    name = await books.admin.fetchval("select current_database()")
    await books.admin.execute(f"alter database {name} set default_transaction_read_only = on")
    words = ("--tenant", "acme", "balance", "assets:bank:main")

    done = await asyncio.to_thread(typed, books, tmp_path / "data", ledger.ledger, *words)

    assert (done.exit_code, "posted" in done.output) == (0, True), done.output
    assert not (tmp_path / "data").exists()


async def test_the_public_key_of_another_log_proves_nothing(books: Any, tmp_path: Path) -> None:
    other = note.Signer.from_seed("culm.test/partition/0", bytes(32)).verifier

    done = await asyncio.to_thread(typed, books, tmp_path, verify.verify, "--key", str(other))

    assert (done.exit_code, "not signed by us" in done.output) == (1, True)


@pytest.mark.parametrize("key", ["x", "culm.test+00000000+AAAA"])
async def test_what_is_no_public_key_of_a_log_is_refused(
    books: Any, tmp_path: Path, key: str
) -> None:
    done = await asyncio.to_thread(typed, books, tmp_path, verify.verify, "--key", key)

    assert isinstance(done.exception, note.KeyMalformed)


@pytest.mark.parametrize(
    ("command", "words"),
    [(verify.verify, []), (log.checkpoint, []), (log.checkpoint, ["--key"])],
    ids=["verify", "checkpoint", "checkpoint --key"],
)
async def test_no_key_is_made_where_none_was_made_before(
    books: Any, tmp_path: Path, command: click.Command, words: list[str]
) -> None:
    done = await asyncio.to_thread(typed, books, tmp_path / "wrong", command, *words)

    assert isinstance(done.exception, keyfile.SigningKeyRefused)
    assert "there is no signing key" in str(done.exception)
    assert not (tmp_path / "wrong").exists()


async def test_a_schema_of_another_release_is_left_as_it_is(books: Any, tmp_path: Path) -> None:
    newest = migrations.versions(app.MIGRATIONS)[-1]
    for change, said in (
        (f"delete from schema_migrations where version = '{newest}'", "run `culm migrate`"),
        (f"insert into schema_migrations values ('{newest}'), ('29991231')", "another release"),
        ("drop table schema_migrations", "holds no platform"),
    ):
        await books.admin.execute(change)

        done = await asyncio.to_thread(typed, books, tmp_path, verify.verify)

        assert isinstance(done.exception, app.SchemaDiffers)
        assert said in str(done.exception)
    with pytest.raises(asyncpg.UndefinedTableError):
        await books.admin.execute("select from schema_migrations")


def test_where_no_platform_was_started_there_is_nothing_to_read(tmp_path: Path) -> None:
    config = settings.Settings(data_dir=str(tmp_path / "nothing"))

    done = click.testing.CliRunner().invoke(verify.verify, [], obj=config)

    assert isinstance(done.exception, app.NoPlatform)
    assert not (tmp_path / "nothing").exists()
