"""Whom and what a random command is about: mostly what exists, sometimes what does not."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from culm.book import unit as unit_
from culm.kernel import ids
from culm.simulation import values
from culm.simulation.model.state import Row, State

TENANTS: Final = ("acme", "b-2", "c_3")
IN_SANDBOX: Final = "c_3"
"""The one that has a clock of its own."""

WRONG_TENANTS: Final = ("nobody", "Acme", "x" * 65, "-a")
WRONG_IDS: Final = ("", "acc_1", "acc_7fffffffffffffff", "hld_", "x:\x00", "expenses:none")
REMEMBERED: Final = 40

UnderWay: TypeAlias = Callable[[], Sequence[unit_.Recorded]]


class Subjects:
    """What the newest events of the model were about, by tenant.

    `under_way` tells the events of the draft that was begun last.
    """

    def __init__(self, *, dice: values.Values, state: State, under_way: UnderWay) -> None:
        self._dice = dice
        self._under_way = under_way
        self._state = state
        self._seen = 0
        self._accounts: defaultdict[str, list[Row]] = defaultdict(list)
        self._recent: defaultdict[tuple[str, str], deque[str]] = defaultdict(
            lambda: deque(maxlen=REMEMBERED)
        )

    def catch_up(self) -> None:
        """Read on in the log of the model."""
        for fact in self._state.log[self._seen :]:
            tenant, body = fact["tenant"], fact["body"]
            match fact["type"]:
                case "ledger.account_opened":
                    self._accounts[tenant].append(self._state.accounts[body["id"]])
                case "ledger.transaction_posted":
                    self._recent[tenant, "txn"].append(body["id"])
                case "ledger.hold_placed":
                    self._recent[tenant, "hld"].append(body["id"])
                case "timers.timer_set":
                    self._recent[tenant, "tmr"].append(body["id"])
        self._seen = len(self._state.log)

    def tenant(self) -> str:
        """Who asks."""
        return self._dice.one(WRONG_TENANTS if self._dice.chance(0.01) else TENANTS)

    def count(self, tenant: str) -> int:
        """How many accounts of a tenant are open."""
        return sum(not account["closed"] for account in self._accounts[tenant])

    def account(self, tenant: str) -> str:
        """An account by id or code: mostly one of the tenant's own, that is open."""
        if self._dice.chance(0.012):
            return self._dice.one((*WRONG_IDS, self._state.next_id("acc")))
        owner = self._dice.one(TENANTS) if self._dice.chance(0.005) else tenant
        accounts = self._open(owner)
        return self._named(self._dice.one(accounts)) if accounts else "expenses:none"

    def idle(self, tenant: str) -> str:
        """An account that was used and could be closed, if there is one."""
        balances = ((account, self._state.balance(account)) for account in self._open(tenant))
        idle = [a for a, b in balances if b["version"] and not (b["posted"] or _held(b))]
        return self._named(self._dice.one(idle)) if idle else self.account(tenant)

    def pair(self, tenant: str) -> tuple[str, str]:
        """Two accounts that mostly share a currency."""
        accounts = self._open(tenant)
        if not accounts or self._dice.chance(0.04):
            return self.account(tenant), self.account(tenant)
        one = self._dice.one(accounts)
        others = [a for a in accounts if a["currency"] == one["currency"] and a is not one]
        other = self._dice.one(others) if others else one
        return self._named(one), self._named(other)

    def transaction(self, tenant: str) -> str:
        """A transaction of lately."""
        return self._known(tenant, "txn")

    def hold(self, tenant: str) -> str:
        """A hold of lately, mostly one that is open."""
        hold_id = self._known(tenant, "hld")
        for _ in range(4):
            hold = self._state.holds.get(hold_id)
            if hold is None or hold["state"] == "open" or self._dice.chance(0.1):
                break
            hold_id = self._known(tenant, "hld")
        return hold_id

    def timer(self, tenant: str) -> str:
        """A timer of lately, or the expiry of a hold."""
        if self._dice.chance(0.15):
            return f"{self._known(tenant, 'hld')}:expiry"
        return self._known(tenant, "tmr")

    def _open(self, tenant: str) -> list[Row]:
        accounts = self._accounts[tenant]
        if self._dice.chance(0.02):
            return accounts
        return [account for account in accounts if not account["closed"]]

    def _named(self, account: Row) -> str:
        name: str = account["id"] if self._dice.chance(0.7) else account["code"]
        return name

    def _known(self, tenant: str, prefix: str) -> str:
        owner = self._dice.one(TENANTS) if self._dice.chance(0.01) else tenant
        recent = self._recent[owner, prefix]
        if self._dice.chance(0.08):
            return self._soon(tenant, prefix)
        if not recent or self._dice.chance(0.02):
            other = "txn" if prefix == "hld" else "hld"
            wrong = (*WRONG_IDS, ids.format_id(prefix, 9, 1), prefix + "_0")
            return self._dice.one((*wrong, *(self._recent[owner, other])))
        return self._dice.one(recent)

    def _soon(self, tenant: str, prefix: str) -> str:
        """The id of something that is not committed yet, but under way, or may be."""
        for recorded in self._under_way():
            event_id: str = getattr(recorded.event, "id", "")
            if recorded.origin.tenant == tenant and event_id.startswith(prefix):
                return event_id
        ahead = len(self._state.log) + self._dice.rng.randrange(6)
        return ids.format_id(prefix, self._state.partition, ahead)


def _held(balance: Row) -> bool:
    return bool(balance["held_in"] or balance["held_out"])
