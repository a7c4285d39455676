"""Tenants, assets and accounts: how they are opened, what bounds them, how they end."""

from __future__ import annotations

import asyncio
import dataclasses
import importlib
import itertools
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from culm.book import book, catalog
from culm.kernel import ids, money
from culm.ledger import apply, commands, context, rejections, tables, types
from culm.timers import context as timers
from tests import conftest

if TYPE_CHECKING:
    from tests.conftest import Ledger

MOST = money.MAX_MINOR


@pytest.fixture
async def books(memory_ledger: Ledger) -> Ledger:
    """Acme's books."""
    await memory_ledger.submit(commands.CreateTenant(name="Acme"))
    return memory_ledger


@pytest.fixture(params=["memory_ledger", "ledger"], ids=["memory", "postgres"])
def either(request: pytest.FixtureRequest) -> Any:
    """A ledger on each of the two stores."""
    return request.getfixturevalue(request.param)


def open_account(code: str, currency: str = "USD", **more: Any) -> commands.OpenAccount:
    return commands.OpenAccount(code=code, currency=currency, **more)


def transfer(debit: str, credit: str, amount: int) -> commands.PostTransaction:
    lines = (commands.Posting(debit, "debit", amount), commands.Posting(credit, "credit", amount))
    return commands.PostTransaction(postings=lines)


async def change(ledger: Ledger, account: str, by: int) -> Any:
    """Move an account, in its normal sense, against one without limits."""
    other = "equity:world" if account.startswith(("liabilities", "equity")) else "assets:world"
    down = (account, other) if not account.startswith("assets") else (other, account)
    debit, credit = down if by < 0 else down[::-1]
    return await ledger.submit(transfer(debit, credit, abs(by)))


async def balance(ledger: Ledger, code: str) -> types.Balance:
    key = ("acme", code)
    account_id = (await ledger.store.load(tables.CODES, 0, [key]))[key]
    balances = await ledger.store.load(tables.BALANCES, 0, [account_id])
    found: types.Balance = balances[account_id]
    return found


# -- opening


@pytest.mark.parametrize(
    ("code", "side"),
    [
        ("assets:bank", "debit"),
        ("expenses:fees:card", "debit"),
        ("liabilities:wallets:ann", "credit"),
        ("equity:capital", "credit"),
        ("income:interest", "credit"),
    ],
)
async def test_the_normal_side_follows_from_the_root_of_the_code(
    books: Ledger, code: str, side: str
) -> None:
    assert (await books.submit(open_account(code))).side == side


async def test_a_contra_account_is_given_its_side(books: Ledger) -> None:
    contra = await books.submit(open_account("assets:depreciation", side="credit", minimum=0))
    await books.submit(open_account("expenses:depreciation"))
    await books.submit(transfer("expenses:depreciation", "assets:depreciation", 30))
    assert contra.side == "credit"
    assert (await balance(books, "assets:depreciation")).posted == 30


async def test_a_new_account_is_open_free_and_at_zero(either: Ledger) -> None:
    await either.submit(commands.CreateTenant(name="Acme"))
    asked = open_account("assets:bank", minimum=-5, maximum="7", metadata={"iban": "GB33"})
    opened = await either.submit(asked)
    assert (opened.freeze, opened.closed) == ("none", False)
    assert (opened.minimum, opened.maximum, opened.metadata) == ("-5", "7", {"iban": "GB33"})
    at_zero = await balance(either, "assets:bank")
    assert at_zero == types.Balance(at_zero.account)
    assert at_zero.account.id == opened.id


@pytest.mark.parametrize(
    "code",
    [
        "assets:a",
        "assets:" + ":".join("x" * 15),
        "income:" + "y" * 64,
        "assets:" + ":".join(["z" * 64] * 2 + ["z" * 63]),
        "expenses:0.9_a-b",
    ],
)
async def test_a_code_is_a_path_from_one_of_five_roots(books: Ledger, code: str) -> None:
    assert (await books.submit(open_account(code))).code == code


@pytest.mark.parametrize(
    "code",
    [
        "",
        "assets",
        "assets:",
        ":bank",
        "cash:bank",
        "Assets:bank",
        "assets:Bank",
        "assets::bank",
        "assets:bank:",
        "assets:.bank",
        "assets:bank ",
        "assets:bank\n",
        "assets:b\x00nk",
        "assets:bänk",
        "assets:٣",
        "assets:" + ":".join("x" * 16),
        "income:" + "y" * 65,
        "assets:" + ":".join(["z" * 64] * 3),
        "acc_0000000000000001",
    ],
)
async def test_anything_else_is_no_code(books: Ledger, code: str) -> None:
    with pytest.raises(rejections.CodeInvalid) as caught:
        await books.submit(open_account(code))
    assert caught.value.field == "code"


