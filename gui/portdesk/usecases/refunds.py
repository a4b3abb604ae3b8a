"""Giving money back: once for each click, and the truth about it afterwards."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar

import msgspec

from portdesk.domain.errors import InputError, StoreUnusableError
from portdesk.domain.events import Bus, RefundsChanged
from portdesk.domain.ids import ImpUid
from portdesk.domain.messages import Message
from portdesk.domain.payments import Payment
from portdesk.domain.pg.directory import profile_of
from portdesk.domain.times import KST, from_unix
from portdesk.ledger.finding import QUIET_SECONDS, Knowledge, outstanding
from portdesk.ledger.instruction import Instruction, Observation
from portdesk.ledger.reconcile import LONGEST_WAIT, Checked, Reconciliation
from portdesk.ledger.refund import RefundRules, Wish, freeze
from portdesk.ledger.sending import (
    Click,
    Outcome,
    Sending,
    abandon,
    check_fresh,
    check_retry,
    decide,
    recover,
)
from portdesk.ledger.states import OPEN, State
from portdesk.ledger.steps import Change, Commit, Committed, Course, Look, LookElsewhere, Send, Wait
from portdesk.store import journal_backups
from portdesk.store.journal import Journal
from portdesk.store.journal_check import Standing
from portdesk.store.journal_head import PATIENCE, JournalHead
from portdesk.store.journal_thread import JournalThread
from portdesk.usecases.refund_wire import Extras, RefundWire, hash_of, request_of

logger = logging.getLogger(__name__)

T = TypeVar("T")

_SWEEP: Final = 30.0
_REST: Final = 5.0
_JITTER: Final = 0.2
_FEW: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundMoved:
    """An instruction stands elsewhere than before; `why` says what the last look found."""

    row: Instruction
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a refund dialog is drawn from, and nothing else: one fresh reading."""

    payment: Payment
    seen: Observation
    earlier: tuple[Instruction, ...]

    @property
    def unsettled(self) -> Instruction | None:
        """The refund of this payment that is still open; nothing else is sent until it is settled."""
        return next((row for row in self.earlier if row.state in OPEN), None)

    @property
    def outstanding(self) -> tuple[Instruction, ...]:
        """
        Earlier refunds that were accepted and do not count in the balance yet.

        `prepare` refuses another one until the wish names each of them in `beside`.
        """
        return outstanding(self.earlier, self.seen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """
    How far finding out about one instruction has come.

    `looks` are those since the start, `again_in` the seconds until the next one, `quiet_left` how long the
    server still has to be quiet before nothing can be concluded to have happened; `None` is not known yet.
    `since` are the seconds since the reading the decision rests on.
    """

    looks: int = 0
    again_in: float | None = None
    quiet_left: int | None = None
    quiet_seconds: int = QUIET_SECONDS
    since: int | None = None


class Refunds:
    """
    One shop's refunds.

    `keep_checking` has to run in a task of its own; it finds out what became of everything that is
    open, also of what an earlier start left behind. It never sends money anywhere. `shop` is the
    fingerprint of the account whose key the wire uses.
    """

    def __init__(
        self,
        wire: RefundWire,
        journal: JournalThread,
        head: JournalHead,
        bus: Bus,
        *,
        shop: str,
        quiet_seconds: int = QUIET_SECONDS,
        make_id: Callable[[], str] = lambda: secrets.token_hex(8),
    ) -> None:
        self._wire = wire
        self._journal = journal
        self._head = head
        self.bus = bus
        self._shop = shop
        self._quiet_seconds = quiet_seconds
        self._make_id = make_id
        rules = RefundRules()
        self._sending = Sending(rules)
        self._reconciliation = Reconciliation(rules)
        self._under_way: dict[str, Extras] = {}
        self._due: dict[str, tuple[float, int]] = {}
        self._stirred = asyncio.Event()
        self._since: int | None = None

    # ---- what stands

    @property
    def standing(self) -> Standing:
        """What the journal may be used for."""
        return self._journal.standing

    @property
    def may_send(self) -> bool:
        """Whether a refund could be sent now."""
        return self._journal.may_send

    def may_decide(self, row: Instruction) -> bool:
        """Whether a person's decision about `row` could be written down now, under this account."""
        return self._journal.may_write and row.shop == self._shop and row.id not in self._under_way

    async def open_rows(self) -> list[Instruction]:
        """Everything that is not settled, oldest first."""
        return await self._journal.run(Journal.open_rows)

    async def latest(self, most: int = 1000) -> list[Instruction]:
        """The newest instructions, newest first."""
        return await self._journal.run(Journal.latest, most)

    # ---- one refund

    async def show(self, imp_uid: ImpUid) -> Shown:
        """A fresh reading for the dialog; raises `ApiError`."""
        payment, seen = await self._wire.fetch(imp_uid)
        earlier = await self._journal.run(Journal.about, imp_uid)
        return Shown(payment=payment, seen=seen, earlier=tuple(earlier))

    async def about(self, imp_uid: ImpUid) -> list[Instruction]:
        """What this computer has ever decided about one payment, oldest first; asks no server."""
        return await self._journal.run(Journal.about, imp_uid)

    async def said_about(self, row: Instruction) -> str:
        """The server's own words in turning the last request away, empty if there are none."""
        attempts = await self._journal.run(Journal.attempts, row.id)
        return next((attempt.server_message for attempt in attempts[::-1] if attempt.server_message), "")

    def looking(self, row: Instruction) -> Looking:
        """How far finding out about `row` has come, at this moment."""
        due, looks = self._due.get(row.id, (None, 0))
        now, quiet_left = self._wire.server_seconds(), None
        if now is not None and row.quiet_from is not None:
            quiet_left = max(self._quiet_seconds - (now - row.quiet_from), 0)
        seen = row.snapshot.server_time
        return Looking(
            looks=looks,
            again_in=None if due is None else max(due - asyncio.get_running_loop().time(), 0.0),
            quiet_left=quiet_left,
            quiet_seconds=self._quiet_seconds,
            since=None if now is None or seen is None else max(now - seen, 0),
        )

    def prepare(self, shown: Shown, wish: Wish, instruction_id: str = "") -> Instruction:
        """
        The decision, frozen, as it is to be confirmed; raises `InputError`.

        Shop, order and provider are those of the reading, whatever the wish says; its currency has to be.
        With an `instruction_id` it is another draft of the same decision.
        """
        payment = shown.payment
        if wish.currency != payment.currency:
            raise InputError(Message("The amount is in another currency than the payment."))
        bound = msgspec.structs.replace(
            wish,
            shop=self._shop,
            merchant_uid=payment.merchant_uid,
            pg=f"{payment.pg_provider or ''}/{payment.pay_method or ''}",
            pays_later=wish.pays_later or _follows_later(shown),
        )
        row = freeze(instruction_id or self._make_id(), bound, shown.seen, shown.earlier)
        request_of(row, Extras())
        return row

    async def confirm(self, row: Instruction, actor: str, extras: Extras | None = None) -> Outcome:
        """
        The confirming click: write it down, send it once, say what is known.

        Raises `InputError`, and `StoreUnusableError` when it could not be written down and nothing was sent.
        """
        self._check_may_send()
        check_fresh(row, await self._journal.run(Journal.about, row.subject))
        extras = extras or Extras()
        click = _click(row, actor, extras, row.snapshot.server_time)
        return await self._send(self._sending.begin(row, click, await self._known(row)), row, extras)

    async def try_again(self, instruction_id: str, actor: str, extras: Extras | None = None) -> Outcome:
        """
        A new click on what has been proven not to have happened.

        Raises `InputError` when the payment is not exactly as it was shown, `ApiError`, and
        `StoreUnusableError` as `confirm` does.
        """
        self._check_may_send()
        row = await self._found(instruction_id)
        _, seen = await self._wire.fetch(ImpUid(row.subject))
        check_retry(row, seen, await self._journal.run(Journal.about, row.subject))
        extras = extras or Extras()
        click = _click(row, actor, extras, seen.server_time)
        return await self._send(self._sending.send(row, click, await self._known(row)), row, extras)

    async def abandon(self, instruction_id: str, actor: str) -> bool:
        """Give up what has not happened; raises `InputError`."""
        return await self._commit(abandon(await self._found(instruction_id), actor)) is Committed.YES

    async def decide(
        self, instruction_id: str, state: State, *, actor: str, note: str, cancellation: str | None = None
    ) -> bool:
        """A person's decision about what can be read in two ways; raises `InputError`."""
        row = await self._found(instruction_id)
        change = decide(row, state, actor=actor, note=note, cancellation=cancellation)
        return await self._commit(change) is Committed.YES

    # ---- finding out

    async def recover(self) -> list[Instruction]:
        """What an earlier start left open, told apart from what was never sent; nothing is sent by it."""
        for row in await self._journal.run(Journal.checking):
            change = None if row.id in self._under_way else recover(row, "portdesk")
            if change is not None:
                await self._commit(change)
        return await self.open_rows()

    async def keep_checking(self) -> None:
        """Copy the journal, then look again and again at what is open, until cancelled."""
        loop = asyncio.get_running_loop()
        with contextlib.suppress(StoreUnusableError):
            await self._journal.run(journal_backups.backup)
        while True:
            self._stirred.clear()
            rest = 0.0
            try:
                await self.check_due(loop.time())
            except Exception:  # a round that fails is followed by the next one
                logger.exception("a round of checking failed")
                rest = _REST
            wait = min((due for due, _ in self._due.values()), default=loop.time() + _SWEEP) - loop.time()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(rest, min(_SWEEP, wait))):
                    await self._stirred.wait()

    async def check_due(self, now: float) -> None:
        """One round over everything that is open and due at `now`; raises `StoreUnusableError`."""
        if self._since is None:
            self._since = self._wire.server_seconds()
        if not self._journal.may_write:
            return
        could_send = self.may_send
        await self._journal.run(Journal.refill)
        await self.recover()
        rows = [row for row in await self._journal.run(Journal.checking) if row.id not in self._under_way]
        self._due = {row.id: self._due.get(row.id, (now, 0)) for row in rows}
        for row in rows:
            if self._due[row.id][0] <= now:
                await self._try_to_check(row)
        if not rows:
            await self._accept_unproven()
        if self.may_send != could_send:
            self.bus.publish(RefundsChanged())

    async def _try_to_check(self, row: Instruction) -> None:
        """One look; a payment that cannot be looked at must not hold up the others behind it."""
        try:
            await self.check(row)
        except StoreUnusableError:
            raise
        except Exception:
            logger.exception("an instruction could not be checked")
            self._due[row.id] = (asyncio.get_running_loop().time() + _REST, self._due[row.id][1])

    async def check(self, row: Instruction) -> Checked:
        """One look at one open instruction."""
        _, looks = self._due.get(row.id, (0.0, 0))
        if row.shop == self._shop:
            course = self._reconciliation.check(row, await self._known(row), looks=looks)
            checked = await self._carry_out(course, Extras())
        else:
            checked = Checked(row=row, why="another account", again_in=LONGEST_WAIT)
        if checked.again_in is None:
            self._due.pop(row.id, None)
        else:
            jitter = 1 + random.uniform(-_JITTER, _JITTER)  # noqa: S311 - spreads looks, guards nothing
            self._due[row.id] = (asyncio.get_running_loop().time() + checked.again_in * jitter, looks + 1)
        self._tell(RefundMoved(row=checked.row, why=checked.why))
        return checked

    async def accept_older(self, actor: str) -> bool:
        """
        Go on with a journal that is older than it was, by an owner's decision.

        Not before nothing is open and the server has been quiet long enough: what the lost part had
        sent may still be under way.
        """
        if not self._is_quiet() or not await self._journal.run(Journal.accept, actor):
            return False
        await self._head.follow(self._journal)
        self.bus.publish(RefundsChanged())
        return True

    @property
    def quiet_left(self) -> int | None:
        """Seconds until `accept_older` may be asked for; `None` while the server's time is not known."""
        now = self._wire.server_seconds()
        if now is None or self._since is None:
            return None
        return max(self._quiet_seconds - (now - self._since), 0)

    # ---- inside

    def _check_may_send(self) -> None:
        if self._journal.may_send:
            return
        raise StoreUnusableError(
            Message("Refunds are locked: the record of earlier ones cannot be trusted yet."),
            Message("Everything can be looked at. The activity tab says what is missing."),
        )

    async def _accept_unproven(self) -> None:
        if self._journal.standing is not Standing.UNPROVEN:
            return
        try:
            async with asyncio.timeout(PATIENCE):
                kept = await self._head.load()  # it may have been locked when the journal was opened
        except TimeoutError:
            return  # it asks somebody; the next round asks it again
        if kept is not None and await self._journal.run(Journal.verify, kept) is not Standing.UNPROVEN:
            return
        if await self._journal.run(Journal.accept, "portdesk"):
            await self._head.follow(self._journal)

    def _is_quiet(self) -> bool:
        return self.quiet_left == 0

    async def _found(self, instruction_id: str) -> Instruction:
        row = await self._journal.run(Journal.find, instruction_id)
        if row is None or instruction_id in self._under_way:
            raise InputError(Message("This is being dealt with already."))
        if row.shop != self._shop:
            raise InputError(Message("This was done under another account's keys."))
        return row

    async def _known(self, row: Instruction) -> Knowledge:
        echoes = await self._journal.run(Journal.echoes, row.pg, len(row.reason.encode()))
        return Knowledge(echoes_codes=echoes, quiet_seconds=self._quiet_seconds)

    async def _send(self, course: Course[Outcome], row: Instruction, extras: Extras) -> Outcome:
        if row.id in self._under_way:
            return Outcome(row=row, was_started=False)
        self._under_way[row.id] = extras
        try:
            outcome = await self._carry_out(course, extras)
        finally:
            del self._under_way[row.id]
            self._stirred.set()
        if not outcome.was_started and not outcome.is_recorded:
            raise StoreUnusableError(
                Message("Nothing was sent: the refund could not be written down first."),
                Message("Check that the disk has room and that you may write to the data folder."),
            )
        return outcome

    async def _carry_out(self, course: Course[T], extras: Extras) -> T:
        """Do what the course asks for, one thing after the other, and tell it what came of it."""
        told: Any = None
        while True:
            try:
                command = course.send(told)
            except StopIteration as end:
                result: T = end.value
                return result
            match command:
                case Commit(change):
                    told = await self._commit(change)
                case Send(claimed):
                    told = await self._wire.send(request_of(claimed, extras))
                case Look(subject):
                    told = await self._wire.look(ImpUid(subject))
                case LookElsewhere(subject):
                    told = await self._look_elsewhere(ImpUid(subject))
                case Wait(seconds):
                    await asyncio.sleep(seconds)
                    told = None

    async def _commit(self, change: Change) -> Committed:
        """On the disk first; then on the screen; then, before a claimed request leaves, in the key store."""
        try:
            done = await self._journal.apply(change)
        except StoreUnusableError:
            return Committed.FAILED
        if done is Committed.YES:
            self._tell(RefundMoved(row=change.row))
            if change.attempt is not None or change.is_result:
                with contextlib.suppress(StoreUnusableError):  # it costs the proof of an end, not the work
                    await self._head.follow(self._journal)
        return done

    def _tell(self, event: RefundMoved) -> None:
        """Whoever listens must not stand between a claim and its request, or a result and its row."""
        try:
            self.bus.publish(event)
        except Exception:
            logger.exception("a listener failed")

    async def _look_elsewhere(self, imp_uid: ImpUid) -> bool:
        latest = await self._journal.run(Journal.latest, _FEW)
        others = [row.subject for row in latest if row.subject != imp_uid and row.shop == self._shop]
        return await self._wire.look_elsewhere(imp_uid, ImpUid(others[0]) if others else None)


def _click(row: Instruction, actor: str, extras: Extras, server_time: int | None) -> Click:
    return Click(actor=actor, body_sha256=hash_of(request_of(row, extras)), server_time=server_time)


def _follows_later(shown: Shown) -> bool:
    """Whether the provider only accepts the refund now and carries it out on another day."""
    payment = shown.payment
    now = from_unix(shown.seen.server_time or 0) or datetime.now(KST)
    return payment.pay_method == "vbank" or profile_of(payment.pg_provider).completes_later(payment, now)
