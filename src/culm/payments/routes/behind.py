"""What stands behind the ids in payments, and in what is about them."""

from __future__ import annotations

from typing import Final

from culm.gateway import expansions
from culm.payments import views
from culm.payments.reads import parties, payments

PARTY: Final = expansions.Expansion(
    views.PaymentParty, parties.parties, of=("wallets", "bank_accounts")
)
PARTIES: Final = {"source": PARTY, "destination": PARTY}
PAYMENT: Final = {"payment": expansions.Expansion(views.Payment, payments.payments_by_id)}
