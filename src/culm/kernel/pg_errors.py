"""What can go wrong with the database server that Culm starts for itself."""

from __future__ import annotations

from culm.kernel.errors import CulmError


class StartFailed(CulmError):
    """PostgreSQL did not come up; the message ends with the last lines of its log."""

    code = "database_start_failed"
