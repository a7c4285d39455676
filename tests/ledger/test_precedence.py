"""The precedence table of docs/reference/rejections.md is the test: for every command and every two
codes in its row, something is asked that both forbid, and the earlier one must be the answer.

`TROUBLE` says how each command gets into each trouble: by what it `asks`, by a state of the books
that is `arranged` before, or by both. A new code in the table fails here until it has an entry.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import pytest

from culm.kernel import money
from culm.ledger import commands, context, rejections, tables

if TYPE_CHECKING:
    from tests.conftest import Ledger

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "rejections.md"
THEN_EACH = "then each as a transaction"

LONG_AGO = datetime(1969, 12, 31, tzinfo=UTC)
FAR_AHEAD = datetime(9999, 6, 1, tzinfo=UTC)
MOST = money.MAX_MINOR


def table_rows(heading: str) -> list[list[str]]:
    """The cells of the table under a heading of the reference."""
    section = REFERENCE.read_text(encoding="utf-8").split(f"## {heading}")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")][2:]
    split = [re.split(r"(?<!\\)\|", line)[1:-1] for line in lines]
    return [[cell.strip().replace("\\|", "|") for cell in cells] for cells in split]


def stages(cell: str) -> list[list[str]]:
    """The checks of a command in their order; those that are made together in one list."""
    checks = [check.strip() for check in cell.split(",")]
    return [[code.strip() for code in check.split("|")] for check in checks if check != THEN_EACH]


PRECEDENCE = {command: stages(order) for command, order in table_rows("Precedence")}
CODES = {code: (int(status), meaning) for code, status, meaning in table_rows("Codes")}
CLASSES = {class_.code: class_ for class_ in rejections.LedgerRejection.__subclasses__()}


def bare(check: str) -> str:
    """`amounts_count (number)` -> `amounts_count`."""
    return check.partition(" ")[0]


class Attempt:
    """A command on its way into trouble: what it will ask, by whom, and the books it meets."""

    def __init__(self, ledger: Ledger, type_: type[commands.Command]) -> None:
        self.ledger = ledger
        self.type = type_
        self.tenant = "acme"
        self.fields: dict[str, Any] = {}

    async def do(self, command: commands.Command) -> Any:
        """Something that is allowed."""
        return await self.ledger.submit(command, tenant="acme")

    async def open(self, *codes: str, currency: str = "USD") -> None:
        """Accounts to get into trouble with."""
        for code in codes:
            await self.do(commands.OpenAccount(code=code, currency=currency))

    async def move(self, debit: str, credit: str, amount: int) -> Any:
        """An ordinary transaction."""
        lines = (line(debit, "debit", amount), line(credit, "credit", amount))
        return await self.do(commands.PostTransaction(postings=lines))

    async def settle(self, code: str, *, at: int = 0) -> None:
        """Bring an account to a balance, from a fresh account that has no limits."""
        key = ("acme", code)
        ids = await self.ledger.store.load(tables.CODES, 0, [key])
        balances = await self.ledger.store.load(tables.BALANCES, 0, [ids[key]])
        more = at - balances[ids[key]].posted
        if code.startswith("liabilities"):
            more = -more
        source = f"equity:source-{self.ledger.clock.advance():%H%M%S%f}"
        await self.open(source)
        if more:
            debit, credit = (code, source) if more > 0 else (source, code)
            await self.move(debit, credit, abs(more))

    def pair(self, debit: str, credit: str) -> None:
        """Two more postings of a transaction."""
        self.fields["postings"] += (line(debit, "debit", 1), line(credit, "credit", 1))

    async def rejection(self) -> rejections.LedgerRejection:
        """What the command is answered. It leaves no trace."""
        head = await self.ledger.store.head(0)
        with pytest.raises(rejections.LedgerRejection) as caught:
            await self.ledger.submit(self.type(**self.fields), tenant=self.tenant)
        assert await self.ledger.store.head(0) == head
        return caught.value


Ask = Callable[[Attempt], None]
Arrange = Callable[[Attempt], Awaitable[None]]


class Trouble(NamedTuple):
    """How a command comes to deserve a code."""

    ask: Ask | None = None
    arrange: Arrange | None = None


def line(account: str, side: Any, amount: int) -> commands.Posting:
    return commands.Posting(account, side, amount)


def asking(**fields: Any) -> Trouble:
    """Trouble that lies in the command alone."""
    return Trouble(lambda attempt: attempt.fields.update(fields))


def arranged(*commands_: Callable[[Attempt], commands.Command]) -> Trouble:
    """Trouble that lies in what was done before."""

    async def arrange(attempt: Attempt) -> None:
        for command in commands_:
            await attempt.do(command(attempt))

    return Trouble(arrange=arrange)


def limited(**limits: Any) -> Callable[..., Trouble]:
    """Accounts that got a limit since."""
    return lambda *codes: arranged(
        *(lambda _, code=code: commands.UpdateAccount(account=code, **limits) for code in codes)
    )


def frozen(*codes: str) -> Trouble:
    return arranged(
        *(
            lambda _, code=code: commands.UpdateAccount(account=code, freeze="both")
            for code in codes
        )
    )


def closed(*codes: str) -> Trouble:
    async def arrange(attempt: Attempt) -> None:
        for code in codes:
            await attempt.settle(code)
            await attempt.do(commands.CloseAccount(account=code))

    return Trouble(arrange=arrange)


def at_the_end_of_the_range(**balances: int) -> Trouble:
    async def arrange(attempt: Attempt) -> None:
        for name, balance in balances.items():
            await attempt.settle(name.replace("_", ":"), at=balance)

    return Trouble(arrange=arrange)


def unless_given(field: str, value: Any) -> Ask:
    """Ask for a value, unless an earlier trouble has asked for a worse one already."""
    return lambda attempt: attempt.fields.setdefault(field, value) and None


async def close_a_period(attempt: Attempt) -> None:
    await attempt.do(commands.ClosePeriod(before=attempt.ledger.clock.now))


def in_a_closed_period(attempt: Attempt) -> None:
    attempt.fields.setdefault("effective", attempt.ledger.clock.now - timedelta(days=1))


def from_nobody(attempt: Attempt) -> None:
    attempt.tenant = "nobody"


METADATA = asking(metadata={"": "a key has at least one character"})
REFERENCE_TOO_LONG = asking(reference="r" * 141)
KIND = asking(kind="Not A Kind")
EFFECTIVE_LONG_AGO = asking(effective=LONG_AGO)
FROM_NOBODY = Trouble(from_nobody)
PERIOD_CLOSED = Trouble(in_a_closed_period, close_a_period)


# -- what each command asks when it is in no trouble, and how it gets into each


async def an_ordinary_transaction(attempt: Attempt) -> None:
    await attempt.open("assets:bank", "assets:closed", "assets:frozen", "assets:vast")
    await attempt.open("liabilities:ann", "liabilities:empty", "liabilities:full")
    attempt.fields["postings"] = (
        line("assets:bank", "debit", 100),
        line("liabilities:ann", "credit", 100),
    )


def more_than_a_thousand_postings(attempt: Attempt) -> None:
    for _ in range(500):
        attempt.pair("assets:bank", "liabilities:ann")


def with_posting(index: int, **changes: Any) -> Ask:
    """Spoil one of the postings."""

    def ask(attempt: Attempt) -> None:
        postings = list(attempt.fields["postings"])
        postings[index] = msgspec.structs.replace(postings[index], **changes)
        attempt.fields["postings"] = tuple(postings)

    return ask


def up_to_with_four(attempt: Attempt) -> None:
    attempt.fields["up_to"] = True
    attempt.pair("assets:bank", "liabilities:ann")


def with_a_pair(debit: str, credit: str) -> Ask:
    return lambda attempt: attempt.pair(debit, credit)


POST = {
    "kind_invalid": KIND,
    "reference_invalid": REFERENCE_TOO_LONG,
    "metadata_invalid": METADATA,
    "time_invalid": EFFECTIVE_LONG_AGO,
    "postings_count": Trouble(more_than_a_thousand_postings),
    "amount_invalid": Trouble(with_posting(0, amount=10**38)),
    "tenant_not_found": FROM_NOBODY,
    "account_not_found": Trouble(with_a_pair("assets:nowhere", "liabilities:ann")),
    "up_to_postings": Trouble(up_to_with_four),
    "unbalanced": Trouble(with_posting(1, amount=99)),
    "account_closed": Trouble(
        with_a_pair("assets:closed", "liabilities:ann"), closed("assets:closed").arrange
    ),
    "account_frozen": Trouble(
        with_a_pair("assets:frozen", "liabilities:ann"), frozen("assets:frozen").arrange
    ),
    "period_closed": PERIOD_CLOSED,
    "insufficient_funds": Trouble(
        with_a_pair("liabilities:empty", "assets:bank"),
        limited(minimum=0)("liabilities:empty").arrange,
    ),
    "maximum_exceeded": Trouble(
        with_a_pair("assets:bank", "liabilities:full"),
        limited(maximum=0)("liabilities:full").arrange,
    ),
    "balance_out_of_range": Trouble(
        with_a_pair("assets:vast", "liabilities:ann"),
        at_the_end_of_the_range(assets_vast=MOST).arrange,
    ),
}


async def an_exchange(attempt: Attempt) -> None:
    await attempt.open("liabilities:ann", "equity:fx-usd", "assets:closed", "assets:frozen")
    await attempt.open("liabilities:eva", "equity:fx-eur", currency="EUR")
    attempt.fields |= {"sell_account": "liabilities:ann", "sell": 100}
    attempt.fields |= {"sell_position": "equity:fx-usd", "buy_position": "equity:fx-eur"}
    attempt.fields |= {"buy_account": "liabilities:eva", "buy": 90}


EXCHANGE = {
    "reference_invalid": REFERENCE_TOO_LONG,
    "metadata_invalid": METADATA,
    "time_invalid": EFFECTIVE_LONG_AGO,
    "amount_invalid": asking(sell=0),
    "tenant_not_found": FROM_NOBODY,
    "account_not_found": asking(buy_account="liabilities:nowhere"),
    "same_account": asking(sell_position="liabilities:ann"),
    "currency_mismatch": asking(buy_position="equity:fx-usd"),
    "account_closed": closed("equity:fx-eur"),
    "account_frozen": frozen("liabilities:ann"),
    "period_closed": PERIOD_CLOSED,
    "insufficient_funds": limited(minimum=0)("liabilities:ann"),
    "maximum_exceeded": limited(maximum=0)("equity:fx-usd"),
    "balance_out_of_range": at_the_end_of_the_range(liabilities_ann=-MOST),
}


async def a_booked_transaction_to_reverse(attempt: Attempt) -> None:
    """Both accounts stand at zero again: a reversal lowers the one and raises the other."""
    await attempt.open("assets:bank", "assets:till")
    booked = await attempt.move("assets:bank", "assets:till", 100)
    await attempt.move("assets:till", "assets:bank", 100)
    attempt.fields["transaction"] = booked.id


async def reverse_some_of_it_and_mean_the_reversal(attempt: Attempt) -> None:
    original = attempt.fields["transaction"]
    reversal = await attempt.do(commands.ReverseTransaction(transaction=original, amount=10))
    attempt.fields["transaction"] = reversal.id


async def reverse_all_of_it(attempt: Attempt) -> None:
    original = attempt.fields["transaction"]
    await attempt.do(commands.ReverseTransaction(transaction=original))


def amounts(change: Callable[[tuple[int, ...]], tuple[int, ...]]) -> Ask:
    """Spoil the amounts of a partial reversal."""

    def ask(attempt: Attempt) -> None:
        attempt.fields["amounts"] = change(attempt.fields.get("amounts", (1, 1)))

    return ask


REVERSE = {
    "reference_invalid": REFERENCE_TOO_LONG,
    "metadata_invalid": METADATA,
    "time_invalid": EFFECTIVE_LONG_AGO,
    "amounts_count (both given)": asking(amount=1, amounts=(1, 1)),
    "amount_invalid (form)": Trouble(amounts(lambda given: (-1, *given[1:]))),
    "tenant_not_found": FROM_NOBODY,
    "transaction_not_found": asking(transaction="txn_0000ffffffffffff"),
    "reversal_of_reversal": Trouble(arrange=reverse_some_of_it_and_mean_the_reversal),
    "already_reversed": Trouble(arrange=reverse_all_of_it),
    "amounts_count (number)": Trouble(amounts(lambda given: (*given, 1))),
    "amount_invalid (all zero)": Trouble(amounts(lambda given: (0,) * len(given))),
    "reversal_exceeds_original": Trouble(amounts(lambda given: tuple(1000 * a for a in given))),
    "unbalanced": Trouble(amounts(lambda given: (*given[:-1], given[-1] + 1))),
    "account_closed": closed("assets:till"),
    "account_frozen": frozen("assets:bank"),
    "period_closed": PERIOD_CLOSED,
    "insufficient_funds": limited(minimum=0)("assets:bank"),
    "maximum_exceeded": limited(maximum=0)("assets:till"),
    "balance_out_of_range": at_the_end_of_the_range(assets_bank=-MOST),
}


async def a_hold_to_place(attempt: Attempt) -> None:
    await attempt.open("liabilities:ann", "liabilities:ben")
    await attempt.open("liabilities:eva", currency="EUR")
    attempt.fields |= {"debit": "liabilities:ann", "credit": "liabilities:ben", "amount": 100}


def with_itself(attempt: Attempt) -> None:
    attempt.fields["debit"] = attempt.fields["credit"]


PLACE = {
    "reference_invalid": REFERENCE_TOO_LONG,
    "metadata_invalid": METADATA,
    "time_invalid": asking(expires=LONG_AGO),
    "amount_invalid": asking(amount=0),
    "tenant_not_found": FROM_NOBODY,
    "account_not_found": asking(credit="liabilities:nowhere"),
    "same_account": Trouble(with_itself),
    "currency_mismatch": asking(credit="liabilities:eva"),
    "account_closed": closed("liabilities:ben", "liabilities:eva"),
    "account_frozen": frozen("liabilities:ann", "liabilities:ben"),
    "expiry_in_past": Trouble(unless_given("expires", datetime(2001, 1, 1, tzinfo=UTC))),
    "insufficient_funds": limited(minimum=0)("liabilities:ann", "liabilities:ben"),
    "maximum_exceeded": limited(maximum=0)("liabilities:ben", "liabilities:eva"),
    "balance_out_of_range": at_the_end_of_the_range(
        liabilities_ann=-MOST, liabilities_ben=-MOST, liabilities_eva=0
    ),
}


async def a_hold_to_capture(attempt: Attempt) -> None:
    await attempt.open("liabilities:ann", "liabilities:ben")
    hold = await attempt.do(
        commands.PlaceHold(
            debit="liabilities:ann",
            credit="liabilities:ben",
            amount=100,
            expires=attempt.ledger.clock.now + timedelta(hours=1),
        )
    )
    attempt.fields["hold"] = hold.id


async def give_it_back(attempt: Attempt) -> None:
    await attempt.do(commands.ReleaseHold(hold=attempt.fields["hold"]))


async def let_it_expire(attempt: Attempt) -> None:
    attempt.ledger.clock.advance(hours=2)


CAPTURE = {
    "kind_invalid": KIND,
    "reference_invalid": REFERENCE_TOO_LONG,
    "metadata_invalid": METADATA,
    "time_invalid": EFFECTIVE_LONG_AGO,
    "amount_invalid": asking(amount=10**38),
    "tenant_not_found": FROM_NOBODY,
    "hold_not_found": asking(hold="hld_0000ffffffffffff"),
    "hold_not_open": Trouble(arrange=give_it_back),
    "hold_expired": Trouble(arrange=let_it_expire),
    "amount_exceeds_hold": Trouble(unless_given("amount", 101)),
    "account_frozen": frozen("liabilities:ann"),
    "period_closed": PERIOD_CLOSED,
    "balance_out_of_range": at_the_end_of_the_range(liabilities_ann=-MOST),
}


async def nothing_to_do(attempt: Attempt) -> None:
    pass


async def a_new_tenant(attempt: Attempt) -> None:
    attempt.tenant = "new"
    attempt.fields["name"] = "New"


def as_acme(attempt: Attempt) -> None:
    attempt.tenant = "acme"


async def a_new_asset(attempt: Attempt) -> None:
    attempt.fields |= {"code": "GOLD", "scale": 3}


async def a_new_account(attempt: Attempt) -> None:
    await attempt.open("assets:bank")
    attempt.fields |= {"code": "assets:new", "currency": "USD"}


async def an_account(attempt: Attempt) -> None:
    await attempt.open("assets:bank", "assets:till")
    attempt.fields["account"] = "assets:bank"


async def put_money_in(attempt: Attempt) -> None:
    await attempt.move("assets:bank", "assets:till", 1)


async def hold_money(attempt: Attempt) -> None:
    await attempt.do(commands.PlaceHold(debit="assets:till", credit="assets:bank", amount=1))


async def a_period_to_close(attempt: Attempt) -> None:
    attempt.fields["before"] = attempt.ledger.clock.now


def before_the_future(attempt: Attempt) -> None:
    long_ago = attempt.fields["before"] == LONG_AGO
    attempt.fields["before"] = FAR_AHEAD if long_ago else FAR_AHEAD - timedelta(days=365)


async def too_many_transactions(attempt: Attempt) -> None:
    attempt.fields["transactions"] = (commands.PostTransaction(postings=()),)


def ten_thousand_and_one(attempt: Attempt) -> None:
    (name,) = attempt.fields
    attempt.fields[name] *= 10_001


async def holds_to_expire(attempt: Attempt) -> None:
    attempt.fields["holds"] = ("hld_0000ffffffffffff",)


TROUBLE: dict[str, tuple[Arrange, dict[str, Trouble]]] = {
    "create tenant": (
        a_new_tenant,
        {
            "tenant_invalid": asking(name=""),
            "time_invalid": asking(clock=datetime(2026, 1, 1)),  # noqa: DTZ001
            "clock_needs_sandbox": Trouble(unless_given("clock", datetime(2026, 1, 1, tzinfo=UTC))),
            "tenant_exists": Trouble(as_acme),
        },
    ),
    "register asset": (
        a_new_asset,
        {
            "asset_invalid": asking(scale=19),
            "tenant_not_found": FROM_NOBODY,
            "asset_exists": asking(code="USD"),
        },
    ),
    "open account": (
        a_new_account,
        {
            "code_invalid": asking(code="cash"),
            "limits_invalid": asking(minimum=1),
            "metadata_invalid": METADATA,
            "tenant_not_found": FROM_NOBODY,
            "currency_unknown": asking(currency="GOLD"),
            "account_exists": asking(code="assets:bank"),
        },
    ),
    "update account": (
        an_account,
        {
            "limits_invalid": asking(maximum=-1),
            "metadata_invalid": METADATA,
            "tenant_not_found": FROM_NOBODY,
            "account_not_found": asking(account="assets:nowhere"),
            "account_closed": closed("assets:bank"),
        },
    ),
    "close account": (
        an_account,
        {
            "tenant_not_found": FROM_NOBODY,
            "account_not_found": asking(account="assets:nowhere"),
            "account_closed": closed("assets:bank"),
            "account_has_holds": Trouble(arrange=hold_money),
            "account_not_empty": Trouble(arrange=put_money_in),
        },
    ),
    "close period": (
        a_period_to_close,
        {
            "time_invalid": asking(before=LONG_AGO),
            "tenant_not_found": FROM_NOBODY,
            "period_not_later": Trouble(arrange=close_a_period),
            "period_in_future": Trouble(before_the_future),
        },
    ),
    "post transaction": (an_ordinary_transaction, POST),
    "post transactions": (too_many_transactions, {"batch_size": Trouble(ten_thousand_and_one)}),
    "exchange": (an_exchange, EXCHANGE),
    "reverse transaction": (a_booked_transaction_to_reverse, REVERSE),
    "place hold": (a_hold_to_place, PLACE),
    "capture hold": (a_hold_to_capture, CAPTURE),
    "release hold": (
        a_hold_to_capture,
        {
            "tenant_not_found": FROM_NOBODY,
            "hold_not_found": asking(hold="hld_0000ffffffffffff"),
            "hold_not_open": Trouble(arrange=give_it_back),
        },
    ),
    "expire holds": (
        holds_to_expire,
        {"batch_size": Trouble(ten_thousand_and_one), "tenant_not_found": FROM_NOBODY},
    ),
}

NEVER = {("capture hold", "account_closed")}
"""An account with a hold cannot be closed, so a capture never meets a closed one."""

OF_CONTEXTS_ABOVE = {"hold_in_use"}
"""What comes of holds that others than the ledger's own callers have placed: tests/payments."""

