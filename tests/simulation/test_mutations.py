"""The simulation finds bugs: each of these breaks the platform in one place, and is found."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from culm.book import book, cache, catalog, event, idempotency, memory, turn, unit
from culm.commands import simulate
from culm.kernel import clock
from culm.ledger import apply, context, events, tables, types
from culm.ledger.decisions import holds, lookup, posting, reversal
from culm.rails.ach import context as ach
from culm.simulation import run
from culm.timers import context as timers
from culm.timers import tables as timer_tables
from culm.timers import types as timer_types
from culm.timers.decisions import clocks, firing
from culm.timers.decisions import lookup as timer_lookup
from culm.webhooks import context as webhooks
from culm.webhooks import schedule
from culm.webhooks import tables as webhook_tables
from culm.webhooks.decisions import deliveries, replays
from culm.webhooks.decisions import lookup as endpoints_lookup
from culm.work import context as work
from culm.work import decisions as work_decisions
from culm.work import rejections as work_rejections
from culm.work import tables as work_tables
from culm.work import types as work_types

TURNS = 1_000
SEEDS = range(1, 7)

Break = Callable[[pytest.MonkeyPatch], None]


def no_minimum(patch: pytest.MonkeyPatch) -> None:
    """An account may go below its minimum."""
    judge = posting.check_change

    def check(balance: types.Balance, *rest: Any) -> None:
        account = msgspec.structs.replace(balance.account, minimum=None)
        judge(msgspec.structs.replace(balance, account=account), *rest)

    patch.setattr(posting, "check_change", check)


def maximum_forgets_holds(patch: pytest.MonkeyPatch) -> None:
    """What is held on its way in does not count against the maximum."""
    judge = posting.check_change

    def check(balance: types.Balance, *rest: Any) -> None:
        judge(msgspec.structs.replace(balance, held_in=0), *rest)

    patch.setattr(posting, "check_change", check)


def held_out_forgotten(patch: pytest.MonkeyPatch) -> None:
    """A hold does not reduce what is available."""
    held = apply._held

    def forget(before: types.Balance, direction: int, amount: int) -> tuple[int, int]:
        return held(before, direction, amount)[0], before.held_out

    patch.setattr(apply, "_held", forget)


def reversed_forgotten(patch: pytest.MonkeyPatch) -> None:
    """A transaction can be reversed again and again."""
    patch.setattr(apply, "_reverse", lambda *_: None)


def tenants_leak(patch: pytest.MonkeyPatch) -> None:
    """Somebody else's account can be named by its id."""
    find = lookup.balance

    def leak(unit_: unit.Unit, reference: str) -> types.Balance | None:
        return find(unit_, reference) or unit_.get(tables.BALANCES, reference)

    patch.setattr(lookup, "balance", leak)


def expired_holds_captured(patch: pytest.MonkeyPatch) -> None:
    """A hold can be captured although its time has come."""
    capture = holds.open_hold

    def unexpired(unit_: unit.Unit, hold_id: str, owner: str) -> types.Hold:
        return msgspec.structs.replace(capture(unit_, hold_id, owner), expires=None)

    patch.setattr(holds, "open_hold", unexpired)


def closed_periods_open(patch: pytest.MonkeyPatch) -> None:
    """Closing a period closes nothing."""
    patch.setattr(posting, "check_period", lambda *_: None)


def a_defect(patch: pytest.MonkeyPatch) -> None:
    """A decision fails in a way that is no rejection."""
    nothing: dict[str, list[int]] = {}
    patch.setattr(reversal, "remaining_of", lambda *_: nothing["here"])


def keys_never_replay(patch: pytest.MonkeyPatch) -> None:
    """A key that was answered is decided again."""

    async def none(*_: object) -> dict[int, Any]:
        return {}

    patch.setattr(book.Book, "_replays", none)


def conflicts_unseen(patch: pytest.MonkeyPatch) -> None:
    """A key answers whatever comes with it."""
    patch.setattr(idempotency, "check", lambda *_: None)


def doubt_is_a_no(patch: pytest.MonkeyPatch) -> None:
    """A turn whose commit was interrupted is taken for lost, and decided again."""

    async def lost(*_: object) -> bool:
        return False

    patch.setattr(book.Book, "_settle", lost)


