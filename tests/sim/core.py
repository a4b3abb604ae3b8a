"""The parts of the core as the product puts them together; a broken variant replaces some."""

from __future__ import annotations

import json
from typing import Any

from portdesk.ledger.instruction import Entry, Instruction, Observation
from portdesk.ledger.reconcile import Reconciliation
from portdesk.ledger.refund import RefundRules, Wish, fields, freeze
from portdesk.ledger.sending import Sending, check_retry, recover
from portdesk.ledger.steps import (
    Accepted,
    Answer,
    Change,
    Committed,
    NotExecuted,
    NotSent,
    Refused,
    Unclear,
    Unreadable,
)
from sim.server import Reply


class Core:
    resends_after_401 = False
    reads_own_clock = False

    rules: RefundRules
    sending: Sending
    reconciliation: Reconciliation

    def __init__(self) -> None:
        self.rules = RefundRules()
        self.sending = Sending(self.rules)
        self.reconciliation = Reconciliation(self.rules)

    def fields(self, row: Instruction) -> dict[str, Any]:
        return dict(fields(row))

    def freeze(self, op: str, wish: Wish, shown: Observation, done: list[Instruction]) -> Instruction:
        return freeze(op, wish, shown, done)

    def recover(self, row: Instruction) -> Change | None:
        return recover(row, "desk")

    def retry(self, row: Instruction, seen: Observation, earlier: list[Instruction]) -> Instruction:
        check_retry(row, seen, earlier)
        return row

    def answer(self, reply: Reply, desk: Any) -> Answer:
        """What a reply is to the core."""
        kind, what = reply
        match kind:
            case "found":
                return Accepted(desk.observed(what, desk.clock.unix))
            case "refused":
                return Refused(what[0], what[1])
            case "token":
                return NotExecuted()
            case "unsent":
                return NotSent("connect")
        return Unclear(kind)

    def reading(self, reply: Reply, desk: Any, at: int | None) -> Observation | Unreadable:
        kind, what = reply
        return desk.observed(what, at) if kind == "found" else Unreadable(kind)

    def commit(self, desk: Any, change: Change) -> Committed:
        return desk.journal.apply(change)

    def before_send(self, desk: Any, row: Instruction) -> None:
        """What a variant does before the first byte."""

    def after_send(self, desk: Any) -> None:
        """What a variant does after the answer."""

    def started(self, desk: Any) -> None:
        """What a variant does after a restart."""


def observed(view: dict[str, Any], at: int | None) -> Observation:
    """A view of the server as the core sees it, without the cost of the whole decoder."""
    entries = tuple(
        Entry(
            number=entry.get("cancellation_id"),
            mark=f"{entry['pg_tid']}|{entry['amount']}|{entry['cancelled_at']}",
            amount=entry["amount"],
            at=entry["cancelled_at"],
            text=entry["reason"] or "",
        )
        for entry in view["cancel_history"]
    )
    return Observation(
        subject=view["imp_uid"],
        server_time=at,
        balance=view["amount"] - view["cancel_amount"],
        entries=entries,
        may_rise=view["pay_method"] == "vbank",
    )


def encoded(sent: dict[str, Any]) -> bytes:
    return json.dumps(sent, default=int).encode()
