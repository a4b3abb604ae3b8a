"""Many refunds by one plan: one after the other, stopped by a click, gone on with by a click."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from typing import Final

import msgspec

from portdesk.api.errors import ApiError, RefusedError
from portdesk.domain.errors import InputError, StoreUnusableError
from portdesk.domain.ids import ImpUid
from portdesk.domain.messages import Message
from portdesk.domain.payments import Payment
from portdesk.domain.pg.directory import check_refund
from portdesk.domain.pg.refund import RefundRequest
from portdesk.domain.pg.rule import Severity
from portdesk.ledger.batch import (
    PARTS,
    Breaker,
    Limits,
    Next,
    Part,
    Plan,
    PlanRow,
    Sum,
    check_plan,
    latest_by_row,
    next_rows,
    report,
)
from portdesk.ledger.instruction import Instruction, from_minor
from portdesk.ledger.refund import Wish
from portdesk.ledger.states import State
from portdesk.store.journal import Journal
from portdesk.store.journal_thread import JournalThread
from portdesk.usecases.refund_wire import Extras, RefundAccount
from portdesk.usecases.refunds import RefundMoved, Refunds

_GLANCE: Final = 0.5
CHANGED: Final = Message("The payment has changed since the dry run.")
ACCOUNT_GONE: Final = Message(
    "The account to pay to is not kept on this computer. Give it again from the file it came from."
)


class PlanState(Enum):
    """How far a plan has come; only a finished one and one given up are over."""

    PLANNED = "planned"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkMoved:
    """Something of this plan is another way than before."""

    plan: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkRow:
    """One row of a plan as it stands now; `skipped` says why it was left alone."""

    number: int
    planned: PlanRow
    currency: str
    instruction: Instruction | None = None
    skipped: Message | None = None
    is_under_way: bool = False

    @property
    def part(self) -> Part:
        """Where the row counts."""
        return PARTS[self.instruction.state] if self.instruction else Part.NOT_STARTED


class BulkRun:
    """
    One plan under way.

    `skipped` tells of each row that was left alone and why. Rows that a crash
    or a lost line left behind are shown and never sent again by this. `accounts` are by row and live no
    longer than this.
    """

    def __init__(
        self,
        refunds: Refunds,
        journal: JournalThread,
        plan: Plan,
        *,
        accounts: Mapping[int, RefundAccount] | None = None,
        with_code: Callable[[], bool] = lambda: True,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.plan = plan
        self.skipped: dict[int, Message] = {}
        self.breaker = Breaker()
        self.accounts = dict(accounts or {})
        self.is_running = False
        self.state = PlanState.PLANNED
        self._refunds = refunds
        self._journal = journal
        self._now = now
        self._with_code = with_code
        self._known: dict[int, Instruction] | None = None
        self._under_way: set[int] = set()
        self._is_paused = False
        self._stirred = asyncio.Event()

    def pause(self) -> None:
        """Start no further row; what is under way comes to its end."""
        self._is_paused = True
        self._stirred.set()
        self._tell()

    @property
    def is_pausing(self) -> bool:
        """Whether no further row is to start."""
        return self._is_paused

    @property
    def under_way(self) -> frozenset[int]:
        """The rows whose requests are out now."""
        return frozenset(self._under_way)

    @property
    def lacking(self) -> frozenset[int]:
        """The rows whose account has to be given again before they can be sent."""
        rows = enumerate(self.plan.rows)
        return frozenset(n for n, row in rows if row.needs_account and n not in self.accounts)

    async def begin(self, limits: Limits, actor: str) -> None:
        """Write the plan down before its first request; raises `InputError` or `StoreUnusableError`."""
        check_plan(self.plan, limits)
        await self._note(PlanState.PLANNED, actor)

    async def go_on(self, actor: str) -> Next:
        """
        The click that starts or resumes; ends when nothing more may start.

        Everything of the plan that is being checked is settled first, so `Refunds.keep_checking` has to
        run beside it. Raises `StoreUnusableError` when the journal does not stand the test.
        """
        self.is_running = True
        unsubscribe = self._refunds.bus.subscribe(RefundMoved, self._on_moved)
        try:
            return await self._go_on(actor)
        finally:
            unsubscribe()
            self._known = None
            self.is_running = False
            self._tell()

    async def give_up(self, actor: str) -> None:
        """
        Never start what has not been started; what was sent is found out about all the same.

        Raises `InputError` while it runs.
        """
        if self.is_running:
            raise InputError(Message("Wait until nothing of this list is on its way."))
        await self._note(PlanState.GIVEN_UP, actor)

    async def report(self) -> Mapping[Part, Sum]:
        """The plan in its parts, which add up to it."""
        return report(self.plan, await self._done())

    async def rows(self) -> list[BulkRow]:
        """Every row as it stands now."""
        done = await self._done()
        return [
            BulkRow(
                number=number,
                planned=planned,
                currency=self.plan.currency,
                instruction=done.get(number),
                skipped=None if number in done else self.skipped.get(number),
                is_under_way=number in self._under_way,
            )
            for number, planned in enumerate(self.plan.rows)
        ]

    async def _go_on(self, actor: str) -> Next:
        await self._journal.run(Journal.verify, None)
        if not self._journal.may_send:
            raise StoreUnusableError(Message("Refunds are locked: the record of earlier ones is not sound."))
        self._is_paused, self.breaker = False, Breaker()
        self.skipped.clear()
        await self._note(PlanState.RUNNING, actor)
        self._known = dict(await self._done())
        is_fresh = True
        async with asyncio.TaskGroup() as group:
            while True:
                decision = await self._decide(is_fresh=is_fresh)
                if isinstance(decision, tuple):
                    is_fresh = False
                    for number in decision:
                        self._under_way.add(number)
                        group.create_task(self._carry_out(number, actor))
                elif decision is Next.WAIT:
                    await self._wait()
                else:
                    break
        await self._note(PlanState.FINISHED if decision is Next.FINISHED else PlanState.PAUSED, actor)
        return decision

    async def _decide(self, *, is_fresh: bool) -> tuple[int, ...] | Next:
        return next_rows(
            self.plan,
            await self._done(),
            breaker=self.breaker,
            under_way=self._under_way,
            skipped=self.skipped,
            is_paused=self._is_paused,
            is_fresh=is_fresh,
        )

    def _on_moved(self, event: RefundMoved) -> None:
        """While it runs, the rows are followed; reading them all again for each one would not end."""
        row = event.row
        if row.batch == self.plan.id and row.row is not None and self._known is not None:
            self._known[row.row] = row
            self._stirred.set()

    async def _done(self) -> Mapping[int, Instruction]:
        if self._known is not None:
            return self._known
        return latest_by_row(await self._journal.run(Journal.of_batch, self.plan.id))

    async def _wait(self) -> None:
        """Until a row ends or a look may have settled one."""
        self._stirred.clear()
        self._tell()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(
                _GLANCE
            ):  # wait_for may swallow a cancellation that comes with the event
                await self._stirred.wait()

    async def _carry_out(self, number: int, actor: str) -> None:
        state = State.NOT_SENT
        try:
            state = await self._refund(number, actor)
        except RefusedError as error:
            self.skipped[number] = error.text  # not shown to us; nothing was sent
            return
        except ApiError:
            pass  # not even read: the row stays where it is and the breaker counts
        except InputError as error:
            self.skipped[number] = error.text
            return
        except StoreUnusableError:
            self.pause()  # no row can be written down now; what is under way comes to its end
            return
        finally:
            self._under_way.discard(number)
            self._stirred.set()
        self.breaker = self.breaker.after(state)

    async def _refund(self, number: int, actor: str) -> State:
        """One row, from a reading of its own."""
        planned, currency = self.plan.rows[number], self.plan.currency
        account = self.accounts.get(number)
        if planned.needs_account and account is None:
            raise InputError(ACCOUNT_GONE)
        shown = await self._refunds.show(ImpUid(planned.subject))
        if shown.seen.balance != planned.balance or shown.payment.currency != currency:
            raise InputError(CHANGED)
        self._check_rules(planned, shown.payment, account)
        wish = Wish(
            amount=from_minor(planned.amount, currency),
            currency=currency,
            reason=planned.reason,
            actor=actor,
            tax_free=_exact(planned.tax_free, currency),
            vat_amount=_exact(planned.vat_amount, currency),
            pays_later=planned.pays_later,
            with_code=self._with_code(),
            batch=self.plan.id,
            row=number,
        )
        row = self._refunds.prepare(shown, wish)
        outcome = await self._refunds.confirm(row, actor, self._extras(planned, account))
        if not outcome.was_started:
            raise InputError(Message("Another refund of this payment is open."))
        return outcome.row.state

    @staticmethod
    def _extras(planned: PlanRow, account: RefundAccount | None) -> Extras:
        return Extras(account=account, requester=planned.requester or None)

    def _check_rules(self, planned: PlanRow, payment: Payment, account: RefundAccount | None) -> None:
        """A deadline may have passed since the dry run; raises `InputError`."""
        where = {} if account is None else msgspec.structs.asdict(account)
        request = RefundRequest(
            amount=from_minor(planned.amount, self.plan.currency),
            checksum=from_minor(planned.balance, self.plan.currency),
            reason=planned.reason,
            tax_free=_exact(planned.tax_free, self.plan.currency),
            vat_amount=_exact(planned.vat_amount, self.plan.currency),
            requester=planned.requester or None,
            **{name: value or "" for name, value in where.items()},
        )
        for finding in check_refund(payment, request, self._now()):
            if finding.severity is Severity.BLOCKS:
                raise InputError(finding.words, finding.advice)

    async def _note(self, state: PlanState, actor: str) -> None:
        text = msgspec.json.encode(self.plan, order="sorted").decode()
        if not await self._journal.run(Journal.save_plan, self.plan.id, text, state.value, actor):
            raise StoreUnusableError(Message("The plan could not be written down, so nothing was sent."))
        self.state = state
        self._tell()

    def _tell(self) -> None:
        self._refunds.bus.publish(BulkMoved(plan=self.plan.id))


def plan_from(text: str) -> Plan:
    """A plan as the journal keeps it."""
    return msgspec.json.decode(text, type=Plan)


def totals(rows: Sequence[BulkRow]) -> Mapping[Part, Sum]:
    """The rows in their parts, which add up to them."""
    plan = {row.number: row.planned for row in rows}
    sums = dict.fromkeys(Part, Sum())
    for row in rows:
        before = sums[row.part]
        sums[row.part] = Sum(rows=before.rows + 1, amount=before.amount + plan[row.number].amount)
    return sums


def _exact(minor: int | None, currency: str) -> Decimal | None:
    return None if minor is None else from_minor(minor, currency)
