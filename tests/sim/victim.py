"""A program that refunds and is killed at a step of its choosing; started in a process of its own."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portdesk.api.client import Client, Patience
from portdesk.domain.events import Bus
from portdesk.domain.ids import ImpUid, ShopId
from portdesk.domain.shops import Credentials
from portdesk.ledger.batch import Limits, Plan, PlanRow
from portdesk.ledger.refund import Wish
from portdesk.ledger.states import RETRYABLE
from portdesk.ledger.steps import Answer, Change, Committed
from portdesk.store.journal import Journal
from portdesk.store.journal_check import Standing
from portdesk.store.journal_head import JournalHead
from portdesk.store.journal_thread import JournalThread
from portdesk.store.secrets import Secrets
from portdesk.usecases.bulk_refunds import BulkRun, plan_from
from portdesk.usecases.refund_wire import RefundWire
from portdesk.usecases.refunds import Refunds

SHOP = ShopId("f00df00df00d")


@dataclass(frozen=True, kw_only=True)
class Errand:
    """What one process does. `kill_at` counts durable steps and requests; 0 lets it live."""

    folder: Path
    base_url: str
    imp_key: str
    imp_secret: str
    imp_uids: tuple[str, ...]
    what: str
    kill_at: int = 0


class Steps:
    """Counts what cannot be taken back, and dies at one of them."""

    def __init__(self, kill_at: int) -> None:
        self.count = 0
        self._kill_at = kill_at

    def reach(self) -> None:
        self.count += 1
        if self.count == self._kill_at:
            os.kill(os.getpid(), signal.SIGKILL)


def run(errand: Errand, tell: Callable[[Any], None]) -> None:
    """The body of the process; `tell` gets the number of steps when it survives."""
    logging.disable(logging.CRITICAL)
    tell(asyncio.run(_run(errand)))


async def _run(errand: Errand) -> int:
    steps = Steps(errand.kill_at)
    keys = Secrets(lambda: None)
    journal = await JournalThread.open(errand.folder / "journal.db")
    credentials = Credentials(imp_key=errand.imp_key, imp_secret=errand.imp_secret)
    client = Client(errand.base_url, credentials, patience=Patience(first_wait=0, longest_wait=0, jitter=0))
    wire = RefundWire(client, _nowhere)
    watch(journal, wire, steps)
    refunds = Refunds(wire, journal, JournalHead(keys, SHOP), Bus(), shop=SHOP, quiet_seconds=0)
    try:
        await _settle(refunds, journal)
        await {"refund": _refund, "batch": _batch, "resume": _resume}[errand.what](errand, refunds, journal)
        await _settle(refunds, journal)
    finally:
        await journal.close()
        await client.aclose()
        keys.close()
    return steps.count


def watch(journal: JournalThread, wire: RefundWire, steps: Steps) -> None:
    """Before and after every commit and every request there is a step."""
    apply, send = journal.apply, wire.send

    async def watched_apply(change: Change) -> Committed:
        steps.reach()
        done = await apply(change)
        steps.reach()
        return done

    async def watched_send(request: Any) -> Answer:
        steps.reach()
        answer = await send(request)
        steps.reach()
        return answer

    journal.apply = watched_apply  # type: ignore[method-assign]
    wire.send = watched_send  # type: ignore[method-assign]


async def _nowhere(_reply: object) -> None:
    """No local copy here."""


async def _settle(refunds: Refunds, journal: JournalThread) -> None:
    """What every start does first, and what goes on beside everything."""
    for _ in range(5):
        await refunds.check_due(float("inf"))
        if refunds.may_send and not await journal.run(Journal.checking):
            return
    assert journal.standing in (Standing.READY, Standing.UNPROVEN)


async def _refund(errand: Errand, refunds: Refunds, _journal: JournalThread) -> None:
    shown = await refunds.show(ImpUid(errand.imp_uids[0]))
    wish = Wish(amount=shown.payment.remaining.value, currency="KRW", reason="killed", actor="kim")
    await refunds.confirm(refunds.prepare(shown, wish), "kim")


async def _batch(errand: Errand, refunds: Refunds, journal: JournalThread) -> None:
    rows = []
    for uid in errand.imp_uids:
        left = (await refunds.show(ImpUid(uid))).seen.balance
        rows.append(PlanRow(subject=uid, amount=left, balance=left, reason="bulk"))
    plan = Plan(id="b1", shop=SHOP, actor="kim", currency="KRW", rows=tuple(rows))
    run = BulkRun(refunds, journal, plan)
    await run.begin(Limits(), "kim")
    await run.go_on("kim")


async def _resume(_errand: Errand, refunds: Refunds, journal: JournalThread) -> None:
    """A person presses everything there is to press."""
    for _, text, _ in await journal.run(Journal.plans):
        await BulkRun(refunds, journal, plan_from(text)).go_on("kim")
    for row in await refunds.latest():
        if row.state in RETRYABLE:
            await refunds.try_again(row.id, "kim")