def doubt_is_a_yes(patch: pytest.MonkeyPatch) -> None:
    """A turn whose commit was interrupted is taken for written."""

    async def landed(*_: object) -> bool:
        return True

    patch.setattr(book.Book, "_settle", landed)


def rejections_unconfirmed(patch: pytest.MonkeyPatch) -> None:
    """A turn of rejections is answered without a look at what other processes did."""

    async def believe(self: book.Book, draft: turn.Draft) -> None:
        self._finish(draft)

    patch.setattr(book.Book, "_confirm", believe)


def memory_kept_after_a_lost_race(patch: pytest.MonkeyPatch) -> None:
    """State that another process has changed stays in memory."""
    clear = cache.Cache.clear

    def keep(self: cache.Cache) -> None:
        if not hasattr(self, "young"):
            clear(self)

    patch.setattr(cache.Cache, "clear", keep)


def rejected_rows_kept(patch: pytest.MonkeyPatch) -> None:
    """What a rejected batch had written to the journals stays there."""
    rewind = unit.Unit.rewind

    def keep(self: unit.Unit, mark: unit.Mark) -> None:
        rewind(self, mark._replace(rows=tuple(len(rows) for rows in self.rows.values())))

    patch.setattr(unit.Unit, "rewind", keep)


def time_stands_still(patch: pytest.MonkeyPatch) -> None:
    """Two commands get the same time."""
    patch.setattr(clock, "MICROSECOND", clock.MICROSECOND * 0)


def a_queue_forgotten(patch: pytest.MonkeyPatch) -> None:
    """What a lost race sends back is never decided again."""
    start_over = book.Book._start_over

    async def forget(self: book.Book, _requests: object) -> None:
        await start_over(self, [])

    patch.setattr(book.Book, "_start_over", forget)


def timers_fire_twice(patch: pytest.MonkeyPatch) -> None:
    """A timer that has fired is armed for the same occurrence again."""
    record = firing.record

    def again(unit_: unit.Unit, timer: timer_types.Timer, outcome: str) -> None:
        record(unit_, timer, outcome)
        unit_.put(timer_tables.TIMERS, timer.id, timer)

    patch.setattr(firing, "record", again)


def timers_left_behind(patch: pytest.MonkeyPatch) -> None:
    """A clock comes past a timer that nobody knew of."""
    patch.setattr(clocks, "is_news", lambda *_: False)


def clocks_are_not_looked_at(patch: pytest.MonkeyPatch) -> None:
    """A tenant of the sandbox lives in the real time."""
    patch.setattr(timer_lookup, "virtual_now", lambda _unit: None)


def held_timers_stay(patch: pytest.MonkeyPatch) -> None:
    """A hold that has ended leaves its timer armed."""
    patch.setattr(apply, "_end", lambda *_: None)


def overtaken_attempts_count(patch: pytest.MonkeyPatch) -> None:
    """What is said of an attempt that is over ends the one under way."""
    patch.setattr(deliveries, "_is_under_way", lambda _delivery, _attempt: True)


def retries_in_the_wrong_order(patch: pytest.MonkeyPatch) -> None:
    """The schedule has lost its first wait."""
    patch.setattr(schedule, "WAITS_SECONDS", schedule.WAITS_SECONDS[1:])


def replays_go_round(patch: pytest.MonkeyPatch) -> None:
    """A slice of a replay is taken as often as it is brought."""
    patch.setattr(replays, "_is_next", lambda _unit, replay, _command: replay.running)


def webhooks_leak(patch: pytest.MonkeyPatch) -> None:
    """Somebody else's endpoint can be used."""
    patch.setattr(
        endpoints_lookup, "endpoint", lambda unit_, id_: unit_.get(webhook_tables.ENDPOINTS, id_)
    )


def parked_lanes_stand_still(patch: pytest.MonkeyPatch) -> None:
    """The next fact of an aggregate is not tried when the one before it is done with."""
    patch.setattr(work_decisions, "_go_on", lambda _unit, _parked: None)


def parked_facts_leak(patch: pytest.MonkeyPatch) -> None:
    """Somebody else's parked fact can be retried, or dropped."""

    def found(unit_: unit.Unit, parked_id: str) -> work_types.Parked:
        if (parked := unit_.get(work_tables.PARKED, parked_id)) is None:
            raise work_rejections.ParkedNotFound("id")
        return parked

    patch.setattr(work_decisions, "_found", found)


