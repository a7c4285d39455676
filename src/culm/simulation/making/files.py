"""NACHA files and their entries."""

from __future__ import annotations

from typing import Final

from culm.rails.ach import commands
from culm.simulation.making.scene import Scene

CONTENTS: Final = tuple(digit * 64 for digit in "0123456789ab")
"""The files that there are, by the SHA-256 of what they hold."""

VERDICTS: Final[tuple[commands.Verdict, ...]] = (
    "accepted",
    "accepted",
    "accepted_in_part",
    "refused",
)
REFUSED_BATCHES: Final[tuple[tuple[int, ...], ...]] = ((), (), (), (2,))


def receive(scene: Scene, tenant: str) -> commands.ReceiveFile:
    """A file, mostly one that has been there before, for the same accounts or for others."""
    dice = scene.dice
    account, clearing = scene.about.pair(tenant)
    sha256 = dice.one(CONTENTS) if dice.chance(0.97) else "no digest"
    accepted = [f for f in scene.state.files.values() if f["tenant"] == tenant and f["account"]]
    if accepted and dice.chance(0.4):
        file = dice.one(accepted)
        sha256, account, clearing = file["sha256"], file["account"], file["clearing"]
    return commands.ReceiveFile(
        sha256=sha256,
        name="payroll.ach" if dice.chance(0.98) else dice.one(("", "a\nb", "n" * 256)),
        account=account,
        clearing=clearing if dice.chance(0.95) else account,
        verdict=dice.one(VERDICTS),
        batches=2,
        refused_batches=dice.one(REFUSED_BATCHES),
        entries=7,
        credit=dice.one((None, 700)),
        debit=0,
        accepted_credit=700,
    )


def post(scene: Scene, tenant: str) -> commands.PostEntries:
    """Some entries of a file, whether it was accepted or not; rarely none, or too many."""
    dice = scene.dice
    known = [file["sha256"] for file in scene.state.files.values() if file["tenant"] == tenant]
    items = tuple(_item(scene, tenant, line) for line in range(dice.rng.randrange(1, 5)))
    if dice.chance(0.02):
        items = items[:1] * 10_001 if dice.chance(0.04) else ()
    return commands.PostEntries(
        sha256=dice.one(known or CONTENTS) if dice.chance(0.95) else dice.one(CONTENTS),
        part=dice.rng.randrange(3),
        items=items,
    )


def _item(scene: Scene, tenant: str, line: int) -> commands.Item:
    dice = scene.dice
    change = dice.rng.randrange(-300, 300) or (0 if dice.chance(0.5) else 1)
    returned = dice.chance(0.2)
    return commands.Item(
        line,
        1,
        change,
        "ach.return" if returned else "ach.credit",
        f"{line:015}" if dice.chance(0.8) else "",
        scene.effective(tenant) if dice.chance(0.5) else None,
        "R01" if returned else "",
        "000000000000001" if returned else "",
    )