async def test_a_code_is_taken_once_in_a_tenant(books: Ledger) -> None:
    await books.submit(open_account("assets:bank"))
    with pytest.raises(rejections.AccountExists):
        await books.submit(open_account("assets:bank", "EUR"))
    await books.submit(commands.CreateTenant(name="Zeta"), tenant="zeta")
    await books.submit(open_account("assets:bank"), tenant="zeta")


@pytest.mark.parametrize("currency", ["USD", "JPY", "KWD", "CLF"])
async def test_a_currency_of_iso_4217_needs_no_registration(books: Ledger, currency: str) -> None:
    assert (await books.submit(open_account("assets:bank", currency))).currency == currency


@pytest.mark.parametrize("currency", ["", "usd", "XXX", "GOLD", "USD ", "U\x00D", "DEM"])
async def test_what_is_no_currency_and_no_asset_is_unknown(books: Ledger, currency: str) -> None:
    with pytest.raises(rejections.CurrencyUnknown) as caught:
        await books.submit(open_account("assets:bank", currency))
    assert caught.value.field == "currency"


async def test_an_asset_is_a_currency_of_the_tenant_that_registered_it(either: Ledger) -> None:
    for tenant in ("acme", "zeta"):
        await either.submit(commands.CreateTenant(name=tenant), tenant=tenant)
    asset = await either.submit(commands.RegisterAsset(code="GOLD", scale=3, name="Gold, grams"))
    assert asset == types.Asset("acme", "GOLD", 3, "Gold, grams")
    await either.submit(open_account("assets:vault", "GOLD"))
    with pytest.raises(rejections.CurrencyUnknown):
        await either.submit(open_account("assets:vault", "GOLD"), tenant="zeta")


@pytest.mark.parametrize(
    ("code", "scale", "name", "field"),
    [
        ("AU", 3, "", "code"),
        ("A" * 13, 3, "", "code"),
        ("gold", 3, "", "code"),
        ("1OZ", 3, "", "code"),
        ("GOLD\n", 3, "", "code"),
        ("GOLD", -1, "", "scale"),
        ("GOLD", 19, "", "scale"),
        ("GOLD", 3, "n" * 201, "name"),
        ("GOLD", 3, "Go\x00ld", "name"),
        ("GOLD", 3, "Go\ud800ld", "name"),
    ],
)
async def test_an_asset_of_the_wrong_form_is_refused(
    books: Ledger, code: str, scale: int, name: str, field: str
) -> None:
    with pytest.raises(rejections.AssetInvalid) as caught:
        await books.submit(commands.RegisterAsset(code=code, scale=scale, name=name))
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("tenant", "name", "field"),
    [
        ("Acme", "Acme", "tenant"),
        ("-acme", "Acme", "tenant"),
        ("a" * 65, "Acme", "tenant"),
        ("new", "", "name"),
        ("new", "n" * 201, "name"),
        ("new", "two\nlines", "name"),
    ],
)
async def test_a_tenant_of_the_wrong_form_is_refused(
    books: Ledger, tenant: str, name: str, field: str
) -> None:
    with pytest.raises(rejections.TenantInvalid) as caught:
        await books.submit(commands.CreateTenant(name=name), tenant=tenant)
    assert caught.value.field == field


# -- limits


@pytest.mark.parametrize(
    ("limits", "field"),
    [
        ({"minimum": 1}, "minimum"),
        ({"minimum": "1"}, "minimum"),
        ({"minimum": -(10**38)}, "minimum"),
        ({"minimum": "-1" + "0" * 38}, "minimum"),
        ({"minimum": "0x0"}, "minimum"),
        ({"minimum": "-0\n"}, "minimum"),
        ({"maximum": -1}, "maximum"),
        ({"maximum": 10**38}, "maximum"),
        ({"maximum": "٣"}, "maximum"),
        ({"minimum": 1, "maximum": -1}, "minimum"),
    ],
)
async def test_limits_of_the_wrong_form_are_refused(
    books: Ledger, limits: dict[str, Any], field: str
) -> None:
    with pytest.raises(rejections.LimitsInvalid) as caught:
        await books.submit(open_account("assets:bank", **limits))
    assert caught.value.field == field


