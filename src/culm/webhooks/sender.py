"""Sends one signed body to one URL, and trusts neither the URL nor what answers.

The address that is judged is the one that is connected to, whatever a name resolved to before; no
redirect is followed; headers, body and time of an answer are bounded, and it is never inflated.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from types import TracebackType
from typing import Final, Self

import aiohttp
import structlog
import yarl
from aiohttp import abc

from culm.kernel import errors
from culm.webhooks import addresses, answers, rejections, resolver, targets

log = structlog.get_logger(__name__)

TOTAL_SECONDS: Final = 15.0
CONNECT_SECONDS: Final = 5.0
CONNECTIONS: Final = 1_000
CONNECTIONS_PER_HOST: Final = 100
READ_BYTES: Final = 64 * 1024
MAX_LINE_BYTES: Final = 8_190
MAX_HEADERS: Final = 100

_REFUSED: Final = "is not an address of the public internet"


class Sender:
    """The connections of this process to the receivers of webhooks.

    `trust` and `resolver_` are the system's unless given. Use it as an asynchronous context.
    """

    def __init__(
        self,
        allowed: targets.Targets,
        *,
        trust: ssl.SSLContext | None = None,
        resolver_: abc.AbstractResolver | None = None,
        total_seconds: float = TOTAL_SECONDS,
    ) -> None:
        self._allowed = allowed
        self._timeout = aiohttp.ClientTimeout(total=total_seconds, sock_connect=CONNECT_SECONDS)
        self._trust = ssl.create_default_context() if trust is None else trust
        self._resolver = resolver_
        self._session: aiohttp.ClientSession

    async def __aenter__(self) -> Self:
        self._resolver = self._resolver or resolver.Resolver()
        connector = aiohttp.TCPConnector(
            ssl=self._trust,
            resolver=self._resolver,
            use_dns_cache=False,
            limit=CONNECTIONS,
            limit_per_host=CONNECTIONS_PER_HOST,
            socket_factory=self._socket,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=self._timeout,
            trust_env=False,
            auto_decompress=False,
            raise_for_status=False,
            max_line_size=MAX_LINE_BYTES,
            max_field_size=MAX_LINE_BYTES,
            max_headers=MAX_HEADERS,
            headers={"User-Agent": "Culm-Webhooks/1", "Accept-Encoding": "identity"},
        )
        return self

    async def __aexit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        await self._session.close()
        if self._resolver is not None:
            await self._resolver.close()

    async def send(self, url: str, headers: dict[str, str], body: bytes) -> answers.Answer:
        """Post a body, and tell how that went. Raises nothing that the other side could cause, and
        `Unavailable` when nothing is sent any more."""
        if self._session.closed:
            raise errors.Unavailable("Webhooks are not sent any more.")
        loop = asyncio.get_running_loop()
        began = loop.time()

        def failed(word: str) -> answers.Answer:
            return answers.Answer(None, word, _ms(loop.time() - began))

        try:
            targets.check(url, self._allowed)
            status, retry_after, said = await self._post(url, headers, body)
        except (rejections.UrlInvalid, aiohttp.InvalidURL):
            return failed("url_refused")
        except Exception as error:  # whatever they have made of the libraries below
            return failed(_word(error))
        return answers.Answer(
            status=status,
            failure=answers.failure_of(status),
            latency_ms=_ms(loop.time() - began),
            retry_after_seconds=answers.retry_after(status, retry_after),
            text=answers.readable(said),
        )

    async def _post(
        self, url: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, str | None, bytes]:
        target = yarl.URL(url, encoded=True)
        async with self._session.post(
            target, data=body, headers=headers, allow_redirects=False
        ) as response:
            said = await _beginning(response)
            return response.status, response.headers.get("Retry-After"), said

    def _socket(self, info: aiohttp.AddrInfoType) -> socket.socket:
        """A socket for an address that is about to be connected to, if that may be."""
        family, kind, protocol, _, address = info
        if self._allowed != "any" and not _may_connect(str(address[0])):
            raise PermissionError(f"{address[0]} {_REFUSED}")
        return socket.socket(family, kind, protocol)


async def _beginning(response: aiohttp.ClientResponse) -> bytes:
    """As much of an answer as is read. What goes on after that is cut off with its connection.

    Whatever happens to the rest of it, the status has been said.
    """
    said = b""
    try:
        while len(said) < READ_BYTES and (some := await response.content.readany()):
            said += some
    except (aiohttp.ClientError, OSError, ValueError):  # a time limit among them
        response.close()
        return said
    if not response.content.at_eof():
        response.close()
    return said


def _may_connect(address: str) -> bool:
    try:
        return addresses.is_public(ipaddress.ip_address(address))
    except ValueError:
        return False


def _word(error: Exception) -> str:
    """What went wrong, in a word that programs can rely on."""
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, aiohttp.ClientConnectorError) and _REFUSED in str(error.os_error):
        return "address_refused"
    for kind, word in _WORDS:
        if isinstance(error, kind):
            return word
    log.warning("a webhook failed in a way of its own", error=repr(error))
    return "failed"


_WORDS: Final[tuple[tuple[type[Exception], str], ...]] = (
    (aiohttp.ClientConnectorCertificateError, "certificate_refused"),
    (aiohttp.ClientSSLError, "tls_failed"),
    (aiohttp.ClientConnectorDNSError, "name_unknown"),
    (aiohttp.ClientConnectorError, "connect_failed"),
    (aiohttp.ServerDisconnectedError, "disconnected"),
    (aiohttp.ClientPayloadError, "disconnected"),
    (aiohttp.ClientResponseError, "malformed_answer"),
    (aiohttp.ClientOSError, "disconnected"),
    (OSError, "disconnected"),
    (aiohttp.ClientError, "malformed_answer"),
    (ValueError, "malformed_answer"),
)


def _ms(seconds: float) -> int:
    return round(seconds * 1_000)
