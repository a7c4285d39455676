"""How much one request may bring. Past a limit a request is refused before it is looked at."""

from __future__ import annotations

from typing import Final

MAX_BODY_BYTES: Final = 8 * 1024 * 1024
"""A bulk of 10,000 transactions fits six times over: two postings each are about 130 bytes."""

MAX_UPLOAD_BYTES: Final = 32 * 1024 * 1024
"""A file of payments: 100,000 entries of NACHA take 9.5 MB, with an addendum each 19."""

BODY_SECONDS: Final = 10.0
"""How long a body may take from its first byte to its last; as much longer as an operation takes
larger bodies than others."""

MAX_HELD_BYTES: Final = 64 * 1024 * 1024
"""All bodies together that are being received or worked on in this process. What is made of them
takes about five times as much, so this is what bounds the memory that callers can claim."""

REQUEST_SECONDS: Final = 60.0
"""How long a request may take, its body included. Whoever is not answered by then is told so."""

CROWD: Final = 128
"""Fewer requests at once are never too many."""

MAX_SERVING: Final = 768
"""More are too many however fast they are: there are so many connections at most, and whoever asks
how things stand needs one too."""

MAX_CONNECTIONS: Final = 900
"""Of a process, those that wait for their next request included. Systems commonly let a process
have 1,024 descriptors, and it needs some for others than its callers."""

MAX_HEAD_BYTES: Final = 64 * 1024
"""The first line and all header fields of a request: four times what servers commonly take."""

HEAD_SECONDS: Final = 60.0
"""How long a connection may go without the whole head of a request, from when it was opened or the
last answer was given."""

SHED_SECONDS: Final = 2.0
"""When there is a crowd for so long, and even the fastest answer took longer, more is too much."""

SHED_RETRY_SECONDS: Final = 2

MAX_TARGET_BYTES: Final = 8_000
"""Path and query together: what everybody should support (RFC 9110 §4.1), and no more."""

MAX_PARAMETER_LENGTH: Final = 1_000
"""Characters of one path segment or query value."""

MAX_REQUEST_ID_LENGTH: Final = 128

MAX_PAGE: Final = 500
"""Items of one page."""

DEFAULT_PAGE: Final = 50

MAX_QUOTED: Final = 200
"""Characters of the caller's own text that an error repeats."""
