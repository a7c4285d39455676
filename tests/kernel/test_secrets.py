"""A database's password is never shown."""

from __future__ import annotations

import pytest

from culm.kernel import secrets


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://culm:hunter2@db/culm", "postgresql://culm:***@db/culm"),
        ("postgresql://culm:p@ss/wo#rd@db:5432/culm", "postgresql://culm:***@db:5432/culm"),
        ("postgresql://:hunter2@db/culm", "postgresql://:***@db/culm"),
        (
            "postgresql://culm@db/culm?password=hunter2&sslmode=require",
            "postgresql://culm@db/culm?password=***&sslmode=require",
        ),
        (
            "postgresql:///culm?user=a&PASSWORD=hunter2&sslpassword=hunter3",
            "postgresql:///culm?user=a&PASSWORD=***&sslpassword=***",
        ),
        (
            "postgresql://postgres@/culm?host=/run&port=1",
            "postgresql://postgres@/culm?host=/run&port=1",
        ),
        ("postgresql://db:5432/culm", "postgresql://db:5432/culm"),
    ],
)
def test_a_url_is_shown_without_its_password(url: str, shown: str) -> None:
    assert secrets.masked_url(url) == shown


@pytest.mark.parametrize("form", ["s%20%2Be", "s +e", "s+%2Be"])
@pytest.mark.parametrize(
    "url", ["postgres://u:s%20%2Be@db/x", "postgres://u@db/x?password=s%20%2Be"]
)
def test_what_is_said_about_a_url_is_shown_without_its_password(url: str, form: str) -> None:
    assert secrets.masked(f"cannot log in with {form}", url) == "cannot log in with ***"
