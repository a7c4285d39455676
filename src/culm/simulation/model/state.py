"""What the model remembers: plain dictionaries, the log, and every entry an account ever had."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

Row = dict[str, Any]

LARGEST = 10**38 - 1
"""The largest amount, and the largest balance on either side of zero."""


class Rejected(Exception):
    """A command that the rules do not allow: the code, and the field at fault."""

    def __init__(self, code: str, field: str | None) -> None:
        super().__init__(code, field)
        self.code = code
        self.field = field


class State:
    """The books of every tenant of one partition.

    `now`, `asking` and `attempt` are time, tenant and conversation of the command at hand. A
    balance is not kept: it is what stands in an account's last entry.
    """

    def __init__(self, partition: int) -> None:
        self.partition = partition
        self.now = datetime(1970, 1, 1, tzinfo=UTC)
        self.asking = ""
        self.attempt = ""
        self.tenants: dict[str, Row] = {}
        self.assets: dict[tuple[str, str], Row] = {}
        self.codes: dict[tuple[str, str], str] = {}
        self.accounts: dict[str, Row] = {}
        self.holds: dict[str, Row] = {}
        self.files: dict[tuple[str, str], Row] = {}
        self.timers: dict[str, Row] = {}
        self.clocks: dict[str, Row] = {}
        self.endpoints: dict[str, Row] = {}
        self.deliveries: dict[tuple[str, str], Row] = {}
        self.replays: dict[str, Row] = {}
        self.parked: dict[str, Row] = {}
        self.transactions: dict[str, Row] = {}
        self.log: list[Row] = []
        self.entries: list[Row] = []
        self.unheld: list[Row] = []
        self.references: list[tuple[str, str, int]] = []
        self.of_account: dict[str, list[Row]] = {}

    def number(self, position: int) -> int:
        """The number behind the id of what the event at a position made."""
        return (self.partition << 48) + position

    def next_id(self, prefix: str) -> str:
        """The id of what the next event makes: the place of that event."""
        return f"{prefix}_{self.number(len(self.log)):016x}"

    def record(self, event: str, /, **body: Any) -> int:
        """Write an event down; returns its position."""
        self.log.append({"type": event, "tenant": self.asking, "time": self.now, "body": body})
        return len(self.log) - 1

    def time(self) -> datetime:
        """The time of who is asking: that of its own clock, if it has one."""
        clock = self.clocks.get(self.asking)
        now: datetime = clock["now"] if clock else self.now
        return now

    def effective(self, given: datetime | None) -> datetime | None:
        """A value date: as given, or of the clock that who is asking has; None for the present."""
        return self.time() if given is None and self.asking in self.clocks else given

    def tenant(self) -> Row:
        """The books of who is asking."""
        if self.asking not in self.tenants:
            raise Rejected("tenant_not_found", "tenant")
        return self.tenants[self.asking]

    def account(self, name: str, field: str) -> Row:
        """An account of who is asking, by its id or by its code."""
        found = self.accounts.get(self.codes.get((self.asking, name), name))
        if found is None or found["tenant"] != self.asking:
            raise Rejected("account_not_found", field)
        return found

    def balance(self, account: Row) -> Row:
        """An account's balances: those of its last entry."""
        entries = self.of_account[account["id"]]
        return entries[-1] if entries else ZERO

    def enter(
        self,
        position: int,
        account: Row,
        amount: int,
        *,
        effective: datetime,
        held_in: int = 0,
        held_out: int = 0,
    ) -> None:
        """Make an entry: `amount` with debits positive, and what it changes about what is held."""
        before = self.balance(account)
        entry = {
            "account": account["id"],
            "version": before["version"] + 1,
            "event": position,
            "amount": amount,
            "posted": before["posted"] + amount * account["sign"],
            "held_in": before["held_in"] + held_in,
            "held_out": before["held_out"] + held_out,
            "effective": effective,
            "recorded": self.now,
        }
        self.of_account[account["id"]].append(entry)
        self.entries.append(entry)

    def refer(self, reference: str, position: int) -> None:
        """Remember a transaction or hold under the reference it was given."""
        if reference:
            self.references.append((self.asking, reference, position))

    def forget_since(self, position: int) -> None:
        """Take transactions back, newest first: all that was written from this position on."""
        while self.entries and self.entries[-1]["event"] >= position:
            self.of_account[self.entries.pop()["account"]].pop()
        while self.references and self.references[-1][2] >= position:
            self.references.pop()
        while len(self.log) > position:
            del self.transactions[self.log.pop()["body"]["id"]]


ZERO: Row = {"version": 0, "posted": 0, "held_in": 0, "held_out": 0}
"""The balance of an account without an entry."""
