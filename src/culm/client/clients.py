"""The client itself, for threads and for event loops."""

from __future__ import annotations

from typing import Self

from culm.client import async_resources, calls, resources, transport
from culm.client import retries as retries_
from culm.client import settings as settings_


class Client(resources.Api):
    """The API, from a thread: `client.ledger.accounts.open(code="assets:bank", currency="EUR")`.

    Make one and keep it: it holds the connections, and any number of threads may share it. Without
    an `api_key` it takes that of `CULM_API_KEY`, without a `url` that of `CULM_API_URL`, or else
    the platform on this machine. `tenant` is for the operator's key, which can act for each; every
    other key belongs to one. `timeout_seconds` is for one attempt.
    """

    def __init__(
        self,
        api_key: str | None = None,
        *,
        url: str | None = None,
        tenant: str | None = None,
        version: str = settings_.VERSION,
        timeout_seconds: float = settings_.TIMEOUT_SECONDS,
        retries: retries_.Retries = retries_.USUAL,
    ) -> None:
        settings = settings_.settings(
            api_key=api_key,
            url=url,
            tenant=tenant,
            version=version,
            timeout_seconds=timeout_seconds,
            retries=retries,
        )
        super().__init__(transport.Transport(settings))

    def request(
        self,
        method: str,
        path: str,
        *,
        query: calls.Query | None = None,
        body: object = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> transport.Answer:
        """A request of one's own, with its answer as it came: for header fields, and for what this
        client does not know yet. Only with an `idempotency_key` is a POST or PATCH tried again."""
        call = calls.call(
            method, path, query=query, body=body, key=idempotency_key, request_id=request_id
        )
        return transport.answer(*self._transport.send(call))

    def close(self) -> None:
        """Close every connection."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncClient(async_resources.Api):
    """The API, from an event loop: `await client.ledger.accounts.open(code="assets:bank",
    currency="EUR")`.

    Make one and keep it: it holds the connections, and any number of tasks may share it. Without
    an `api_key` it takes that of `CULM_API_KEY`, without a `url` that of `CULM_API_URL`, or else
    the platform on this machine. `tenant` is for the operator's key, which can act for each; every
    other key belongs to one. `timeout_seconds` is for one attempt.
    """

    def __init__(
        self,
        api_key: str | None = None,
        *,
        url: str | None = None,
        tenant: str | None = None,
        version: str = settings_.VERSION,
        timeout_seconds: float = settings_.TIMEOUT_SECONDS,
        retries: retries_.Retries = retries_.USUAL,
    ) -> None:
        settings = settings_.settings(
            api_key=api_key,
            url=url,
            tenant=tenant,
            version=version,
            timeout_seconds=timeout_seconds,
            retries=retries,
        )
        super().__init__(transport.AsyncTransport(settings))

    async def request(
        self,
        method: str,
        path: str,
        *,
        query: calls.Query | None = None,
        body: object = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> transport.Answer:
        """A request of one's own, with its answer as it came: for header fields, and for what this
        client does not know yet. Only with an `idempotency_key` is a POST or PATCH tried again."""
        call = calls.call(
            method, path, query=query, body=body, key=idempotency_key, request_id=request_id
        )
        return transport.answer(*await self._transport.send(call))

    async def close(self) -> None:
        """Close every connection."""
        await self._transport.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
