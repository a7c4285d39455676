"""What bank accounts bring to the Book: their state, their facts and their commands."""

from __future__ import annotations

from typing import Final

from culm.bank_accounts import apply, commands, examples, tables, views
from culm.bank_accounts.decisions import linking, lookup, verifying
from culm.book.catalog import Command, Context

_RECORD: Final = views.Record

BANK_ACCOUNTS: Final = Context(
    name="bank_accounts",
    tables=(tables.BANK_ACCOUNTS,),
    journals=(),
    applies=apply.APPLIES,
    commands=(
        Command(commands.LinkBankAccount, _RECORD, linking.link, linking.want_link),
        Command(commands.SendDeposits, _RECORD, verifying.send_deposits, verifying.want_deposits),
        Command(commands.VerifyBankAccount, _RECORD, verifying.verify, verifying.want_verification),
        Command(commands.ExpireVerification, _RECORD, verifying.expire, lookup.want_account),
        Command(commands.RemoveBankAccount, _RECORD, linking.remove, lookup.want_account),
        Command(commands.NoteReturn, _RECORD, linking.note_return, lookup.want_account),
        Command(commands.CorrectBankAccount, _RECORD, linking.correct, lookup.want_account),
        Command(commands.RefuseCorrection, _RECORD, linking.refuse_correction, lookup.want_account),
    ),
    examples=examples.EXAMPLES,
)
