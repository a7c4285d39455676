"""Tenants, assets, accounts and periods."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from culm.ledger import commands
from culm.simulation import subjects, values
from culm.simulation.making.scene import Scene

CURRENCIES: Final = ("USD", "EUR", "JPY", "GOLD")
WRONG_CURRENCIES: Final = ("XXX", "usd", "", "U\x00D")
ROOTS: Final = ("assets", "liabilities", "equity", "income", "expenses")
WRONG_CODES: Final = (
    "assets", "assets:", "cash:usd", "assets:Cash", "assets:a:", "assets:\x00",
    "assets:" + ":".join("abcdefghijklmnop"), "assets:" + "a" * 65, "assets" + ":aa" * 66,
)  # fmt: skip
ASSETS: Final = ("GOLD", "BTC", "USDC", "A1B")
WRONG_ASSETS: Final = ("EUR", "A", "gold", "TOOLONGACODE1", "A\x00B")
SCALES: Final = (0, 2, 8, 18, 19, -1)
FREEZES: Final = ("none",) * 30 + ("in", "out", "both")

CLOCK: Final = datetime(2031, 5, 1, tzinfo=UTC)
"""Where the clock of the tenant in the sandbox begins."""

ACCOUNTS: Final = 14
"""Of a tenant: enough for all kinds, and few enough to get into each other's way."""


def first() -> list[tuple[str, commands.Command]]:
    """What makes sure that there is something to begin with: by tenant."""
    asks: list[tuple[str, commands.Command]] = []
    for tenant in subjects.TENANTS:
        clock = CLOCK if tenant == subjects.IN_SANDBOX else None
        begun = commands.CreateTenant(
            name="Books of " + tenant, sandbox=clock is not None, clock=clock
        )
        asks.append((tenant, begun))
        asks.append((tenant, commands.RegisterAsset(code="GOLD", scale=3)))
        codes = [f"{root}:first" for root in ROOTS]
        asks += [(tenant, commands.OpenAccount(code=code, currency="USD")) for code in codes]
    return asks


def create_tenant(scene: Scene, _tenant: str) -> commands.CreateTenant:
    """A tenant once more, or with a wrong name."""
    dice = scene.dice
    return commands.CreateTenant(
        name=dice.one(values.HOSTILE_TEXTS) if dice.chance(0.3) else "Again",
        sandbox=dice.chance(0.5),
        clock=dice.time(scene.now, likelihood=0.5),
    )


def register_asset(scene: Scene, _tenant: str) -> commands.RegisterAsset:
    """An asset, new or known or wrong."""
    dice = scene.dice
    return commands.RegisterAsset(
        code=dice.one(ASSETS if dice.chance(0.6) else WRONG_ASSETS),
        scale=dice.one(SCALES),
        name=dice.one(("", "An asset", *values.HOSTILE_TEXTS)),
    )


def open_account(scene: Scene, tenant: str) -> commands.OpenAccount:
    """An account: a new one as long as there are few, else mostly one that is there."""
    dice = scene.dice
    enough = scene.about.count(tenant) >= ACCOUNTS
    number = dice.rng.randrange(8) if enough else len(scene.state.codes)
    code = f"{dice.one(ROOTS)}:some.where:a-{number}"
    return commands.OpenAccount(
        code=code if dice.chance(0.85) else dice.one(WRONG_CODES),
        currency=dice.one(CURRENCIES if dice.chance(0.9) else WRONG_CURRENCIES),
        side=dice.one(("debit", "credit")) if dice.chance(0.2) else None,
        minimum=dice.minimum(),
        maximum=dice.maximum(),
        metadata=dice.metadata(),
    )


def update_account(scene: Scene, tenant: str) -> commands.UpdateAccount:
    """Some of an account's limits, freeze and metadata."""
    dice, given = scene.dice, dict[str, Any]()
    if dice.chance(0.4):
        given["minimum"] = dice.minimum()
    if dice.chance(0.4):
        given["maximum"] = dice.maximum()
    if dice.chance(0.6):
        given["freeze"] = dice.one(FREEZES)
    if dice.chance(0.2):
        given["metadata"] = dice.metadata()
    return commands.UpdateAccount(account=scene.about.account(tenant), **given)


def close_account(scene: Scene, tenant: str) -> commands.CloseAccount:
    """An account; sometimes one that can be closed."""
    about = scene.about
    name = about.idle(tenant) if scene.dice.chance(0.5) else about.account(tenant)
    return commands.CloseAccount(account=name)


def close_period(scene: Scene, tenant: str) -> commands.ClosePeriod:
    """A period, mostly of the last hours."""
    before = scene.effective(tenant)
    ago = timedelta(seconds=scene.dice.rng.randrange(7200))
    return commands.ClosePeriod(before=before or scene.time(tenant) - ago)
