"""What one word of a search may mean."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from portdesk.domain.messages import Message
from portdesk.domain.payments import PaymentState


@dataclass(frozen=True, slots=True)
class Words:
    """
    Every one of these folded words is part of some text of the payment.

    From one character on of the buyer's name and the order name, and of their initials; from three
    on of e-mail, phone, the ids, the approval number and the card number, in which dashes and
    spaces do not count.
    """

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InStates:
    """It is in one of these states."""

    states: frozenset[PaymentState]


@dataclass(frozen=True, slots=True)
class PaidBy:
    """One of these codes is its `pay_method`, or its PG where an easy pay is both."""

    methods: frozenset[str]


@dataclass(frozen=True, slots=True)
class Through:
    """One of these codes is its PG, the one embedded in that, or its `pay_method` where it is both."""

    providers: frozenset[str]


@dataclass(frozen=True, slots=True)
class OnTestChannel:
    """It was made on a test channel, or was not."""

    is_test: bool


@dataclass(frozen=True, slots=True)
class OnDays:
    """It happened in Korea from `first` to `last`, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Costs:
    """Its amount, in major units of whatever currency, is in this range; `None` is no bound."""

    least: Decimal | None = None
    most: Decimal | None = None
    includes_least: bool = True
    includes_most: bool = True

    @property
    def is_exact(self) -> bool:
        """Whether only one amount will do."""
        return self.least is not None and self.least == self.most


Reading = Words | InStates | PaidBy | Through | OnTestChannel | OnDays | Costs


class TermKind(Enum):
    """What a term is about first of all."""

    WORDS = "words"
    STATE = "state"
    METHOD = "method"
    PROVIDER = "provider"
    CHANNEL = "channel"
    DAYS = "days"
    AMOUNT = "amount"


_KINDS: dict[type[Reading], TermKind] = {
    Words: TermKind.WORDS,
    InStates: TermKind.STATE,
    PaidBy: TermKind.METHOD,
    Through: TermKind.PROVIDER,
    OnTestChannel: TermKind.CHANNEL,
    OnDays: TermKind.DAYS,
    Costs: TermKind.AMOUNT,
}


@dataclass(frozen=True, slots=True)
class Term:
    """
    A part of a search that every hit fits: any one of its `readings` will do.

    `source` is what was typed, composed; `label` says it back.
    """

    source: str
    label: Message
    readings: tuple[Reading, ...]

    @property
    def kind(self) -> TermKind:
        """What it is about first of all."""
        return _KINDS[type(self.readings[0])]

    @property
    def words(self) -> tuple[str, ...]:
        """The folded words that may stand in a hit, for marking them there."""
        return tuple(
            word for reading in self.readings if isinstance(reading, Words) for word in reading.words
        )
