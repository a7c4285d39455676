"""Where the API is, who asks, and how patiently."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from importlib import metadata
from typing import Final

import msgspec

from culm.client import retries as retries_

KEY_VARIABLE: Final = "CULM_API_KEY"
URL_VARIABLE: Final = "CULM_API_URL"
DEFAULT_URL: Final = "http://127.0.0.1:8260"

VERSION: Final = "2026-11-25"
"""The version of the API that this client was made for."""

TIMEOUT_SECONDS: Final = 30.0
"""How long one attempt may take in all, until the last byte of the answer."""

CONNECT_TIMEOUT: Final = timedelta(seconds=5)

USER_AGENT: Final = f"culm-python/{metadata.version('culm')}"

_URL: Final = re.compile(r"https?://[^/?#\s]+(/[^?#\s]*)?")


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What all calls of a client have in common."""

    url: str
    headers: dict[str, str]
    timeout: timedelta
    retries: retries_.Retries


def settings(
    *,
    api_key: str | None,
    url: str | None,
    tenant: str | None,
    version: str,
    timeout_seconds: float,
    retries: retries_.Retries,
) -> Settings:
    """What is given, or else in the environment, or else usual."""
    address = url or os.environ.get(URL_VARIABLE) or DEFAULT_URL
    if not _URL.fullmatch(address):
        raise ValueError("the API's URL is http:// or https://, a host, and perhaps a path")
    headers = {"Accept": "application/json", "Culm-Version": version}
    if key := api_key or os.environ.get(KEY_VARIABLE):
        headers["Authorization"] = f"Bearer {key}"
    if tenant is not None:
        headers["Culm-Tenant"] = tenant
    return Settings(
        url=address.rstrip("/"),
        headers=headers,
        timeout=timedelta(seconds=timeout_seconds),
        retries=retries,
    )