OF_CAPTURES = {"account_closed", "account_frozen", "balance_out_of_range"}
OF_ACCOUNTS = {*OF_CAPTURES, "insufficient_funds", "maximum_exceeded"}
OF_ORIGINALS = {"reversal_of_reversal", "already_reversed", "reversal_exceeds_original"}
OF_HOLDS = {"hold_not_open", "hold_expired", "amount_exceeds_hold"}

APART: dict[str, list[tuple[str, set[str]]]] = {
    # Who has no books has nothing in them, and what does not exist is in no state.
    "open account": [
        ("code_invalid", {"account_exists"}),
        ("tenant_not_found", {"account_exists"}),
    ],
    "update account": [
        ("tenant_not_found", {"account_closed"}),
        ("account_not_found", {"account_closed"}),
    ],
    "close account": [
        ("tenant_not_found", {"account_closed", "account_has_holds", "account_not_empty"}),
        ("account_not_found", {"account_closed", "account_has_holds", "account_not_empty"}),
        ("account_closed", {"account_has_holds", "account_not_empty"}),
    ],
    # What is closed lies in the past.
    "close period": [
        ("tenant_not_found", {"period_not_later"}),
        ("period_not_later", {"period_in_future"}),
    ],
    "post transaction": [("tenant_not_found", {*OF_ACCOUNTS, "period_closed"})],
    "exchange": [("tenant_not_found", {*OF_ACCOUNTS, "currency_mismatch", "period_closed"})],
    "reverse transaction": [
        ("tenant_not_found", {*OF_ACCOUNTS, *OF_ORIGINALS, "period_closed"}),
        ("transaction_not_found", {*OF_ACCOUNTS, *OF_ORIGINALS, "unbalanced"}),
        # Reversing a reversal would move the accounts the other way.
        ("reversal_of_reversal", {"already_reversed", *OF_ACCOUNTS}),
        # Zeros are of good form, too little to exceed anything, and balanced.
        ("amount_invalid (form)", {"amount_invalid (all zero)"}),
        ("amount_invalid (all zero)", {"reversal_exceeds_original", "unbalanced", *OF_ACCOUNTS}),
        # Amounts that belong to no posting move no account.
        ("amounts_count (number)", {"unbalanced"}),
    ],
    "place hold": [
        ("tenant_not_found", {*OF_ACCOUNTS, "currency_mismatch"}),
        ("account_not_found", {"currency_mismatch"}),
        ("same_account", {"currency_mismatch"}),
    ],
    "capture hold": [
        ("tenant_not_found", {*OF_HOLDS, *OF_CAPTURES, "period_closed"}),
        ("hold_not_found", {*OF_HOLDS, *OF_CAPTURES}),
    ],
    "release hold": [
        ("tenant_not_found", {"hold_not_open"}),
        ("hold_not_found", {"hold_not_open"}),
    ],
}
"""What cannot be true of one command at once."""

