"""Taking in a file: whose it is, what is posted of it, and what is kept of it."""

from __future__ import annotations

import asyncio
import io
import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from culm.kernel import errors
from culm.ledger import commands as books
from culm.ledger import rejections as refusals
from culm.ledger.tables import BALANCES
from culm.rails.ach import commands, events, intake, limits, rejections, survey
from culm.rails.ach.new_file import NewBatch, NewEntry, NewFile
from tests import conftest

COMPANY = "liabilities:customers:acme"
OTHER = "liabilities:customers:other"
CLEARING = "assets:ach:clearing"

DOCS = Path(__file__).parents[3] / "docs" / "reference" / "nacha-deviations.md"
Write = Callable[[NewFile], bytes]


class Rail:
    """A Book with the accounts of two companies, and files submitted to it."""

    def __init__(self, ledger: Any) -> None:
        self.ledger = ledger
        self.ids: dict[str, str] = {}

    async def open(self, code: str, currency: str = "USD", **rest: Any) -> None:
        """Open an account and remember its id."""
        account = await self.ledger.submit(
            books.OpenAccount(code=code, currency=currency, **rest), tenant="acme"
        )
        self.ids[code] = account.id

    async def fund(self, code: str, amount: int) -> None:
        """Bring money into an account."""
        postings = (
            books.Posting(CLEARING, "debit", amount),
            books.Posting(code, "credit", amount),
        )
        await self.ledger.submit(books.PostTransaction(postings=postings))

    async def take_in(self, content: bytes, account: str = COMPANY, **rest: Any) -> intake.Intake:
        """Submit a file's content for an account."""
        return await self.submit(io.BytesIO(content), account, **rest)

    async def submit(self, stream: Any, account: str = COMPANY, **rest: Any) -> intake.Intake:
        """Submit a file for an account."""
        return await intake.submit(
            stream,
            name="payroll.ach",
            tenant="acme",
            account=account,
            clearing=rest.pop("clearing", CLEARING),
            accept_readable=rest.pop("accept_readable", False),
            send=self.ledger.book.submit,
            **rest,
        )

    async def posted(self, code: str) -> int:
        """What an account's balance is, in its normal sense."""
        key = self.ids[code]
        rows = await self.ledger.store.load(BALANCES, 0, [key])
        return int(rows[key].posted)


@pytest.fixture
async def rail(memory_ledger: Any) -> Rail:
    return await ready(memory_ledger)


@pytest.fixture
async def stored_rail(ledger: Any) -> Rail:
    """The same on PostgreSQL."""
    return await ready(ledger)


async def ready(ledger: Any) -> Rail:
    rail = Rail(ledger)
    await ledger.submit(books.CreateTenant(name="Acme"))
    await rail.open(CLEARING)
    await rail.open(COMPANY, minimum=0)
    await rail.open(OTHER)
    return rail


@pytest.fixture
def five(written: Write) -> bytes:
    """A payroll of five payments of 100 cents."""
    return written(paying(*[100] * 5))


def paying(*amounts: int) -> NewFile:
    """A file of one batch of such payments."""
    listed = tuple(NewEntry("22", "231380104", f"744-{n}", a, "A") for n, a in enumerate(amounts))
    day = date(2026, 3, 3)
    batch = NewBatch("PPD", "ACME", "1210428822", "SALARY", day, "12104288", listed)
    return NewFile("231380104", "121042882", date(2026, 3, 2), (batch,))


@pytest.fixture
async def half_posted(stored_rail: Rail, five: bytes, monkeypatch: pytest.MonkeyPatch) -> Rail:
    """Two of the five payments were posted in the first part; then the money ran out."""
    monkeypatch.setattr(intake, "PART_ENTRIES", 2)
    monkeypatch.setattr(intake, "PARTS_AT_ONCE", 1)
    await stored_rail.fund(COMPANY, 250)
    with pytest.raises(refusals.InsufficientFunds):
        await stored_rail.take_in(five)
    assert await stored_rail.posted(COMPANY) == 50
    return stored_rail


async def test_a_half_posted_file_is_not_posted_from_another_account(
    half_posted: Rail, five: bytes
) -> None:
    with pytest.raises(rejections.FileAccountDiffers) as caught:
        await half_posted.take_in(five, OTHER)
    assert (caught.value.code, caught.value.field) == ("ach_file_account_differs", "account")
    assert await half_posted.posted(OTHER) == 0
    assert await half_posted.posted(COMPANY) == 50


