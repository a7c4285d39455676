"""Which bank a tenant's files go to. Those of the sandbox never go to a real one, nor the others to
a simulated one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from culm.kernel import settings
from culm.rails.ach.delivery import directory, place, sftp


@asynccontextmanager
async def at(
    settings_: settings.Settings, tenant: str, *, sandbox: bool
) -> AsyncIterator[place.Place]:
    """The place of a tenant at its bank: a directory of its own beneath the bank's.

    Raises `Unreachable`, also where no bank is set.
    """
    root = settings_.ach_sandbox_bank if sandbox else settings_.ach_bank
    if root.startswith(f"{sftp.SCHEME}://"):
        bank = sftp.address(root)
        async with sftp.connected(
            sftp.Address(bank.host, bank.port, bank.user, bank.path / tenant),
            key=_file(settings_.ach_key, "CULM_ACH_KEY"),
            known_hosts=_file(settings_.ach_known_hosts, "CULM_ACH_KNOWN_HOSTS"),
        ) as connected:
            yield connected
    elif root:
        yield directory.Directory(_path(root) / tenant)
    elif sandbox:
        yield directory.Directory(settings_.data_path / "sandbox" / "bank" / tenant)
    else:
        raise place.Unreachable("no bank is set: CULM_ACH_BANK")


def _file(name: str, setting: str) -> Path:
    if not name:
        raise place.Unreachable(f"the bank's place needs {setting}")
    return _path(name)


def _path(name: str) -> Path:
    return Path(name).expanduser()
