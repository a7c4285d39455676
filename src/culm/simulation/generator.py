"""Random commands of every kind, under keys that are sometimes used again."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime
from random import Random
from typing import Final, NamedTuple

import msgspec

from culm.simulation import subjects, values
from culm.simulation.making import booking, chart, files, holding, timing, webhooks, work
from culm.simulation.making.scene import Scene
from culm.simulation.model.state import State

Maker = Callable[[Scene, str], msgspec.Struct]

WEIGHTS: Final[dict[Maker, int]] = {
    chart.create_tenant: 1,
    chart.register_asset: 1,
    chart.open_account: 2,
    chart.update_account: 6,
    chart.close_account: 2,
    chart.close_period: 1,
    booking.post: 38,
    booking.batch: 5,
    booking.exchange: 4,
    booking.reverse: 10,
    holding.place: 16,
    holding.capture: 11,
    holding.release: 3,
    holding.expire: 3,
    timing.set_timer: 12,
    timing.cancel: 2,
    timing.retry: 2,
    timing.fire: 8,
    timing.fail: 1,
    timing.advance: 6,
    timing.run_clock: 9,
    files.receive: 3,
    files.post: 4,
    webhooks.create: 4,
    webhooks.update: 1,
    webhooks.state: 2,
    webhooks.ask: 1,
    webhooks.replay: 3,
    webhooks.advance: 2,
    webhooks.told: 8,
    webhooks.again: 4,
    work.park: 6,
    work.decide: 4,
    work.settle: 3,
}
"""How often each kind of command is asked for."""

REMEMBERED: Final = 100


class Ask(NamedTuple):
    """What a client asks for."""

    command: msgspec.Struct
    tenant: str
    key: str | None


class Generator:
    """Makes up commands that mostly fit the books as the model has them."""

    def __init__(self, *, rng: Random, state: State, under_way: subjects.UnderWay) -> None:
        self._dice = values.Values(rng)
        about = subjects.Subjects(dice=self._dice, state=state, under_way=under_way)
        self._scene = Scene(dice=self._dice, state=state, about=about)
        self._makers = [maker for maker, weight in WEIGHTS.items() for _ in range(weight)]
        self._asked: deque[Ask] = deque(maxlen=REMEMBERED)
        self._keys = 0

    def first(self) -> list[Ask]:
        """What makes sure that there is something to begin with."""
        return [Ask(command, tenant, None) for tenant, command in chart.first()]

    def ask(self, now: datetime) -> Ask:
        """The next command. `now` is about the time at which it will be decided."""
        self._scene.look(now)
        if self._asked and self._dice.chance(0.04):
            return self._again(self._dice.one(self._asked))
        tenant = self._scene.about.tenant()
        command = self._make(tenant)
        if self._dice.chance(0.6):
            return Ask(command, tenant, None)
        self._keys += 1
        self._asked.append(Ask(command, tenant, f"key {self._keys}"))
        return self._asked[-1]

    def _make(self, tenant: str) -> msgspec.Struct:
        return self._dice.one(self._makers)(self._scene, tenant)

    def _again(self, ask: Ask) -> Ask:
        """The same key once more: with the same content, one field of another, or all other."""
        if self._dice.chance(0.6):
            return ask
        if self._dice.chance(0.3):
            return ask._replace(command=self._make(ask.tenant))
        likes = [other for other in self._asked if type(other.command) is type(ask.command)]
        name = self._dice.one(ask.command.__struct_fields__)
        other = getattr(self._dice.one(likes or [ask]).command, name)
        return ask._replace(command=msgspec.structs.replace(ask.command, **{name: other}))