ARRANGED_FIRST = (
    "reversal_of_reversal",
    "already_reversed",
    "balance_out_of_range",
    "account_has_holds",
    "account_not_empty",
    "insufficient_funds",
    "maximum_exceeded",
    "account_frozen",
    "account_closed",
)
"""States that others would not allow any more come first."""


async def in_trouble(ledger: Ledger, command: str, *checks: str) -> Attempt:
    """The command as it is asked when all of these stand against it."""
    await ledger.submit(commands.CreateTenant(name="Acme"))
    base, troubles = TROUBLE[command]
    attempt = Attempt(ledger, type_of(command))
    await base(attempt)
    for check in sorted(checks, key=order_of_arrangement):
        if (arrange := troubles[check].arrange) is not None:
            await arrange(attempt)
    for check in checks:
        if (ask := troubles[check].ask) is not None:
            ask(attempt)
    return attempt


def order_of_arrangement(check: str) -> int:
    return ARRANGED_FIRST.index(check) if check in ARRANGED_FIRST else len(ARRANGED_FIRST)


def type_of(command: str) -> type[commands.Command]:
    """`open account` -> `commands.OpenAccount`."""
    type_: type[commands.Command] = getattr(commands, command.title().replace(" ", ""))
    return type_


def single_checks() -> Iterator[tuple[str, str]]:
    """Every check of every row that something can run into."""
    for command, row in PRECEDENCE.items():
        for check in itertools.chain.from_iterable(row):
            if (command, check) not in NEVER:
                yield command, check


