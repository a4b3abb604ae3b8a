"""Bulk plans over real sockets: stopped, gone on with, adding up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from doubles.keyrings import KeyringInMemory
from portdesk.api.client import Client, Patience
from portdesk.api.endpoints.payments import CANCEL_PAYMENT, FETCH_PAYMENT
from portdesk.domain.errors import InputError, StoreUnusableError
from portdesk.domain.events import Bus
from portdesk.domain.ids import ImpUid, ShopId
from portdesk.domain.shops import Credentials
from portdesk.ledger.batch import Limits, Next, Part, Plan, PlanRow
from portdesk.ledger.instruction import from_minor
from portdesk.ledger.refund import Wish
from portdesk.ledger.states import State
from portdesk.ledger.steps import Change, Committed
from portdesk.sandbox.faults import Fault, FaultKind
from portdesk.sandbox.server import RunningSandbox, start_sandbox
from portdesk.sandbox.settings import SandboxSettings
from portdesk.store.journal import Journal
from portdesk.store.journal_head import JournalHead
from portdesk.store.journal_thread import JournalThread
from portdesk.store.secrets import Secrets
from portdesk.usecases.bulk_refunds import BulkRun, plan_from
from portdesk.usecases.refund_wire import RefundWire
from portdesk.usecases.refunds import Refunds

pytestmark = pytest.mark.anyio

CANCEL = CANCEL_PAYMENT.name
SHOP = ShopId("f00df00df00d")
ROWS = 8


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    with start_sandbox(SandboxSettings(payments=80, seed=11)) as running:
        model = [
            wire
            for wire in running.state.payments(status="paid")
            if wire["pay_method"] == "card" and not wire["escrow"] and wire["pg_provider"] == "html5_inicis"
        ][-1]
        for number in range(ROWS):
            running.state.put(model | {"imp_uid": f"imp_9{number:011d}", "merchant_uid": f"B-{number}"})
        yield running


class Office:
    def __init__(self, sandbox: RunningSandbox, journal: JournalThread, refunds: Refunds) -> None:
        self.sandbox = sandbox
        self.journal = journal
        self.refunds = refunds

    def plan(self, amount: int = 100, **fields: Any) -> Plan:
        rows = tuple(
            PlanRow(subject=uid, amount=amount, balance=self.left(uid), reason="bulk") for uid in self.uids
        )
        return Plan(**{"id": "b1", "shop": SHOP, "actor": "kim", "currency": "KRW", "rows": rows} | fields)

    @property
    def uids(self) -> list[str]:
        return [f"imp_9{number:011d}" for number in range(ROWS)]

    def left(self, uid: str) -> int:
        wire = self.sandbox.state.payment(uid)
        assert wire
        return int(wire["amount"] - wire["cancel_amount"])

    def returned(self) -> list[int]:
        return [int((self.sandbox.state.payment(uid) or {})["cancel_amount"]) for uid in self.uids]

    async def begun(self, plan: Plan) -> BulkRun:
        run = BulkRun(self.refunds, self.journal, plan)
        await run.begin(Limits(), "kim")
        return run


@pytest.fixture
async def office(tmp_path: Path, sandbox: RunningSandbox) -> AsyncIterator[Office]:
    keyring = KeyringInMemory()
    keys = Secrets(lambda: keyring)
    head = JournalHead(keys, SHOP)
    journal = await JournalThread.open(tmp_path / "journal.db", await head.load())
    credentials = Credentials(imp_key=sandbox.imp_key, imp_secret=sandbox.imp_secret)
    client = Client(sandbox.base_url, credentials, patience=Patience(first_wait=0, longest_wait=0, jitter=0))

    async def note(_reply: object) -> None:
        """No local copy here."""

    refunds = Refunds(RefundWire(client, note), journal, head, Bus(), shop=SHOP, quiet_seconds=0)
    checking = asyncio.get_running_loop().create_task(refunds.keep_checking())
    yield Office(sandbox, journal, refunds)
    checking.cancel()
    await journal.close()
    await client.aclose()
    keys.close()


async def test_each_row_once_and_the_report_adds_up(office: Office) -> None:
    run = await office.begun(office.plan())

    assert await run.go_on("kim") is Next.FINISHED
    assert office.returned() == [100] * ROWS
    sums = await run.report()
    assert (sums[Part.CONFIRMED].rows, sums[Part.CONFIRMED].amount) == (ROWS, 100 * ROWS)
    [(plan_id, text, state)] = await office.journal.run(Journal.plans)
    assert (plan_id, plan_from(text), state) == ("b1", run.plan, "finished")
    assert run.under_way == frozenset()


async def test_going_on_again_sends_nothing_again(office: Office) -> None:
    run = await office.begun(office.plan())
    await run.go_on("kim")

    assert await run.go_on("kim") is Next.FINISHED
    assert await BulkRun(office.refunds, office.journal, run.plan).go_on("lee") is Next.FINISHED
    assert office.returned() == [100] * ROWS


async def test_a_pause_stops_between_rows_and_a_click_goes_on(office: Office) -> None:
    run = await office.begun(office.plan())
    office.sandbox.faults.add(Fault(kind=FaultKind.LATENCY, operation=CANCEL, seconds=0.2, count=None))
    going = asyncio.get_running_loop().create_task(run.go_on("kim"))
    async with asyncio.timeout(10):
        while not run.under_way:  # noqa: ASYNC110 - there is nothing to wait for
            await asyncio.sleep(0.01)
    run.pause()

    assert await going is Next.PAUSED
    assert 0 < sum(amount > 0 for amount in office.returned()) <= 3
    office.sandbox.faults.clear()
    assert await run.go_on("kim") is Next.FINISHED
    assert office.returned() == [100] * ROWS


async def test_the_breaker_opens_when_no_answer_is_clear(office: Office) -> None:
    office.sandbox.faults.add(Fault(kind=FaultKind.LOST_ANSWER, operation=CANCEL, count=None))
    run = await office.begun(office.plan())

    assert await run.go_on("kim") is Next.PAUSED
    assert sum(amount > 0 for amount in office.returned()) in (3, 4)
    office.sandbox.faults.clear()
    assert await run.go_on("kim") is Next.FINISHED
    assert office.returned() == [100] * ROWS
    assert (await run.report())[Part.CONFIRMED].rows == ROWS


async def test_the_breaker_opens_when_nothing_can_be_read(office: Office) -> None:
    run = await office.begun(office.plan())
    office.sandbox.faults.add(
        Fault(kind=FaultKind.STATUS, operation=FETCH_PAYMENT.name, status=404, count=None)
    )

    assert await run.go_on("kim") is Next.PAUSED
    assert (await run.report())[Part.NOT_STARTED].rows == ROWS
    assert office.returned() == [0] * ROWS


async def test_a_row_that_changed_since_the_dry_run_is_left_alone(office: Office) -> None:
    run = await office.begun(office.plan())
    shown = await office.refunds.show(ImpUid(office.uids[2]))
    wish = Wish(amount=from_minor(50, "KRW"), currency="KRW", reason="first", actor="lee")
    await office.refunds.confirm(office.refunds.prepare(shown, wish), "lee")

    assert await run.go_on("kim") is Next.FINISHED
    assert office.returned() == [100, 100, 50, 100, 100, 100, 100, 100]
    assert list(run.skipped) == [2]
    assert (await run.report())[Part.NOT_STARTED].rows == 1


async def test_a_row_whose_payment_is_being_dealt_with_is_left_alone(office: Office) -> None:
    run = await office.begun(office.plan())
    shown = await office.refunds.show(ImpUid(office.uids[0]))
    wish = Wish(amount=from_minor(50, "KRW"), currency="KRW", reason="first", actor="lee")
    row = office.refunds.prepare(shown, wish)
    office.sandbox.faults.add(Fault(kind=FaultKind.LATENCY, operation=CANCEL, seconds=1))
    first = asyncio.get_running_loop().create_task(office.refunds.confirm(row, "lee"))
    async with asyncio.timeout(10):
        while not await office.refunds.open_rows():  # noqa: ASYNC110 - there is nothing to wait for
            await asyncio.sleep(0.01)

    assert await run.go_on("kim") is Next.FINISHED
    assert list(run.skipped) == [0]
    assert (await first).row.state is State.CONFIRMED
    assert office.returned() == [50, *[100] * (ROWS - 1)]


async def test_a_plan_over_its_limits_is_not_even_written_down(office: Office) -> None:
    run = BulkRun(office.refunds, office.journal, office.plan())

    with pytest.raises(InputError):
        await run.begin(Limits(most_rows=ROWS - 1), "kim")
    assert await office.journal.run(Journal.plans) == []


async def test_a_damaged_journal_starts_nothing(office: Office) -> None:
    run = await office.begun(office.plan())
    await office.journal.run(
        lambda journal: journal._live().execute("UPDATE plans SET state = 'somebody was here'")
    )

    with pytest.raises(StoreUnusableError):
        await run.go_on("kim")
    with pytest.raises(StoreUnusableError):
        await BulkRun(office.refunds, office.journal, office.plan(id="b2")).begin(Limits(), "kim")
    assert office.returned() == [0] * ROWS


async def test_a_disk_that_fills_up_stops_the_plan_and_lets_what_is_under_way_end(office: Office) -> None:
    run = await office.begun(office.plan())
    office.sandbox.faults.add(Fault(kind=FaultKind.LATENCY, operation=CANCEL, seconds=0.2, count=None))
    real = office.journal.apply

    async def full(change: Change) -> Committed:
        is_late = change.was is None and (change.row.row or 0) > 1
        return Committed.FAILED if is_late else await real(change)

    office.journal.apply = full  # type: ignore[method-assign]
    assert await run.go_on("kim") is Next.PAUSED
    assert office.returned() == [100, 100, *[0] * (ROWS - 2)]
    assert run.skipped == {}
    assert (await run.report())[Part.CONFIRMED].rows == 2

    office.journal.apply = real  # type: ignore[method-assign]
    assert await run.go_on("kim") is Next.FINISHED
    assert office.returned() == [100] * ROWS
