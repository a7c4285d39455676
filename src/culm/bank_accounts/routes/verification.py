"""Verification by micro-deposits, and the end of a bank account."""

from __future__ import annotations

import secrets
from typing import Final

from litestar import post
from litestar.params import FromPath, JSONBody
from litestar.types import ControllerRouterHandler

from culm.bank_accounts import checks, commands, known, rejections, views
from culm.bank_accounts.routes import bodies
from culm.book import idempotency
from culm.customers import api as customers
from culm.gateway import bodies as bodies_
from culm.gateway import request as request_
from culm.gateway.operation import operation
from culm.kernel import money
from culm.rails.ach import api as ach
from culm.security import routes as security

_PRESENT: Final = (rejections.BankAccountNotFound, rejections.BankAccountRemoved)


@post(
    "/bank_accounts/{bank_account:str}/micro_deposits",
    status_code=200,
    **operation(
        "send_micro_deposits",
        *_PRESENT,
        rejections.BankAccountBlocked,
        rejections.BankAccountVerified,
        rejections.VerificationUnderWay,
        rejections.TooManyVerifications,
        *customers.USABLE,
        *ach.ORIGINATING,
    ),
)
async def send_micro_deposits(
    bank_account: FromPath[str],
    request: request_.Request,
    data: JSONBody[bodies_.Nothing | None] = None,
) -> views.BankAccount:
    """Pay two amounts of some cents to a bank account, for its holder to find on a statement. In a
    sandbox they are always 32 and 45."""
    command = commands.SendDeposits(bank_account=bank_account, amounts=_two_amounts())
    said = idempotency.said(bodies.OfBankAccount(bank_account=bank_account))
    record = await request.submit(command, views.Record, said=said)
    return await _shown(request, record)


@post(
    "/bank_accounts/{bank_account:str}/verify",
    status_code=200,
    **operation(
        "verify_bank_account",
        *_PRESENT,
        rejections.DepositAmountsInvalid,
        rejections.BankAccountVerified,
        rejections.VerificationNotBegun,
        rejections.DepositsPending,
        example={"amounts": [32, 45]},
    ),
)
async def verify_bank_account(
    bank_account: FromPath[str], data: JSONBody[bodies.DepositAmounts], request: request_.Request
) -> views.BankAccount:
    """Tell the amounts of the micro-deposits. A wrong answer is an answer: the account stays
    `verifying` with a try less, and is `failed` after the third."""
    amounts = tuple([money.parse_minor(one) or 0 for one in data.amounts])
    command = commands.VerifyBankAccount(bank_account=bank_account, amounts=amounts)
    return await _shown(request, await request.submit(command, views.Record))


@post(
    "/bank_accounts/{bank_account:str}/remove",
    status_code=200,
    **operation("remove_bank_account", rejections.BankAccountNotFound),
)
async def remove_bank_account(
    bank_account: FromPath[str],
    request: request_.Request,
    data: JSONBody[bodies_.Nothing | None] = None,
) -> views.BankAccount:
    """Let a bank account take part in nothing new, for good. What is under way comes to its end."""
    command = commands.RemoveBankAccount(bank_account=bank_account)
    return await _shown(request, await request.submit(command, views.Record))


def _two_amounts() -> tuple[int, int]:
    """Two different amounts of cents that nobody can foretell."""
    first = secrets.randbelow(checks.MAX_CENTS) + 1
    second = secrets.randbelow(checks.MAX_CENTS - 1) + 1
    return first, second + (second >= first)


async def _shown(request: request_.Request, record: views.Record) -> views.BankAccount:
    return await known.show(security.sealing(request), request.caller.tenant, record)


ROUTES: Final[list[ControllerRouterHandler]] = [
    send_micro_deposits,
    verify_bank_account,
    remove_bank_account,
]
