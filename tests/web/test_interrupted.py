"""Windows that are closed, killed, cut off or left behind at any point: what the server did is found."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from portdesk.ledger.checkout import Checkout, CheckoutState, Patience
from portdesk.sandbox.channels import mid
from portdesk.sandbox.clock import Clock
from portdesk.sandbox.faults import Fault, FaultKind
from portdesk.sandbox.server import RunningSandbox, start_sandbox
from portdesk.sandbox.settings import SandboxSettings
from portdesk.sandbox.window.scenario import BUTTONS, LOSE, PAY, TOLD, Scenario
from screen import eventually
from web.counter import Counter, Window

pytestmark = [pytest.mark.anyio, pytest.mark.campaign]

CAMPAIGN = int(os.environ.get("PORTDESK_CAMPAIGN", "1"))
FIRST = int(os.environ.get("PORTDESK_SEED", "0"))
RUNS = 20 * CAMPAIGN
NOW = 1_795_000_000
PATIENCE = Patience()
S = CheckoutState

PGS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("jtnet", {}),
    ("html5_inicis", {}),
    ("kakaopay", {"pay_method": "kakaopay"}),
    ("paymentwall", {"currency": "USD", "buyer_name": "Nara Kim"}),
    ("tosspay_v2", {"pay_method": "tosspay", "customer_id": "nara"}),
    ("danal_tpay", {}),
    ("payco", {}),
    ("chai", {"pay_method": "trans"}),
)
INTERRUPTIONS = ("close", "kill", "crash", "cut", "none")
PHASES = ("at once", "started", "asked", "shown", "written", "heard")


@dataclass(frozen=True)
class Course:
    """One run, all of it decided by its seed."""

    pg: str
    fields: dict[str, Any]
    scenario: Scenario
    interruption: str
    phase: str

    @classmethod
    def of(cls, seed: int, interruption: str | None = None) -> Course:
        dice = random.Random(seed)
        pg, fields = dice.choice(PGS)
        fields = {"customer_uid": f"customer{seed}", **fields} if dice.random() < 0.7 else dict(fields)
        amount = dice.choice((0, 9900)) if pg in ("jtnet", "kakaopay", "danal_tpay") else 9900
        fields["amount"] = amount if "customer_uid" in fields else 9900
        scenario = Scenario(
            press=dice.choice((*BUTTONS, PAY, PAY, LOSE)),
            told=dice.choice(TOLD),
            after_seconds=dice.choice((0, 0, 5, 40)),
            first_failed=dice.random() < 0.3,
        )
        return cls(pg, fields, scenario, interruption or dice.choice(INTERRUPTIONS), dice.choice(PHASES))


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture(scope="module")
def sandbox(clock: Clock) -> Iterator[RunningSandbox]:
    with start_sandbox(SandboxSettings(payments=20, clock=clock)) as running:
        yield running


@pytest.fixture
async def counters(sandbox: RunningSandbox, tmp_path: Path) -> AsyncIterator[Callable[[], Any]]:
    opened: list[Counter] = []

    async def open_counter() -> Counter:
        opened.append(await Counter.open(sandbox, tmp_path, PATIENCE))
        return opened[-1]

    yield open_counter
    await opened[-1].close()
    sandbox.windows.scenarios.clear()
    sandbox.windows.unreachable = set()
    sandbox.faults.clear()


async def play(
    course: Course, order: str, counters: Callable[[], Any], sandbox: RunningSandbox, clock: Clock
) -> Checkout:
    """Play one run to its end; answers where the program says it stands."""
    counter = await counters()
    sandbox.windows.scenarios.choose(course.scenario)
    pg = f"{course.pg}.{mid(course.pg, sandbox=True)}"
    window = await counter.begin(pg, merchant_uid=order, **course.fields)
    with contextlib.suppress(TimeoutError):  # some courses never come that far
        await eventually(lambda: is_reached(course.phase, window, sandbox), 2)

    match course.interruption:
        case "kill":
            pid = window.host.page.renderProcessPid()
            if pid > 0:
                os.kill(pid, signal.SIGKILL)
                await eventually(lambda: window.endings, 10)
        case "crash":
            window.wishes.clear()
            window.host.heard.disconnect()
            window.host.ending.disconnect()
            await window.close()
            await counter.client.aclose()
            await counter.journal.close()
            counter.keys.close()
            counter = await counters()
        case "cut":
            sandbox.windows.unreachable = {"core", "pg"}
            sandbox.faults.add(Fault(kind=FaultKind.RESET, count=6))
        case "none":
            with contextlib.suppress(TimeoutError):
                await eventually(lambda: window.heard, 2)

    if course.interruption != "crash":
        await counter.work()
        await window.close()
    return await settle(counter, window, sandbox, clock)


async def settle(counter: Counter, window: Window, sandbox: RunningSandbox, clock: Clock) -> Checkout:
    """Let the server's time go by, look after each step, and check every word on the way."""
    for seconds in (0, 6, 60, 120, 600, PATIENCE.late, PATIENCE.silent):
        clock.advance(seconds)
        while window.wishes:
            await window.wishes.pop(0)()
        for _ in range(3):
            await counter.checkouts.look_around(asyncio.get_running_loop().time() + 1e6)
        row = await counter.checkouts.find(window.row.id)
        assert row is not None
        check(row, sandbox)
    return row


