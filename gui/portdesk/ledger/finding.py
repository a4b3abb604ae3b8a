"""What a reading of the server's record says about one instruction."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import Final

import msgspec

from portdesk.ledger.instruction import Entry, Instruction, Observation, difference
from portdesk.ledger.states import State

QUIET_SECONDS: Final = 600
"""Nobody has published a bound; three minutes of work and two of lag are assumed."""

_GIVEN: Final = frozenset({State.CONFIRMED, State.CONFIRMED_BY_HUMAN, State.EXTERNAL})


class Reading(Enum):
    """Three possible readings of one record."""

    OURS = "ours"
    """The record names what we did."""
    NOTHING = "nothing"
    """Nothing of ours is in it."""
    AMBIGUOUS = "ambiguous"
    """It fits both, or does not fit together."""


class Knowledge(msgspec.Struct, frozen=True, kw_only=True):
    """
    What is known about the server.

    `echoes_codes`: this payment provider has returned a reason of ours, as long as this one, whole.
    `is_atomic`: it was shown that two requests at once cannot both pass the test of `checksum`.
    `quiet_seconds` is longer than the longest work of the server and the longest lag of its readings.
    """

    echoes_codes: bool = False
    is_atomic: bool = False
    quiet_seconds: int = QUIET_SECONDS
    most_timeless_looks: int = 30
    """How often a server that tells no time is looked at before a person is asked."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """
    A reading with its grounds.

    `is_final` says that nothing can change it any more, however late a request of ours arrives.
    """

    reading: Reading
    identity: str | None = None
    grounds: str = ""
    is_final: bool = False


def find_refund(row: Instruction, seen: Observation, known: Knowledge) -> Finding:
    """
    Read the record of a payment for a refund whose outcome is open.

    With `checksum` equal to the balance shown, ours can only be the first change after the snapshot.
    So any other first change proves that ours did not happen and cannot happen any more, as far as the
    server's test is atomic.
    """
    new, missing = difference(seen.entries, row.snapshot.entries)
    ours = [entry for entry in new if row.code and entry.code == row.code]
    if ours:
        return _named(row, ours)
    if missing:
        return Finding(reading=Reading.AMBIGUOUS, grounds="older than what the dialog showed")
    if not row.is_strict and seen.balance != row.snapshot.balance - _sum(new):
        return Finding(reading=Reading.AMBIGUOUS, grounds="the record does not add up")
    if not new:
        return Finding(reading=Reading.NOTHING, grounds="unchanged")
    return _others(row, new, known)


def _others(row: Instruction, new: tuple[Entry, ...], known: Knowledge) -> Finding:
    """The record has changed, and no line of it carries our code."""
    if row.is_strict:
        return Finding(reading=Reading.AMBIGUOUS, grounds="its numbers prove nothing")
    if row.code and known.echoes_codes:
        return Finding(reading=Reading.NOTHING, grounds="all changes are others'", is_final=known.is_atomic)
    if any(could_be_ours(row, entry) for entry in new):
        return Finding(reading=Reading.AMBIGUOUS, grounds="an equal amount without a name")
    return Finding(reading=Reading.NOTHING, grounds="other amounts", is_final=known.is_atomic)


def _named(row: Instruction, ours: list[Entry]) -> Finding:
    if len(ours) > 1:
        return Finding(reading=Reading.AMBIGUOUS, grounds="our code stands there more than once")
    if ours[0].amount != row.amount:
        return Finding(reading=Reading.AMBIGUOUS, grounds="our code with another amount")
    return Finding(reading=Reading.OURS, identity=ours[0].identity, grounds="our code", is_final=True)


def could_be_ours(row: Instruction, entry: Entry) -> bool:
    """Whether a line could be ours by its amount; a code of another instruction rules it out."""
    return entry.amount == row.amount and entry.code is None


def is_behind(shown: Observation, row: Instruction, quiet_seconds: int = QUIET_SECONDS) -> bool:
    """
    Whether a reading lacks what an earlier one already showed us to have been done.

    Only for a while: what is missing much later was taken back by the provider.
    """
    if row.state is not State.CONFIRMED or row.subject != shown.subject:
        return False
    if any(row.cancellation in (entry.identity, entry.mark) for entry in shown.entries):
        return False
    since = row.settled_at or row.snapshot.server_time
    return since is None or shown.server_time is None or shown.server_time - since < quiet_seconds


def outstanding(earlier: Iterable[Instruction], seen: Observation) -> tuple[Instruction, ...]:
    """
    What was accepted, or settled by a person, and does not count in the balance that was read.

    `checksum` is no guard against giving it back once more: the balance will not move until the
    provider carries it out.
    """
    return tuple(row for row in earlier if row.subject == seen.subject and _is_outstanding(row, seen))


def _is_outstanding(row: Instruction, seen: Observation) -> bool:
    if row.state not in _GIVEN or (row.state is State.CONFIRMED and not row.pays_later):
        return False
    new, _ = difference(seen.entries, row.snapshot.entries)
    named = (
        entry
        for entry in new
        if row.cancellation in (entry.identity, entry.mark) or (row.code and entry.code == row.code)
    )
    equal = (entry for entry in new if could_be_ours(row, entry))
    ours = next(named, None) or next(equal, None)
    others = _sum(tuple(entry for entry in new if entry is not ours))
    return seen.balance > row.snapshot.balance - row.amount - others


def _sum(entries: tuple[Entry, ...]) -> int:
    return sum(entry.amount or 0 for entry in entries)
