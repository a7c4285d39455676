"""The lifecycle of customers: its table by exhaustion, and its laws after any history."""

from __future__ import annotations

import asyncio
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from culm import app
from culm.book import book, memory
from culm.customers import commands, tables, transitions, types
from culm.kernel import errors
from culm.ledger import commands as ledger
from tests import conftest

SEALED = "v1." + "A" * 80
SUBJECT = "sub_" + "a" * 26
NEW = commands.CreateCustomer(kind="person", subject=SUBJECT, sealed=SEALED)

STATES: tuple[types.State, ...] = get_args(types.State)
HAPPENINGS: tuple[transitions.Happening, ...] = get_args(transitions.Happening)

ASKED: dict[transitions.Happening, Any] = {
    "activate": lambda customer: commands.ActivateCustomer(customer=customer),
    "restrict": lambda customer: commands.RestrictCustomer(customer=customer, reason="review"),
    "unrestrict": lambda customer: commands.UnrestrictCustomer(customer=customer),
    "close": lambda customer: commands.CloseCustomer(customer=customer),
}

WAY: dict[types.State, tuple[transitions.Happening, ...]] = {
    "created": (),
    "active": ("activate",),
    "restricted": ("activate", "restrict"),
    "closed": ("close",),
}
"""How a customer comes to each state."""


async def customer(world: conftest.Ledger, *way: transitions.Happening) -> str:
    """A customer who has come some way."""
    made = await world.submit(NEW)
    for happening in way:
        await world.submit(ASKED[happening](made.id))
    return str(made.id)


@pytest.fixture
async def world(memory_ledger: conftest.Ledger) -> conftest.Ledger:
    await memory_ledger.submit(ledger.CreateTenant(name="Acme"))
    return memory_ledger


def test_the_table_knows_every_state_and_whatever_may_happen_and_the_end_is_the_end() -> None:
    assert transitions.TABLE.keys() == {(s, h) for s in STATES for h in HAPPENINGS}
    for happening in HAPPENINGS:
        assert transitions.TABLE["closed", happening] in ("closed", *_refusals())
    assert {one for one in transitions.TABLE.values() if isinstance(one, str)} == {*STATES[1:]}


def _refusals() -> tuple[type[errors.CulmError], ...]:
    return tuple(one for one in transitions.TABLE.values() if not isinstance(one, str))


@pytest.mark.parametrize(("state", "happening"), list(transitions.TABLE))
async def test_what_the_table_says_is_what_happens(
    world: conftest.Ledger, state: types.State, happening: transitions.Happening
) -> None:
    made = await customer(world, *WAY[state])
    following = transitions.TABLE[state, happening]
    before = await world.store.load(tables.CUSTOMERS, 0, [made])
    assert before[made].state == state
    if isinstance(following, str):
        assert (await world.submit(ASKED[happening](made))).state == following
    else:
        with pytest.raises(following):
            await world.submit(ASKED[happening](made))
        assert await world.store.load(tables.CUSTOMERS, 0, [made]) == before


async def test_nobody_reaches_a_customer_of_another_tenant(world: conftest.Ledger) -> None:
    made = await customer(world, "activate")
    await world.submit(ledger.CreateTenant(name="Other"), tenant="other")
    for asked in (
        *[ask(made) for ask in ASKED.values()],
        commands.EraseCustomer(customer=made),
        commands.SetTier(customer=made, tier="gold"),
        commands.UpdateCustomer(customer=made, revision=1, sealed=SEALED),
        commands.GiveConsent(customer=made, purpose="marketing", version="1"),
        commands.WithdrawConsent(customer=made, purpose="marketing"),
    ):
        with pytest.raises(errors.Rejection) as refused:
            await world.submit(asked, tenant="other")
        assert refused.value.code == "customer_not_found"


@pytest.mark.parametrize(
    ("subject", "sealed"),
    [
        (SUBJECT, "Ada Lovelace"),
        (SUBJECT, ""),
        (SUBJECT, "v1.Ada Lovelace" + "A" * 80),
        ("Ada Lovelace", SEALED),
    ],
)
async def test_nothing_that_is_not_sealed_comes_into_the_log(
    world: conftest.Ledger, subject: str, sealed: str
) -> None:
    command = msgspec.structs.replace(NEW, subject=subject, sealed=sealed)
    with pytest.raises(errors.Invalid):
        await world.submit(command)


async def test_consents_have_a_limit(world: conftest.Ledger) -> None:
    made = await customer(world)
    for number in range(50):
        give = commands.GiveConsent(customer=made, purpose=f"p{number}", version="1")
        await world.submit(give)
    with pytest.raises(errors.Rejection) as refused:
        await world.submit(commands.GiveConsent(customer=made, purpose="more", version="1"))
    assert refused.value.code == "customer_too_many_consents"
    await world.submit(commands.GiveConsent(customer=made, purpose="p7", version="2"))


Step = tuple[str, int, str]
"""What is asked, of which customer, and with which word."""

