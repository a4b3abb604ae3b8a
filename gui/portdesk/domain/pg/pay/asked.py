"""A pay request under examination: the rules ask it questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from portdesk.domain.checkout import PayRequest, Purpose
from portdesk.domain.pg.pay.channel import Choice
from portdesk.domain.pg.pay.effect import Effect, effect_of
from portdesk.domain.pg.pay.window import AmountMeaning, PayWindow
from portdesk.domain.times import KST


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request, the window it would open, and how that window was chosen."""

    request: PayRequest
    window: PayWindow
    choice: Choice
    purpose: Purpose | None
    now: datetime

    @property
    def method(self) -> str:
        """The pay method, or the one the window takes when none is named."""
        return self.request.pay_method or self.window.method

    @property
    def amount(self) -> Decimal:
        """The sum in the window."""
        return self.request.amount

    @property
    def currency(self) -> str:
        """The currency, or the one the window takes when none is named."""
        return self.request.currency or self.window.currency

    @property
    def registers(self) -> bool:
        """Whether a card is to be registered."""
        return bool(self.request.customer_uid)

    @property
    def meaning(self) -> AmountMeaning:
        """What the amount means if a card is registered."""
        return self.window.meaning(self.method)

    @property
    def effect(self) -> Effect:
        """What will happen to money."""
        return effect_of(self.window, self.request)

    @property
    def opens(self) -> bool:
        """Whether there is a window for this at all; most rules have nothing to say otherwise."""
        if self.registers:
            return self.meaning is not AmountMeaning.NO_WINDOW
        return self.window.pays_without_key

    @property
    def today(self) -> date:
        """The day in Korea."""
        return self.now.astimezone(KST).date()

    @property
    def months(self) -> tuple[int, ...]:
        """The instalment terms of more than one month that are asked for."""
        display, card = self.request.display, self.request.card
        offered = display.card_quota if display is not None and display.card_quota else ()
        direct = card.direct.quota if card is not None and card.direct is not None else None
        return tuple(months for months in (*offered, direct or 0) if months > 1)

    def given(self, name: str) -> bool:
        """Whether the parameter `name`, by its Python name, is filled in."""
        value = getattr(self.request, name)
        return bool(value.strip()) if isinstance(value, str) else value is not None

    def switch(self, path: str) -> str:
        """The value of one of the PG's own options, or an empty text."""
        found: Any = self.request.bypass or {}
        for step in path.split("."):
            found = found.get(step) if isinstance(found, Mapping) else None
        return "" if found is None else str(found)