async def test_a_half_posted_file_is_finished_from_its_own_account(
    half_posted: Rail, five: bytes
) -> None:
    with pytest.raises(rejections.FileAccountDiffers):
        await half_posted.take_in(five, OTHER)
    await half_posted.fund(COMPANY, 250)
    finished = await half_posted.take_in(five)
    assert (finished.posted, finished.already) == (3, 2)
    assert await half_posted.posted(COMPANY) == 0


async def test_an_account_is_the_same_by_id_and_by_code(half_posted: Rail, five: bytes) -> None:
    await half_posted.fund(COMPANY, 250)
    ids = half_posted.ids
    finished = await half_posted.take_in(five, ids[COMPANY], clearing=ids[CLEARING])
    assert (finished.posted, finished.already) == (3, 2)
    again = await half_posted.take_in(five)
    assert (again.posted, again.already) == (0, 5)
    assert await half_posted.posted(COMPANY) == 0


async def test_a_file_is_not_posted_against_another_clearing_account(
    half_posted: Rail, five: bytes
) -> None:
    await half_posted.open("assets:ach:second")
    with pytest.raises(rejections.FileAccountDiffers) as caught:
        await half_posted.take_in(five, clearing="assets:ach:second")
    assert caught.value.field == "clearing"
    assert await half_posted.posted("assets:ach:second") == 0


async def test_a_refused_file_can_be_accepted_for_any_account(
    rail: Rail, real: Callable[[str], bytes]
) -> None:
    content = real("invalid-two-micro-deposits.ach")
    with pytest.raises(intake.FileRefused):
        await rail.take_in(content)
    taken = await rail.take_in(content, OTHER, accept_readable=True)
    assert taken.verdict == "accepted_in_part"
    with pytest.raises(rejections.FileAccountDiffers):
        await rail.take_in(content, COMPANY, accept_readable=True)


async def test_a_file_is_not_posted_with_other_batches_than_it_was_accepted_with(
    stored_rail: Rail, real: Callable[[str], bytes]
) -> None:
    content = real("invalid-two-micro-deposits.ach")
    await stored_rail.take_in(content, OTHER, accept_readable=True)
    posted = await stored_rail.posted(OTHER)
    report = survey.survey(io.BytesIO(content))
    judged_anew = intake.received(report, "accepted", "again.ach", OTHER, CLEARING)
    judged_anew = msgspec.structs.replace(judged_anew, refused_batches=())
    with pytest.raises(rejections.FileBatchesDiffer) as caught:
        await stored_rail.ledger.submit(judged_anew)
    assert caught.value.code == "ach_file_batches_differ"
    again = await stored_rail.take_in(content, OTHER, accept_readable=True)
    assert again.posted == 0
    assert await stored_rail.posted(OTHER) == posted


async def test_entries_of_a_file_that_was_not_accepted_are_not_posted(rail: Rail) -> None:
    item = commands.Item(3, 1, -100, "ach.credit", "1", None)
    with pytest.raises(rejections.FileNotAccepted):
        await rail.ledger.submit(commands.PostEntries(sha256="a" * 64, part=0, items=(item,)))


async def test_of_a_file_accepted_before_its_account_was_kept_nothing_more_is_posted(
    stored_rail: Rail, five: bytes
) -> None:
    await stored_rail.fund(COMPANY, 500)
    await stored_rail.take_in(five)
    await stored_rail.ledger.admin.execute(
        "update ach_file set account = null, clearing = null, refused_batches = null"
    )
    async with conftest.ledger_on(stored_rail.ledger.url) as later:
        with pytest.raises(rejections.FileAccountDiffers):
            await Rail(later).take_in(five)


@pytest.mark.parametrize("currency", ["EUR", "JPY", "GOLD"])
@pytest.mark.parametrize("field", ["account", "clearing"])
async def test_both_accounts_are_kept_in_dollars(
    field: str, currency: str, rail: Rail, five: bytes
) -> None:
    await rail.ledger.submit(books.RegisterAsset(code="GOLD", scale=6, name="Troy ounces"))
    await rail.open("assets:strange", currency)
    with pytest.raises(rejections.AccountCurrency) as caught:
        await rail.take_in(five, **{field: "assets:strange"})
    assert (caught.value.code, caught.value.field) == ("ach_account_currency", field)
    assert await rail.posted("assets:strange") == 0


