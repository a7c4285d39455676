"""What the store must hold, as rows of its tables, from what the model remembers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any

from culm.book import event as event_
from culm.book import idempotency
from culm.ledger import types
from culm.rails.ach import tables as ach
from culm.simulation.model.state import Row, State
from culm.timers import types as timers
from culm.webhooks import types as webhooks
from culm.work import types as work


def tenant(state: State, key: str) -> types.Tenant | None:
    """A row of the tenants."""
    row = state.tenants.get(key)
    return types.Tenant(**row) if row else None


def asset(state: State, key: tuple[str, str]) -> types.Asset | None:
    """A row of the assets."""
    row = state.assets.get(key)
    return types.Asset(**row) if row else None


def code(state: State, key: tuple[str, str]) -> str | None:
    """The account under a code path."""
    return state.codes.get(key)


def account(state: State, key: str) -> types.Account | None:
    """A row of the accounts."""
    row = state.accounts.get(key)
    return types.Account(number=int(key[4:], 16), **row) if row else None


def balance(state: State, key: str) -> types.Balance | None:
    """An account with its newest entry, or at zero; an account that is not there has none."""
    of = account(state, key)
    if of is None:
        return None
    last = state.balance(state.accounts[key])
    return types.Balance(of, last["version"], last["posted"], last["held_in"], last["held_out"])


def hold(state: State, key: str) -> types.Hold | None:
    """A row of the holds."""
    row = state.holds.get(key)
    if row is None:
        return None
    columns = {name: value for name, value in row.items() if name != "currency"}
    return types.Hold(number=int(key[4:], 16), **columns)


def reversed_(state: State, key: str) -> types.Reversed | None:
    """How much of a transaction was reversed, where anything was."""
    row = state.transactions.get(key)
    return types.Reversed(tuple(row["reversed"])) if row and any(row["reversed"]) else None


def file(state: State, key: tuple[str, str]) -> ach.File | None:
    """A row of the files."""
    row = state.files.get(key)
    return ach.File(**row) if row else None


def timer(state: State, key: str) -> timers.Timer | None:
    """A row of the timers."""
    row = state.timers.get(key)
    return timers.Timer(**row) if row else None


def clock(state: State, key: str) -> timers.Clock | None:
    """A row of the clocks."""
    row = state.clocks.get(key)
    return timers.Clock(**row) if row else None


def endpoint(state: State, key: str) -> webhooks.Endpoint | None:
    """A row of the endpoints."""
    row = state.endpoints.get(key)
    return webhooks.Endpoint(number=int(key[4:], 16), **row) if row else None


def delivery(state: State, key: tuple[str, str]) -> webhooks.Delivery | None:
    """A row of the deliveries."""
    row = state.deliveries.get(key)
    return webhooks.Delivery(**row) if row else None


def owner(state: State, key: str) -> webhooks.Owner | None:
    """How many endpoints a tenant has, who ever had one."""
    own = [row["state"] for row in state.endpoints.values() if row["tenant"] == key]
    return webhooks.Owner(key, len(own) - own.count("deleted")) if own else None


def replay(state: State, key: str) -> webhooks.Replay | None:
    """A row of the replays."""
    row = state.replays.get(key)
    return webhooks.Replay(**row) if row else None


def parked(state: State, key: str) -> work.Parked | None:
    """A row of the parked facts."""
    row = state.parked.get(key)
    return work.Parked(**row) if row else None


def lane(state: State, key: tuple[str, str]) -> work.Lane | None:
    """The parked facts of an aggregate, over or not, that still wait."""
    rows = [r for r in state.parked.values() if r["lane"] and (r["reactor"], r["lane"]) == key]
    waiting = [int(r["fact"][4:], 16) for r in rows if r["state"] in ("parked", "retrying")]
    return work.Lane(tuple(sorted(waiting))) if rows else None


ROWS: dict[str, Callable[[State, Any], Any]] = {
    "ledger_tenant": tenant,
    "ledger_asset": asset,
    "account codes": code,
    "ledger_account": account,
    "balances": balance,
    "ledger_hold": hold,
    "ledger_reversed": reversed_,
    "ach_file": file,
    "timer": timer,
    "tenant_clock": clock,
    "webhook_endpoint": endpoint,
    "webhook_delivery": delivery,
    "webhook_owner": owner,
    "webhook_replay": replay,
    "work_parked": parked,
    "work lanes": lane,
}
"""By the name of the table: the row at a key, or None where there is none."""


def keys(state: State) -> dict[str, set[Any]]:
    """By the name of the table: every key that has a row."""
    return {
        "ledger_tenant": set(state.tenants),
        "ledger_asset": set(state.assets),
        "account codes": set(state.codes),
        "ledger_account": set(state.accounts),
        "balances": set(state.accounts),
        "ledger_hold": set(state.holds),
        "ach_file": set(state.files),
        "timer": set(state.timers),
        "tenant_clock": set(state.clocks),
        "webhook_endpoint": set(state.endpoints),
        "webhook_delivery": set(state.deliveries),
        "webhook_owner": {row["tenant"] for row in state.endpoints.values()},
        "webhook_replay": set(state.replays),
        "work_parked": set(state.parked),
        "work lanes": {(r["reactor"], r["lane"]) for r in state.parked.values() if r["lane"]},
        "ledger_reversed": {k for k, row in state.transactions.items() if any(row["reversed"])},
    }


def entry(partition: int, row: Row) -> tuple[str, ...]:
    """A row of the entries, as text."""
    return (
        str(partition),
        str(int(row["account"][4:], 16)),
        str(row["version"]),
        str(row["event"]),
        str(row["amount"]),
        str(row["posted"]),
        str(row["held_in"]),
        str(row["held_out"]),
        str(None) if row["effective"] == row["recorded"] else stamp(row["effective"]),
        stamp(row["recorded"]),
    )


def unheld(partition: int, row: Row) -> tuple[str, ...]:
    """What a dated capture took out of what was held, as text."""
    return (
        str(partition),
        str(int(row["account"][4:], 16)),
        str(row["event"]),
        stamp(row["effective"]),
        stamp(row["recorded"]),
        str(row["held_in"]),
        str(row["held_out"]),
    )


def reference(partition: int, row: tuple[str, str, int]) -> tuple[str, ...]:
    """A row of the references, as text."""
    return (str(partition), row[0], row[1], str(row[2]))


@lru_cache(maxsize=256)
def stamp(moment: datetime) -> str:
    """A time in UTC with six digits of a second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def leaf(row: event_.LogRow) -> bytes:
    """The leaf hash of a log row: header lines, an empty line, the body; RFC 6962 §2.1."""
    header = [
        "culm-event/2" if row.request else "culm-event/1",
        f"{row.partition}/{row.position}",
        stamp(row.time),
        f"{row.type}/{row.version}",
        row.tenant,
        row.actor,
        row.correlation,
        row.causation,
        *([row.request] if row.request else []),
        "",
        row.body,
    ]
    return sha256(b"\x00" + "\n".join(header).encode()).digest()


def request(answer: idempotency.Answer) -> str:
    """What the log calls the request that has this answer."""
    named = "\n".join((answer.tenant, answer.key, answer.command, "")).encode()
    return sha256(named + answer.fingerprint).hexdigest()[:32]


def tree(leaves: list[bytes], start: int = 0, stop: int | None = None) -> bytes:
    """The Merkle Tree Hash of some leaves, by the definition in RFC 6962 §2.1."""
    end = len(leaves) if stop is None else stop
    size = end - start
    if size == 0:
        return sha256(b"").digest()
    if size == 1:
        return leaves[start]
    split = 1 << (size - 1).bit_length() - 1
    left, right = tree(leaves, start, start + split), tree(leaves, start + split, end)
    return sha256(b"\x01" + left + right).digest()
