"""Which rejection is reported when several apply: the order of docs/reference/rejections.md. Each
row asks for something that is wrong in more ways than one; the earlier must answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from culm.kernel import errors
from culm.ledger import commands as ledger
from culm.wallets import commands as c
from culm.wallets import types
from tests.wallets import trial
from tests.wallets.conftest import World

NOBODY = "cus_00000000000000ff"
NOTHING = "wal_00000000000000ff"
TWICE = ("USD", "USD")
LONG = "x" * 101
ODD = {"a": "\n"}

Asked = Callable[["Scene"], msgspec.Struct]


class Scene:
    """Wallets in every kind of trouble."""

    def __init__(self, **wallets: str) -> None:
        self.closed = wallets["closed"]
        self.full = wallets["full"]
        self.held = wallets["held"]
        self.frozen = wallets["frozen"]
        self.open = wallets["open"]


def create(**more: Any) -> Asked:
    wrong = {"customer": NOBODY, "currencies": ("ZZZ",), **more}
    return lambda _: c.CreateWallet(**wrong)


def pay(wallet: str, **more: Any) -> Asked:
    return lambda scene: trial.Pay(**{"wallet": getattr(scene, wallet), "amount": 10**6, **more})


def limits(**more: Any) -> Asked:
    wrong: dict[str, Any] = {"tier": "basic", "currency": "ZZZ", "direction": "out", **more}
    return lambda _: c.SetLimits(**wrong)


CASES: list[tuple[str, str, Asked]] = [
    ("acme", "wallet_name_invalid", create(name=LONG, metadata=ODD, currencies=TWICE)),
    ("acme", "wallet_metadata_invalid", create(metadata=ODD, currencies=TWICE)),
    ("nobody", "wallet_currencies_invalid", create(currencies=TWICE)),
    ("nobody", "tenant_not_found", create()),
    ("acme", "customer_not_found", create()),
    ("acme", "wallet_name_invalid", lambda _: c.UpdateWallet(wallet=NOTHING, name=LONG)),
    ("acme", "wallet_metadata_invalid", lambda _: c.UpdateWallet(wallet=NOTHING, metadata=ODD)),
    ("acme", "wallet_not_found", lambda _: c.UpdateWallet(wallet=NOTHING)),
    ("nobody", "wallet_not_found", lambda scene: c.FreezeWallet(wallet=scene.open)),
    ("acme", "wallet_closed", lambda scene: c.UpdateWallet(wallet=scene.closed)),
    ("acme", "wallet_closed", lambda scene: c.FreezeWallet(wallet=scene.closed)),
    ("acme", "wallet_closed", lambda scene: c.UnfreezeWallet(wallet=scene.closed)),
    ("acme", "wallet_closed", lambda scene: c.CloseWallet(wallet=scene.closed)),
    ("acme", "wallet_closed", lambda scene: c.AddCurrency(wallet=scene.closed, currency="ZZZ")),
    ("acme", "currency_unknown", lambda scene: c.AddCurrency(wallet=scene.open, currency="ZZZ")),
    ("acme", "wallet_has_holds", lambda scene: c.CloseWallet(wallet=scene.held)),
    ("acme", "wallet_not_empty", lambda scene: c.CloseWallet(wallet=scene.full)),
    ("nobody", "wallet_limits_invalid", limits(tier="No")),
    ("nobody", "tenant_not_found", limits()),
    ("acme", "currency_unknown", limits()),
    ("acme", "wallet_closed", pay("closed", currency="EUR")),
    ("acme", "wallet_frozen", pay("frozen", currency="EUR")),
    ("acme", "wallet_currency_not_held", pay("full", currency="EUR")),
    ("acme", "limit_exceeded", pay("full")),
    ("acme", "insufficient_funds", pay("full", amount=900)),
]


async def scene(world: World) -> Scene:
    made = {
        name: (await world.wallet()).id for name in ("closed", "full", "held", "frozen", "open")
    }
    for name in ("full", "held"):
        await world.pay_in(made[name], 500)
    await world.submit(c.CloseWallet(wallet=made["closed"]))
    await world.submit(c.FreezeWallet(wallet=made["frozen"]))
    sides: dict[str, Any] = {
        "debit": types.code(made["held"], "USD"),
        "credit": types.code(made["full"], "USD"),
    }
    hold = await world.submit(ledger.PlaceHold(**sides, amount=1))
    await world.submit(ledger.PlaceHold(debit=f"{trial.BANK}:usd", credit=sides["debit"], amount=1))
    await world.submit(ledger.ReleaseHold(hold=hold.id))
    await world.limit(per_payment=1_000)
    return Scene(**made)


@pytest.mark.parametrize(("tenant", "code", "asked"), CASES)
async def test_the_earlier_trouble_is_reported(
    small_world: World, tenant: str, code: str, asked: Asked
) -> None:
    command = asked(await scene(small_world))
    with pytest.raises(errors.CulmError) as refused:
        await small_world.ledger.submit(command, tenant=tenant)
    assert refused.value.code == code
