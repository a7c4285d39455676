"""The streams that facts are published to: one for each partition, in the order of its log.

A stream is written by the relay alone, and its first message is the log's first event. So the
sequence of a message is the position of its event and one, for ever: NATS itself refuses a message
in another place (`Nats-Expected-Last-Sequence`), and a stream tells how far it was published.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from nats import js
from nats.js import api
from nats.js import errors as js_errors

from culm.facts import subject

ENTRY: Final = "relay"
"""Where the relays of several partitions publish: their streams may not share a subject."""

HEADER_BYTES: Final = 1_024
"""Room for subject and headers within the largest message that NATS takes."""

DUPLICATE_WINDOW_SECONDS: Final = 120.0


@dataclass(frozen=True)
class Layout:
    """How many partitions there are, and how many servers keep each stream."""

    partitions: int = 1
    replicas: int = 1

    def entry(self, partition: int, fact_subject: str) -> str:
        """The subject to publish to, so that the stream has the fact under its own subject."""
        if self.partitions == 1:
            return fact_subject
        return f"{ENTRY}.{partition}{fact_subject.removeprefix(subject.ROOT)}"

    def config(self, partition: int) -> api.StreamConfig:
        """The stream of a partition."""
        config = api.StreamConfig(
            name=name_of(partition),
            subjects=[f"{subject.ROOT}.>"],
            storage=api.StorageType.FILE,
            num_replicas=self.replicas,
            duplicate_window=DUPLICATE_WINDOW_SECONDS,
            allow_direct=True,
            deny_delete=True,
        )
        if self.partitions == 1:
            return config
        # Kept under the subject that readers know, and passed on under it to those who just listen.
        return config.evolve(
            subjects=[f"{ENTRY}.{partition}.>"],
            subject_transform=api.SubjectTransform(
                src=f"{ENTRY}.{partition}.>", dest=f"{subject.ROOT}.>"
            ),
            republish=api.RePublish(src=f"{subject.ROOT}.>", dest=f"{subject.ROOT}.>"),
        )


def name_of(partition: int) -> str:
    """The name of a partition's stream."""
    return f"CULM_{partition}"


async def ensure(jetstream: js.JetStreamContext, layout: Layout, partition: int) -> api.StreamInfo:
    """The stream of a partition, which is there now. Raises what nats raises."""
    try:
        return await jetstream.stream_info(name_of(partition))
    except js_errors.NotFoundError:
        return await jetstream.add_stream(layout.config(partition))