def pairs() -> Iterator[tuple[str, str, str]]:
    """Every two checks of every row, in their order, that one command can run into at once."""
    for command, row in PRECEDENCE.items():
        apart = {(one, other) for one, others in APART.get(command, []) for other in others}
        for earlier, later in itertools.combinations(row, 2):
            for one, other in itertools.product(earlier, later):
                if not {(command, one), (command, other)} & NEVER and (one, other) not in apart:
                    yield command, one, other


@pytest.mark.parametrize(("command", "check"), list(single_checks()))
async def test_a_command_is_rejected_for(memory_ledger: Ledger, command: str, check: str) -> None:
    attempt = await in_trouble(memory_ledger, command, check)
    rejection = await attempt.rejection()
    assert rejection.code == bare(check)


@pytest.mark.parametrize(("command", "earlier", "later"), list(pairs()))
async def test_of_two_reasons_the_earlier_in_the_row_is_reported(
    memory_ledger: Ledger, command: str, earlier: str, later: str
) -> None:
    attempt = await in_trouble(memory_ledger, command, earlier, later)
    rejection = await attempt.rejection()
    assert rejection.code == bare(earlier)


EMPTY, FULL, VAST = "liabilities:empty", "liabilities:full", "assets:vast"
LAST = PRECEDENCE["post transaction"][-1]


