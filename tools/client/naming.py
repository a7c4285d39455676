"""What an operation of the API is called in Python: `GET /v1/ledger/accounts/{account}/balance`,
which is `get_balance`, is `client.ledger.accounts.balance`.

The path says where it stands: the fixed segments up to the first parameter. The operation's name
says what it is called there: without the words that its place says already, and without `get` or
`list` when something remains.
"""

from __future__ import annotations

import keyword
from collections.abc import Collection
from typing import NamedTuple

_ROOT = "v1"
_VERBS = {"get": "get", "post": "create", "patch": "update", "put": "put", "delete": "delete"}


class Place(NamedTuple):
    """Where an operation stands, and its name there: (ledger, accounts), open."""

    group: tuple[str, ...]
    name: str


def place(method: str, path: str, operation_id: str, paths: Collection[str]) -> Place:
    """The place of an operation among all paths of the API."""
    group = tuple(_identifier(one) for one in _group(method, path, operation_id, paths))
    said = {_singular(word) for one in group for word in one.split("_")}
    words = [word for word in operation_id.split("_") if _singular(word) not in said]
    if len(words) > 1 and words[0] in ("get", "list"):
        words = words[1:]
    listed = method == "get" and not path.endswith("}")
    name = "_".join(words) or ("list" if listed else _VERBS[method])
    return Place(group, python(name))


def python(name: str) -> str:
    """A name that Python takes."""
    plain = _identifier(name)
    return f"{plain}_" if keyword.iskeyword(plain) else plain


def camel(words: Collection[str]) -> str:
    """The name of a class: (ledger, trial_balance) is LedgerTrialBalance."""
    return "".join(part.capitalize() for word in words for part in word.split("_"))


def _group(method: str, path: str, operation_id: str, paths: Collection[str]) -> tuple[str, ...]:
    segments = path.strip("/").split("/")
    fixed: list[str] = []
    for segment in segments:
        if segment.startswith("{"):
            break
        fixed.append(segment)
    if len(fixed) == len(segments) and not _is_list(method, path, operation_id, paths):
        fixed.pop()
    return tuple(fixed[1:] if fixed[:1] == [_ROOT] else fixed)


def _is_list(method: str, path: str, operation_id: str, paths: Collection[str]) -> bool:
    """Whether the last segment names what there are several of, and not what is done."""
    if any(other.startswith(f"{path}/") for other in paths):
        return True
    return path.endswith("s") and (method == "post" or operation_id.startswith("list"))


def _identifier(text: str) -> str:
    return text.replace("-", "_")


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    if word.endswith(("sses", "ches", "shes", "xes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word
