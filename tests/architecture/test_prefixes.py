"""An id says what kind of thing it is of, so no two kinds begin alike."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections import defaultdict

import culm


def test_no_two_kinds_of_things_have_ids_that_begin_alike() -> None:
    kinds: defaultdict[str, list[str]] = defaultdict(list)
    for module in pkgutil.walk_packages(culm.__path__, "culm."):
        if module.name.endswith(".types"):
            for name, value in vars(importlib.import_module(module.name)).items():
                if name.isupper() and isinstance(value, str) and re.fullmatch("[a-z]{3}", value):
                    kinds[value].append(f"{module.name}.{name}")
    assert {"abt", "bat", "pay", "tfr", "wal"} <= kinds.keys()
    assert [names for names in kinds.values() if len(names) > 1] == []
