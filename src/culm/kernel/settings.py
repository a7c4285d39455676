"""Every setting, with its name, its default and what it is for. Read once, from the environment."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from culm.kernel import errors

PREFIX = "CULM_"

MAX_PARTITIONS = 64
"""Each has up to three connections to the database, and memory of its own, in every process."""

_AT = re.compile(r" - at `\$\.(\w+)`$")


class SettingInvalid(errors.CulmError):
    """An environment variable of ours does not hold what it should."""

    code = "setting_invalid"


class Settings(msgspec.Struct, frozen=True):
    """`CULM_` and the name in capitals sets each: `CULM_DATA_DIR`, `CULM_PORT`, ..."""

    data_dir: str = ".culm"
    """Where the embedded server and the signing key live."""
    database_url: str = ""
    """Another PostgreSQL to use instead of the embedded one."""
    nats_url: str = ""
    """Another NATS with JetStream to use instead of the embedded one: a server, or several of a
    cluster with commas between, as `nats://` or `tls://` URLs."""
    nats_credentials: str = ""
    """A file with NATS credentials (JWT and seed), where the server wants them."""
    nats_replicas: Annotated[int, Meta(ge=1, le=5)] = 1
    """Servers of the cluster that keep each stream; odd, and 3 to survive the loss of one."""
    facts_days: Annotated[float, Meta(gt=0)] = 14.0
    """How long NATS keeps published facts that every durable consumer is done with. The log keeps
    them for ever."""
    reactors: str = ""
    """Reactors of your own, as `package.module:NAME` with commas between: each is a `Reactor`, or a
    list of them."""
    host: str = "127.0.0.1"
    """Where the API listens. It speaks plain HTTP: what comes from other machines comes through a
    proxy that speaks TLS."""
    trusted_proxies: str = ""
    """Proxies in front of the API that say in X-Forwarded-For for whom they ask: addresses or
    networks with commas between."""
    port: Annotated[int, Meta(ge=0, le=65_535)] = 8260
    """The API's port; 0 takes a free one."""
    origin: str = "culm.local"
    """The name under which checkpoints are signed: `<origin>/partition/<n>`."""
    default_tenant: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}\Z")] = "default"
    """The tenant of requests that name none."""
    partitions: Annotated[int, Meta(ge=1, le=MAX_PARTITIONS)] = 1
    """How many partitions tenants are spread over. Fixed once there are tenants: a start with
    another number is refused."""
    cache_rows: Annotated[int, Meta(ge=1)] = 400_000
    """State rows that a partition keeps in memory."""
    clock_skew_seconds: Annotated[float, Meta(gt=0, le=86_400)] = 60.0
    """How far this machine's clock may be from the database's: past it, the platform does not
    start, and is not ready."""
    queue_weight: Annotated[int, Meta(ge=1)] = 60_000
    """Work that may wait on a partition before callers are told that it is busy; an ordinary
    transaction of two postings weighs one."""
    webhook_targets: Literal["public", "any"] = "public"
    """Where webhooks may be sent: https and addresses of the public internet; or, for development,
    `any`, this machine and plain http included."""
    ach_bank: str = ""
    """The bank's place for ACH files: a directory, or `sftp://user@host:port/path`, with one for
    each tenant beneath it; or `tenant=place`, several with commas between."""
    ach_sandbox_bank: str = ""
    """The same for tenants of the sandbox; without it they have the sandbox bank of this machine,
    in the data directory."""
    ach_key: str = ""
    """The file with our private key for SFTP."""
    ach_known_hosts: str = ""
    """The file with the public keys of the banks' SFTP servers, as in OpenSSH."""

    @property
    def data_path(self) -> Path:
        """The data directory, absolute. Raises `SettingInvalid`."""
        try:
            return Path(self.data_dir).expanduser().absolute()
        except RuntimeError as error:  # ~ or ~somebody, without a home
            raise SettingInvalid(
                f"{self.data_dir} leads nowhere: {error}", field="CULM_DATA_DIR"
            ) from error


def from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process. Raises `SettingInvalid`, naming the variable."""
    environment = os.environ if environment is None else environment
    names = {PREFIX + name.upper(): name for name in Settings.__struct_fields__}
    given = {name: environment[key] for key, name in names.items() if environment.get(key)}
    try:
        return msgspec.convert(given, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise _invalid(str(error)) from error


def _invalid(message: str) -> SettingInvalid:
    """What msgspec found wrong, told of the variable: `Expected `int` <= 65535 - at `$.port``."""
    at = _AT.search(message)
    name = PREFIX + at[1].upper() if at else "A setting"
    wrong = _AT.sub("", message).replace("Expected", "expected", 1)
    return SettingInvalid(f"{name} cannot be read: {wrong}.", field=name if at else None)
