"""What happens by itself as the clock goes on: late refunds, and the daily life of the demo shop."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from typing import Any, Final

from portdesk.sandbox.calls import Refusal
from portdesk.sandbox.cancel import refund
from portdesk.sandbox.channels import tier_number
from portdesk.sandbox.clock import HOUR
from portdesk.sandbox.due import LATER_CANCEL, LATER_REFUND, NEXT, OUTCOME, WINDOW
from portdesk.sandbox.goods import REFUND_REASONS
from portdesk.sandbox.record import CANCELLED, PAID, READY, Payment, balance, exact, wire
from portdesk.sandbox.state import State
from portdesk.sandbox.window.truth import settle

_MOST_CAUGHT_UP: Final = 500

What = dict[str, Any]


class Later:
    """
    Carries out what is due.

    Nothing runs in the background: before a call is answered, everything due by then has happened,
    each at its own moment. So a shop that slept for an hour wakes up an hour older.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._acts: dict[str, Callable[[int, What], None]] = {
            LATER_REFUND: self._refund,
            LATER_CANCEL: self._cancel,
            OUTCOME: self._outcome,
            NEXT: self._next,
            WINDOW: self._window,
        }
        if state.settings.trickle_seconds is not None and not self._trickles():
            self._plan_next(state.clock.now())

    def catch_up(self, now: int) -> None:
        """Let everything that is due by `now` happen."""
        for _ in range(_MOST_CAUGHT_UP):
            due = self._state.next_due(now)
            if due is None:
                return
            at, what = due
            self._acts[what["kind"]](at, what)

    def catch_up_now(self) -> None:
        """Let everything that is due happen."""
        with self._state.held():
            self.catch_up(self._state.clock.now())

    def _trickles(self) -> bool:
        return any(what["kind"] == NEXT for _, what in self._state.planned())

    def _refund(self, at: int, what: What) -> None:
        payment = self._state.payment(what["imp_uid"])
        if payment is None:
            return
        amount = min(exact(what["amount"]), balance(payment))
        if amount > 0:
            self._save(self._state.florist.returned(payment, at, wire(amount), what["reason"]), at)

    def _cancel(self, at: int, what: What) -> None:
        # Refused in truth as well by now: then nothing happens.
        with suppress(Refusal):
            refund(what["fields"], self._state, tier=tier_number(what["tier"]), now=at)

    def _outcome(self, at: int, what: What) -> None:
        payment = self._state.payment(what["imp_uid"])
        if payment is None or payment["status"] != READY:
            return
        florist = self._state.florist
        if what["paid"]:
            self._save(florist.approved(payment, at), at)
        else:
            self._save(florist.refused(payment, at), at)

    def _window(self, at: int, what: What) -> None:
        settle(self._state, at, what)

    def _next(self, at: int, what: What) -> None:
        if self._state.settings.trickle_seconds is None:
            return
        self._plan_next(at, what["number"] + 1)
        chance = self._state.dice.random()
        if chance < 0.12:  # noqa: PLR2004 - the mix of a day
            self._deposit(at)
        elif chance < 0.2:  # noqa: PLR2004 - the mix of a day
            self._console_refund(at)
        else:
            self._open_window(at, what["number"])

    def _plan_next(self, at: int, number: int = 0) -> None:
        every = self._state.settings.trickle_seconds or HOUR
        pause = max(1, round(every * (0.5 + self._state.dice.random())))
        self._state.plan(at + pause, {"kind": NEXT, "number": number})

    def _open_window(self, at: int, number: int) -> None:
        payment = self._state.florist.window(at, number)
        self._save(payment, at)
        if payment["pay_method"] == "vbank" or self._state.dice.happens(0.07):
            return
        paid = self._state.dice.happens(0.92)
        done = at + self._state.dice.between(15, 90)
        self._state.plan(done, {"kind": OUTCOME, "imp_uid": payment["imp_uid"], "paid": paid})

    def _deposit(self, at: int) -> None:
        waiting = [
            payment
            for payment in self._recent(READY, at)
            if payment["vbank_num"] and payment["vbank_issued_at"] < at < payment["vbank_date"]
        ]
        if waiting:
            chosen = self._state.dice.pick(waiting)
            self._save(self._state.florist.approved(chosen, at), at)

    def _console_refund(self, at: int) -> None:
        paid = [
            payment
            for payment in self._recent(PAID, at)
            if payment["pay_method"] == "card" and balance(payment) > 0
        ]
        if not paid:
            return
        chosen = self._state.dice.pick(paid)
        rest = balance(chosen)
        whole = self._state.dice.happens(0.7) or rest < Decimal(10_000) or chosen["currency"] != "KRW"
        reason = REFUND_REASONS.pick(self._state.dice)
        self._save(
            self._state.florist.returned(chosen, at, wire(rest if whole else Decimal(5_000)), reason), at
        )

    def _recent(self, status: str, at: int) -> list[Payment]:
        return list(
            self._state.book.payments(
                "tier = 0 and status = ? and started_at > ?", (_STATUS_NUMBERS[status], at - 72 * HOUR)
            )
        )

    def _save(self, payment: Payment, at: int) -> None:
        self._state.book.save(payment, tier=self._state.book.tier_of(payment["imp_uid"]), at=at)


_STATUS_NUMBERS: Final = {READY: 0, PAID: 1, CANCELLED: 2}