async def test_limits_reach_as_far_as_balances(either: Ledger) -> None:
    await either.submit(commands.CreateTenant(name="Acme"))
    opened = await either.submit(open_account("assets:bank", minimum=-MOST, maximum=str(MOST)))
    assert (opened.minimum, opened.maximum) == (str(-MOST), str(MOST))
    await either.submit(open_account("assets:world"))
    await change(either, "assets:bank", -MOST)
    assert (await balance(either, "assets:bank")).posted == -MOST


@pytest.mark.parametrize(
    ("limits", "before", "by", "code"),
    [
        ({}, 0, -1, None),
        ({"minimum": 0}, 0, -1, "insufficient_funds"),
        ({"minimum": 0}, 5, -5, None),
        ({"minimum": 0}, 5, -6, "insufficient_funds"),
        ({"minimum": -10}, 0, -10, None),
        ({"minimum": -10}, 0, -11, "insufficient_funds"),
        ({"minimum": -10}, 0, 11, None),
        ({"maximum": 0}, 0, 1, "maximum_exceeded"),
        ({"maximum": 0}, 0, -1, None),
        ({"maximum": 10}, 4, 6, None),
        ({"maximum": 10}, 4, 7, "maximum_exceeded"),
        ({"minimum": 0, "maximum": 0}, 0, 1, "maximum_exceeded"),
        ({"minimum": 0, "maximum": 0}, 0, -1, "insufficient_funds"),
    ],
)
@pytest.mark.parametrize("account", ["assets:it", "liabilities:it"])
async def test_a_limit_bounds_the_balance_in_its_normal_sense(
    books: Ledger, account: str, limits: dict[str, Any], before: int, by: int, code: str | None
) -> None:
    for each in ("assets:world", "equity:world"):
        await books.submit(open_account(each))
    await books.submit(open_account(account, **limits))
    if before:
        await change(books, account, before)
    assert await verdict(change(books, account, by)) == code
    assert (await balance(books, account)).posted == before + (0 if code else by)


async def verdict(attempt: Any) -> str | None:
    """The code with which it was rejected; None when it was not."""
    try:
        await attempt
    except rejections.LedgerRejection as rejection:
        return rejection.code
    return None


@pytest.mark.parametrize(
    ("limits", "by", "code"),
    [
        ({"minimum": 0}, -1, "insufficient_funds"),
        ({"minimum": 0}, 1, None),
        ({"maximum": 0}, -1, None),
        ({"minimum": -MOST, "maximum": 0}, -1, None),
    ],
)
async def test_an_account_below_a_new_minimum_may_only_come_back(
    books: Ledger, limits: dict[str, Any], by: int, code: str | None
) -> None:
    await books.submit(open_account("assets:world"))
    await books.submit(open_account("assets:it"))
    await change(books, "assets:it", -100)
    await books.submit(commands.UpdateAccount(account="assets:it", **limits))
    assert await verdict(change(books, "assets:it", by)) == code


async def test_an_account_above_a_new_maximum_may_only_come_back(books: Ledger) -> None:
    await books.submit(open_account("assets:world"))
    await books.submit(open_account("assets:it"))
    await change(books, "assets:it", 100)
    await books.submit(commands.UpdateAccount(account="assets:it", maximum=10))
    assert await verdict(change(books, "assets:it", 1)) == "maximum_exceeded"
    assert await verdict(change(books, "assets:it", -1)) is None


@pytest.mark.parametrize("account", ["assets:it", "liabilities:it"])
@pytest.mark.parametrize(("by", "code"), [(1, "balance_out_of_range"), (-1, None)])
async def test_a_balance_keeps_within_the_range(
    books: Ledger, account: str, by: int, code: str | None
) -> None:
    for each in ("assets:world", "equity:world", account):
        await books.submit(open_account(each))
    await change(books, account, MOST)
    assert await verdict(change(books, account, by)) == code


# -- changing


async def test_an_update_changes_what_it_names_and_leaves_the_rest(either: Ledger) -> None:
    await either.submit(commands.CreateTenant(name="Acme"))
    opened = await either.submit(open_account("assets:it", minimum=-5, metadata={"a": "1"}))
    update = commands.UpdateAccount
    account = await either.submit(update(account=opened.id, freeze="out"))
    assert account == msgspec.structs.replace(opened, freeze="out")
    account = await either.submit(update(account="assets:it", maximum="9"))
    assert account == msgspec.structs.replace(opened, freeze="out", maximum="9")
    account = await either.submit(update(account=opened.id, minimum=None, metadata={}))
    assert account == msgspec.structs.replace(
        opened, freeze="out", minimum=None, maximum="9", metadata={}
    )
    rows = await either.store.load(tables.ACCOUNTS, 0, [opened.id])
    assert (rows[opened.id].freeze, rows[opened.id].minimum) == ("out", None)


