"""Signed notes: a text and who signed it, readable by people and by any C2SP tool.

The format is c2sp.org/signed-note with Ed25519 keys (signature type 0x01). Keys are written as in
Go's golang.org/x/mod/sumdb/note: `name+hash+key` to verify, `PRIVATE+KEY+name+hash+key` to sign.

A note is bytes: read and write its file as UTF-8 without translating line ends.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Final

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ed25519

from culm.kernel import errors

MAX_SIGNATURES: Final = 100
"""More are refused. c2sp.org/signed-note asks for a limit of 16 or more; Go's is 100."""

_ED25519: Final = b"\x01"
_KEY_BYTES: Final = 32  # of a public key and of a seed (RFC 8032 §5.1.5)
_KEY_ID_BYTES: Final = 4
_SIGNATURE_PREFIX: Final = "\N{EM DASH} "
_PRIVATE_PREFIX: Final = "PRIVATE+KEY+"
_FORBIDDEN: Final = re.compile(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]")  # controls; not UTF-8
_KEY_ID: Final = re.compile(r"[0-9a-f]{8}")


class KeyMalformed(errors.Invalid):
    """A key string is not of the form `name+hash+key`, or its hash is not that of its key."""

    code = "key_malformed"


class NoteMalformed(errors.Invalid):
    """A text is not a signed note, or cannot be made one."""

    code = "note_malformed"


class NoteUnverified(errors.Invalid):
    """A note that no trusted key signed, or that a trusted key did not sign as it claims."""

    code = "note_unverified"


class Signature(msgspec.Struct, frozen=True):
    """One signature line: which key is said to have signed, and its raw signature."""

    name: str
    key_id: bytes
    signature: bytes


class Note(msgspec.Struct, frozen=True):
    """A text, ending in a line end, and the signatures below it."""

    text: str
    signatures: tuple[Signature, ...]


