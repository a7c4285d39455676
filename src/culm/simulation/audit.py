"""Looks at everything at once: all state, the memory of every process, the fold, the tree."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from culm.book import cache as cache_
from culm.book import catalog as catalog_
from culm.book import event as event_
from culm.book import memory as memory_
from culm.book import unit as unit_
from culm.simulation import expected
from culm.simulation.checker import Checker
from culm.simulation.divergence import Divergence, compare
from culm.simulation.model.state import State
from culm.simulation.process import Process


def check_state(store: memory_.MemoryStore, partition: int, state: State) -> None:
    """Every table of the store holds exactly what the model remembers."""
    found = {table.name: rows for (at, table), rows in store.state.items() if at == partition}
    for name, keys in expected.keys(state).items():
        rows = found.get(name, {})
        compare(f"the keys of {name}", sorted(rows), sorted(keys))
        for key, row in rows.items():
            compare(f"{name} {key}", row, expected.ROWS[name](state, key))


def check_memory(process: Process, store: memory_.MemoryStore) -> bool:
    """A process's state in memory is the store's; False if it does not know the newest turn."""
    compare("what waits when all is answered", process.waiting, (0, 0))
    if process.turn != store.heads[process.partition].turn:
        return False
    for table, rows in process.rows.items():
        stored = store.state.get((process.partition, table), {})
        for key, row in rows.items():
            compare(f"in memory: {table.name} {key}", row, stored.get(key))
    return True


def check_tree(checker: Checker, store: memory_.MemoryStore) -> None:
    """The frontier, and every node that was stored, belong to the tree of all leaves."""
    leaves, head = checker.leaves, store.heads[checker.partition]
    compare("the size of the tree", head.tree.size, len(leaves))
    compare("the root of the tree", head.tree.root(), expected.tree(leaves))
    for node in checker.nodes:
        span = 256**node.level
        root = expected.tree(leaves, node.index * span, (node.index + 1) * span)
        compare(f"node {node.level}/{node.index}", node.hash, root)
    compare("the number of nodes", len(checker.nodes), _nodes(len(leaves)))


def _nodes(size: int) -> int:
    total = 0
    while size := size // 256:
        total += size
    return total


def check_books(state: State) -> None:
    """The books add up: balances are sums of entries and of holds, and each currency is at zero."""
    posted: Counter[str] = Counter()
    sums: Counter[tuple[str, str]] = Counter()
    held: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for entry in state.entries:
        posted[entry["account"]] += entry["amount"]
    for hold in state.holds.values():
        rest = hold["amount"] - hold["captured"] - hold["released"]
        for account, side in ((hold["debit"], 1), (hold["credit"], -1)):
            inward = side * state.accounts[account]["sign"] > 0
            held[account][0 if inward else 1] += rest
    for account_id, account in state.accounts.items():
        last = state.balance(account)
        real = (last["posted"] * account["sign"], last["held_in"], last["held_out"])
        compare(f"the sum of {account_id}", real, (posted[account_id], *held[account_id]))
        sums[account["tenant"], account["currency"]] += posted[account_id]
    if any(sums.values()):
        raise Divergence("the books do not balance", real=sums)


class _Whole(cache_.Cache):
    """State of which all is in memory: what is not there does not exist."""

    def promote(self, table: Any, key: Any) -> Any:
        return None


class Fold:
    """State made by applying the log alone; it goes on where it stopped."""

    def __init__(self, partition: int, catalog: catalog_.Catalog) -> None:
        self._catalog = catalog
        self._unit = unit_.Unit(partition, catalog, _Whole(catalog.tables, 0))

    def follow(self, log: Iterable[event_.LogRow]) -> None:
        """Apply these events, the next ones of the log."""
        unit = self._unit
        for row in log:
            unit.begin(row.time.astimezone(UTC), row.origin)
            unit.record(self._catalog.decode(row.type, row.version, row.body))

    @property
    def size(self) -> int:
        """How many events were applied."""
        return self._unit.position

    def check(self, store: memory_.MemoryStore) -> None:
        """The fold is the state of the store, and its rows are the store's."""
        partition = self._unit.partition
        for table, rows in self._unit.cache.young.items():
            stored = store.state.get((partition, table), {})
            compare(f"the fold: {table.name}", stored, rows)
        for journal, entries in self._unit.rows.items():
            stored_rows = store.rows.get((partition, journal), [])
            compare(f"the fold: {journal.name}", stored_rows, entries)


def check_times(log: Iterable[event_.LogRow]) -> None:
    """Positions have no gap; time only goes forward, and stands still only within a command."""
    last_time, last_attempt = datetime.min.replace(tzinfo=UTC), ""
    for position, row in enumerate(log):
        if row.position != position:
            raise Divergence("a gap in the log", real=row.position, model=position)
        same = row.time == last_time and row.correlation == last_attempt
        if row.time <= last_time and not same:
            raise Divergence("time did not go forward", real=row, model=last_time)
        last_time, last_attempt = row.time, row.correlation
