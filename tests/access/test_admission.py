"""What is let in: by whose key, from where, until when, and how often."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from culm.access import admission, commands, tokens, types
from culm.kernel import errors
from tests.access.conftest import Answer, Door, World, ask
from tests.conftest import Clock

WRITES = Door(writes=True, meter="write")
BULK = Door(writes=True, meter="bulk")


async def codes(by: admission.Admission, secret: str, times: int, **more: Any) -> Counter[str]:
    """The codes of that many requests at once."""
    answers = await asyncio.gather(*(ask(by, secret, **more) for _ in range(times)))
    return Counter(answer.code for answer in answers)


async def test_a_burst_passes_and_then_as_much_as_the_rate(
    world: World, process: admission.Admission, clock: Clock
) -> None:
    key = await world.key(rate=types.Rate(5, 10))
    assert await codes(process, key.secret, 12) == {"ok": 10, "rate_limited": 2}
    clock.advance(milliseconds=199)
    assert (await ask(process, key.secret)).code == "rate_limited"
    clock.advance(milliseconds=1)
    assert await codes(process, key.secret, 2) == {"ok": 1, "rate_limited": 1}
    clock.advance(hours=1)
    assert await codes(process, key.secret, 12) == {"ok": 10, "rate_limited": 2}


async def test_reads_writes_and_bulks_are_metered_apart(
    world: World, process: admission.Admission
) -> None:
    key = await world.key(rate=types.Rate(50, 100))
    assert (await codes(process, key.secret, 101, door=Door()))["ok"] == 100
    assert (await codes(process, key.secret, 101, door=WRITES))["ok"] == 100
    assert (await codes(process, key.secret, 101, door=BULK))["ok"] == 10


async def test_one_key_takes_nothing_from_another(
    world: World, process: admission.Admission
) -> None:
    first, second = await world.key(), await world.key()
    answers = await asyncio.gather(
        *(ask(process, key.secret) for _ in range(12) for key in (first, second))
    )
    assert Counter(answer.code for answer in answers) == {"ok": 20, "rate_limited": 4}


async def test_what_is_left_is_told(
    world: World, process: admission.Admission, clock: Clock
) -> None:
    key = await world.key(rate=types.Rate(5, 10), daily_quota=1_000)
    clock.now = clock.now.replace(hour=23, minute=59, second=30, microsecond=0)
    first = await ask(process, key.secret)
    assert first.said == {
        "ratelimit-policy": '"read";q=10;w=2, "day";q=1000;w=86400',
        "ratelimit": '"read";r=9;t=1, "day";r=999;t=30',
    }
    await codes(process, key.secret, 9)
    refused = await ask(process, key.secret)
    assert (refused.code, refused.retry_after) == ("rate_limited", 1)
    assert refused.said["ratelimit"] == '"read";r=0;t=1, "day";r=990;t=30'
    for _ in range(3):
        clock.advance(seconds=refused.retry_after or 0)
        assert (await ask(process, key.secret)).code == "ok"


async def test_the_wait_that_is_told_is_long_enough(
    world: World, process: admission.Admission, clock: Clock
) -> None:
    key = await world.key(rate=types.Rate(1, 3))
    bulk = Door(writes=True, meter="bulk")
    assert (await codes(process, key.secret, 2, door=bulk))["ok"] == 1
    refused = await ask(process, key.secret, door=bulk)
    assert refused.retry_after == 10
    clock.advance(seconds=10)
    assert (await ask(process, key.secret, door=bulk)).code == "ok"


async def test_a_quota_is_of_a_day_and_over_all_meters(
    world: World, process: admission.Admission, clock: Clock
) -> None:
    key = await world.key(daily_quota=12, rate=types.Rate(100, 200))
    clock.now = clock.now.replace(hour=23, minute=0, second=0, microsecond=0)
    assert (await codes(process, key.secret, 7))["ok"] == 7
    assert await codes(process, key.secret, 7, door=WRITES) == {"ok": 5, "quota_exceeded": 2}
    refused = await ask(process, key.secret)
    assert (refused.code, refused.retry_after) == ("quota_exceeded", 3_600)
    clock.advance(seconds=3_600)
    assert (await ask(process, key.secret)).code == "ok"


PAYMENTS = Door("payments", writes=True, meter="write", operation="create_payment")
BATCHES = Door("batches", writes=True, meter="bulk", operation="create_batch")


async def test_an_operation_with_a_rate_of_its_own_takes_nothing_from_the_others(
    world: World, process: admission.Admission, clock: Clock
) -> None:
    own = {"create_payment": types.Route(2, 4), "create_batch": types.Route(10, 30)}
    key = await world.key(routes=own)
    assert await codes(process, key.secret, 6, door=PAYMENTS) == {"ok": 4, "rate_limited": 2}
    assert await codes(process, key.secret, 12, door=WRITES) == {"ok": 10, "rate_limited": 2}
    assert await codes(process, key.secret, 5, door=BATCHES) == {"ok": 3, "rate_limited": 2}
    assert await codes(process, key.secret, 2, door=BULK) == {"ok": 1, "rate_limited": 1}
    clock.advance(milliseconds=500)
    assert await codes(process, key.secret, 2, door=PAYMENTS) == {"ok": 1, "rate_limited": 1}


async def test_what_is_left_for_an_operation_is_told_by_its_name(
    world: World, process: admission.Admission, clock: Clock
) -> None:
    own = {
        "create_payment": types.Route(2, 4, daily_quota=3),
        "create_batch": types.Route(10, 30),
    }
    key = await world.key(daily_quota=1_000, routes=own)
    clock.now = clock.now.replace(hour=23, minute=59, second=30, microsecond=0)
    first = await ask(process, key.secret, door=PAYMENTS)
    assert first.said == {
        "ratelimit-policy": '"create_payment";q=4;w=2, "create_payment/day";q=3;w=86400',
        "ratelimit": '"create_payment";r=3;t=1, "create_payment/day";r=2;t=30',
    }
    assert (await ask(process, key.secret, door=BATCHES)).said == {
        "ratelimit-policy": '"create_batch";q=3;w=3, "day";q=1000;w=86400',
        "ratelimit": '"create_batch";r=2;t=1, "day";r=999;t=30',
    }
    assert (await codes(process, key.secret, 3, door=PAYMENTS)) == {"ok": 2, "quota_exceeded": 1}
    refused = await ask(process, key.secret, door=PAYMENTS)
    assert (refused.code, refused.retry_after) == ("rate_limited", 1)
    clock.advance(seconds=10)
    refused = await ask(process, key.secret, door=PAYMENTS)
    assert (refused.code, refused.retry_after) == ("quota_exceeded", 20)
    other = await ask(process, key.secret, door=WRITES)
    assert other.said["ratelimit"] == '"write";r=9;t=1, "day";r=998;t=20'
    clock.advance(seconds=20)
    assert (await ask(process, key.secret, door=PAYMENTS)).code == "ok"


async def test_operations_that_are_asked_for_together_are_counted_apart(
    world: World, process: admission.Admission
) -> None:
    limited = await world.key(routes={"create_payment": types.Route(1, 2, daily_quota=1)})
    plain = await world.key()
    asked = [(key, door) for key in (limited, plain) for door in (PAYMENTS, WRITES)] * 12
    answers = await asyncio.gather(*(ask(process, key.secret, door=door) for key, door in asked))
    found = Counter(
        (key is limited, door is PAYMENTS)
        for (key, door), answer in zip(asked, answers, strict=True)
        if answer.code == "ok"
    )
    assert found[True, True] == 1
    assert found[True, False] == 10
    assert found[False, True] + found[False, False] == 10


async def test_a_rate_for_an_operation_counts_from_its_answer_on(
    world: World, process: admission.Admission
) -> None:
    key = await world.key()
    assert (await codes(process, key.secret, 3, door=PAYMENTS))["ok"] == 3
    own = {"create_payment": types.Route(1, 1)}
    await world.submit(commands.UpdateKey(key=key.key.id, routes=own))
    assert await codes(process, key.secret, 3, door=PAYMENTS) == {"ok": 1, "rate_limited": 2}
    await world.submit(commands.UpdateKey(key=key.key.id, routes={}))
    assert await codes(process, key.secret, 9, door=PAYMENTS) == {"ok": 7, "rate_limited": 2}


async def test_a_refusal_costs_a_key_nothing(world: World, process: admission.Admission) -> None:
    key = await world.key(addresses=("192.0.2.0/24",))
    parts = tokens.parse(key.secret)
    assert parts is not None
    guess = tokens.text("test", parts.number, tokens.new_secret())
    assert await codes(process, guess, 50) == {"unauthenticated": 50}
    assert await codes(process, key.secret, 50, address="198.51.100.1") == {"address_forbidden": 50}
    assert (await codes(process, key.secret, 12))["ok"] == 10


@pytest.mark.parametrize(
    ("allowed", "address", "code"),
    [
        ((), None, "ok"),
        (("192.0.2.0/24",), "192.0.2.255", "ok"),
        (("192.0.2.0/24",), "192.0.3.0", "address_forbidden"),
        (("192.0.2.0/24",), None, "address_forbidden"),
        (("192.0.2.7",), "192.0.2.7", "ok"),
        (("192.0.2.7/32",), "192.0.2.8", "address_forbidden"),
        (("2001:db8::/32",), "2001:db8:ffff::1", "ok"),
        (("2001:db8::/32",), "2001:db9::1", "address_forbidden"),
        (("2001:db8::/32",), "192.0.2.7", "address_forbidden"),
        (("::/0",), "192.0.2.7", "address_forbidden"),
        (("0.0.0.0/0",), "192.0.2.7", "ok"),
        (("0.0.0.0/0",), "::1", "address_forbidden"),
        (("198.51.100.0/24", "192.0.2.0/24"), "192.0.2.1", "ok"),
        (("::ffff:0:0:0/96",), "::ffff:0:c000:207", "ok"),
    ],
)
async def test_a_key_is_good_from_its_own_addresses(
    world: World,
    process: admission.Admission,
    allowed: tuple[str, ...],
    address: str | None,
    code: str,
) -> None:
    key = await world.key(addresses=allowed)
    assert (await ask(process, key.secret, address=address)).code == code


async def test_a_key_expires_at_its_time(
    world: World, process: admission.Admission, clock: Clock
) -> None:
    key = await world.key(expires=clock.now + timedelta(minutes=1))
    clock.advance(seconds=59)
    assert (await ask(process, key.secret)).code == "ok"
    clock.advance(seconds=1)
    assert (await ask(process, key.secret)).code == "key_expired"


async def test_the_secret_before_opens_until_its_time(
    world: World, process: admission.Admission, clock: Clock
) -> None:
    key = await world.key()
    digest = world.kept.digest("x")
    await world.submit(commands.RotateKey(key=key.key.id, digest=digest, overlap_seconds=60))
    new = tokens.text("test", int(key.key.id[4:], 16), "x" * tokens.SECRET_LENGTH)
    assert (await ask(process, new)).code == "unauthenticated"
    clock.advance(seconds=59)
    assert (await ask(process, key.secret)).code == "ok"
    clock.advance(seconds=2)
    assert (await ask(process, key.secret)).code == "unauthenticated"


async def test_a_change_counts_from_its_answer_on_in_every_process(world: World) -> None:
    first, second = world.process(), world.process()
    key = await world.key(rate=types.Rate(1, 1))
    assert (await ask(first, key.secret)).code == "ok"
    faster = commands.UpdateKey(key=key.key.id, rate=types.Rate(10, 20))
    await world.submit(faster)
    assert (await ask(second, key.secret)).code == "ok"
    await world.submit(commands.UpdateKey(key=key.key.id, addresses=("198.51.100.0/24",)))
    assert (await ask(first, key.secret)).code == "address_forbidden"
    await world.submit(commands.RevokeKey(key=key.key.id))
    assert [(await ask(by, key.secret)).code for by in (first, second)] == ["key_revoked"] * 2


async def test_what_a_slower_rate_already_let_in_is_paid_off_before_more(
    world: World, process: admission.Admission, clock: Clock
) -> None:
    key = await world.key(rate=types.Rate(100, 1_000))
    assert (await codes(process, key.secret, 1_000))["ok"] == 1_000
    await world.submit(commands.UpdateKey(key=key.key.id, rate=types.Rate(1, 1)))
    answer = await ask(process, key.secret)
    assert (answer.code, answer.retry_after) == ("rate_limited", 10)
    clock.advance(seconds=10)
    assert (await ask(process, key.secret)).code == "ok"


async def test_a_faster_rate_helps_at_once_whatever_the_slower_one_let_in(
    world: World, process: admission.Admission, clock: Clock
) -> None:
    key = await world.key(rate=types.Rate(1, 1_000))
    assert (await codes(process, key.secret, 1_001)) == {"ok": 1_000, "rate_limited": 1}
    await world.submit(commands.UpdateKey(key=key.key.id, rate=types.Rate(100, 200)))
    assert (await ask(process, key.secret)).retry_after == 1
    clock.advance(seconds=1)
    assert (await codes(process, key.secret, 101)) == {"ok": 100, "rate_limited": 1}


async def test_a_clock_that_is_set_back_locks_nobody_out(world: World) -> None:
    times = [world.clock.now + timedelta(days=1)]
    process = world.process(lambda: times[-1])
    key = await world.key(rate=types.Rate(5, 10))
    assert (await codes(process, key.secret, 11))["ok"] == 10
    times.append(world.clock.now)
    assert (await ask(process, key.secret)).retry_after == 1
    times.append(times[-1] + timedelta(seconds=1))
    assert (await codes(process, key.secret, 6)) == {"ok": 5, "rate_limited": 1}


async def test_requests_of_two_secrets_and_addresses_take_from_one_meter(
    world: World, process: admission.Admission
) -> None:
    key = await world.key(rate=types.Rate(1, 10))
    made = tokens.new_secret()
    await world.submit(commands.RotateKey(key=key.key.id, digest=world.kept.digest(made)))
    second = tokens.text("test", int(key.key.id[4:], 16), made)
    answers = await asyncio.gather(
        *(
            ask(process, secret, address=f"192.0.2.{n}")
            for n in range(4)
            for secret in (key.secret, second)
            for _ in range(2)
        )
    )
    assert Counter(answer.code for answer in answers) == {"ok": 10, "rate_limited": 6}
    assert [answer.code for answer in answers] == ["ok"] * 10 + ["rate_limited"] * 6


async def test_a_caller_that_leaves_while_it_waits_disturbs_nobody(
    world: World, process: admission.Admission
) -> None:
    key = await world.key()
    waiting = [asyncio.create_task(ask(process, key.secret)) for _ in range(8)]
    await asyncio.sleep(0)
    waiting[3].cancel()
    done = await asyncio.gather(*waiting, return_exceptions=True)
    assert [one.code for one in done if isinstance(one, Answer)] == ["ok"] * 7


async def test_when_the_database_is_away_nobody_is_let_in_but_the_operator(
    world: World, process: admission.Admission
) -> None:
    key = await world.key()
    assert (await ask(process, key.secret)).code == "ok"
    pids = "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()"
    await world.ledger.admin.execute(f"{pids} and datname = current_database()")
    assert (await ask(process, key.secret)).code == "ok"  # on a new connection

    async def refuse() -> Any:
        raise ConnectionRefusedError

    away = admission.Admission(refuse, world.kept)
    for _ in range(2):
        assert (await ask(away, key.secret)).code == errors.Unavailable.code
    assert (await ask(away, world.kept.operator)).code == "ok"


async def test_meters_that_a_crash_emptied_begin_anew(
    world: World, process: admission.Admission
) -> None:
    key = await world.key(rate=types.Rate(1, 10))
    assert (await codes(process, key.secret, 11))["ok"] == 10
    await world.ledger.admin.execute("truncate access_meter, access_quota")
    assert (await codes(process, key.secret, 11))["ok"] == 10
