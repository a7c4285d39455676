"""Which bank a tenant's files go to. Those of the sandbox never go to a real one, nor the others to
a simulated one."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from culm.kernel import settings
from culm.rails.ach.delivery import directory, place, sftp

_NAMED: Final = re.compile(r"([a-z0-9][a-z0-9_-]{0,63})=(.+)")


@asynccontextmanager
async def at(
    settings_: settings.Settings, tenant: str, *, sandbox: bool
) -> AsyncIterator[place.Place]:
    """The place of a tenant at its bank. Raises `Unreachable`, also where no bank is set."""
    where = where_is(settings_.ach_sandbox_bank if sandbox else settings_.ach_bank, tenant)
    if where.startswith(f"{sftp.SCHEME}://"):
        async with sftp.connected(
            _address(where),
            key=_file(settings_.ach_key, "CULM_ACH_KEY"),
            known_hosts=_file(settings_.ach_known_hosts, "CULM_ACH_KNOWN_HOSTS"),
        ) as connected:
            yield connected
    elif where:
        yield directory.Directory(_path(where))
    elif sandbox:
        yield directory.Directory(settings_.data_path / "sandbox" / "bank" / tenant)
    else:
        raise place.Unreachable("no bank is set for this tenant: CULM_ACH_BANK")


def where_is(setting: str, tenant: str) -> str:
    """The place of a tenant by a setting: the one that is named for it, `tenant=place`, or a
    directory of its own beneath the one that is named for nobody. Empty where there is neither."""
    common = ""
    for one in filter(None, (part.strip() for part in setting.split(","))):
        named = _NAMED.fullmatch(one)
        if named is None:
            common = f"{one.rstrip('/')}/{tenant}"
        elif named[1] == tenant:
            return named[2]
    return common


def _address(url: str) -> sftp.Address:
    try:
        return sftp.address(url)
    except ValueError as error:
        raise place.Unreachable(str(error)) from None


def _file(name: str, setting: str) -> Path:
    if not name:
        raise place.Unreachable(f"the bank's place needs {setting}")
    return _path(name)


def _path(name: str) -> Path:
    return Path(name).expanduser()
