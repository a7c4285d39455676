"""Bodies of requests: commands without what the path names, or what is made up for them."""

from __future__ import annotations

from datetime import datetime

import msgspec

from culm.access import commands, types


class NewKey(commands.Command, frozen=True):
    """A key to make: what it may do, from where, how often and until when."""

    name: commands.Name
    scopes: commands.Scopes
    addresses: commands.Addresses = ()
    rate: types.Rate = types.DEFAULT_RATE
    daily_quota: commands.DailyQuota = None
    routes: commands.Routes = {}
    expires: datetime | None = None


class KeyChange(commands.Command, frozen=True):
    """Change what a key is called, or from where and how often it may be used; what is left out
    stays as it is."""

    name: commands.Name | msgspec.UnsetType = msgspec.UNSET
    addresses: commands.Addresses | msgspec.UnsetType = msgspec.UNSET
    rate: types.Rate | msgspec.UnsetType = msgspec.UNSET
    daily_quota: commands.DailyQuota | msgspec.UnsetType = msgspec.UNSET
    routes: commands.Routes | msgspec.UnsetType = msgspec.UNSET


class KeyRotation(commands.Command, frozen=True):
    """Give a key a new secret; for so many seconds the one before counts as well."""

    overlap_seconds: commands.Overlap = commands.DEFAULT_OVERLAP_SECONDS
