"""Making secrets up, around the commands that know their digests alone."""

from __future__ import annotations

from culm.access import keeping, tokens, views
from culm.kernel import ids


def secret(kept: keeping.Kept) -> tuple[str, str]:
    """A new secret, and its digest."""
    made = tokens.new_secret()
    return made, kept.digest(made)


def shown(issued: views.Issued, made: str, digest: str) -> views.IssuedKey:
    """The key with the secret that was made for it. One of another digest is the answer to an
    earlier request under the same key of idempotency: its secret nobody knows any more."""
    if issued.digest != digest:
        return views.IssuedKey(issued.key, None)
    text = tokens.text(issued.key.mode, ids.number_of(issued.key.id), made)
    return views.IssuedKey(issued.key, text)
