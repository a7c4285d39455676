"""How routes come to the keys of subjects. Security has no routes of its own."""

from __future__ import annotations

from typing import Protocol, cast

from culm.gateway import request as request_
from culm.security import sealing as sealing_


class Keeping(Protocol):
    """The platform behind a request, as far as security knows it."""

    @property
    def sealing(self) -> sealing_.Sealing:
        """The keys of subjects."""


def sealing(request: request_.Request) -> sealing_.Sealing:
    """The keys of subjects, for the routes of contexts that seal."""
    return cast(Keeping, request.platform).sealing