FREEZES = itertools.product(
    ["none", "in", "out", "both"], ["in", "out"], ["assets:it", "liabilities:it"]
)


@pytest.mark.parametrize(("freeze", "direction", "account"), list(FREEZES))
async def test_a_freeze_stops_its_direction_whatever_the_normal_side(
    books: Ledger, freeze: Any, direction: str, account: str
) -> None:
    for each in ("assets:world", "equity:world", account):
        await books.submit(open_account(each))
    await change(books, account, 50)
    await books.submit(commands.UpdateAccount(account=account, freeze=freeze))
    stopped = freeze in (direction, "both")
    answer = await verdict(change(books, account, 10 if direction == "in" else -10))
    assert answer == ("account_frozen" if stopped else None)


@pytest.mark.parametrize(
    ("metadata", "field"),
    [
        ({str(n): "" for n in range(51)}, "metadata"),
        ({"k" * 65: ""}, "metadata." + "k" * 64),
        ({"": "v"}, "metadata."),
        ({"k": "v" * 501}, "metadata.k"),
        ({"k\n": "v"}, "metadata"),
        ({"k": "v\x00"}, "metadata"),
        ({"k": "\udfff"}, "metadata"),
    ],
)
async def test_metadata_of_the_wrong_form_is_refused(
    books: Ledger, metadata: dict[str, str], field: str
) -> None:
    with pytest.raises(rejections.MetadataInvalid) as caught:
        await books.submit(open_account("assets:bank", metadata=metadata))
    assert caught.value.field == field


async def test_metadata_may_fill_its_bounds_and_hold_any_script(either: Ledger) -> None:
    metadata = {f"{n:064}": "v" * 500 for n in range(48)} | {"\\t": "\\N \"'", "名": "𐍈 \\x00"}
    await either.submit(commands.CreateTenant(name="Acmé \\N"))
    opened = await either.submit(open_account("assets:bank", metadata=metadata))
    rows = await either.store.load(tables.ACCOUNTS, 0, [opened.id])
    assert rows[opened.id].metadata == metadata


# -- closing


async def test_an_account_at_zero_is_closed_for_good(either: Ledger) -> None:
    await either.submit(commands.CreateTenant(name="Acme"))
    for code in ("assets:it", "assets:world"):
        await either.submit(open_account(code))
    await change(either, "assets:it", 5)
    await change(either, "assets:it", -5)
    assert (await either.submit(commands.CloseAccount(account="assets:it"))).closed
    closed = "account_closed"
    assert await verdict(change(either, "assets:it", 1)) == closed
    assert await verdict(either.submit(commands.CloseAccount(account="assets:it"))) == closed
    reopening = commands.UpdateAccount(account="assets:it", freeze="none")
    assert await verdict(either.submit(reopening)) == closed
    assert await verdict(either.submit(open_account("assets:it"))) == "account_exists"


@pytest.mark.parametrize("posted", [5, -5])
async def test_an_account_that_is_not_at_zero_stays_open(books: Ledger, posted: int) -> None:
    for code in ("assets:it", "assets:world"):
        await books.submit(open_account(code))
    await change(books, "assets:it", posted)
    with pytest.raises(rejections.AccountNotEmpty):
        await books.submit(commands.CloseAccount(account="assets:it"))


@pytest.mark.parametrize("side", ["debit", "credit"])
async def test_an_account_with_holds_stays_open_until_they_end(books: Ledger, side: str) -> None:
    for code in ("assets:it", "assets:world"):
        await books.submit(open_account(code))
    debit, credit = ("assets:it", "assets:world")[:: 1 if side == "debit" else -1]
    hold = await books.submit(commands.PlaceHold(debit=debit, credit=credit, amount=5))
    with pytest.raises(rejections.AccountHasHolds):
        await books.submit(commands.CloseAccount(account="assets:it"))
    await books.submit(commands.ReleaseHold(hold=hold.id))
    assert (await books.submit(commands.CloseAccount(account="assets:it"))).closed


