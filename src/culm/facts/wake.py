"""Bells that ring in other processes: a commit here wakes those who read the log elsewhere.

By plain NATS messages, which nobody keeps: one that is lost costs a second, since readers look now
and then unasked.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from typing import Final

from nats.aio import client as client_
from nats.aio import msg as msg_

from culm.facts import bell as bell_

SUBJECT: Final = "_CULM.wake"

QUIET_SECONDS: Final = 3_600.0


class Bells:
    """The bells of one partition in this process."""

    def __init__(self) -> None:
        self.news = bell_.Bell()
        """Rung by every commit that this process hears of."""
        self.ours = bell_.Bell()
        """Rung by the commits of this process."""

    def ring(self) -> None:
        """Something was committed by this process."""
        self.ours.ring()
        self.news.ring()


async def share(client: client_.Client, bells: Sequence[Bells]) -> None:
    """Tell other processes of our commits, and ring our bells for theirs, until cancelled."""
    name = os.urandom(8).hex().encode()

    async def heard(message: msg_.Msg) -> None:
        partition = int(message.subject.rpartition(".")[2])
        if message.data != name and partition < len(bells):
            bells[partition].news.ring()

    subscription = await client.subscribe(f"{SUBJECT}.*", cb=heard)
    try:
        async with asyncio.TaskGroup() as tasks:
            for partition, of_partition in enumerate(bells):
                tasks.create_task(_tell(client, f"{SUBJECT}.{partition}", of_partition.ours, name))
    finally:
        if not client.is_closed:
            await subscription.unsubscribe()


async def _tell(client: client_.Client, subject: str, ours: bell_.Bell, name: bytes) -> None:
    while True:
        rung = ours.rung
        if client.is_connected:
            await client.publish(subject, name)
        await ours.wait(rung, QUIET_SECONDS)
