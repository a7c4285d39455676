"""Why something is not done about a parked fact. Codes are stable."""

from __future__ import annotations

from typing import ClassVar

from culm.kernel import errors


class WorkRejection(errors.Rejection):
    """Some rule of parked facts does not allow it."""

    def __init__(self, field: str | None = None) -> None:
        super().__init__(" ".join((self.__doc__ or self.code).split()), field=field)


class ParkedInvalid(WorkRejection):
    """What is said of a fact to park is out of form."""

    code: ClassVar[str] = "parked_invalid"
    status: ClassVar[int] = 400


class ParkedNotFound(WorkRejection):
    """There is no such parked fact."""

    code: ClassVar[str] = "parked_not_found"
    status: ClassVar[int] = 404


class ParkedNotWaiting(WorkRejection):
    """The parked fact is being retried, or was settled or dropped already."""

    code: ClassVar[str] = "parked_not_waiting"
    status: ClassVar[int] = 409


class ParkedBehind(WorkRejection):
    """An earlier fact of the same aggregate is parked: retry or drop that one first."""

    code: ClassVar[str] = "parked_behind"
    status: ClassVar[int] = 409


class LaneFree(WorkRejection):
    """Nothing of the same aggregate is parked, so nothing has to wait for it."""

    code: ClassVar[str] = "lane_free"
    status: ClassVar[int] = 409
