"""The nth commit, the nth call, the nth await of a refund fails, for every n until none is left to fail."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from doubles.keyrings import KeyringInMemory
from portdesk.api.client import Client, Patience
from portdesk.api.endpoints.payments import CANCEL_PAYMENT
from portdesk.api.errors import NoReplyError, OutcomeUnknownError, ServerFaultError, TokenError
from portdesk.domain.errors import PortdeskError, StoreUnusableError
from portdesk.domain.events import Bus
from portdesk.domain.ids import ImpUid, ShopId
from portdesk.domain.messages import Message
from portdesk.domain.shops import Credentials
from portdesk.ledger.refund import Wish
from portdesk.ledger.states import RETRYABLE, State
from portdesk.sandbox.server import RunningSandbox, start_sandbox
from portdesk.sandbox.settings import SandboxSettings
from portdesk.store.journal import Journal
from portdesk.store.journal_head import JournalHead
from portdesk.store.journal_thread import JournalThread
from portdesk.store.secrets import Secrets
from portdesk.usecases.refund_wire import RefundWire
from portdesk.usecases.refunds import Refunds

pytestmark = pytest.mark.anyio

SHOP = ShopId("f00df00df00d")
MOST = 200
_NUMBERS = itertools.count()


@pytest.fixture(scope="module")
def sandbox() -> Iterator[RunningSandbox]:
    with start_sandbox(SandboxSettings(payments=80, seed=11)) as running:
        yield running


class Bench:
    """Hands out a payment and a program for each trial."""

    def __init__(self, sandbox: RunningSandbox, folder: Path) -> None:
        self._sandbox = sandbox
        self._folder = folder
        self._model = [
            wire
            for wire in sandbox.state.payments(status="paid")
            if wire["pay_method"] == "card" and not wire["escrow"] and wire["pg_provider"] == "html5_inicis"
        ][-1]
        self.uid = ImpUid("")
        keyring = KeyringInMemory()
        self.keys = Secrets(lambda: keyring)

    def next(self) -> None:
        self.uid = ImpUid(f"imp_8{next(_NUMBERS):011d}")
        self._sandbox.state.put(self._model | {"imp_uid": self.uid, "merchant_uid": f"F-{self.uid}"})

    @asynccontextmanager
    async def program(self) -> AsyncIterator[tuple[Refunds, JournalThread, Client]]:
        head = JournalHead(self.keys, ShopId(self.uid))
        journal = await JournalThread.open(self._folder / self.uid / "journal.db", await head.load())
        keys = Credentials(imp_key=self._sandbox.imp_key, imp_secret=self._sandbox.imp_secret)
        client = Client(
            self._sandbox.base_url, keys, patience=Patience(first_wait=0, longest_wait=0, jitter=0)
        )
        refunds = Refunds(RefundWire(client, note), journal, head, Bus(), shop=SHOP, quiet_seconds=0)
        try:
            yield refunds, journal, client
        finally:
            await journal.close()
            await client.aclose()

    def cancels(self) -> list[Any]:
        return list((self._sandbox.state.payment(self.uid) or {})["cancel_history"])

    async def judge(self) -> None:
        """Start again, find out, press what may be pressed: one refund, and every word is true."""
        async with self.program() as (refunds, journal, _):
            for _ in range(3):
                await refunds.check_due(float("inf"))
            for row in await journal.run(Journal.latest):
                happened = [one for one in self.cancels() if f"[{row.code}]" in one["reason"]]
                assert row.state in {State.CONFIRMED, *RETRYABLE}
                assert len(happened) == (row.state is State.CONFIRMED)
                if row.state in RETRYABLE:
                    again = await refunds.try_again(row.id, "kim")
                    assert again.row.state is State.CONFIRMED
            assert len(self.cancels()) == len(await journal.run(Journal.latest))


@pytest.fixture
async def bench(sandbox: RunningSandbox, tmp_path: Path) -> AsyncIterator[Bench]:
    bench = Bench(sandbox, tmp_path)
    yield bench
    bench.keys.close()


async def note(_reply: object) -> None:
    """No local copy here."""


async def refund(refunds: Refunds, uid: ImpUid) -> None:
    shown = await refunds.show(uid)
    wish = Wish(amount=shown.payment.remaining.value, currency="KRW", reason="nth", actor="kim")
    await refunds.confirm(refunds.prepare(shown, wish), "kim")
    for _ in range(2):
        await refunds.check_due(float("inf"))


class Interrupted(Coroutine[Any, Any, None]):
    """A coroutine whose task is cancelled at its nth await, as the program does when it closes."""

    def __init__(self, work: Coroutine[Any, Any, None], nth: int) -> None:
        self._work = work
        self._nth = nth
        self._count = 0
        self.was_hit = False

    def send(self, value: Any) -> Any:
        waiting = self._work.send(value)
        self._count += 1
        if self._count == self._nth:
            self.was_hit = True
            task = asyncio.current_task()
            assert task
            task.cancel()
        return waiting

    def throw(self, *error: Any) -> Any:
        return self._work.throw(*error)

    def close(self) -> None:
        self._work.close()

    def __await__(self) -> Any:
        raise NotImplementedError


async def test_the_nth_await(bench: Bench) -> None:
    for nth in range(1, MOST):
        bench.next()
        async with bench.program() as (refunds, _, _):
            work = Interrupted(refund(refunds, bench.uid), nth)
            with suppress(asyncio.CancelledError):
                await asyncio.get_running_loop().create_task(work)
        await bench.judge()
        if not work.was_hit:
            break
    assert 5 < nth < MOST - 1


def failing(nth: int, act: Callable[..., Awaitable[Any]], fail: Callable[[], Any], *, is_after: bool) -> Any:
    """`act`, which fails the nth time, before or after it has been done."""
    count = 0

    async def tried(*args: Any) -> Any:
        nonlocal count
        count += 1
        if count != nth:
            return await act(*args)
        tried.was_hit = True
        if is_after:
            await act(*args)
        return fail()

    tried.was_hit = False
    return tried


def raising(error: Exception) -> Callable[[], Any]:
    def fail() -> Any:
        raise error

    return fail


@pytest.mark.parametrize("is_after", [False, True], ids=["before", "after"])
async def test_the_nth_commit(bench: Bench, is_after: bool) -> None:
    for nth in range(1, MOST):
        bench.next()
        async with bench.program() as (refunds, journal, _):
            full = StoreUnusableError(Message("There is no room left on the disk."))
            journal.apply = failing(nth, journal.apply, raising(full), is_after=is_after)
            with suppress(StoreUnusableError):
                await refund(refunds, bench.uid)
            was_hit = journal.apply.was_hit
        await bench.judge()
        if not was_hit:
            break
    assert 3 < nth < MOST - 1


@pytest.mark.parametrize("is_after", [False, True], ids=["before", "after"])
async def test_the_nth_work_of_the_journal(bench: Bench, is_after: bool) -> None:
    for nth in range(1, MOST):
        bench.next()
        async with bench.program() as (refunds, journal, _):
            broken = StoreUnusableError(Message("The disk refused."))
            journal.run = failing(nth, journal.run, raising(broken), is_after=is_after)
            with suppress(StoreUnusableError):
                await refund(refunds, bench.uid)
            was_hit = journal.run.was_hit
        await bench.judge()
        if not was_hit:
            break
    assert 10 < nth < MOST - 1


AT_ANY_TIME = (OutcomeUnknownError, ServerFaultError, TokenError, OSError, MemoryError)


@pytest.mark.parametrize(
    ("error", "is_after"),
    # That there was no reply says that nothing was done, so it cannot come after.
    [(NoReplyError, False), *itertools.product(AT_ANY_TIME, (False, True))],
)
async def test_the_nth_call(bench: Bench, error: type[Exception], is_after: bool) -> None:
    for nth in range(1, MOST):
        bench.next()
        async with bench.program() as (refunds, _, client):
            fault = error(CANCEL_PAYMENT.name)
            client.send = failing(nth, client.send, raising(fault), is_after=is_after)
            with suppress(PortdeskError, OSError, MemoryError):
                await refund(refunds, bench.uid)
            was_hit = client.send.was_hit
        await bench.judge()
        if not was_hit:
            break
    assert 2 < nth < MOST - 1
