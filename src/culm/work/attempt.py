"""One attempt at a reaction, and the commands that follow from it."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import Any, Final, Protocol

import msgspec
import structlog

from culm.facts import fact as fact_
from culm.kernel import errors
from culm.work import reactor as reactor_

log = structlog.get_logger(__name__)

MESSAGE_CHARACTERS: Final = 2_000
SHORTEST_WAIT_SECONDS: Final = 0.05

OURS: Final = (errors.Busy, errors.Unavailable, errors.InProgress, errors.OutcomeUnknown)
"""What the platform itself may answer at any time: no fault of a reaction, and tried again."""


class Submit(Protocol):
    """How a command gets to the Book of its tenant: `Platform.submit`."""

    async def __call__(
        self,
        command: msgspec.Struct,
        *,
        tenant: str,
        key: str | None,
        actor: str,
        correlation: str | None,
        causation: str,
    ) -> Any:
        """The result, once it is durable."""


@dataclass(frozen=True)
class Failed:
    """It failed, for the reason of a stable code; `final` when trying again would not help."""

    code: str
    message: str
    final: bool = False


@dataclass(frozen=True)
class Wait:
    """It cannot be done now, for no fault of its own; None: nobody knows for how long."""

    seconds: float | None
    reason: str


Followups = tuple[msgspec.Struct, ...]


async def react(
    reactor: reactor_.Reactor, fact: fact_.Fact[Any], means: reactor_.Means
) -> Followups | Failed | Wait:
    """Have a reactor react, within its time; the commands that follow."""
    limit = asyncio.timeout(reactor.timeout_seconds)
    try:
        async with limit:
            return _followups(await reactor.react(fact, means))
    except reactor_.Later as later:
        return Wait(max(later.seconds, SHORTEST_WAIT_SECONDS), str(later))
    except OURS as error:
        return Wait(None, error.message)
    except TimeoutError as error:
        if limit.expired():
            return Failed("timeout", f"not done within {reactor.timeout_seconds:g} s")
        return failure(error)
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise  # somebody wants this to end; else it is the reaction's own
        return failure(error)
    except Exception as error:
        return failure(error)


async def follow_up(
    commands: Followups,
    *,
    reactor: str,
    fact: fact_.Fact[Any],
    submit: Submit,
    at_once: int = 1,
) -> Failed | Wait | None:
    """Submit what follows from a fact, some `at_once`, under keys that it alone gives them; None
    when all is done."""

    async def ask(number: int, command: msgspec.Struct) -> Failed | Wait | None:
        key = key_of(reactor, fact.id, number)
        return await _ask(command, key=key, reactor=reactor, fact=fact, submit=submit)

    numbered = list(enumerate(commands, 1))
    for start in range(0, len(numbered), at_once):
        some = numbered[start : start + at_once]
        if len(some) == 1:
            outcomes = [await ask(*some[0])]
        else:
            outcomes = await asyncio.gather(*[ask(*one) for one in some])
        if wrong := [outcome for outcome in outcomes if outcome is not None]:
            return wrong[0]
    return None


async def _ask(
    command: msgspec.Struct, *, key: str, reactor: str, fact: fact_.Fact[Any], submit: Submit
) -> Failed | Wait | None:
    """Submit one command.

    A key that was used with other content was used by an earlier attempt: callers cannot use it.
    Its command was carried out, and is not again.
    """
    try:
        await submit(
            command,
            tenant=fact.tenant,
            key=key,
            actor=f"reactor:{reactor}",
            correlation=fact.correlation,
            causation=fact.id,
        )
    except OURS as error:
        return Wait(None, error.message)
    except errors.KeyConflict:
        log.info("an earlier attempt has had its effect", reactor=reactor, fact=fact.id)
    except errors.CulmError as error:
        return Failed(f"rejected:{error.code}", words(error), final=True)
    except Exception as error:
        return failure(error)
    return None


def key_of(reactor: str, fact_id: str, number: int) -> str:
    """The idempotency key of the command with this number, from 1, that follows from a fact."""
    return f"{reactor}:{fact_id}" if number == 1 else f"{reactor}:{fact_id}:{number}"


def failure(error: BaseException) -> Failed:
    """What an exception comes to: its type as the code, its words beside it."""
    name = re.sub(r"[^A-Za-z0-9_.-]", "_", type(error).__name__)
    return Failed(f"error:{name[:100]}", words(error))


def words(error: BaseException) -> str:
    """What an exception says, cut, in characters that a database keeps."""
    try:
        said = f"{type(error).__name__}: {error}"
    except Exception:  # its own __str__ has failed
        said = type(error).__name__
    return storable(said)


def storable(text: str) -> str:
    """A text cut to what is kept, without what PostgreSQL refuses."""
    cut = text[:MESSAGE_CHARACTERS].replace("\x00", "\ufffd")
    return cut.encode("utf-8", "replace").decode()


def _followups(answer: reactor_.Commands) -> Followups:
    if answer is None:
        return ()
    if isinstance(answer, msgspec.Struct):
        return (answer,)
    if isinstance(answer, list | tuple) and all(isinstance(one, msgspec.Struct) for one in answer):
        return tuple(answer)
    raise TypeError(f"a reaction answers with commands or None, not {type(answer).__name__}")
