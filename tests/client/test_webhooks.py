"""What a receiver believes: deliveries signed by the platform, and by an independent library."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from standardwebhooks import webhooks as standard

from culm.client import webhooks
from culm.webhooks import signing, types

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
KEY = b"k" * 32
SECRET = "whsec_" + base64.b64encode(KEY).decode()
BODY = json.dumps(
    {
        "type": "ledger.hold_placed",
        "timestamp": "2026-03-02T09:00:00Z",
        "id": "evt_1",
        "version": 1,
        "tenant": "acme",
        "data": {"amount": "5"},
    }
).encode()


def verified(headers: dict[str, str], secret: str = SECRET, body: bytes = BODY) -> webhooks.Event:
    return webhooks.verify(secret, headers, body, now=NOW.timestamp())


def signed(kind: types.Signature = "hmac", *keys: bytes) -> dict[str, str]:
    return signing.headers(kind, keys or (KEY,), id_="evt_1", now=NOW, body=BODY)


def test_what_the_platform_signed_is_believed() -> None:
    event = verified({name.title(): value for name, value in signed().items()})
    assert (event.type, event.id, event.tenant) == ("ledger.hold_placed", "evt_1", "acme")
    assert (event.timestamp, event.data) == (NOW, {"amount": "5"})


def test_what_another_library_signed_is_believed() -> None:
    signature = standard.Webhook(SECRET).sign("evt_1", NOW, BODY.decode())
    headers = signed() | {"webhook-signature": signature}
    assert verified(headers).id == "evt_1"


def test_while_a_secret_is_exchanged_either_is_enough() -> None:
    headers = signed("hmac", b"n" * 32, KEY)
    assert verified(headers).id == "evt_1"


def test_a_public_key_verifies_too() -> None:
    private = ed25519.Ed25519PrivateKey.from_private_bytes(KEY)
    public = "whpk_" + base64.b64encode(private.public_key().public_bytes_raw()).decode()
    headers = signed("ed25519")
    assert verified(headers, public).id == "evt_1"
    with pytest.raises(webhooks.SignatureInvalid):
        verified(headers, public, BODY + b" ")


def test_a_thin_payload_is_an_event_too() -> None:
    thin = b'{"type":"a.b","timestamp":"2026-03-02T09:00:00Z","data":{"id":"evt_1"}}'
    headers = signing.headers("hmac", (KEY,), id_="evt_1", now=NOW, body=thin)
    assert verified(headers, body=thin).data == {"id": "evt_1"}


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook-id": "evt_2"},
        {"webhook-timestamp": str(int(NOW.timestamp()) + 1)},
        {"webhook-timestamp": str(int(NOW.timestamp()) - 301)},
        {"webhook-timestamp": str(int(NOW.timestamp()) + 301)},
        {"webhook-timestamp": ""},
        {"webhook-timestamp": "-5"},
        {"webhook-timestamp": "9" * 40},
        {"webhook-signature": ""},
        {"webhook-signature": "v1"},
        {"webhook-signature": "v1,!"},
        {"webhook-signature": "v2,AAAA v1a,AAAA"},
    ],
    ids=str,
)
def test_what_is_not_signed_so_is_not_believed(changed: dict[str, str]) -> None:
    with pytest.raises(webhooks.SignatureInvalid):
        verified(signed() | changed)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_!", "whpk_AAAA", "AAAA", SECRET[6:]])
def test_a_secret_that_is_none_believes_nothing(secret: str) -> None:
    with pytest.raises(webhooks.SignatureInvalid):
        verified(signed(), secret)


def test_an_empty_secret_is_none_either() -> None:
    with pytest.raises(webhooks.SignatureInvalid):
        verified(signed("hmac", b""), "whsec_")


def test_the_body_is_signed_to_the_last_byte() -> None:
    for body in (BODY + b" ", BODY[:-1], BODY.replace(b'"5"', b'"6"')):
        with pytest.raises(webhooks.SignatureInvalid):
            verified(signed(), body=body)
