"""Settings: each has its range, and what is outside of it is told of the variable."""

from __future__ import annotations

import pytest

from culm.kernel import settings


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("CULM_PORT", "many"),
        ("CULM_PORT", "-1"),
        ("CULM_PORT", "65536"),
        ("CULM_PARTITIONS", "1.5"),
        ("CULM_PARTITIONS", "0"),
        ("CULM_PARTITIONS", str(settings.MAX_PARTITIONS + 1)),
        ("CULM_CACHE_ROWS", "0"),
        ("CULM_QUEUE_WEIGHT", "0"),
        ("CULM_DEFAULT_TENANT", "Acme"),
        ("CULM_DEFAULT_TENANT", "acme\n"),
        ("CULM_DEFAULT_TENANT", "a" * 65),
        ("CULM_CLOCK_SKEW_SECONDS", "0"),
        ("CULM_CLOCK_SKEW_SECONDS", "nan"),
        ("CULM_CLOCK_SKEW_SECONDS", "inf"),
    ],
)
def test_a_setting_out_of_its_range_is_named_as_it_is_set(name: str, text: str) -> None:
    with pytest.raises(settings.SettingInvalid, match=f"^{name} cannot be read: ") as refused:
        settings.from_environment({name: text})
    assert refused.value.field == name
    assert "$" not in refused.value.message


def test_the_ends_of_a_range_belong_to_it() -> None:
    read = settings.from_environment(
        {"CULM_PORT": "0", "CULM_PARTITIONS": "1", "CULM_DEFAULT_TENANT": "a_1-b"}
    )
    assert (read.port, read.partitions, read.default_tenant) == (0, 1, "a_1-b")
    assert settings.from_environment({"CULM_PORT": "65535"}).port == 65_535


def test_a_home_that_nobody_has_is_named() -> None:
    read = settings.from_environment({"CULM_DATA_DIR": "~nobody-at-all/data"})
    with pytest.raises(settings.SettingInvalid, match="~nobody-at-all/data"):
        read.data_path.exists()
