"""What is deprecated says so in its answers: since when, until when it works, where to read on."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from email.utils import format_datetime
from typing import NamedTuple


class Deprecation(NamedTuple):
    """From a day on something should not be used any more; after `sunset` it need not work. `page`
    tells what to do instead."""

    since: date
    page: str
    sunset: date | None = None

    def headers(self) -> tuple[tuple[bytes, bytes], ...]:
        """The fields `Deprecation` (RFC 9745), `Sunset` (RFC 8594) and `Link` (RFC 8288)."""
        fields = [(b"deprecation", b"@%d" % _midnight(self.since).timestamp())]
        links = [f'<{self.page}>; rel="deprecation"; type="text/html"']
        if self.sunset is not None:
            when = format_datetime(_midnight(self.sunset), usegmt=True)
            fields.append((b"sunset", when.encode()))
            links.append(f'<{self.page}>; rel="sunset"; type="text/html"')
        return (*fields, (b"link", ", ".join(links).encode()))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
