"""Every setting, with its name, its default and what it is for. Read once, from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

from culm.kernel import errors

PREFIX = "CULM_"


class SettingInvalid(errors.CulmError):
    """An environment variable of ours does not hold what it should."""

    code = "setting_invalid"


class Settings(msgspec.Struct, frozen=True):
    """`CULM_` and the name in capitals sets each: `CULM_DATA_DIR`, `CULM_PORT`, ..."""

    data_dir: str = ".culm"
    """Where the embedded server and the signing key live."""
    database_url: str = ""
    """Another PostgreSQL to use instead of the embedded one."""
    host: str = "127.0.0.1"
    """Where the API listens: a loopback address, until there is authentication."""
    port: int = 8260
    """The API's port; 0 takes a free one."""
    origin: str = "culm.local"
    """The name under which checkpoints are signed: `<origin>/partition/<n>`."""
    default_tenant: str = "default"
    """The tenant of requests that name none."""
    partitions: int = 1
    """How many partitions tenants are spread over. Fixed once there are tenants: a start with
    another number is refused."""
    cache_rows: int = 400_000
    """State rows that a partition keeps in memory."""
    clock_skew_seconds: float = 60.0
    """How far this machine's clock may be from the database's: past it, the platform does not
    start, and is not ready."""
    queue_weight: int = 60_000
    """Work that may wait on a partition before callers are told that it is busy; an ordinary
    transaction of two postings weighs one."""

    @property
    def data_path(self) -> Path:
        """The data directory, absolute."""
        return Path(self.data_dir).expanduser().absolute()


def from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process. Raises `SettingInvalid`, naming the variable."""
    environment = os.environ if environment is None else environment
    names = {PREFIX + name.upper(): name for name in Settings.__struct_fields__}
    given = {name: environment[key] for key, name in names.items() if environment.get(key)}
    try:
        return msgspec.convert(given, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise SettingInvalid(f"a setting cannot be read: {error}") from error