async def test_a_closed_account_can_be_closed_while_frozen(books: Ledger) -> None:
    await books.submit(open_account("assets:it"))
    await books.submit(commands.UpdateAccount(account="assets:it", freeze="both"))
    assert (await books.submit(commands.CloseAccount(account="assets:it"))).closed


# -- names


async def test_an_account_answers_to_its_code_and_to_its_id(either: Ledger) -> None:
    await either.submit(commands.CreateTenant(name="Acme"))
    bank = await either.submit(open_account("assets:bank"))
    ann = await either.submit(open_account("liabilities:ann"))
    await either.submit(transfer(bank.id, "liabilities:ann", 3))
    await either.submit(transfer("assets:bank", ann.id, 4))
    assert (await balance(either, "assets:bank")).posted == 7


async def test_an_account_can_be_used_in_the_turn_that_opens_it(either: Ledger) -> None:
    await either.submit(commands.CreateTenant(name="Acme"))
    head = await either.store.head(0)
    bank, ann = (ids.format_id("acc", 0, head.tree.size + place) for place in (0, 1))
    by_code = transfer("assets:bank", "liabilities:ann", 1)
    batch = commands.PostTransactions(transactions=(by_code, transfer(bank, ann, 1)), mode="all")
    *opened, _, _, booked = await asyncio.gather(
        either.submit(open_account("assets:bank")),
        either.submit(open_account("liabilities:ann")),
        either.submit(commands.UpdateAccount(account="liabilities:ann", maximum=3)),
        either.submit(batch),
        either.submit(by_code),
    )
    assert (await either.store.head(0)).turn == head.turn + 1
    assert [account.id for account in opened] == [bank, ann]
    by_id = {posting.side: posting.account for posting in booked.postings}
    assert await verdict(either.submit(transfer(by_id["debit"], by_id["credit"], 1))) == (
        "maximum_exceeded"
    )


@pytest.mark.parametrize(
    "name",
    ["assets:nowhere", "acc_0000ffffffffffff", "acc_1", "hld_0000000000000000", "", "*", ":"],
)
async def test_a_name_of_nobody_is_not_found(books: Ledger, name: str) -> None:
    with pytest.raises(rejections.AccountNotFound) as caught:
        await books.submit(commands.CloseAccount(account=name))
    assert caught.value.field == "account"


HOSTILE = ["assets:\x00", "acc_\x00", "assets:\ud800", "'; drop table book_log", "é:é", "\\N"]


async def test_a_hostile_name_is_not_found_and_hurts_nobody_else(either: Ledger) -> None:
    await either.submit(commands.CreateTenant(name="Acme"))
    refused = [verdict(either.submit(commands.CloseAccount(account=name))) for name in HOSTILE]
    unknown = verdict(either.submit(open_account("assets:bank", "U\x00D")))
    honest = verdict(either.submit(open_account("assets:bank")))
    codes = await asyncio.gather(*refused, unknown, honest)
    assert codes == ["account_not_found"] * len(HOSTILE) + ["currency_unknown", None]


# -- the guide


GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "add-a-command.md"


async def test_the_command_of_the_guide_works_as_it_is_written(
    either: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each piece of code runs in the module that its first line names, with what it has there:
    whole functions and classes, or a line of the table that the text names. It may be there."""
    *pieces, test = re.findall(r"```python\n# (\S+)\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    applies, asked = dict(apply.APPLIES), list(context.LEDGER.commands)
    for path, code in pieces:
        module = importlib.import_module(path.removeprefix("src/")[:-3].replace("/", "."))
        names = {**vars(module)}
        if path.endswith("context.py"):
            asked += eval(f"[{code}]", names)
        elif code.startswith(" "):
            applies |= eval(f"{{{code}}}", names)
        else:
            exec(compile(code, path, "exec"), names)
            for name in re.findall(r"^(?:class|def) (\w+)", code, re.MULTILINE):
                monkeypatch.setattr(module, name, names[name], raising=False)
    ledger = dataclasses.replace(context.LEDGER, applies=applies, commands=tuple(asked))
    stocked = catalog.Catalog([timers.TIMERS, ledger])
    opened = book.Book(partition=0, catalog=stocked, store=either.store, clock=either.clock)
    await opened.start()
    names = {**globals()}
    exec(compile(test[1], test[0], "exec"), names)
    await names[re.findall(r"^async def (\w+)", test[1])[0]](
        conftest.Ledger(opened, either.store, either.clock, stocked)
    )
    await opened.stop()
