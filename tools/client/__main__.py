"""`python -m tools.client`: bring the client up to date with the API's description."""

from __future__ import annotations

from culm import serving
from tools.client import writing


def main() -> None:
    """Write every file that is made."""
    for name, source in writing.files(serving.description()).items():
        (writing.FOLDER / name).write_text(source)


if __name__ == "__main__":
    main()
