"""Lists, which come in pages: one page, all pages, or simply all that is in them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any, Generic, Protocol, TypeVar

import msgspec


class HasNext(Protocol):
    """A page: a part of a list, and where the next part begins."""

    @property
    def next_cursor(self) -> str | None:
        """What asks for the page after this one; None at the end."""


T = TypeVar("T")
P = TypeVar("P", bound=HasNext)


class Page(msgspec.Struct, Generic[T], frozen=True):
    """A part of a list. `next_cursor` asks for the part after it; None at the end."""

    items: tuple[T, ...]
    next_cursor: str | None = None


class Pages(Generic[P, T]):
    """A list. Nothing is asked for before it is gone through; then it goes on from page to page:
    `for account in client.ledger.accounts.list(): ...`."""

    def __init__(self, ask: Callable[[str | None], P], items: str, cursor: str | None) -> None:
        self._ask = ask
        self._items = items
        self._cursor = cursor

    def page(self) -> P:
        """The first page alone, or the one that `cursor` asked for."""
        return self._ask(self._cursor)

    def pages(self) -> Iterator[P]:
        """Every page."""
        page = self.page()
        yield page
        while page.next_cursor is not None:
            page = self._ask(page.next_cursor)
            yield page

    def __iter__(self) -> Iterator[T]:
        for page in self.pages():
            yield from _in(page, self._items)


class AsyncPages(Generic[P, T]):
    """A list. Nothing is asked for before it is gone through; then it goes on from page to page:
    `async for account in client.ledger.accounts.list(): ...`."""

    def __init__(
        self, ask: Callable[[str | None], Awaitable[P]], items: str, cursor: str | None
    ) -> None:
        self._ask = ask
        self._items = items
        self._cursor = cursor

    async def page(self) -> P:
        """The first page alone, or the one that `cursor` asked for."""
        return await self._ask(self._cursor)

    async def pages(self) -> AsyncIterator[P]:
        """Every page."""
        page = await self.page()
        yield page
        while page.next_cursor is not None:
            page = await self._ask(page.next_cursor)
            yield page

    async def __aiter__(self) -> AsyncIterator[T]:
        async for page in self.pages():
            for item in _in(page, self._items):
                yield item


def _in(page: object, items: str) -> Any:
    return getattr(page, items)
