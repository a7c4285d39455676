"""What the documents promise is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from culm import app
from culm.access import scopes
from culm.kernel import settings

ROOT = Path(__file__).parent.parent
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]


def test_every_setting_is_documented_and_every_documented_one_exists() -> None:
    text = (ROOT / "docs/operating/settings.md").read_text()
    documented = set(re.findall(r"^\| `CULM_(\w+)`", text, re.MULTILINE))
    assert documented == {name.upper() for name in settings.Settings.__struct_fields__}


def test_every_context_that_there_are_scopes_for_is_documented() -> None:
    text = (ROOT / "docs/concepts/access.md").read_text()
    listed, _, _ = text.partition("Contexts: ")[2].partition(".")
    assert tuple(re.findall(r"`(\w+)`", listed)) == scopes.CONTEXTS


def test_every_projection_is_documented_in_its_version() -> None:
    text = (ROOT / "docs/reference/projections.md").read_text()
    listed, _, _ = text.partition("## Commands")
    documented = re.findall(r"^\| `(\w+)` \| (\d+) \|", listed, re.MULTILINE)
    assert documented == [(one.name, str(one.version)) for one in app.PROJECTIONS]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text()):
        assert (document.parent / target).exists(), target
