"""An operator at a terminal: keys are made, listed, rotated and revoked, and they open."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from culm import app, cli
from culm.gateway import doors
from culm.kernel import denials, errors, settings
from culm.ledger import commands as ledger

DOOR = doors.Door("ledger", writes=True, meter="write", operation="open_account")


class Terminal:
    """The command line, on one data directory and database."""

    def __init__(self, data: Path, url: str) -> None:
        self.settings = settings.Settings(data_dir=str(data), database_url=url)

    def run(self, *arguments: str) -> Result:
        """Run one command."""
        return CliRunner().invoke(
            cli.culm,
            ["--data-dir", self.settings.data_dir, "keys", "--tenant", "acme", *arguments],
            env={"CULM_DATABASE_URL": self.settings.database_url},
        )

    def within(self, what: Any) -> Any:
        """Do something on the platform, in another process as it were."""

        async def inside() -> Any:
            async with app.open_platform(self.settings, self.settings.database_url) as platform:
                return await what(platform)

        return asyncio.run(inside())

    def opens(self, secret: str) -> str:
        """What becomes of a request with a key: its actor, or the code of the refusal."""

        async def admit(platform: app.Platform) -> str:
            try:
                admitted = await platform.admission.admit(
                    secret, door=DOOR, tenant="acme", address="127.0.0.1", said=[]
                )
            except errors.CulmError as error:
                return error.code
            return admitted.actor

        found: str = self.within(admit)
        return found


@pytest.fixture
def terminal(tmp_path: Path, database_url: str) -> Terminal:
    """A terminal, and a tenant."""
    opened = Terminal(tmp_path, database_url)
    opened.within(lambda platform: platform.submit(ledger.CreateTenant(name="Acme"), tenant="acme"))
    return opened


def test_a_key_is_made_listed_rotated_and_revoked(terminal: Terminal) -> None:
    made = terminal.run("create", "--name", "shop", "--scope", "ledger:write", "--days", "30")
    assert made.exit_code == 0, made.output
    secret = made.stdout.strip()
    assert secret.startswith("ck_live_")
    key = terminal.opens(secret)
    assert key.startswith("key_")
    assert key in made.stderr

    listed = terminal.run("list").output
    assert key in listed
    assert "ledger:write" in listed
    assert secret not in listed

    rotated = terminal.run("rotate", key, "--overlap-seconds", "0").stdout.strip()
    assert terminal.opens(rotated) == key
    assert terminal.opens(secret) == denials.Unauthenticated.code

    assert terminal.run("revoke", key).exit_code == 0
    assert terminal.opens(rotated) == denials.KeyRevoked.code
    assert key not in terminal.run("list", "--state", "active").output


def test_what_cannot_be_is_told(terminal: Terminal) -> None:
    for arguments, told in (
        (("create", "--name", "x", "--scope", "everything"), "everything"),
        (("create", "--name", "x", "--per-second", "0"), "key_rate_invalid"),
        (("create", "--name", "x", "--route", "open_account=0"), "key_rate_invalid"),
        (("create", "--name", "x", "--route", "make_money=1"), "key_routes_invalid"),
        (("create", "--name", "x", "--route", "open_account=1/2/3/4"), "create_payment=50"),
        (("create", "--name", "x", "--route", "open_account"), "create_payment=50"),
        (("create", "--name", "x", "--address", "here"), "key_addresses_invalid"),
        (("create", "--name", "x", "--days", "-1"), "key_expiry_invalid"),
        (("rotate", "key_0000000000000001"), "key_not_found"),
        (("revoke", "nothing"), "key_not_found"),
    ):
        refused = terminal.run(*arguments)
        assert refused.exit_code != 0
        assert told in refused.output


def test_a_key_is_limited_for_one_operation(terminal: Terminal) -> None:
    made = terminal.run("create", "--name", "shop", "--route", "open_account=1/1/7")
    assert made.exit_code == 0, made.output
    secret = made.stdout.strip()
    for route in ("get_account=3", "close_account=3/9"):
        assert terminal.run("create", "--name", "more", "--route", route).exit_code == 0

    async def twice(platform: app.Platform) -> list[bytes]:
        said: list[tuple[bytes, bytes]] = []
        for door in (DOOR, DOOR._replace(operation="close_account")):
            await platform.admission.admit(
                secret, door=door, tenant="acme", address="127.0.0.1", said=said
            )
        return [value for name, value in said if name == b"ratelimit-policy"]

    assert terminal.within(twice) == [
        b'"open_account";q=1;w=1, "open_account/day";q=7;w=86400',
        b'"write";q=200;w=2',
    ]
