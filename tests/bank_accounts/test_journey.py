"""From a linked account to a blocked one, with all of it running: API, log, NATS, rail, bank."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from culm import client as culm
from culm.sandbox.bank import ledger
from tests.commands.test_up import up

WAIT_SECONDS = 90.0
MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


def until(look: Callable[[], Any], wanted: Callable[[Any], bool]) -> Any:
    """What is found, as soon as it is what is wanted."""
    end = time.monotonic() + WAIT_SECONDS
    while not wanted(found := look()):
        assert time.monotonic() < end, found
        time.sleep(0.1)
    return found


def day(month: int, number: int, hour: int) -> datetime:
    return MONDAY.replace(month=month, day=number, hour=hour)


def test_accounts_are_verified_corrected_and_blocked_by_the_sandbox_bank(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with up(data) as running:
        acme = culm.Client(running.operator, url=running.url, tenant="acme")
        acme.ledger.tenants.create(name="Acme", sandbox=True, clock=MONDAY)
        customer = acme.customers.create(person={"given_name": "Ada", "family_name": "Lovelace"})
        acme.customers.activate(customer.id)

        def link(account: str) -> str:
            made = acme.bank_accounts.link(
                customer=customer.id,
                routing="021200025",
                account=account,
                holder_name="Ada Lovelace",
            )
            acme.bank_accounts.send_micro_deposits(made.id)
            return made.id

        good, closed, moved = link("123456789"), link("990000002"), link("980000001")
        acme.clock.advance(to=day(3, 3, 1))  # 20:00 in New York
        bank = data / "sandbox" / "bank" / "acme"
        until(lambda: list(bank.glob("out/done/*.ack.json")), bool)
        acme.clock.advance(to=day(3, 4, 15))
        until(lambda: acme.bank_accounts.get(closed).state, "blocked".__eq__)
        corrected = until(lambda: acme.bank_accounts.get(moved), lambda one: one.last4 == "0001")
        assert corrected.holder_name == "Ada Lovelace"
        for one in (good, moved):
            assert acme.bank_accounts.verify(one, amounts=[45, 32]).state == "verified"
        assert acme.bank_accounts.get(closed).reason == "R02"
        found = ledger.read(bank)
        assert sorted(one.amount_minor for one in found.paid) == [32, 32, 32, 45, 45, 45]
        assert (found.paid_twice, found.duplicates) == ([], 0)