STEPS = st.tuples(
    st.sampled_from([*HAPPENINGS, "create", "update", "tier", "erase", "give", "withdraw"]),
    st.integers(0, 2),
    st.sampled_from(["a", "b"]),
)


class Model:
    """Customers, as somebody would tell of them who has never seen the code."""

    def __init__(self) -> None:
        self.customers: list[dict[str, Any]] = []

    def ask(self, what: str, one: int, word: str) -> str:
        """What comes of it: a code, or nothing when it is accepted."""
        if what == "create":
            new = {"state": "created", "tier": "basic", "revision": 1, "erased": False}
            self.customers.append(new | {"consents": {}})
            return ""
        if one >= len(self.customers):
            return "customer_not_found"
        customer = self.customers[one]
        return self._happen(customer, what) if what in HAPPENINGS else _said(customer, what, word)

    def _happen(self, customer: dict[str, Any], what: str) -> str:
        state = customer["state"]
        if what == "close":
            customer["state"] = "closed"
        elif state == "closed":
            return "customer_closed"
        elif what == "activate":
            if state == "restricted":
                return "customer_restricted"
            customer["state"] = "active"
        elif state == "created":
            return "customer_not_active"
        else:
            customer["state"] = "restricted" if what == "restrict" else "active"
        return ""


def _said(customer: dict[str, Any], what: str, word: str) -> str:
    closed, consents = customer["state"] == "closed", customer["consents"]
    match what:
        case "erase":
            customer["erased"] |= closed
            return "" if closed else "customer_not_closed"
        case "withdraw":
            if word not in consents:
                return "customer_consent_not_found"
            consents[word] = False
        case _ if closed:
            return "customer_closed"
        case "update":
            customer["revision"] += 1
        case "tier":
            customer["tier"] = word
        case "give":
            consents[word] = True
    return ""


async def outcome(book_: book.Book, command: Any, key: str) -> tuple[str, Any]:
    """The code of a refusal, or an answer."""
    try:
        return "", await book_.submit(command, tenant="acme", key=key)
    except errors.CulmError as error:
        return error.code, None


async def play(steps: list[Step]) -> None:
    """A history, in the Book and in the model."""
    clock, store = conftest.Clock(), memory.MemoryStore()
    book_ = book.Book(partition=0, catalog=app.catalog(), store=store, clock=clock)
    await book_.start()
    await book_.submit(ledger.CreateTenant(name="Acme"), tenant="acme")
    model, ids, answers = Model(), list[str](), list[tuple[str, Any, Any]]()
    for number, (what, one, word) in enumerate(steps):
        named = ids[one] if one < len(ids) else "cus_0000000000000000"
        revision = model.customers[one]["revision"] if one < len(ids) else 1
        command = _command(what, named, word, revision)
        key = f"key-{number}"
        code, answer = await outcome(book_, command, key)
        assert model.ask(what, one, word) == code
        if code:
            continue
        answers.append((key, command, answer))
        if what == "create":
            ids.append(answer.id)
    for key, command, answer in answers:  # whatever has happened since
        assert await book_.submit(command, tenant="acme", key=key) == answer
    for id_, told in zip(ids, model.customers, strict=True):
        row: types.Customer = (await store.load(tables.CUSTOMERS, 0, [id_]))[id_]
        assert (row.state, row.tier, row.revision) == (
            told["state"],
            told["tier"],
            told["revision"],
        )
        assert (row.sealed == "") == (row.erased is not None) == told["erased"]
        keys = [(id_, word) for word in told["consents"]]
        consents = await store.load(tables.CONSENTS, 0, keys)
        assert {key[1]: one.withdrawn is None for key, one in consents.items()} == told["consents"]
    await book_.stop()


def _command(what: str, customer: str, word: str, revision: int) -> commands.Command:
    if what in ASKED:
        asked: commands.Command = ASKED[what](customer)
        return asked
    match what:
        case "create":
            return NEW
        case "update":
            return commands.UpdateCustomer(customer=customer, revision=revision, sealed=SEALED)
        case "tier":
            return commands.SetTier(customer=customer, tier=word)
        case "erase":
            return commands.EraseCustomer(customer=customer)
        case "give":
            return commands.GiveConsent(customer=customer, purpose=word, version="1")
    return commands.WithdrawConsent(customer=customer, purpose=word)


@hypothesis_settings(max_examples=60, deadline=None)
@given(steps=st.lists(STEPS, min_size=1, max_size=25))
def test_any_history_comes_to_what_the_model_tells(steps: list[Step]) -> None:
    asyncio.run(play([("create", 0, "a"), *steps]))


async def test_what_changes_nothing_is_no_news(world: conftest.Ledger) -> None:
    made = await customer(world, "activate")
    give = commands.GiveConsent(customer=made, purpose="marketing", version="1")
    await world.submit(give)
    first = await world.submit(NEW)
    for again in (
        ASKED["activate"](made),
        ASKED["unrestrict"](made),
        commands.SetTier(customer=made, tier="basic"),
        give,
    ):
        await world.submit(again)
    second = await world.submit(NEW)  # ids are positions in the log
    assert int(second.id[4:], 16) == int(first.id[4:], 16) + 1