@pytest.mark.parametrize(
    "mutation",
    [
        timers_fire_twice,
        timers_left_behind,
        clocks_are_not_looked_at,
        held_timers_stay,
        no_minimum,
        maximum_forgets_holds,
        held_out_forgotten,
        reversed_forgotten,
        tenants_leak,
        expired_holds_captured,
        closed_periods_open,
        a_defect,
        keys_never_replay,
        conflicts_unseen,
        doubt_is_a_no,
        doubt_is_a_yes,
        rejections_unconfirmed,
        memory_kept_after_a_lost_race,
        rejected_rows_kept,
        time_stands_still,
        a_queue_forgotten,
        overtaken_attempts_count,
        retries_in_the_wrong_order,
        replays_go_round,
        webhooks_leak,
        parked_lanes_stand_still,
        parked_facts_leak,
    ],
    ids=lambda mutation: mutation.__name__,
)
def test_a_broken_platform_diverges(mutation: Break, monkeypatch: pytest.MonkeyPatch) -> None:
    mutation(monkeypatch)
    assert any(run.Simulation(seed=seed, turns=TURNS).run().divergence for seed in SEEDS)


class Forgetful(memory.MemoryStore):
    """Says that a turn has landed when it has not, now and then."""

    async def write(self, draft: turn.Draft) -> bool:
        """Write, or only say so."""
        return draft.head.turn % 50 == 0 or await super().write(draft)


class Secretive(memory.MemoryStore):
    """Says that a turn has not landed when it has, now and then."""

    async def write(self, draft: turn.Draft) -> bool:
        """Write, and deny it."""
        return await super().write(draft) and draft.head.turn % 50 != 0


class Careless(memory.MemoryStore):
    """Takes a turn whoever has taken it already."""

    async def write(self, draft: turn.Draft) -> bool:
        """Write without a look at the head."""
        self.heads[draft.partition] = draft.base
        return await super().write(draft)


@pytest.mark.parametrize("store", [Forgetful, Secretive, Careless])
def test_a_lying_store_diverges(store: type[memory.MemoryStore]) -> None:
    runs = (run.Simulation(seed=seed, turns=TURNS, store=store()) for seed in SEEDS)
    assert any(one.run().divergence for one in runs)


def test_state_that_the_log_does_not_tell_diverges() -> None:
    """The fold of the log is not the state: something was applied that was never recorded."""
    applied: list[object] = []

    def lazily(unit_: unit.Unit, event: events.AccountClosed, position: int) -> None:
        applied.append(event)
        if len(applied) % 2:
            apply.account_closed(unit_, event, position)

    applies: dict[type[event.Event], catalog.Apply] = dict(context.LEDGER.applies)
    applies[events.AccountClosed] = lazily
    broken = dataclasses.replace(context.LEDGER, applies=applies)
    contexts = (timers.TIMERS, broken, ach.ACH, webhooks.WEBHOOKS, work.WORK)
    runs = (run.Simulation(seed=seed, turns=TURNS, contexts=contexts) for seed in SEEDS)
    assert any(one.run().divergence for one in runs)


def test_the_command_says_how_to_see_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    no_minimum(monkeypatch)
    command = ["--seed", "5", "--turns", str(TURNS)]
    first = CliRunner().invoke(simulate.simulate, command)
    assert first.exit_code == 1
    told = first.output.partition("DIVERGENCE in turn ")[2]
    assert told.splitlines()[1] == "the outcome"
    assert "command: " in told
    assert "code='insufficient_funds'" in told
    assert told.endswith("again: culm simulate --seed 5 --turns 1000\n")
    again = CliRunner().invoke(simulate.simulate, command)
    assert again.output.partition("DIVERGENCE in turn ")[2] == told


def test_the_command_prints_its_random_seed_and_a_report() -> None:
    done = CliRunner().invoke(simulate.simulate, ["--turns", "100"])
    assert done.exit_code == 0, done.output
    assert done.output.startswith("seed ")
    assert "a second" in done.output
    told = CliRunner().invoke(simulate.simulate, ["--seed", "5", "--turns", "100", "--json"])
    report = msgspec.json.decode(told.output)
    assert report["seed"] == 5
    assert report["turns"] >= 100
    assert report["divergence"] is None