class Verifier(msgspec.Struct, frozen=True):
    """A public key that we trust under a name; `str()` is its verifier key `name+hash+key`."""

    name: str
    public_key: bytes

    def __post_init__(self) -> None:
        _require_key(self.name, self.public_key)

    def __str__(self) -> str:
        return _key_text(self.name, self.key_id, self.public_key)

    @classmethod
    def parse(cls, text: str) -> Verifier:
        """Read a verifier key. Raises `KeyMalformed`."""
        name, key_id, public_key = _parse_key(text)
        verifier = cls(name, public_key)
        _require_key_id(verifier, key_id)
        return verifier

    @property
    def key_id(self) -> bytes:
        """Four bytes that tell this key from others of its name (c2sp.org/signed-note)."""
        seed = self.name.encode() + b"\n" + _ED25519 + self.public_key
        return sha256(seed).digest()[:_KEY_ID_BYTES]

    def verifies(self, text: str, signature: bytes) -> bool:
        """Whether the signature is this key's, over exactly this text."""
        try:
            key = ed25519.Ed25519PublicKey.from_public_bytes(self.public_key)
            key.verify(signature, text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


class Signer(msgspec.Struct, frozen=True):
    """A private key and the name that it signs under. Its repr does not show the key."""

    name: str
    private_key: ed25519.Ed25519PrivateKey

    def __post_init__(self) -> None:
        _require_key(self.name, bytes(_KEY_BYTES))

    @classmethod
    def from_seed(cls, name: str, seed: bytes) -> Signer:
        """The signer of a 32-byte Ed25519 seed (RFC 8032 §5.1.5), which must be random and kept."""
        _require_key(name, seed)
        return cls(name, ed25519.Ed25519PrivateKey.from_private_bytes(seed))

    @classmethod
    def parse(cls, text: str) -> Signer:
        """Read a signer key, the text of `secret`. Raises `KeyMalformed`, which never quotes it."""
        prefix, rest = text[: len(_PRIVATE_PREFIX)], text[len(_PRIVATE_PREFIX) :]
        if prefix != _PRIVATE_PREFIX:
            raise KeyMalformed(f"A signer key begins with {_PRIVATE_PREFIX}.")
        name, key_id, seed = _parse_key(rest)
        signer = cls.from_seed(name, seed)
        _require_key_id(signer.verifier, key_id)
        return signer

    @property
    def verifier(self) -> Verifier:
        """The public half, to give to everybody."""
        return Verifier(self.name, self.private_key.public_key().public_bytes_raw())

    def secret(self) -> str:
        """The signer key `PRIVATE+KEY+name+hash+key`. Who has it can sign: keep it secret."""
        seed = self.private_key.private_bytes_raw()
        return _PRIVATE_PREFIX + _key_text(self.name, self.verifier.key_id, seed)

    def sign(self, text: str) -> Signature:
        """This key's signature over exactly this text."""
        return Signature(self.name, self.verifier.key_id, self.private_key.sign(text.encode()))


def sign(text: str, signers: Sequence[Signer]) -> str:
    """The signed note of a text, one line a signer. Raises `NoteMalformed` for an unfit text."""
    if not signers:
        raise NoteMalformed("A note needs a signature.")
    if not text.endswith("\n"):
        raise NoteMalformed("The text of a note ends in a line end.")
    _require_characters(text)
    return text + "\n" + "".join(_signature_line(signer.sign(text)) for signer in signers)


def parse(signed: str) -> Note:
    """The text and all signature lines, none verified: do not trust the text. `NoteMalformed`."""
    _require_characters(signed)
    end = signed.rfind("\n\n")  # the last empty line: the text may hold others
    lines = signed[end + 2 :].split("\n")
    if end < 0 or len(lines) < 2:
        raise NoteMalformed("A signed note is a text, an empty line, and lines with signatures.")
    if lines.pop():
        raise NoteMalformed("The last line of a signed note ends in a line end.")
    if len(lines) > MAX_SIGNATURES:
        raise NoteMalformed(f"A signed note has at most {MAX_SIGNATURES} signatures.")
    return Note(signed[: end + 1], tuple(_parse_signature(line) for line in lines))


def open_(signed: str, verifiers: Iterable[Verifier]) -> Note:
    """The note with those of its signatures that these keys made; the text may be trusted.

    Signatures of unknown keys are ignored, as c2sp.org/signed-note demands. Raises
    `NoteMalformed`, or `NoteUnverified` where no known key signed, or a known key's line is false.
    """
    note = parse(signed)
    known = _by_name_and_id(verifiers)
    verified = dict[Signature, None]()  # a signature may be repeated: kept once, in order
    for signature in note.signatures:
        verifier = known.get((signature.name, signature.key_id))
        if verifier is None:
            continue
        if not verifier.verifies(note.text, signature.signature):
            raise NoteUnverified(f"The signature of {verifier} is not one of this text.")
        verified[signature] = None
    if not verified:
        raise NoteUnverified("No trusted key has signed this note.")
    return Note(note.text, tuple(verified))


def decode_base64(text: str) -> bytes:
    """Standard base64 (RFC 4648 §4), one text for one value: no spaces, no stray bits. ValueError.

    Python's own decoder lets the unused bits of the last character differ, so that two texts
    would mean one signature.
    """
    data = base64.b64decode(text, validate=True)
    if encode_base64(data) != text:
        raise binascii.Error("not canonical base64")
    return data


def encode_base64(data: bytes) -> str:
    """Standard base64 with padding (RFC 4648 §4)."""
    return base64.b64encode(data).decode()


def _by_name_and_id(verifiers: Iterable[Verifier]) -> dict[tuple[str, bytes], Verifier]:
    known: dict[tuple[str, bytes], Verifier] = {}
    for verifier in verifiers:
        other = known.setdefault((verifier.name, verifier.key_id), verifier)
        if other != verifier:
            raise KeyMalformed(f"Two keys share one name and hash: {other} and {verifier}.")
    return known


def _signature_line(signature: Signature) -> str:
    data = encode_base64(signature.key_id + signature.signature)
    return f"{_SIGNATURE_PREFIX}{signature.name} {data}\n"


def _parse_signature(line: str) -> Signature:
    name, separator, data = line.removeprefix(_SIGNATURE_PREFIX).rpartition(" ")
    if not line.startswith(_SIGNATURE_PREFIX) or not separator or not _is_name(name):
        raise NoteMalformed("A signature line is a dash, a key name, and base64.")
    try:
        blob = decode_base64(data)
    except ValueError as error:
        raise NoteMalformed(f"The signature of {name} is not base64.") from error
    if len(blob) <= _KEY_ID_BYTES:
        raise NoteMalformed(f"The signature of {name} is too short.")
    return Signature(name, blob[:_KEY_ID_BYTES], blob[_KEY_ID_BYTES:])


def _parse_key(text: str) -> tuple[str, bytes, bytes]:
    """Name, hash and key material of `name+hash+base64(0x01 || key)`. Quotes none of it."""
    name, _, rest = text.partition("+")
    key_id, _, data = rest.partition("+")
    try:
        blob = decode_base64(data)
    except ValueError as error:
        raise KeyMalformed("The last part of a key is not base64.") from error
    if not _KEY_ID.fullmatch(key_id):
        raise KeyMalformed("The hash of a key is eight lowercase hexadecimal digits.")
    if blob[:1] != _ED25519:
        raise KeyMalformed("The key is not an Ed25519 key (type 0x01).")
    return name, bytes.fromhex(key_id), blob[1:]


def _key_text(name: str, key_id: bytes, key: bytes) -> str:
    return f"{name}+{key_id.hex()}+{encode_base64(_ED25519 + key)}"


def _require_key(name: str, key: bytes) -> None:
    if not _is_name(name):
        raise KeyMalformed("A key name is not empty and has no spaces and no plus sign.")
    if len(key) != _KEY_BYTES:
        raise KeyMalformed(f"An Ed25519 key has {_KEY_BYTES} bytes, not {len(key)}.")


def _require_key_id(verifier: Verifier, key_id: bytes) -> None:
    if verifier.key_id != key_id:
        raise KeyMalformed(f"The hash of a key named {verifier.name} is not that of the key.")


def _is_name(name: str) -> bool:
    spoilt = any(character.isspace() or character == "+" for character in name)
    return bool(name) and not spoilt and not _FORBIDDEN.search(name)


def _require_characters(text: str) -> None:
    if _FORBIDDEN.search(text):
        raise NoteMalformed("A note is UTF-8 with no control characters but the line end.")
