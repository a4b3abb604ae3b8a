"""Refunds: the frozen decision, the fields that are sent, and what an answer means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from portdesk.domain.errors import InputError
from portdesk.domain.messages import Message
from portdesk.ledger.finding import (
    Finding,
    Knowledge,
    Reading,
    could_be_ours,
    find_refund,
    is_behind,
    outstanding,
)
from portdesk.ledger.instruction import (
    Instruction,
    Kind,
    Observation,
    Snapshot,
    code_of,
    difference,
    from_minor,
    reason_with,
    to_minor,
    writable,
)
from portdesk.ledger.states import State
from portdesk.ledger.steps import Accepted, Answer, NotExecuted, NotSent, Refused


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What the dialog asks to have confirmed, before it is checked and frozen."""

    amount: Decimal
    currency: str
    reason: str
    actor: str
    shop: str = ""
    words: str = ""
    pg: str = ""
    merchant_uid: str = ""
    tax_free: Decimal | None = None
    vat_amount: Decimal | None = None
    pays_later: bool = False
    approval: str = ""
    beside: frozenset[str] = frozenset()
    """The earlier instructions that are not in the record yet and that a person was shown by name."""
    with_code: bool = True
    batch: str | None = None
    row: int | None = None


def freeze(
    instruction_id: str, wish: Wish, shown: Observation, earlier: Iterable[Instruction] = ()
) -> Instruction:
    """
    The decision as it is confirmed, sent and written; nothing about it changes any more.

    `shown` is the fresh reading the dialog was drawn from, `earlier` what this journal holds about the
    same payment. Raises `InputError`.
    """
    earlier = tuple(earlier)
    amount = to_minor(wish.amount, wish.currency)
    taxes = [
        None if part is None else to_minor(part, wish.currency) for part in (wish.tax_free, wish.vat_amount)
    ]
    _check(amount, taxes, shown)
    if any(is_behind(shown, row) for row in earlier):
        raise InputError(
            Message("The server still shows an older state of this payment."),
            Message("Wait a moment and open it again."),
        )
    if any(row.id not in wish.beside for row in outstanding(earlier, shown)):
        raise InputError(
            Message("An earlier refund of this payment was accepted and is not in the server's record yet."),
            Message("Confirm that this one comes on top of it."),
        )
    code = code_of(instruction_id) if wish.with_code else None
    return Instruction(
        id=instruction_id,
        kind=Kind.REFUND,
        shop=wish.shop,
        subject=shown.subject,
        amount=amount,
        currency=wish.currency,
        snapshot=Snapshot(balance=shown.balance, entries=shown.entries, server_time=shown.server_time),
        reason=reason_with(wish.reason, code),
        code=code,
        actor=wish.actor,
        words=writable(wish.words),
        pg=wish.pg,
        merchant_uid=wish.merchant_uid,
        is_plain=shown.is_plain,
        may_rise=shown.may_rise,
        pays_later=wish.pays_later,
        tax_free=taxes[0],
        vat_amount=taxes[1],
        approval=wish.approval,
        batch=wish.batch,
        row=wish.row,
    )


def _check(amount: int, taxes: list[int | None], shown: Observation) -> None:
    if not shown.subject:
        raise InputError(Message("A refund names the payment it is for."))
    if not shown.is_open:
        raise InputError(Message("This payment is in a state in which nothing can be given back."))
    if amount <= 0:
        raise InputError(Message("The amount to give back must be above zero."))
    if amount > shown.balance:
        raise InputError(Message("More than what is left of this payment cannot be given back."))
    if any(part is not None and part > amount for part in taxes):
        raise InputError(Message("A tax part cannot be larger than the amount to give back."))


def fields(row: Instruction) -> Mapping[str, Any]:
    """What is sent, by the wire's names: the amount always, the balance shown always, one id only."""
    sent: dict[str, Any] = {
        "imp_uid": row.subject,
        "amount": from_minor(row.amount, row.currency),
        "checksum": from_minor(row.snapshot.balance, row.currency),
        "reason": row.reason,
    }
    for name, part in (("tax_free", row.tax_free), ("vat_amount", row.vat_amount)):
        if part is not None:
            sent[name] = from_minor(part, row.currency)
    return sent


class RefundRules:
    """What answers and readings mean for a refund."""

    def classify(self, row: Instruction, answer: Answer, known: Knowledge) -> tuple[State, str | None]:
        """The state an answer leads to and, where it names our cancel, its identity."""
        match answer:
            case NotSent() | NotExecuted():
                return State.NOT_SENT, None
            case Refused():
                return State.REFUSED, None
            case Accepted(seen) if seen is not None:
                identity = self._named_in_answer(row, seen, known)
                return (State.CONFIRMED if identity else State.UNKNOWN), identity
        return State.UNKNOWN, None

    def find(self, row: Instruction, seen: Observation, known: Knowledge) -> Finding:
        """What a fresh reading says."""
        return find_refund(row, seen, known)

    def _named_in_answer(self, row: Instruction, seen: Observation, known: Knowledge) -> str | None:
        if seen.subject != row.subject:
            return None
        finding = self.find(row, seen, known)
        if finding.reading is Reading.OURS:
            return finding.identity
        new, missing = difference(seen.entries, row.snapshot.entries)
        if not row.is_plain or (row.code and known.echoes_codes) or missing or len(new) != 1:
            return None
        # The server says that it did it, and there is one change that fits.
        return new[0].identity if could_be_ours(row, new[0]) else None
