"""Which facts are ever told."""

from __future__ import annotations

from typing import Final

from culm.webhooks import checks, events, types

OURS: Final = "webhooks."

OF_OPERATORS: Final = "work."
"""Facts about facts that were parked, among them those that could not be told."""

OF_KEYS: Final = "access."
"""Facts that hold digests of secrets, which need not leave the house."""


def tellable(type_: str) -> bool:
    """Whether owners can be told of this type of event. Of our own bookkeeping they are told only
    that an endpoint was disabled; otherwise each delivery would cause others. What is parked is
    for those who run the platform, and of keys nobody is told."""
    if type_.startswith((OF_OPERATORS, OF_KEYS)):
        return False
    return not type_.startswith(OURS) or type_ == events.EndpointDisabled.TYPE


def wanted(endpoint: types.Endpoint, type_: str) -> bool:
    """Whether an endpoint is told of this type of event."""
    return tellable(type_) and checks.chosen(endpoint.event_types, type_)
