"""Many refunds by one plan: one after the other, stopped by a click, gone on with by a click."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final

import msgspec

from portdesk.api.errors import ApiError
from portdesk.domain.errors import InputError, StoreUnusableError
from portdesk.domain.ids import ImpUid
from portdesk.domain.messages import Message
from portdesk.ledger.batch import (
    Breaker,
    Limits,
    Next,
    Part,
    Plan,
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
from portdesk.usecases.refunds import Refunds

_GLANCE: Final = 0.5
CHANGED: Final = Message("The payment has changed since the dry run.")


class BulkRun:
    """
    One plan under way.

    `skipped` tells of each row that was left alone and why. Rows that a crash or a lost line left
    behind are shown and never sent again by this.
    """

    def __init__(self, refunds: Refunds, journal: JournalThread, plan: Plan) -> None:
        self.plan = plan
        self.skipped: dict[int, Message] = {}
        self.breaker = Breaker()
        self._refunds = refunds
        self._journal = journal
        self._under_way: set[int] = set()
        self._is_paused = False
        self._stirred = asyncio.Event()

    def pause(self) -> None:
        """Start no further row; what is under way comes to its end."""
        self._is_paused = True
        self._stirred.set()

    @property
    def under_way(self) -> frozenset[int]:
        """The rows whose requests are out now."""
        return frozenset(self._under_way)

    async def begin(self, limits: Limits, actor: str) -> None:
        """Write the plan down before its first request; raises `InputError` or `StoreUnusableError`."""
        check_plan(self.plan, limits)
        await self._note("planned", actor)

    async def go_on(self, actor: str) -> Next:
        """
        The click that starts or resumes; ends when nothing more may start.

        Everything of the plan that is being checked is settled first, so `Refunds.keep_checking` has to
        run beside it. Raises `StoreUnusableError` when the journal does not stand the test.
        """
        await self._journal.run(Journal.verify, None)
        if not self._journal.may_send:
            raise StoreUnusableError(Message("Refunds are locked: the record of earlier ones is not sound."))
        self._is_paused, self.breaker = False, Breaker()
        await self._note("running", actor)
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
        await self._note(decision.value, actor)
        return decision

    async def report(self) -> Mapping[Part, Sum]:
        """The plan in its parts, which add up to it."""
        return report(self.plan, await self._done())

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

    async def _done(self) -> Mapping[int, Instruction]:
        return latest_by_row(await self._journal.run(Journal.of_batch, self.plan.id))

    async def _wait(self) -> None:
        """Until a row ends or a look may have settled one."""
        self._stirred.clear()
        try:
            await asyncio.wait_for(self._stirred.wait(), _GLANCE)
        except TimeoutError:
            return

    async def _carry_out(self, number: int, actor: str) -> None:
        state = State.NOT_SENT
        try:
            state = await self._refund(number, actor)
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
        planned = self.plan.rows[number]
        shown = await self._refunds.show(ImpUid(planned.subject))
        if shown.seen.balance != planned.balance:
            raise InputError(CHANGED)
        wish = Wish(
            amount=from_minor(planned.amount, self.plan.currency),
            currency=self.plan.currency,
            reason=planned.reason,
            actor=actor,
            batch=self.plan.id,
            row=number,
        )
        outcome = await self._refunds.confirm(self._refunds.prepare(shown, wish), actor)
        if not outcome.was_started:
            raise InputError(Message("Another refund of this payment is open."))
        return outcome.row.state

    async def _note(self, state: str, actor: str) -> None:
        text = msgspec.json.encode(self.plan, order="sorted").decode()
        if not await self._journal.run(Journal.save_plan, self.plan.id, text, state, actor):
            raise StoreUnusableError(Message("The plan could not be written down, so nothing was sent."))


def plan_from(text: str) -> Plan:
    """A plan as the journal keeps it."""
    return msgspec.json.decode(text, type=Plan)
