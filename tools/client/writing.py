"""All that is made from the API's description, formatted."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import culm
from tools.client import description, resources, typing_

FOLDER = Path(culm.__file__).parent / "client"


def files(document: dict[str, Any]) -> dict[str, str]:
    """What belongs into each file of the client that is made, by its name."""
    described = description.Description(document)
    made = {
        "types.py": typing_.types(described),
        "bodies.py": typing_.bodies(described),
        "resources.py": resources.Writer(described, asynchronous=False).module(),
        "async_resources.py": resources.Writer(described, asynchronous=True).module(),
    }
    return {name: formatted(source, name) for name, source in made.items()}


def formatted(source: str, name: str) -> str:
    """Python as the project formats it, without the imports that it does not need."""
    for command in (
        ["check", "--fix-only", "--quiet", "--select", "F401,I", "--unfixable", "F811"],
        ["format", "--quiet"],
    ):
        source = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--stdin-filename", FOLDER / name, "-"],
            input=source,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    return source
