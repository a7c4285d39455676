"""Parked facts: what reactors set aside, and what becomes of it."""

from __future__ import annotations

from typing import Final

import msgspec

from culm.simulation.making.scene import Scene
from culm.simulation.model.state import Row
from culm.work import commands

REACTORS: Final = ("screening", "export-1")
LANES: Final = ("", "", "00000000000000a1", "00000000000000b2")
CODES: Final = ("timeout", "undecodable", "error:OSError", "rejected:account_closed", "behind")
WRONG: Final = {
    "reactor": ("", "Screening", "1st"),
    "fact": ("", "evt_1", "evt_7fffffffffffffff", "hld_0000000000000001"),
    "type": ("", "Ledger", "ledger/hold"),
    "code": ("", "error:", "error:no way", "because", "behind:evt_0000000000000001"),
    "attempts": (-1, 2**31),
    "lane": ("ann", "00000000000000A1"),
    "round": (-1, 2**31),
}
WRONG_IDS: Final = ("", "screening", "screening:evt_1", "screening:evt_7fffffffffffffff", "\x00")

RECENT: Final = 30
"""Facts are parked while they are new, so that they get into each other's way."""


def park(scene: Scene, tenant: str) -> commands.Park:
    """A fact is set aside: a new one, one that is parked, or one that was tried again in vain."""
    dice, state = scene.dice, scene.state
    known = _known(scene, tenant)
    command = commands.Park(
        reactor=dice.one(REACTORS),
        fact=f"evt_{state.number(_recent(scene)):016x}",
        type="ledger.transaction_posted",
        code=dice.one(CODES),
        attempts=dice.rng.randrange(12),
        lane=dice.one(LANES),
    )
    if known and dice.chance(0.4):
        row = dice.one(known)
        said = {name: row[name] for name in ("reactor", "fact", "lane", "round")}
        command = msgspec.structs.replace(command, **said)
    if dice.chance(0.06):
        field = dice.one(tuple(WRONG))
        command = msgspec.structs.replace(command, **{field: dice.one(WRONG[field])})
    return command


def decide(scene: Scene, tenant: str) -> msgspec.Struct:
    """Somebody retries or drops what is parked."""
    kinds = (commands.RetryParked, commands.RetryParked, commands.DropParked)
    return scene.dice.one(kinds)(id=_id(scene, tenant))


def settle(scene: Scene, tenant: str) -> commands.SettleParked:
    """A retry has come to something."""
    parked_id = _id(scene, tenant)
    row = scene.state.parked.get(parked_id)
    sure = row is not None and scene.dice.chance(0.9)
    return commands.SettleParked(
        id=parked_id, round=row["round"] if row and sure else scene.dice.rng.randrange(3)
    )


def _id(scene: Scene, tenant: str) -> str:
    known = _known(scene, tenant)
    if not known or scene.dice.chance(0.03):
        others: list[str] = [row["id"] for row in list(scene.state.parked.values())[-RECENT:]]
        return scene.dice.one([*WRONG_IDS, *others])
    found: str = scene.dice.one(known)["id"]
    return found


def _known(scene: Scene, tenant: str) -> list[Row]:
    """What is parked of a tenant: mostly what is not over yet."""
    rows = [row for row in scene.state.parked.values() if row["tenant"] == tenant][-RECENT:]
    going_on = [row for row in rows if row["state"] in ("parked", "retrying")]
    return going_on if going_on and scene.dice.chance(0.9) else rows


def _recent(scene: Scene) -> int:
    size = len(scene.state.log)
    return scene.dice.rng.randrange(max(0, size - RECENT), size + 1)