async def test_a_file_needs_two_accounts(rail: Rail, five: bytes) -> None:
    with pytest.raises(rejections.SameAccount) as caught:
        await rail.take_in(five, rail.ids[CLEARING])
    assert (caught.value.code, caught.value.field) == ("ach_same_account", "clearing")


async def test_an_account_that_is_not_there_is_named_before_anything_is_kept(
    rail: Rail, five: bytes
) -> None:
    with pytest.raises(errors.CulmError) as caught:
        await rail.take_in(five, "liabilities:nobody")
    assert (caught.value.code, caught.value.field) == ("account_not_found", "account")
    assert await received(rail) == []


async def received(rail: Rail) -> list[events.FileReceived]:
    """What the log says of files that came in."""
    head = await rail.ledger.store.head(0)
    rows = await rail.ledger.store.events(0, range(head.tree.size))
    kept = [row for _, row in sorted(rows.items()) if row.type == events.FileReceived.TYPE]
    return [msgspec.json.decode(row.body, type=events.FileReceived) for row in kept]


async def test_what_the_log_keeps_of_a_valid_file(rail: Rail, five: bytes) -> None:
    await rail.fund(COMPANY, 500)
    await rail.take_in(five)
    (fact,) = await received(rail)
    assert (fact.credit, fact.debit) == ("500", "0")
    assert (fact.accepted_credit, fact.accepted_debit) == ("500", "0")
    assert (fact.account, fact.clearing) == (rail.ids[COMPANY], rail.ids[CLEARING])
    assert (fact.problems, fact.problem_count) == ((), 0)


async def test_what_the_log_keeps_of_a_file_accepted_in_part(
    rail: Rail, real: Callable[[str], bytes]
) -> None:
    await rail.take_in(real("invalid-two-micro-deposits.ach"), OTHER, accept_readable=True)
    (fact,) = await received(rail)
    assert fact.refused_batches == (2,)
    assert (fact.accepted_credit, fact.accepted_debit) == ("76", "76")
    assert fact.problem_count == len(fact.problems) > 0


@pytest.mark.parametrize(
    ("damage", "credit"),
    [
        (lambda content: content.replace(b"\n900", b"\nX00"), None),
        (lambda content: content.replace(b"500 ", b"5x0 "), None),
        (lambda content: content.replace(b"500 ", b"700 "), "700"),
    ],
    ids=["no control", "no number", "another number"],
)
async def test_the_log_keeps_what_the_control_states_or_that_it_states_nothing(
    damage: Callable[[bytes], bytes], credit: str | None, rail: Rail, five: bytes
) -> None:
    damaged = damage(five)
    with pytest.raises(intake.FileRefused):
        await rail.take_in(damaged)
    (fact,) = await received(rail)
    assert fact.credit == credit
    assert fact.accepted_credit == "0"
    assert (fact.account, fact.clearing) == (None, None)


async def test_a_file_that_is_refused_again_is_one_fact(
    rail: Rail, real: Callable[[str], bytes]
) -> None:
    content = real("invalid-two-micro-deposits.ach")
    for account in (COMPANY, COMPANY, OTHER):
        with pytest.raises(intake.FileRefused):
            await rail.take_in(content, account)
    assert len(await received(rail)) == 1
    await rail.take_in(content, OTHER, accept_readable=True)
    assert [fact.verdict for fact in await received(rail)] == ["refused", "accepted_in_part"]


async def test_of_many_problems_each_batch_keeps_its_first(
    rail: Rail, written: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "MAX_PROBLEMS", 3)
    new = paying(*[100] * 3)
    content = written(msgspec.structs.replace(new, batches=new.batches * 3))
    content = content.replace(b"6222313801", b"6222313803")  # each entry's check digit is wrong
    with pytest.raises(intake.FileRefused) as refused:
        await rail.take_in(content)
    (fact,) = await received(rail)
    assert fact.problem_count == len(refused.value.report.deviations) > 3
    assert {p.batch for p in fact.problems} == {1, 2, 3, None}
    assert [p.line for p in fact.problems] == sorted(p.line for p in fact.problems)