@pytest.mark.parametrize(
    ("pairs_", "code"),
    [
        ([(EMPTY, "assets:bank"), ("assets:bank", FULL)], "insufficient_funds"),
        ([("assets:bank", FULL), (EMPTY, "assets:bank")], "maximum_exceeded"),
        ([(VAST, "liabilities:ann"), (EMPTY, "assets:bank")], "balance_out_of_range"),
        ([(EMPTY, "assets:bank"), (VAST, "liabilities:ann")], "insufficient_funds"),
        ([(VAST, FULL)], "balance_out_of_range"),
    ],
)
async def test_of_two_accounts_beyond_a_bound_the_one_posted_first_decides(
    memory_ledger: Ledger, pairs_: list[tuple[str, str]], code: str
) -> None:
    attempt = await in_trouble(memory_ledger, "post transaction", *LAST)
    attempt.fields["postings"] = ()
    for debit, credit in pairs_:
        attempt.pair(debit, credit)
    assert (await attempt.rejection()).code == code


@pytest.mark.parametrize(
    ("debit", "credit", "code", "field"),
    [
        ("liabilities:ann", "liabilities:ben", "insufficient_funds", "debit"),
        ("assets:till", "assets:bank", "maximum_exceeded", "debit"),
    ],
)
async def test_of_two_accounts_of_a_hold_the_debit_account_decides(
    memory_ledger: Ledger, debit: str, credit: str, code: str, field: str
) -> None:
    attempt = await in_trouble(memory_ledger, "place hold")
    await attempt.open("assets:till", "assets:bank")
    for account in (debit, credit):
        await attempt.do(commands.UpdateAccount(account=account, minimum=0, maximum=0))
    attempt.fields |= {"debit": debit, "credit": credit}
    rejection = await attempt.rejection()
    assert (rejection.code, rejection.field) == (code, field)


