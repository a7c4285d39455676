"""What camt.053.001.08 allows: its schema, as ISO 20022 publishes it."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

import xmlschema

NAMESPACE: Final = "{urn:iso:std:iso:20022:tech:xsd:camt.053.001.08}"


@functools.cache
def _schema() -> xmlschema.XMLSchema10:
    return xmlschema.XMLSchema10(Path(__file__).parent / "iso20022" / "camt.053.001.08.xsd")


def require_valid(text: bytes) -> ET.Element:
    """The document, if it is one; an AssertionError says where it is none."""
    root = ET.fromstring(text)
    wrong = [(error.path, error.reason) for error in _schema().iter_errors(root)]
    assert not wrong, wrong
    return root


def texts(node: ET.Element, path: str) -> Iterator[str]:
    """The texts of what stands at a path below."""
    for found in node.iterfind("/".join(NAMESPACE + name for name in path.split("/"))):
        yield found.text or ""
