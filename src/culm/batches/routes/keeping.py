"""Keeping what came in: sealed with the payer's key before anything else happens to it."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Protocol, cast

from culm.batches import commands, types, views
from culm.batches.parsing import sealing as parsing
from culm.batches.reads import contents, queries
from culm.batches.routes import bodies
from culm.book import idempotency
from culm.customers import rejections as customers
from culm.customers.reads import customers as customer_reads
from culm.gateway import request as request_
from culm.kernel import errors
from culm.security import routes as security
from culm.security import sealing
from culm.wallets.reads import wallets


class Keeping(Protocol):
    """The platform behind a request, as far as contents are kept there."""

    @property
    def db(self) -> queries.Whole:
        """Connections that may keep contents."""


async def digest(request: request_.Request, content: bytes) -> str:
    """By what the same content is known: keyed, since a short one could be tried out."""
    root = await security.sealing(request).root(request.caller.tenant)
    return hmac.new(root.pepper, content, hashlib.sha256).hexdigest()


async def receive(
    request: request_.Request,
    content: bytes,
    of: bodies.Said,
    *,
    format_: types.Format,
    sha256: str,
    said: idempotency.Said,
) -> views.Batch:
    """Have a batch received, once its content is durable. A request that was answered before, or
    that is refused, leaves nothing behind; of one whose outcome is not known the content stays."""
    db, place = cast(Keeping, request.platform).db, request.books
    subject, key = await _payer(request, of.source)
    name, sealed = secrets.token_hex(16), key.seal(content, parsing.ABOUT)
    await contents.keep(db, **place, content=name, sealed=sealed, now=request.platform.clock())
    command = commands.ReceiveBatch(
        source=of.source,
        currency=of.currency,
        format=format_,
        sha256=sha256,
        subject=subject,
        content=name,
        mode=of.mode,
        same_day=of.same_day,
        reference=of.reference,
        again=of.again,
    )
    try:
        record = await request.submit(command, views.Record, said=said)
    except (errors.Rejection, errors.Invalid, errors.KeyConflict):
        await contents.delete(db, **place, content=name)
        raise
    if record.content != name:
        await contents.delete(db, **place, content=name)
    return record.batch


async def _payer(request: request_.Request, source: str) -> tuple[str, sealing.Key]:
    """The subject whose money it is, and its key."""
    wallet = await wallets.find(request.db, **request.books, wallet=source, field="source")
    customer = await customer_reads.find(request.db, **request.books, customer=wallet.customer)
    keys = security.sealing(request)
    found = await keys.keys(request.caller.tenant, [customer.subject])
    if customer.subject not in found:
        raise customers.CustomerClosed("The customer is closed.", field="source")
    return customer.subject, found[customer.subject]
