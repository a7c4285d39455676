"""What every file says of a statement: the statement itself, whose it is, and how amounts are
written."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

from culm.kernel import money
from culm.wallets import views


class Paper(NamedTuple):
    """A statement with all its lines. `scale` is how many digits of an amount stand after the
    point, `holder` the name of whose wallet it is, empty where it is not known."""

    statement: views.WalletStatement
    scale: int
    holder: str = ""

    def plain(self, amount: str | int) -> str:
        """An amount for programs: `-1234.50`."""
        return money.format_minor(int(amount), self.scale).replace(",", "")

    def grouped(self, amount: str | int) -> str:
        """An amount for people: `-1,234.50`."""
        return money.format_minor(int(amount), self.scale)

    @property
    def amounts(self) -> list[int]:
        """The change that each line made."""
        return [int(line.amount) for line in self.statement.lines]

    @property
    def title(self) -> str:
        """What it is called, where files are named: the wallet, the currency and the days."""
        of = self.statement
        return f"{of.wallet}-{of.currency}-{of.first_day}-{of.last_day}"


def utc(moment: datetime) -> datetime:
    """A moment in UTC, to the second."""
    return moment.astimezone(UTC).replace(microsecond=0)
