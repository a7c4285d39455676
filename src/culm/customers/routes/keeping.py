"""Keeping what is said of a customer: sealed first, found by its indexes, then decided.

The key and the indexes are durable before the command is, so that whatever is in the log can be
opened and found. What a refused command leaves behind is taken away again; what a crash leaves
behind says nothing: an index refers to one sealed text alone, which then is nowhere.
"""

from __future__ import annotations

from typing import Final

import msgspec

from culm.book import idempotency
from culm.customers import commands, known, profile, rejections, types, views
from culm.customers.reads import customers as reads
from culm.customers.routes import bodies
from culm.gateway import request as request_
from culm.kernel import errors
from culm.security import routes as security
from culm.security import sealing

TRIES: Final = 3
"""How often a change is made again when another one came between."""


async def create(request: request_.Request, data: bodies.NewCustomer) -> views.Customer:
    """Keep a new customer. Raises what `CreateCustomer` raises, and `CustomerInvalid`."""
    found = bodies.known(data, today=request.platform.clock().date())
    kind, tenant = profile.kind(found), request.caller.tenant
    keys = security.sealing(request)
    subject = await keys.subject(tenant, hint=known.ABOUT)
    sealed = known.seal(subject.key, found)
    await keys.index(tenant, subject.id, sealed, known.indexed(found))
    command = commands.CreateCustomer(kind=kind, subject=subject.id, sealed=sealed, tier=data.tier)
    try:
        record = await _submit(request, keys, command, data)
    except errors.CulmError as error:
        if _is_refusal(error):
            await keys.destroy(tenant, subject.id)
        raise
    if record.subject != subject.id:  # it was created before, under this key
        await keys.destroy(tenant, subject.id)
    return await known.show(keys, tenant, record)


async def update(
    request: request_.Request, customer: str, data: bodies.CustomerChange
) -> views.Customer:
    """Change what is known of a customer. Raises what `UpdateCustomer` raises, and
    `CustomerInvalid`; `CustomerChanged` only when others change the same one all the time."""
    for remaining in reversed(range(TRIES)):
        row = await reads.find(request.db, **request.books, customer=customer)
        try:
            return await _update(request, row, data)
        except rejections.CustomerChanged:
            if not remaining:
                raise
    raise AssertionError


async def _update(
    request: request_.Request, row: types.Customer, data: bodies.CustomerChange
) -> views.Customer:
    """The change, made to what was known at the revision of `row`."""
    keys, tenant = security.sealing(request), row.tenant
    key = (await keys.keys(tenant, [row.subject])).get(row.subject)
    found, sealed = profile.Profile(), ""
    if key is not None and row.sealed:  # of who is erased nothing is known any more: see below
        found = data.of(known.open_(key, row.sealed))
        profile.check(found, today=request.platform.clock().date())
        profile.require_kind(found, row.kind)
        sealed = known.seal(key, found)
        await keys.index(tenant, row.subject, sealed, known.indexed(found))
    command = commands.UpdateCustomer(customer=row.id, revision=row.revision, sealed=sealed)
    said = bodies.ChangeOfCustomer(customer=row.id, **msgspec.structs.asdict(data))
    try:
        record = await _submit(request, keys, command, said)
    except errors.CulmError as error:
        if _is_refusal(error):
            await keys.unindex(tenant, row.subject, sealed)
        raise
    over = row.sealed if record.sealed == sealed else sealed
    await keys.unindex(tenant, row.subject, over)
    return await known.show(keys, tenant, record)


async def _submit(
    request: request_.Request,
    keys: sealing.Sealing,
    command: commands.Command,
    said: msgspec.Struct,
) -> views.Record:
    """Have a command decided whose key remembers what was said, without giving it away."""
    root = await keys.root(request.caller.tenant)
    digests = idempotency.said(said, pepper=root.pepper)
    return await request.submit(command, views.Record, said=digests)


def _is_refusal(error: errors.CulmError) -> bool:
    """Whether it is sure that nothing was done, and never will be."""
    return error.status < errors.Unavailable.status
