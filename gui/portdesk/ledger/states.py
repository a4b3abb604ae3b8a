"""The states of an instruction, which moves between them are allowed, and the words for each."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final

from portdesk.domain.messages import Message


class State(Enum):
    """Where an instruction stands. What is not here cannot be shown."""

    PLANNED = "planned"
    """Confirmed by a person, not yet claimed by a request."""
    SENDING = "sending"
    """Claimed: from here on we assume that a request left."""
    UNKNOWN = "unknown"
    """A request may have been carried out; being checked."""
    REFUSED = "refused"
    """The answer was a refusal that is not believed yet; being checked."""
    HUMAN = "human"
    """The record can be read in two ways; a person decides."""
    CONFIRMED = "confirmed"
    """The server's own record names what we did."""
    REJECTED = "rejected"
    """Refused, and proven that nothing happened."""
    NOT_APPLIED = "not_applied"
    """No answer, and proven that nothing happened."""
    NOT_SENT = "not_sent"
    """Proven that no request was carried out."""
    CONFIRMED_BY_HUMAN = "confirmed_by_human"
    EXTERNAL = "external"
    """Settled outside, at the payment provider."""
    ABANDONED = "abandoned"
    """Given up by a person after it was proven that nothing happened."""


OPEN: Final = frozenset({State.PLANNED, State.SENDING, State.UNKNOWN, State.REFUSED, State.HUMAN})
"""A payment has at most one instruction in one of these."""

CHECKING: Final = frozenset({State.SENDING, State.UNKNOWN, State.REFUSED})
"""The states in which the server is asked again."""

RETRYABLE: Final = frozenset({State.NOT_SENT, State.NOT_APPLIED})
"""A new click may send the same instruction again."""

TERMINAL: Final = frozenset(
    {State.CONFIRMED, State.REJECTED, State.CONFIRMED_BY_HUMAN, State.EXTERNAL, State.ABANDONED}
)

_AFTER_CHECK: Final = frozenset({State.CONFIRMED, State.REJECTED, State.NOT_APPLIED, State.HUMAN})

MOVES: Final[Mapping[State, frozenset[State]]] = {
    State.PLANNED: frozenset({State.SENDING, State.NOT_SENT}),
    State.SENDING: frozenset(
        {State.PLANNED, State.SENDING, State.CONFIRMED, State.REFUSED, State.UNKNOWN, State.NOT_SENT}
    ),
    State.UNKNOWN: _AFTER_CHECK - {State.REJECTED} | {State.UNKNOWN},
    State.REFUSED: _AFTER_CHECK - {State.NOT_APPLIED} | {State.REFUSED},
    State.HUMAN: frozenset({State.CONFIRMED_BY_HUMAN, State.EXTERNAL, State.ABANDONED}),
    State.NOT_SENT: frozenset({State.SENDING, State.ABANDONED}),
    State.NOT_APPLIED: frozenset({State.SENDING, State.ABANDONED}),
    State.CONFIRMED: frozenset({State.CONFIRMED}),  # a later look may add a warning, nothing else
    **{state: frozenset() for state in TERMINAL - {State.CONFIRMED}},
}

_WORDS: Final[Mapping[State, Message]] = {
    State.PLANNED: Message("About to be sent"),
    State.SENDING: Message("Checking: waiting for the answer"),
    State.UNKNOWN: Message("Checking: no clear answer came, it may have been carried out"),
    State.REFUSED: Message("Checking: the answer was no, making sure that nothing happened"),
    State.HUMAN: Message("Checking: you need to decide"),
    State.CONFIRMED: Message("Done"),
    State.REJECTED: Message("Refused, nothing was carried out"),
    State.NOT_APPLIED: Message("Failed, nothing was carried out"),
    State.NOT_SENT: Message("Failed, nothing was sent"),
    State.CONFIRMED_BY_HUMAN: Message("Confirmed by a person"),
    State.EXTERNAL: Message("Settled outside"),
    State.ABANDONED: Message("Given up, nothing was carried out"),
}
_LATER: Final[Mapping[State, Message]] = {
    State.CONFIRMED: Message("Accepted; the money follows later"),
    State.UNKNOWN: Message("Checking: the PG refunds in its own time, and its record does not show it yet"),
}


def words(state: State, *, pays_later: bool = False) -> Message:
    """The one text for a state. Where money follows on another day, even success is no "done"."""
    if pays_later and state in _LATER:
        return _LATER[state]
    return _WORDS[state]
