"""What customers bring to the Book: their state, their facts and their commands."""

from __future__ import annotations

from typing import Final

from culm.book.catalog import Command, Context
from culm.customers import apply, commands, examples, tables, views
from culm.customers.decisions import consents, lifecycle, lookup

_RECORD: Final = views.Record
_CONSENT: Final = views.Consent
_named: Final = lookup.want_customer

CUSTOMERS: Final = Context(
    name="customers",
    tables=(tables.CUSTOMERS, tables.CONSENTS),
    journals=(),
    applies=apply.APPLIES,
    commands=(
        Command(commands.CreateCustomer, _RECORD, lifecycle.create_customer, lookup.want_tenant),
        Command(commands.UpdateCustomer, _RECORD, lifecycle.update_customer, _named),
        Command(commands.SetTier, _RECORD, lifecycle.set_tier, _named),
        Command(commands.ActivateCustomer, _RECORD, lifecycle.activate_customer, _named),
        Command(commands.RestrictCustomer, _RECORD, lifecycle.restrict_customer, _named),
        Command(commands.UnrestrictCustomer, _RECORD, lifecycle.unrestrict_customer, _named),
        Command(commands.CloseCustomer, _RECORD, lifecycle.close_customer, _named),
        Command(commands.EraseCustomer, _RECORD, lifecycle.erase_customer, _named),
        Command(commands.GiveConsent, _CONSENT, consents.give_consent, lookup.want_consent),
        Command(commands.WithdrawConsent, _CONSENT, consents.withdraw_consent, lookup.want_consent),
    ),
    examples=examples.EXAMPLES,
)
