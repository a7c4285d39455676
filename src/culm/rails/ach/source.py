"""The bytes of a file, plain or compressed, hashed and bounded as they are read."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from typing import Protocol

from culm.rails.ach import limits
from culm.rails.ach.deviation import Finding
from culm.rails.ach.layout import RECORD_TYPE

_GZIP_MAGIC = b"\x1f\x8b"
_GZIP_WINDOW = 31  # zlib's way to ask for a gzip header and trailer


class Readable(Protocol):
    """A binary stream, as far as it is used here: a file, a spool, a buffer."""

    def read(self, size: int, /) -> bytes:
        """Up to that many bytes; none at the end."""


class Source:
    """Chunks of a file's decompressed content. Ends early, and says why, on what it refuses."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        self._hash = hashlib.sha256()
        self.size_bytes = 0
        self.failure: Finding | None = None

    @property
    def sha256(self) -> str:
        """Of the decompressed content read so far, in hexadecimal."""
        return self._hash.hexdigest()

    def __iter__(self) -> Iterator[bytes]:
        first = self._stream.read(limits.CHUNK_BYTES)
        # The magic number could come in two reads of one byte from a slow stream.
        while 0 < len(first) < len(_GZIP_MAGIC) and (more := self._stream.read(1)):
            first += more
        chunks = self._gunzip(first) if first.startswith(_GZIP_MAGIC) else self._plain(first)
        for chunk in chunks:
            self.size_bytes += len(chunk)
            if self.size_bytes > limits.MAX_FILE_BYTES:
                self.failure = Finding(
                    "file.too-large",
                    RECORD_TYPE,
                    f"The file is larger than {limits.MAX_FILE_BYTES} bytes; reading stopped.",
                )
                return
            self._hash.update(chunk)
            yield chunk

    def _plain(self, chunk: bytes) -> Iterator[bytes]:
        while chunk:
            yield chunk
            chunk = self._stream.read(limits.CHUNK_BYTES)

    def _gunzip(self, compressed: bytes) -> Iterator[bytes]:
        """Decompressed chunks, each of bounded size whatever the ratio; several members follow
        one another as one content (RFC 1952 §2.2)."""
        member = zlib.decompressobj(_GZIP_WINDOW)
        try:
            while compressed:
                chunk = member.decompress(compressed, limits.CHUNK_BYTES)
                if chunk:
                    yield chunk
                compressed = member.unconsumed_tail
                if member.eof:
                    compressed = self._past_zeros(member.unused_data)
                    if compressed:
                        member = zlib.decompressobj(_GZIP_WINDOW)
                elif not compressed:
                    compressed = self._stream.read(limits.CHUNK_BYTES)
            damaged = not member.eof
        except zlib.error:
            damaged = True
        if damaged:
            self.failure = Finding(
                "file.gzip-damaged", RECORD_TYPE, "The compressed data is damaged or cut short."
            )

    def _past_zeros(self, compressed: bytes) -> bytes:
        """What follows a member, without the zeros that some tools fill up with: gzip passes over
        them too."""
        compressed = compressed.lstrip(b"\0")
        while not compressed and (more := self._stream.read(limits.CHUNK_BYTES)):
            compressed = more.lstrip(b"\0")
        return compressed
