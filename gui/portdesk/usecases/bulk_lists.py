"""The lists of refunds of one shop: tried, begun, gone on with, never sent by themselves."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from portdesk.ledger.batch import Limits, Next, Part, Plan, Sum, latest_by_row, report
from portdesk.ledger.states import State
from portdesk.store.journal import Journal
from portdesk.store.journal_thread import JournalThread
from portdesk.usecases.bulk_refunds import BulkRun, PlanState, plan_from
from portdesk.usecases.dry_runs import CheckedRow, DryRun, DryRuns, Verdict
from portdesk.usecases.list_readings import Progress
from portdesk.usecases.refund_columns import RowWish
from portdesk.usecases.refund_files import Table, read_tables
from portdesk.usecases.refund_settings import RefundChoices
from portdesk.usecases.refunds import Refunds

MOST_ROWS: Final = 5_000
"""Rows of one list; two at a time they take the better part of a working day."""

_OVER: Final = frozenset({PlanState.FINISHED.value, PlanState.GIVEN_UP.value})


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfinished:
    """A list that was begun and is not over; it adds up in its parts."""

    plan: Plan
    sums: Mapping[Part, Sum]
    is_running: bool = False


class BulkLists:
    """Everything a person does with lists of refunds; `end` leaves no request without its row."""

    def __init__(
        self,
        refunds: Refunds,
        journal: JournalThread,
        dry_runs: DryRuns,
        choices: RefundChoices,
        *,
        shop: str,
        actor: str,
        now: Callable[[], datetime],
        make_id: Callable[[], str] = lambda: secrets.token_hex(8),
    ) -> None:
        self._refunds = refunds
        self._journal = journal
        self._dry_runs = dry_runs
        self.choices = choices
        self._shop = shop
        self._actor = actor
        self._now = now
        self._make_id = make_id
        self._runs: dict[str, BulkRun] = {}
        self._tasks: dict[str, asyncio.Task[object]] = {}

    async def read(self, path: Path) -> tuple[Table, ...]:
        """The sheets of a file, read in a thread; raises `InputError` and `MachineError`."""
        return await asyncio.to_thread(read_tables, path)

    async def check(self, wishes: Sequence[RowWish], progress: Progress) -> DryRun:
        """Try a list without sending any of it; raises `ApiError`."""
        return await self._dry_runs.check(wishes, progress)

    def prepare(self, chosen: Sequence[CheckedRow], currency: str) -> BulkRun:
        """The plan of these rows, as it is confirmed; nothing is written down or sent yet."""
        plan = Plan(
            id=self._make_id(),
            shop=self._shop,
            actor=self._actor,
            currency=currency,
            rows=tuple(row.planned() for row in chosen),
        )
        accounts = {place: account for place, row in enumerate(chosen) if (account := row.account())}
        return BulkRun(
            self._refunds, self._journal, plan, accounts=accounts, now=self._now, with_code=self._with_code
        )

    async def write_down(self, run: BulkRun, limits: Limits) -> None:
        """Keep the plan before anything of it is sent; raises `InputError` and `StoreUnusableError`."""
        await run.begin(limits, self._actor)
        self._runs[run.plan.id] = run

    async def go_on(self, run: BulkRun) -> Next:
        """Send what has not been started, once it has been read anew; raises `StoreUnusableError`."""
        task = asyncio.current_task()
        if run.is_running or task is None:
            return Next.WAIT
        self._runs[run.plan.id] = run
        self._tasks[run.plan.id] = task
        try:
            return await run.go_on(self._actor)
        finally:
            del self._tasks[run.plan.id]

    async def give_accounts(self, run: BulkRun, wishes: Sequence[RowWish]) -> int:
        """
        Take the accounts that were not kept from the list they came from; how many rows have theirs now.

        Only rows of the plan are read anew, and nothing else about them changes. Raises `ApiError`.
        """
        lacking = {run.plan.rows[number].subject: number for number in run.lacking}
        orders = {run.plan.rows[number].merchant_uid for number in run.lacking}
        wanted = [wish for wish in wishes if (wish.imp_uid or wish.merchant_uid) in lacking.keys() | orders]
        checked = await self._dry_runs.check(wanted)
        given = 0
        for row in checked.rows:
            number = lacking.get(row.payment.imp_uid) if row.payment is not None else None
            account = row.account()
            if number is not None and account is not None and row.verdict is not Verdict.BLOCKED:
                run.accounts[number] = account
                given += 1
        return given

    def run_of(self, plan: Plan) -> BulkRun:
        """The run of a plan: the one that is there, or a new one that nothing has been sent by."""
        known = self._runs.get(plan.id)
        if known is None:
            known = BulkRun(self._refunds, self._journal, plan, now=self._now, with_code=self._with_code)
            known.state = PlanState.PAUSED  # it was begun; that is how it came to be known
            self._runs[plan.id] = known
        return known

    async def unfinished(self) -> list[Unfinished]:
        """The lists of this account that are not over, those that run first; nothing goes on by itself."""
        running = [run for run in self._runs.values() if run.is_running]
        found = [Unfinished(plan=run.plan, sums=await run.report(), is_running=True) for run in running]
        others = await self._journal.run(_unfinished, frozenset(run.plan.id for run in running))
        return [*found, *(other for other in others if other.plan.shop == self._shop)]

    async def give_up(self, run: BulkRun) -> None:
        """Never start the rest of a list."""
        await run.give_up(self._actor)

    async def said(self, run: BulkRun) -> Mapping[int, str]:
        """PortOne's own words about the rows it refused, by row; they are data."""
        return await self._journal.run(_said, run.plan.id)

    def _with_code(self) -> bool:
        return self.choices.settings.with_code

    async def end(self) -> None:
        """Stop every run where it is; whatever was sent is found out about at the next start."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _unfinished(journal: Journal, running: frozenset[str]) -> list[Unfinished]:
    """Those that do not run; a run knows its own rows, and reading them all for it each time takes long."""
    found = []
    for plan_id, text, state in journal.plans():
        if state in _OVER or plan_id in running:
            continue
        try:
            plan = plan_from(text)
        except msgspec.MsgspecError:
            continue  # a newer program's; it is shown there
        found.append(Unfinished(plan=plan, sums=report(plan, latest_by_row(journal.of_batch(plan_id)))))
    return found


def _said(journal: Journal, plan: str) -> Mapping[int, str]:
    said: dict[int, str] = {}
    for number, row in latest_by_row(journal.of_batch(plan)).items():
        if row.state in (State.REFUSED, State.REJECTED):
            said[number] = next(
                (told.server_message for told in reversed(journal.attempts(row.id)) if told.server_message),
                "",
            )
    return said
