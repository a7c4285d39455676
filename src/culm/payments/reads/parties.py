"""Who pays and who is paid: wallets, and bank accounts outside."""

from __future__ import annotations

from collections.abc import Collection

from culm.bank_accounts.reads import accounts
from culm.payments import views
from culm.payments.reads import queries
from culm.wallets import types as wallet_types
from culm.wallets.reads import wallets


async def parties(
    db: queries.Database, *, partition: int, tenant: str, ids: Collection[str]
) -> dict[str, views.PaymentParty]:
    """Those who have one of these ids, by id: one read for all wallets, and one for all bank
    accounts."""
    of_wallets = [one for one in ids if one.startswith(f"{wallet_types.PREFIX}_")]
    outside = sorted(set(ids) - set(of_wallets))
    found: dict[str, views.PaymentParty] = {}
    if of_wallets:
        known = await wallets.wallets_by_id(db, partition=partition, tenant=tenant, ids=of_wallets)
        found |= {one: views.PaymentParty(one, wallet, None) for one, wallet in known.items()}
    if outside:
        banks = await accounts.in_brief(db, partition=partition, tenant=tenant, ids=outside)
        found |= {one: views.PaymentParty(one, None, bank) for one, bank in banks.items()}
    return found
