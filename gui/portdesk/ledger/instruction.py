"""An instruction, its attempts, and what was seen before, during and after them."""

from __future__ import annotations

import hashlib
import re
from decimal import Decimal
from enum import Enum
from typing import Final

import msgspec

from portdesk.domain.errors import InputError
from portdesk.domain.messages import Message
from portdesk.domain.money import Amount, minor_digits
from portdesk.ledger.states import State

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0, 1, I, L and O, which sound or look like others on the phone."""

CODE_LENGTH: Final = 6
_CODE: Final = re.compile(rf"\[([{ALPHABET}]{{{CODE_LENGTH}}})\]")
LONGEST_REASON: Final = 256
_CODE_PLACE: Final = CODE_LENGTH + 3


class Kind(Enum):
    """What an instruction does."""

    REFUND = "refund"
    CHARGE = "charge"


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """
    One line of the server's record: a cancel of a payment, or a payment of an order.

    `number` is the server's own id, which real servers often leave out; `mark` is what else tells
    it apart (transaction, amount, time). `amount` is in minor units, `None` if it is no plain sum.
    """

    number: str | None = None
    mark: str
    amount: int | None
    at: int | None = None
    text: str = ""
    status: str = ""

    @property
    def identity(self) -> str:
        """What it is remembered by."""
        return f"id:{self.number}" if self.number else self.mark

    @property
    def code(self) -> str | None:
        """The code of the instruction that wrote it, of any desk."""
        return code_in(self.text)

    def is_same(self, other: Entry) -> bool:
        """Whether both are the same line; an id that one of them lacks decides nothing."""
        if self.number and other.number:
            return self.number == other.number
        return self.mark == other.mark


class Observation(msgspec.Struct, frozen=True, kw_only=True):
    """
    A reading of the server that we trust: this subject, under this shop's key.

    `server_time` is the server's own, in Unix seconds. `balance` is what could still be returned.
    `is_plain` is false when its numbers cannot be added up, as under a promotion. `may_rise` says that
    the balance may rise again: deposits that keep coming, a cancel of today that may be taken back.
    """

    subject: str
    server_time: int | None
    balance: int
    entries: tuple[Entry, ...] = ()
    is_plain: bool = True
    may_rise: bool = False
    is_open: bool = True
    """Whether the server's state lets anybody act on it at all."""


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """What the dialog showed: the balance, and every line of the record."""

    balance: int
    entries: tuple[Entry, ...]
    server_time: int | None = None

    def equals(self, seen: Observation) -> bool:
        """Whether nothing at all has changed since."""
        new, missing = difference(seen.entries, self.entries)
        return seen.is_open and seen.balance == self.balance and not new and not missing


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One request, written before its first byte leaves."""

    instruction: str
    number: int
    actor: str
    body_sha256: str
    cause: str
    """Why there is one: a click, nothing left the last time, the token had ended."""
    server_time: int | None = None


class Closing(msgspec.Struct, frozen=True, kw_only=True):
    """How an attempt ended: the kind of answer, and the server's own words as data."""

    answer: str
    server_message: str | None = None


class Instruction(msgspec.Struct, frozen=True, kw_only=True):
    """
    One decision of one person about one object.

    Everything above `state` is frozen by the confirming click and never changes. `amount` is in
    minor units. `snapshot` is what was on the screen. `quiet_from` is the server's time at the first
    reading after the last attempt had ended, `settled_at` that of the reading that decided; `cancellation`
    the identity of what we did; `echoed` the bytes of our reason if the server has returned it whole.
    """

    id: str
    kind: Kind
    shop: str
    subject: str
    amount: int
    currency: str
    snapshot: Snapshot
    reason: str
    code: str | None
    actor: str
    words: str
    pg: str = ""
    merchant_uid: str = ""
    is_plain: bool = True
    may_rise: bool = False
    pays_later: bool = False
    tax_free: int | None = None
    vat_amount: int | None = None
    approval: str = ""
    batch: str | None = None
    row: int | None = None

    state: State = State.PLANNED
    attempt: int = 0
    cancellation: str | None = None
    quiet_from: int | None = None
    settled_at: int | None = None
    echoed: int = 0
    is_overlapped: bool = False
    note: str = ""

    @property
    def is_strict(self) -> bool:
        """Whether its numbers prove less: no conclusions from others' changes, no second try today."""
        return self.may_rise or not self.is_plain


PROGRESS: Final = (
    "state",
    "attempt",
    "cancellation",
    "quiet_from",
    "settled_at",
    "echoed",
    "is_overlapped",
    "note",
)
"""The fields of an instruction that a commit may change; all others are frozen."""


def code_of(instruction_id: str) -> str:
    """The six characters that stand for an instruction in the server's record and on the phone."""
    number = int.from_bytes(hashlib.sha256(instruction_id.encode()).digest()[:8], "big")
    code = ""
    for _ in range(CODE_LENGTH):
        number, place = divmod(number, len(ALPHABET))
        code += ALPHABET[place]
    return code


def code_in(text: str) -> str | None:
    """The code at the end of a reason, if there is one."""
    found = _CODE.findall(text)
    return found[-1] if found else None


def writable(text: str) -> str:
    """`text` as it can be sent and written: a keyboard may give half a sign, which no file takes."""
    return text.encode(errors="replace").decode()


def longest_reason(*, with_code: bool) -> int:
    """How many characters of a person's own are sent whole."""
    return LONGEST_REASON - (_CODE_PLACE if with_code else 0)


def reason_with(text: str, code: str | None) -> str:
    """
    The reason as it is sent.

    Brackets of the person's own would look like somebody's code; the code is never what is cut off.
    """
    plain = writable(text).replace("[", "(").replace("]", ")").strip()
    fitting = plain[: longest_reason(with_code=code is not None)]
    return fitting if code is None else f"{fitting} [{code}]".strip()


def echoed_bytes(row: Instruction, seen: Observation | None) -> int:
    """The length of our reason if a reading returns it whole, code and all; else what was known before."""
    if row.code and seen and any(entry.text == row.reason for entry in seen.entries):
        return len(row.reason.encode())
    return row.echoed


def difference(
    now: tuple[Entry, ...], before: tuple[Entry, ...]
) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    """Entries that came and entries that went; equal lines are counted, not merged."""
    missing = list(before)
    new = []
    for entry in now:
        known = next((old for old in missing if entry.is_same(old)), None)
        if known is None:
            new.append(entry)
        else:
            missing.remove(known)
    return tuple(new), tuple(missing)


def to_minor(value: Decimal, currency: str) -> int:
    """Whole minor units; raises `InputError` for anything that is no plain sum of this currency."""
    if not Amount(value, currency).is_plain:
        raise InputError(Message("The amount is not a sum of this currency."))
    return int(value.scaleb(minor_digits(currency)))


def from_minor(minor: int, currency: str) -> Decimal:
    """The exact decimal of minor units."""
    return Decimal(minor).scaleb(-minor_digits(currency))
