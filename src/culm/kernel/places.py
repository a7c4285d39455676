"""Where a tenant's books are: its name fixes the partition, among so many of them."""

from __future__ import annotations

import functools
from hashlib import sha256


def partition_of(tenant: str, partitions: int) -> int:
    """The partition, of so many, that holds a tenant's books."""
    return _place(tenant) % partitions


@functools.lru_cache(maxsize=4_096)
def _place(tenant: str) -> int:
    digest = sha256(tenant.encode(errors="surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big")
