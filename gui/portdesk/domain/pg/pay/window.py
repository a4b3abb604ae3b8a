"""What one PG's pay window is like: its code, methods and shape, and what it makes of an amount."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType

from portdesk.domain.messages import Message


class AmountMeaning(Enum):
    """What a window does with `amount` once a `customer_uid` is given."""

    KEY_ONLY_AT_0 = "key_only_at_0"
    """0 registers the card alone; more than 0 is charged as well."""
    TEST_CHARGE = "test_charge"
    """The same, but at 0 the PG charges a little to test the card and takes it back."""
    DISPLAY_ONLY = "display_only"
    """It is shown and never charged; a charge is asked of the REST API afterwards."""
    ALWAYS_CHARGES = "always_charges"
    NO_WINDOW = "no_window"


class WindowKind(Enum):
    """How a window shows itself on a computer."""

    LAYER = "layer"
    """A frame inside the page."""
    POPUP = "popup"
    REDIRECT = "redirect"
    """The page itself is left and comes back."""
    BUTTONS = "buttons"
    """The PG's own buttons are put on the page with `IMP.loadUI`."""
    NONE = "none"


class Suffix(Enum):
    """What may stand after the code and a dot in `pg`."""

    MID = "mid"
    PROJECT_KEY = "project_key"
    PUBLIC_KEY = "public_key"


@dataclass(frozen=True, slots=True)
class Switch:
    """One of a PG's own options in `bypass`; `path` goes down by dots, `words` say what it does."""

    path: str
    words: Message
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PayWindow:
    """
    The window behind one code.

    `billing` says for each pay method that can register a card what its amount means. `takes` names
    the parameters that this PG reads besides those that all read. An empty `currencies` is any.
    """

    code: str
    kind: WindowKind
    methods: tuple[str, ...]
    suffix: Suffix = Suffix.MID
    reads_method: bool = True
    size: tuple[int, int] | None = None
    may_pop_up: bool = False
    """`popup` chooses between two kinds."""
    billing: Mapping[str, AmountMeaning] = field(default_factory=dict)
    pays_without_key: bool = True
    currencies: tuple[str, ...] = ("KRW",)
    """The first one holds when none is named."""
    takes: frozenset[str] = frozenset()
    switches: tuple[Switch, ...] = ()
    on_phone: bool = False
    """The customer finishes on a phone."""

    @property
    def method(self) -> str:
        """The method when none is named."""
        return self.methods[0] if self.methods else "card"

    @property
    def currency(self) -> str:
        """The currency when none is named."""
        return self.currencies[0] if self.currencies else "KRW"

    def meaning(self, pay_method: str) -> AmountMeaning:
        """What the amount means when a card is registered with this method."""
        return self.billing.get(pay_method, AmountMeaning.NO_WINDOW)


def same(meaning: AmountMeaning, *methods: str) -> Mapping[str, AmountMeaning]:
    """These methods register a card, all in the same way."""
    return MappingProxyType(dict.fromkeys(methods, meaning))
