"""Choices as a client reads them: to the type checker one of some texts, at run time any text. The
platform may learn new words, and a client that was made before must not fail on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Literal
else:

    class Literal:
        """A text."""

        def __class_getitem__(cls, _known: object) -> type[str]:
            return str


__all__ = ["Literal"]