async def test_a_short_list_of_problems_is_filled_in_the_order_of_lines(
    rail: Rail, written: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "MAX_PROBLEMS", 2)
    content = written(paying(*[100] * 5)).replace(b"0000000100", b"0000000000")
    content = content.replace(b"0" * 9 + b"500", b"0" * 12)
    with pytest.raises(intake.FileRefused):
        await rail.take_in(content)
    (fact,) = await received(rail)
    assert (len(fact.problems), fact.problem_count) == (2, 5)
    assert [p.line for p in fact.problems] == [3, 4]


async def test_a_return_says_why_and_which_entry_it_returns(
    rail: Rail, real: Callable[[str], bytes]
) -> None:
    await rail.take_in(real("return-WEB.ach"), OTHER)
    head = await rail.ledger.store.head(0)
    rows = await rail.ledger.store.events(0, range(head.tree.size))
    posted = [json.loads(row.body) for _, row in sorted(rows.items()) if "transaction" in row.type]
    assert [(one["kind"], one["metadata"]) for one in posted] == [
        ("ach.return", {**where, "return_reason": reason, "original_trace": trace})
        for where, reason, trace in (
            (at("1", "3", posted), "R01", "091400600000001"),
            (at("2", "7", posted), "R03", "091400600000003"),
        )
    ]


def at(batch: str, line: str, posted: list[Any]) -> dict[str, str]:
    """Where an entry of that file stood."""
    return {"file": posted[0]["metadata"]["file"], "batch": batch, "line": line}


async def test_a_file_received_by_an_earlier_release_is_still_read() -> None:
    old = (
        b'{"sha256":"aa","name":"a.ach","verdict":"accepted","batches":1,"entries":2,'
        b'"credit":"3","debit":"0"}'
    )
    fact = msgspec.json.decode(old, type=events.FileReceived)
    assert (fact.account, fact.accepted_credit, fact.problem_count) == (None, None, None)


class Endless(io.RawIOBase):
    """A stream that never ends, and counts what was taken of it."""

    taken = 0

    def read(self, size: int = -1, /) -> bytes:
        self.taken += size
        return b"9" * size


async def test_what_is_larger_than_a_file_can_be_is_not_copied_to_its_end(
    rail: Rail, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_FILE_BYTES", 3_000_000)
    stream = Endless()
    with pytest.raises(intake.FileTooLarge) as caught:
        await rail.submit(stream)
    assert caught.value.code == "file.too-large"
    assert stream.taken < 5_000_000
    assert await received(rail) == []


async def test_two_processes_that_submit_a_file_at_once_share_the_entries_and_the_claims(
    stored_rail: Rail, written: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "PART_ENTRIES", 2)
    content = written(paying(*[100] * 20))
    await stored_rail.fund(COMPANY, 2_000)
    async with conftest.ledger_on(stored_rail.ledger.url) as other:
        both = await asyncio.gather(stored_rail.take_in(content), Rail(other).take_in(content))
    assert [taken.posted + taken.already for taken in both] == [20, 20]
    assert sum(taken.posted for taken in both) == 20
    assert await stored_rail.posted(COMPANY) == 0


async def test_progress_tells_how_much_is_done_of_how_much(
    rail: Rail, written: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "PROGRESS_ENTRIES", 2)
    heard: list[tuple[str, int, int]] = []
    content = written(paying(*[100] * 5))
    await rail.take_in(content, OTHER, progress=lambda *step: heard.append(step))
    size = len(content)
    assert ("reading", size, size) in heard
    assert [(done, total) for step, done, total in heard if step == "posting"] == [
        (2, 5),
        (4, 5),
        (5, 5),
    ]


def test_the_documentation_lists_every_rejection_of_a_submission() -> None:
    listed = dict(
        re.findall(r"^\| `([^`]+)` \| (\d+) \| [^|]+ \|$", DOCS.read_text(), re.MULTILINE)
    )
    own = [
        one
        for one in vars(rejections).values()
        if isinstance(one, type) and issubclass(one, errors.CulmError)
    ]
    raised: list[type[errors.CulmError]] = [*own, intake.FileRefused, intake.FileTooLarge]
    raised += [refusals.TenantNotFound, refusals.AccountNotFound]
    assert listed == {one.code: str(one.status) for one in raised}
