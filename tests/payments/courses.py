"""Playing out every course that something can take, against what a model foretells of each step."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Protocol, TypeVar

import pytest

S_contra = TypeVar("S_contra", contravariant=True)
M = TypeVar("M")
Step = TypeVar("Step")


class Refused(Exception):
    """The model says no, with a rejection of this class."""

    def __init__(self, by: type[Exception]) -> None:
        self.by = by


def need(right: bool, by: type[Exception]) -> None:
    """Have the model refuse what is not right."""
    if not right:
        raise Refused(by)


class Course(Protocol[S_contra, M]):
    """Something on its way."""

    def aside(self) -> AbstractContextManager[None]:
        """What is asked here is taken back."""

    def foretold(self, step: S_contra, model: M) -> M:
        """What the model makes of a step; raises `Refused`."""

    def ask(self, step: S_contra) -> None:
        """Take the step."""

    def compare(self, step: S_contra, model: M) -> None:
        """Assert that all is as the model has it."""


def play(course: Course[Step, M], steps: Iterable[Step], model: M, depth: int) -> int:
    """Try every step from here, and from wherever that leads; how many were tried."""
    played = 0
    for step in steps:
        with course.aside():
            played += 1
            try:
                after = course.foretold(step, model)
            except Refused as refused:
                with pytest.raises(refused.by):
                    course.ask(step)
                course.compare(step, model)
                continue
            course.ask(step)
            course.compare(step, after)
            if depth > 1 and after != model:
                played += play(course, steps, after, depth - 1)
    return played
