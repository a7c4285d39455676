"""What whoever takes part is told: by webhooks as it happens, and by statements afterwards."""

from __future__ import annotations

import asyncio
import functools
import queue
from collections import Counter
from datetime import date
from typing import Final, Literal

from culm.commands.showing import hooked, onboarding
from culm.commands.showing import stage as stage_

EXPECTED: Final = Counter(
    {
        "payments.payment_captured": 8,
        "payments.payment_failed": 1,
        "payments.payment_returned": 1,
        "payments.refund_created": 1,
    }
)
"""What happens, and how often: three top-ups, a transfer, a purchase and three salaries arrive."""
TOLD_SECONDS: Final = 30
"""How long a webhook may take."""
FORMATS: Final[tuple[Literal["pdf", "csv", "camt053"], ...]] = ("pdf", "csv", "camt053")
FIRST: Final = date(2026, 12, 1)
LAST: Final = date(2026, 12, 2)


async def subscribe(stage: stage_.Stage, receiver: hooked.Receiver) -> None:
    """A server of the tenant's own is to be told of payments."""
    stage.title("A webhook: a server of the tenant's own is told of payments")
    endpoints = stage.culm.webhooks.endpoints
    endpoint = await endpoints.create(url=receiver.url, event_types=sorted(EXPECTED))
    receiver.secret = (await endpoints.secret(endpoint.id)).secret or ""
    stage.say(f"{endpoint.id} at {receiver.url}, signed by Standard Webhooks")


async def told(stage: stage_.Stage, receiver: hooked.Receiver) -> None:
    """What the server has taken; it believes nothing that it has not verified."""
    stage.title("What the tenant's server was told")
    seen: Counter[str] = Counter()
    while seen < EXPECTED:
        try:
            event = await asyncio.to_thread(receiver.received.get, timeout=TOLD_SECONDS)
        except queue.Empty:
            break
        seen[event.type] += 1
        about = event.data["reason"] if "reason" in event.data else event.data["currency"]
        amount = stage_.usd(int(event.data["amount"])) if "amount" in event.data else ""
        stage.say(f"{event.id}  {event.type:26}{amount:>9} {about}")
    stage.expect(seen == EXPECTED, "the webhooks did not arrive")
    stage.say(f"every signature is right: {seen.total()} events")
    stage.expect(receiver.forged == 0, "a webhook could not be verified")
    await stage.until(
        functools.partial(_waiting, stage),
        lambda waiting: not waiting,
        "the facts have not gone out",
    )
    size = await stage.platform.db.fetchval("select sum(size) from book_head")
    stage.say(f"all of {size:,} facts in the log have gone out")


async def _waiting(stage: stage_.Stage) -> int:
    waiting, _ = await stage.platform.waiting()
    return waiting


async def statements(stage: stage_.Stage, party: onboarding.Party) -> None:
    """A wallet's statement: on the screen, and as the files that people and programs take."""
    stage.title(f"{party.name}'s statement, in words and as files")
    wallets = stage.culm.wallets
    pages = wallets.statement(party.wallet, currency="USD", from_=FIRST, to=LAST)
    page = await pages.page()
    balance = page.opening
    async for line in pages:
        stage.say(
            f"{line.effective:%d %b}  {line.title:34}{stage_.usd(line.amount):>9}"
            f"{stage_.usd(line.balance):>10}"
        )
        balance += line.amount
    stage.say(f"{'closing balance':41}{stage_.usd(page.closing):>18}")
    stage.expect(balance == page.closing, "the lines of a statement do not add up")
    for format_ in FORMATS:
        file = await wallets.statement_file(
            party.wallet, currency="USD", from_=FIRST, to=LAST, format=format_
        )
        stage.say(f"{format_:8} {len(file):>6,} bytes, begins {file[:22]!r}")
