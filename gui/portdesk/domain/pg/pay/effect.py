"""Whether money will move when a window is used, and the one sentence that says so."""

from __future__ import annotations

from enum import Enum
from typing import Final

from portdesk.domain.checkout import PayRequest
from portdesk.domain.messages import Message
from portdesk.domain.pg.pay.window import AmountMeaning, PayWindow

_LATER: Final = frozenset({"vbank", "cvs"})


class Effect(Enum):
    """What happens to money when the customer goes through with it."""

    CHARGED = "charged"
    AWAITS_DEPOSIT = "awaits_deposit"
    """A number to pay to is given out; the customer pays later."""
    REGISTERED = "registered"
    SHOWN = "shown"
    """The card is registered; the amount is only shown."""
    REGISTERED_AND_CHARGED = "registered_and_charged"
    TESTED = "tested"
    """The card is registered with a small charge that is taken back."""
    REFUSED = "refused"
    """The window does not go through with this amount."""
    NOTHING = "nothing"
    """There is no such window."""

    @property
    def moves_money(self) -> bool:
        """Whether the customer is charged at once, be it for a test."""
        return self in (Effect.CHARGED, Effect.REGISTERED_AND_CHARGED, Effect.TESTED)


_WITH_KEY: Final = {
    (AmountMeaning.KEY_ONLY_AT_0, False): Effect.REGISTERED,
    (AmountMeaning.KEY_ONLY_AT_0, True): Effect.REGISTERED_AND_CHARGED,
    (AmountMeaning.TEST_CHARGE, False): Effect.TESTED,
    (AmountMeaning.TEST_CHARGE, True): Effect.REGISTERED_AND_CHARGED,
    (AmountMeaning.DISPLAY_ONLY, False): Effect.REGISTERED,
    (AmountMeaning.DISPLAY_ONLY, True): Effect.SHOWN,
    (AmountMeaning.ALWAYS_CHARGES, False): Effect.REFUSED,
    (AmountMeaning.ALWAYS_CHARGES, True): Effect.REGISTERED_AND_CHARGED,
    (AmountMeaning.NO_WINDOW, False): Effect.NOTHING,
    (AmountMeaning.NO_WINDOW, True): Effect.NOTHING,
}

_WORDS: Final = {
    Effect.CHARGED: Message("{amount} is charged now."),
    Effect.AWAITS_DEPOSIT: Message("Nothing is charged now: {amount} is paid when the customer sends it."),
    Effect.REGISTERED: Message("The card is only registered. Nothing is charged."),
    Effect.SHOWN: Message("{amount} is only shown. The card is registered and nothing is charged."),
    Effect.REGISTERED_AND_CHARGED: Message("The card is registered and {amount} is charged now."),
    Effect.TESTED: Message("The card is registered. A test charge of ₩10 is made and taken back."),
    Effect.REFUSED: Message("This amount is not taken: it has to be more than 0."),
    Effect.NOTHING: Message("This PG has no window for this. Nothing happens."),
}


def effect_of(window: PayWindow, request: PayRequest) -> Effect:
    """What becomes of money if `request` goes through in `window`."""
    method = request.pay_method or window.method
    has_amount = request.amount > 0
    if request.customer_uid:
        return _WITH_KEY[window.meaning(method), has_amount]
    if not window.pays_without_key:
        return Effect.NOTHING
    if not has_amount:
        return Effect.REFUSED
    return Effect.AWAITS_DEPOSIT if method in _LATER else Effect.CHARGED


def sentence(effect: Effect, amount: str) -> Message:
    """The sentence beside the button; `amount` is the sum with its currency, as the screen says it."""
    words = _WORDS[effect]
    return Message(words.id, amount=amount) if "{amount}" in words.id else words
