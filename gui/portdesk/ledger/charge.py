"""Charges: an order's name that two desks make alike, and what the record of an order means."""

from __future__ import annotations

import hashlib
import string
from typing import Final

from portdesk.domain.errors import InputError
from portdesk.domain.messages import Message
from portdesk.ledger.finding import Finding, Knowledge, Reading
from portdesk.ledger.instruction import Instruction, Observation, difference
from portdesk.ledger.states import State
from portdesk.ledger.steps import Accepted, Answer, NotExecuted, NotSent, Refused

_DIGITS: Final = string.digits + string.ascii_uppercase + string.ascii_lowercase
_LENGTH: Final = 32
_SPLIT: Final = "\x1f"
PAID: Final = "paid"
FAILED: Final = "failed"


def charge_uid(*, shop: str, customer_uid: str, plan: str, period: str, revision: int) -> str:
    """
    The `merchant_uid` of a charge for one period of a plan.

    Two desks that want the same charge make the same one, and the server takes it once. `revision` is
    read back from the server's record: a person who charges anew after a failure raises it.
    """
    parts = (shop, customer_uid, plan, period, str(revision))
    if revision < 0 or any(_SPLIT in part for part in parts) or not all(parts[:4]):
        raise InputError(Message("A charge names its shop, key, plan and period."))
    number = int.from_bytes(hashlib.sha256(_SPLIT.join(parts).encode()).digest(), "big")
    uid = ""
    while len(uid) < _LENGTH:
        number, place = divmod(number, len(_DIGITS))
        uid += _DIGITS[place]
    return uid


class ChargeRules:
    """What answers and readings mean for a charge; the subject is its `merchant_uid`."""

    def classify(self, row: Instruction, answer: Answer, known: Knowledge) -> tuple[State, str | None]:
        """A code of 0 is not enough: the payment in it has to be paid."""
        match answer:
            case NotSent() | NotExecuted():
                return State.NOT_SENT, None
            case Refused():
                return State.REFUSED, None
            case Accepted(seen) if seen is not None and seen.subject == row.subject:
                finding = self.find(row, seen, known)
                if finding.reading is Reading.OURS:
                    return State.CONFIRMED, finding.identity
                is_failed = any(entry.status == FAILED for entry in seen.entries)
                is_nothing = finding.reading is Reading.NOTHING and is_failed
                return (State.REFUSED if is_nothing else State.UNKNOWN), None
        return State.UNKNOWN, None

    def find(self, row: Instruction, seen: Observation, known: Knowledge) -> Finding:  # noqa: ARG002 - as for refunds
        """
        Read every payment of the order; the mark of an entry holds its `imp_uid` and its status.

        Only a paid one of the right amount is ours; a failed one may be followed by another, so it
        proves nothing until the quiet time is over.
        """
        new, missing = difference(seen.entries, row.snapshot.entries)
        paid = [entry for entry in new if entry.status == PAID]
        if len(paid) == 1 and paid[0].amount == row.amount:
            return Finding(reading=Reading.OURS, identity=paid[0].identity, grounds="paid", is_final=True)
        if paid:
            return Finding(reading=Reading.AMBIGUOUS, grounds="paid, but not as asked")
        if any(entry.status in (PAID, FAILED) for entry in missing):
            return Finding(reading=Reading.AMBIGUOUS, grounds="older than what the dialog showed")
        if any(entry.status != FAILED for entry in new):
            return Finding(reading=Reading.AMBIGUOUS, grounds="neither paid nor failed")
        return Finding(reading=Reading.NOTHING, grounds="failed" if new else "unchanged")