@pytest.mark.parametrize(
    ("command", "account", "limits", "code"),
    [
        ("post transaction", "assets:vast", {"maximum": 0}, "maximum_exceeded"),
        ("reverse transaction", "assets:bank", {"minimum": 0}, "insufficient_funds"),
        ("place hold", "liabilities:ann", {"minimum": 0}, "insufficient_funds"),
    ],
)
async def test_for_one_account_its_limit_comes_before_the_range(
    memory_ledger: Ledger, command: str, account: str, limits: dict[str, Any], code: str
) -> None:
    attempt = await in_trouble(memory_ledger, command, "balance_out_of_range")
    await attempt.do(commands.UpdateAccount(account=account, **limits))
    assert (await attempt.rejection()).code == code


@pytest.fixture
async def members(memory_ledger: Ledger) -> tuple[commands.PostTransaction, ...]:
    """Two transactions of a batch that each have two things against them."""
    attempt = await in_trouble(memory_ledger, "post transaction", "reference_invalid", "unbalanced")
    bad_form = commands.PostTransaction(**attempt.fields)
    lines = (line("assets:bank", "debit", 1), line("assets:nowhere", "credit", 2))
    return bad_form, commands.PostTransaction(postings=lines)


async def test_a_batch_gives_each_transaction_its_own_first_reason(
    memory_ledger: Ledger, members: tuple[commands.PostTransaction, ...]
) -> None:
    answered = await memory_ledger.submit(commands.PostTransactions(transactions=members))
    codes = [result.code for result in answered.results]
    assert codes == ["reference_invalid", "account_not_found"]


