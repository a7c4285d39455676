"""Bodies of requests whose path already names a part of the command: the command without it."""

from __future__ import annotations

from datetime import datetime

import msgspec

from culm.webhooks import commands, types


class EndpointChange(commands.Command, frozen=True):
    """Change where and what an endpoint is told; what is left out stays as it is."""

    url: commands.Url | msgspec.UnsetType = msgspec.UNSET
    event_types: commands.Types | msgspec.UnsetType = msgspec.UNSET
    payload: types.Payload | msgspec.UnsetType = msgspec.UNSET
    description: commands.Description | msgspec.UnsetType = msgspec.UNSET


class Rotation(commands.Command, frozen=True):
    """Give an endpoint a new secret; for so many seconds both sign."""

    overlap_seconds: commands.Overlap = commands.DEFAULT_OVERLAP_SECONDS


class Replay(commands.Command, frozen=True):
    """Send an endpoint all events since a time that it has not got; with `again`, those too that
    it has."""

    since: datetime
    again: bool = False
