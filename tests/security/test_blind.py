"""Blind indexes: what is the same to people is the same to them, and nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from culm.security import blind

ROOT = blind.Root(b"r" * 32)


@pytest.mark.parametrize(
    ("field", "one", "other", "same"),
    [
        ("email", "Ada@Example.com", " ada@example.COM ", True),
        ("email", "ada@example.com", "ada@example.org", False),
        ("email", "zoë@example.com", "zoe@example.com", False),
        ("name", "Zoë  de la Croix", "ZOE DE LA CROIX", True),
        ("name", "Straße", "STRASSE", True),
        ("name", "Zoë", "Zo\u0065\u0308", True),  # written in one sign, and in two
        ("name", "Ada Lovelace", "Lovelace Ada", False),
        ("phone", "+14155550123", "+1 (415) 555-0123", True),
        ("phone", "+14155550123", "+14155550124", False),
        ("reference", "User-7", "user-7", True),
        ("reference", "7", "\uff17", True),  # the wide digit of other keyboards
    ],
)
def test_values_have_the_same_index_when_they_mean_the_same(
    field: str, one: str, other: str, same: bool
) -> None:
    assert (ROOT.index(field, one) == ROOT.index(field, other)) == same


@given(value=st.text())
def test_an_index_tells_neither_value_nor_field_nor_root(value: str) -> None:
    index = ROOT.index("email", value)
    assert len(index) == 32
    assert index == ROOT.index("email", value)
    assert index != ROOT.index("reference", value)
    assert index != blind.Root(b"s" * 32).index("email", value)


@given(one=st.text(min_size=1), field=st.sampled_from(["email", "name", "phone", "reference"]))
def test_a_normal_form_is_its_own(field: str, one: str) -> None:
    assert blind.normal(field, blind.normal(field, one)) == blind.normal(field, one)
