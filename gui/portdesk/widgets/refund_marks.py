"""How a refund stands, as a short word and a mark: the same in every list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from portdesk.domain.money import Amount
from portdesk.ledger.instruction import Instruction, from_minor
from portdesk.ledger.states import State
from portdesk.qt.marks import Mark
from portdesk.qt.words import later, money, tr
from portdesk.usecases.refund_list import NEEDS_PERSON, UNDER_WAY, WENT_BACK

GROUPS: Final[Mapping[str, tuple[str, frozenset[State], Mark]]] = {
    "human": (later("Needs you"), NEEDS_PERSON, Mark.UNKNOWN),
    "checking": (later("Checking"), UNDER_WAY, Mark.WAITING),
    "done": (later("Done"), WENT_BACK, Mark.DONE),
    "none": (
        later("Nothing given back"),
        frozenset({State.REJECTED, State.ABANDONED}),
        Mark.REFUSED,
    ),
    "outside": (later("Settled outside"), frozenset({State.EXTERNAL}), Mark.RETURNED),
}
"""A short word and a mark for every state; each state is in one of these."""


def group_of(state: State) -> str:
    """The key of the group that a state is in."""
    return next(key for key, (_, states, _) in GROUPS.items() if state in states)


def group_word(row: Instruction) -> str:
    """The short word for how an instruction stands."""
    if row.state is State.CONFIRMED and row.pays_later:
        return tr("Accepted")
    return tr(GROUPS[group_of(row.state)][0])


def group_mark(row: Instruction) -> Mark:
    """The mark beside that word."""
    return GROUPS[group_of(row.state)][2]


def told(minor: int | None, currency: str) -> str:
    """Minor units as a sum for people."""
    if minor is None:
        return tr("not a plain sum")
    return money(Amount(from_minor(minor, currency), currency))