def check(row: Checkout, sandbox: RunningSandbox) -> None:
    """No word that the server's record does not bear out."""
    paid = [one for one in sandbox.state.payments(merchant_uid=row.merchant_uid) if one["paid_at"]]
    if row.state in (S.PAID, S.PAID_AND_ISSUED, S.ISSUED):
        assert [row.imp_uid] == [one["imp_uid"] for one in paid]
    if row.state in (S.PAID, S.PAID_AND_ISSUED):
        assert row.found == row.charge > 0
    if row.state in (S.ISSUED, S.PAID_AND_ISSUED):
        assert keys(row, sandbox)
    if row.state in (S.FAILED, S.NOTHING):
        assert paid == []


def keys(row: Checkout, sandbox: RunningSandbox) -> list[Any]:
    return sandbox.state.billing_keys.at_pg(row.customer_uid) if row.customer_uid else []


def check_found(row: Checkout, sandbox: RunningSandbox) -> None:
    """Every charge that was made and every key that was issued is known to the program."""
    records = sandbox.state.payments(merchant_uid=row.merchant_uid)
    charged = [one for one in records if one["paid_at"] and one["amount"]]
    assert row.state not in (S.OPEN, S.LOOKING)
    if charged:
        assert row.state in (S.PAID, S.PAID_AND_ISSUED, S.ISSUED, S.MISMATCH)
        assert row.imp_uid == charged[0]["imp_uid"]
    if keys(row, sandbox):
        assert row.state in (S.ISSUED, S.PAID_AND_ISSUED, S.MISMATCH)
    if not charged and not keys(row, sandbox):
        assert row.state in (S.FAILED, S.NOTHING)


def is_reached(phase: str, window: Window, sandbox: RunningSandbox) -> bool:
    attempt = sandbox.windows.latest(window.row.merchant_uid)
    match phase:
        case "at once":
            return True
        case "started":
            return window.is_started
        case "asked":
            return attempt is not None
        case "shown":
            return attempt is not None and attempt.state != "PREPARED"
        case "written":
            return attempt is not None and attempt.result is not None
        case _:
            return bool(window.heard)


@pytest.mark.parametrize("seed", range(FIRST, FIRST + RUNS))
async def test_whatever_the_server_did_is_found(
    counters: Callable[[], Any], sandbox: RunningSandbox, clock: Clock, seed: int
) -> None:
    row = await play(Course.of(seed), f"run{seed}", counters, sandbox, clock)

    check_found(row, sandbox)


@pytest.mark.parametrize("seed", range(FIRST, FIRST + RUNS))
async def test_a_renderer_that_dies_takes_nothing_with_it(
    counters: Callable[[], Any], sandbox: RunningSandbox, clock: Clock, seed: int
) -> None:
    row = await play(Course.of(1_000_000 + seed, "kill"), f"kill{seed}", counters, sandbox, clock)

    check_found(row, sandbox)