async def test_a_batch_of_all_or_none_gives_the_first_reason_of_the_first_member_at_fault(
    memory_ledger: Ledger, members: tuple[commands.PostTransaction, ...]
) -> None:
    batch = commands.PostTransactions(transactions=members, mode="all")
    with pytest.raises(rejections.ReferenceInvalid) as caught:
        await memory_ledger.submit(batch)
    assert caught.value.field == "transactions[0].reference"


# -- the reference and the code


def test_every_command_of_the_ledger_has_a_row() -> None:
    decided = {command.type for command in context.LEDGER.commands}
    assert {type_of(command) for command in PRECEDENCE} == decided


def test_every_code_is_checked_by_some_command() -> None:
    checked = {bare(check) for row in PRECEDENCE.values() for check in itertools.chain(*row)}
    assert checked | OF_CONTEXTS_ABOVE == set(CLASSES)


def test_every_code_is_explained_and_no_other() -> None:
    assert set(CODES) == set(CLASSES)


@pytest.mark.parametrize("code", CODES)
def test_a_code_has_the_status_and_the_sentence_that_the_reference_gives(code: str) -> None:
    rejection = CLASSES[code]()
    assert (rejection.status, rejection.message) == CODES[code]


def test_what_cannot_be_true_at_once_is_in_the_table() -> None:
    for command, apart in APART.items():
        row = set(itertools.chain(*PRECEDENCE[command]))
        named = {code for one, others in apart for code in (one, *others)}
        assert named <= row, command
