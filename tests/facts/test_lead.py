"""Leads: one process at a time does what it leads, and another takes over."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg

from culm.facts import lead
from culm.kernel import database
from tests.facts.conftest import running, until


class Post:
    """Work that notes who is at it."""

    def __init__(self) -> None:
        self.at_work: list[str] = []
        self.begun: list[str] = []

    def of(self, who: str) -> Any:
        """The work of one process."""

        async def work() -> None:
            self.begun.append(who)
            self.at_work.append(who)
            assert len(self.at_work) == 1
            try:
                await asyncio.sleep(3_600)
            finally:
                self.at_work.remove(who)

        return work


def leads_on(url: str) -> lead.Leads:
    """The leads of a process."""
    return lead.Leads(lambda: database.connect(url))


async def test_one_of_two_leads_and_the_other_takes_over_when_it_is_gone(
    database_url: str,
) -> None:
    post = Post()
    first, second = leads_on(database_url), leads_on(database_url)
    async with running(second.run):
        async with running(first.run, lambda: first.lead("post", post.of("first"))):
            await until(lambda: post.at_work == ["first"])
            async with running(lambda: second.lead("post", post.of("second"))):
                await asyncio.sleep(3 * lead.TAKE_OVER_SECONDS)
                assert post.at_work == ["first"]
                assert (first.held, second.held) == ({"post"}, set())
        async with running(lambda: second.lead("post", post.of("second"))):
            await until(lambda: post.at_work == ["second"])
    assert post.begun == ["first", "second"]


async def test_what_is_led_under_different_names_is_done_side_by_side(database_url: str) -> None:
    one, two, leads = Post(), Post(), leads_on(database_url)
    async with running(
        leads.run, lambda: leads.lead("one", one.of("us")), lambda: leads.lead("two", two.of("us"))
    ):
        await until(lambda: leads.held == {"one", "two"})


async def test_a_lost_connection_stops_the_work_and_it_begins_again(database_url: str) -> None:
    post, leads = Post(), leads_on(database_url)
    admin = await asyncpg.connect(database_url)
    async with running(leads.run, lambda: leads.lead("post", post.of("us"))):
        await until(lambda: post.at_work == ["us"])
        await admin.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )
        await until(lambda: post.begun == ["us", "us"])
    await admin.close()


async def test_work_that_fails_is_begun_again(database_url: str) -> None:
    attempts, leads = [], leads_on(database_url)

    async def work() -> None:
        attempts.append(1)
        raise OSError("the work fails")

    async with running(leads.run, lambda: leads.lead("post", work)):
        await until(lambda: len(attempts) == 2)
