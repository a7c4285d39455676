"""Reactors that are not of this package: named by the setting CULM_REACTORS."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from typing import Any

from culm.kernel import errors
from culm.work import reactor as reactor_


class ReactorsInvalid(errors.CulmError):
    """CULM_REACTORS does not lead to reactors."""

    code = "reactors_invalid"


def load(setting: str) -> tuple[reactor_.Reactor, ...]:
    """The reactors behind `package.module:NAME,...`, each one, or several in a list or tuple.

    Raises `ReactorsInvalid`, naming the one at fault.
    """
    references = [reference.strip() for reference in setting.split(",") if reference.strip()]
    return tuple(reactor for reference in references for reactor in _load(reference))


def _load(reference: str) -> Iterable[reactor_.Reactor]:
    found = _resolve(reference)
    several = found if isinstance(found, list | tuple) else (found,)
    for one in several:
        if not isinstance(one, reactor_.Reactor):
            raise _invalid(f"{reference} holds a {type(one).__name__}, and no Reactor")
    return several


def _resolve(reference: str) -> Any:
    module_name, _, name = reference.partition(":")
    if not module_name or not name:
        raise _invalid(f"{reference!r} is not of the form package.module:NAME")
    try:
        module = importlib.import_module(module_name)
    except Exception as error:  # whatever their own code does when it is imported
        said = f"{type(error).__name__}: {error}"
        raise _invalid(f"{module_name} cannot be imported: {said}") from error
    try:
        return getattr(module, name)
    except AttributeError as error:
        raise _invalid(f"{module_name} has no {name}") from error


def _invalid(message: str) -> ReactorsInvalid:
    return ReactorsInvalid(f"{message}.", field="CULM_REACTORS")
