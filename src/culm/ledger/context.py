"""What the ledger brings to the Book: its state, its facts and its commands."""

from __future__ import annotations

from typing import Final

from culm.book.catalog import Command, Context
from culm.book.unit import Unit
from culm.ledger import apply, commands, tables, types, views
from culm.ledger.decisions import accounts, holds, lookup, posting, reversal


def _tenant(unit: Unit, _command: object) -> lookup.Keys:
    return lookup.tenant_keys(unit.origin.tenant)


def _account(
    unit: Unit, command: commands.UpdateAccount | commands.CloseAccount
) -> lookup.Keys:
    yield from lookup.tenant_keys(unit.origin.tenant)
    yield from lookup.account_keys(unit.origin.tenant, [command.account])


def _batch(command: commands.PostTransactions) -> int:
    return max(1, len(command.transactions))


def _holds(command: commands.ExpireHolds) -> int:
    return max(1, len(command.holds))


_POSTED: Final = views.Transaction

LEDGER: Final = Context(
    name="ledger",
    tables=(
        tables.TENANTS,
        tables.ASSETS,
        tables.CODES,
        tables.ACCOUNTS,
        tables.BALANCES,
        tables.HOLDS,
        tables.REVERSED,
    ),
    journals=(tables.ENTRIES, tables.REFERENCES),
    applies=apply.APPLIES,
    commands=(
        Command(commands.CreateTenant, types.Tenant, accounts.create_tenant, _tenant),
        Command(
            commands.RegisterAsset, types.Asset, accounts.register_asset, accounts.keys_of_code
        ),
        Command(
            commands.OpenAccount, views.Account, accounts.open_account, accounts.keys_of_code
        ),
        Command(commands.UpdateAccount, views.Account, accounts.update_account, _account),
        Command(commands.CloseAccount, views.Account, accounts.close_account, _account),
        Command(commands.ClosePeriod, types.Tenant, accounts.close_period, _tenant),
        Command(
            commands.PostTransaction,
            _POSTED,
            posting.post_transaction,
            posting.keys_of_transaction,
        ),
        Command(
            commands.PostTransactions,
            commands.Results,
            posting.post_transactions,
            posting.keys_of_transactions,
            weight=_batch,
        ),
        Command(
            commands.ReverseTransaction,
            _POSTED,
            reversal.reverse_transaction,
            reversal.keys_of_reversal,
        ),
        Command(commands.PlaceHold, views.Hold, holds.place_hold, holds.keys_of_accounts),
        Command(commands.CaptureHold, _POSTED, holds.capture_hold, holds.keys_of_hold),
        Command(commands.ReleaseHold, views.Hold, holds.release_hold, holds.keys_of_hold),
        Command(
            commands.ExpireHolds,
            commands.Expired,
            holds.expire_holds,
            holds.keys_of_holds,
            weight=_holds,
        ),
    ),
)
