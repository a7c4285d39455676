"""What the ledger brings to the Book: its state, its facts and its commands."""

from __future__ import annotations

from typing import Final

from culm.book.catalog import Command, Context
from culm.ledger import apply, commands, examples, tables, types, views
from culm.ledger.decisions import accounts, exchange, holds, lookup, posting, reversal


def _transaction(command: commands.PostTransaction) -> int:
    """An ordinary transaction has two postings."""
    return max(1, (len(command.postings) + len(command.metadata)) // 2)


def _batch(command: commands.PostTransactions) -> int:
    return max(1, sum([_transaction(transaction) for transaction in command.transactions]))


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
    journals=(tables.ENTRIES, tables.UNHELD, tables.REFERENCES),
    applies=apply.APPLIES,
    commands=(
        Command(commands.CreateTenant, types.Tenant, accounts.create_tenant, lookup.want_tenant),
        Command(commands.RegisterAsset, types.Asset, accounts.register_asset, accounts.want_asset),
        Command(commands.OpenAccount, views.Account, accounts.open_account, accounts.want_code),
        Command(
            commands.UpdateAccount, views.Account, accounts.update_account, accounts.want_account
        ),
        Command(
            commands.CloseAccount, views.Account, accounts.close_account, accounts.want_account
        ),
        Command(commands.ClosePeriod, types.Tenant, accounts.close_period, lookup.want_tenant),
        Command(
            commands.PostTransaction,
            _POSTED,
            posting.post_transaction,
            posting.want_transaction,
            weight=_transaction,
        ),
        Command(
            commands.PostTransactions,
            commands.Results,
            posting.post_transactions,
            posting.want_transactions,
            weight=_batch,
        ),
        Command(commands.Exchange, _POSTED, exchange.exchange, exchange.want_exchange),
        Command(
            commands.ReverseTransaction,
            _POSTED,
            reversal.reverse_transaction,
            reversal.want_reversal,
        ),
        Command(commands.PlaceHold, views.Hold, holds.place_hold, holds.want_accounts),
        Command(commands.CaptureHold, _POSTED, holds.capture_hold, holds.want_hold),
        Command(commands.ReleaseHold, views.Hold, holds.release_hold, holds.want_hold),
        Command(
            commands.ExpireHolds,
            commands.Expired,
            holds.expire_holds,
            holds.want_holds,
            weight=_holds,
        ),
    ),
    examples=examples.EXAMPLES,
)
