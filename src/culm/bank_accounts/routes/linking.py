"""Linking a bank account: what is known of it is sealed first, then decided about."""

from __future__ import annotations

from culm.bank_accounts import checks, commands, known, views
from culm.bank_accounts.routes import bodies
from culm.book import idempotency
from culm.customers import rejections as customer_rejections
from culm.customers.reads import customers
from culm.gateway import request as request_
from culm.security import routes as security


async def link(request: request_.Request, data: bodies.NewBankAccount) -> views.BankAccount:
    """Keep a bank account. Raises what `LinkBankAccount` raises, and those of its form."""
    checks.routing(data.routing)
    checks.account(data.account)
    checks.holder(data.holder_name)
    keys, tenant = security.sealing(request), request.caller.tenant
    customer = await customers.find(request.db, **request.books, customer=data.customer)
    key = (await keys.keys(tenant, [customer.subject])).get(customer.subject)
    if key is None:  # of who is erased nothing new is kept
        raise customer_rejections.CustomerClosed("The customer is closed.", field="customer")
    command = commands.LinkBankAccount(
        customer=data.customer,
        subject=customer.subject,
        sealed=known.seal(key, known.Known(data.account, data.holder_name)),
        routing=data.routing,
        kind=data.kind,
        last4=checks.shown(data.account),
    )
    root = await keys.root(tenant)
    said = idempotency.said(data, pepper=root.pepper)
    record = await request.submit(command, views.Record, said=said)
    return await known.show(keys, tenant, record)
