"""Signatures: an independent receiver takes ours, and ours takes only what was signed."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import webhooks as standard

from culm.webhooks import keys, signing, types

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECRET, OTHER = b"s" * 32, b"o" * 32
BODY = b'{"type":"ledger.hold_placed"}'


def signed(kind: types.Signature = "hmac", *secrets: bytes, now: datetime = NOW) -> dict[str, str]:
    return signing.headers(kind, secrets or (SECRET,), id_="evt_1", now=now, body=BODY)


@given(st.binary(min_size=24, max_size=64), st.text(alphabet=st.characters(codec="utf-8")))
def test_the_standards_own_library_verifies_what_we_sign(secret: bytes, text: str) -> None:
    body, now = text.encode(), datetime.now(UTC)
    headers = signing.headers("hmac", [OTHER, secret], id_="evt_1", now=now, body=body)
    shown = keys.public("hmac", secret)
    standard.Webhook(shown).verify(body, headers, json_parse=False)
    signing.verify(shown, headers, body, now=now)


@pytest.mark.parametrize("kind", ["hmac", "ed25519"])
def test_we_verify_what_we_sign_with_either_secret(kind: types.Signature) -> None:
    headers = signed(kind, SECRET, OTHER)
    for secret in (SECRET, OTHER):
        signing.verify(keys.public(kind, secret), headers, BODY, now=NOW)


@pytest.mark.parametrize("kind", ["hmac", "ed25519"])
@pytest.mark.parametrize(
    "change",
    [
        {"webhook-id": "evt_2"},
        {"webhook-timestamp": str(int(NOW.timestamp()) + 1)},
        {"webhook-timestamp": "1e9"},
        {"webhook-timestamp": ""},
        {"webhook-timestamp": "٣"},
        {"webhook-timestamp": "9" * 400},
        {"webhook-signature": ""},
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v1a,AAAA"},
        {"webhook-signature": "v1,!!!! v2,AAAA nonsense"},
    ],
)
def test_nothing_that_was_signed_can_be_exchanged(
    kind: types.Signature, change: dict[str, str]
) -> None:
    with pytest.raises(signing.SignatureInvalid):
        signing.verify(keys.public(kind, SECRET), signed(kind) | change, BODY, now=NOW)


@pytest.mark.parametrize("kind", ["hmac", "ed25519"])
def test_another_body_or_another_secret_is_refused(kind: types.Signature) -> None:
    with pytest.raises(signing.SignatureInvalid):
        signing.verify(keys.public(kind, SECRET), signed(kind), BODY + b" ", now=NOW)
    with pytest.raises(signing.SignatureInvalid):
        signing.verify(keys.public(kind, OTHER), signed(kind), BODY, now=NOW)


def test_a_signature_of_one_kind_is_not_taken_for_the_other() -> None:
    hmac, ed25519 = keys.public("hmac", SECRET), keys.public("ed25519", SECRET)
    both = signed("hmac")["webhook-signature"].replace("v1,", "v1a,")
    for key in (hmac, ed25519, "", "whsec_", "whpk_", "whpk_AAAA", "secret"):
        with pytest.raises(signing.SignatureInvalid):
            signing.verify(key, signed() | {"webhook-signature": both}, BODY, now=NOW)


@pytest.mark.parametrize(
    ("seconds", "taken"), [(-301, False), (-300, True), (300, True), (301, False)]
)
def test_a_timestamp_is_taken_within_five_minutes(seconds: int, taken: bool) -> None:
    headers, now = signed(), NOW + timedelta(seconds=seconds)
    if taken:
        signing.verify(keys.public("hmac", SECRET), headers, BODY, now=now)
    else:
        with pytest.raises(signing.SignatureInvalid, match="another time"):
            signing.verify(keys.public("hmac", SECRET), headers, BODY, now=now)


def endpoint(**changes: object) -> types.Endpoint:
    given: dict[str, object] = {
        "id": "whe_0000000000000001",
        "number": 1,
        "tenant": "a",
        "url": "https://hooks.example.com/",
        "event_types": (),
        "payload": "full",
        "signature": "hmac",
        "description": "",
        "state": "enabled",
        "reason": None,
        "since": 1,
        "generation": 1,
        "previous_until": None,
        "created": NOW,
    }
    return types.Endpoint(**(given | changes))  # type: ignore[arg-type]


def test_every_endpoint_and_generation_has_a_secret_of_its_own(tmp_path: Path) -> None:
    made = keys.Keys(tmp_path / "keys")
    alike = endpoint(url="https://elsewhere.example.com/", payload="thin")
    others = [
        endpoint(tenant="b"),
        endpoint(id="whe_0000000000000002"),
        endpoint(signature="ed25519"),
    ]
    found = {made.secret(one, 1) for one in (endpoint(), *others)}
    found.add(made.secret(endpoint(), 2))
    assert len(found) == 5
    assert {len(secret) for secret in found} == {32}
    assert made.secret(alike, 1) in found


def test_the_master_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    directory = tmp_path / "keys"
    secrets = {keys.Keys(directory).secret(endpoint(), 1) for _ in range(3)}
    assert len(secrets) == 1
    file = directory / keys.FILE_NAME
    assert oct(file.stat().st_mode & 0o777) == "0o600"
    assert keys.Keys(tmp_path / "others").secret(endpoint(), 1) not in secrets


@pytest.mark.parametrize("content", [b"", b"AAAA\n", b"\xff" * 50, b"A" * 4_096])
def test_a_damaged_master_key_is_refused_and_never_quoted(tmp_path: Path, content: bytes) -> None:
    keys.Keys(tmp_path / "keys").secret(endpoint(), 1)
    (tmp_path / "keys" / keys.FILE_NAME).write_bytes(content)
    with pytest.raises(keys.MasterKeyRefused, match="is damaged") as refused:
        keys.Keys(tmp_path / "keys").secret(endpoint(), 1)
    assert "AAA" not in refused.value.message


def test_a_master_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    keys.Keys(tmp_path / "keys").secret(endpoint(), 1)
    os.chmod(tmp_path / "keys" / keys.FILE_NAME, 0o644)  # noqa: PTH101
    with pytest.raises(keys.MasterKeyRefused, match="open to others"):
        keys.Keys(tmp_path / "keys").secret(endpoint(), 1)
