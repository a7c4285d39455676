"""What all makers look at: the dice, the books as the model has them, and the time."""

from __future__ import annotations

from datetime import datetime, timedelta

from culm.simulation import subjects, values
from culm.simulation.model.state import State


class Scene:
    """The books at the moment at which a command is made up."""

    def __init__(self, *, dice: values.Values, state: State, about: subjects.Subjects) -> None:
        self.dice = dice
        self.state = state
        self.about = about
        self.now = state.now
        self.behind = False

    def look(self, now: datetime) -> None:
        """Read what has happened; `now` is what the clocks show, which may be behind the books."""
        self.now = max(now, self.state.now)
        self.behind = now < self.state.now
        self.about.catch_up()

    def time(self, tenant: str) -> datetime:
        """The time of a tenant: that of its own clock, if it has one."""
        clock = self.state.clocks.get(tenant)
        now: datetime = clock["now"] if clock else self.now
        return now

    def effective(self, tenant: str) -> datetime | None:
        """An effective time: mostly none, sometimes the very end of the last closed period."""
        books = self.state.tenants.get(tenant)
        if books and books["closed_before"] and self.dice.chance(0.02):
            end: datetime = books["closed_before"]
            return end - timedelta(microseconds=self.dice.rng.randrange(2))
        return self.dice.time(self.time(tenant), likelihood=0.15)
