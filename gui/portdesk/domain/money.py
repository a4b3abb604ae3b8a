"""Money: exact decimals with their currency; never a float."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

_NO_MINOR_UNIT: Final = frozenset({"KRW", "JPY", "VND", "CLP", "ISK", "UGX", "PYG"})
_LARGEST: Final = Decimal(10) ** 13

SCALE: Final = 10_000
"""Stored amounts are whole ten-thousandths, so that SQLite can sort and add them exactly."""


def minor_digits(currency: str) -> int:
    """How many digits after the point this currency has on the wire and the screen."""
    return 0 if currency in _NO_MINOR_UNIT else 2


def to_scaled(value: Decimal) -> int | None:
    """`value` in whole ten-thousandths, or `None` if it is finer, not a number or absurdly large."""
    if not value.is_finite() or abs(value) >= _LARGEST:
        return None
    rounded = round(value, 4)  # multiplied as it is, a very long fraction would be rounded unseen
    return int(rounded * SCALE) if rounded == value else None


def from_scaled(scaled: int) -> Decimal:
    """The exact decimal of a stored amount, without trailing zeros (`38000`, `12.5`)."""
    whole, rest = divmod(scaled, SCALE)
    return Decimal(whole) if rest == 0 else (Decimal(scaled) / SCALE).normalize()


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum of money in major units (`12.50` USD, `38000` KRW), exactly as the server said it."""

    value: Decimal
    currency: str

    @property
    def is_plain(self) -> bool:
        """Whether this is a sum a person could mean; actions are closed on anything else."""
        value = self.value
        if not value.is_finite() or value < 0 or value >= _LARGEST:
            return False
        digits = minor_digits(self.currency)
        return value == round(value, digits)

    @property
    def digits(self) -> str:
        """The number alone, grouped and with the currency's digits: `38,000` or `12.50`."""
        if not self.value.is_finite() or abs(self.value) >= _LARGEST:
            return f"{self.value:.6E}" if self.value.is_finite() else "?"
        digits = minor_digits(self.currency)
        if self.value == round(self.value, digits):
            return f"{self.value + 0:,.{digits}f}"  # a minus zero is zero
        return f"{self.value.normalize():,f}"

    def __str__(self) -> str:
        """For logs and the command line; screens have words of their own."""
        return f"{self.digits} {self.currency}"

    def __sub__(self, other: Amount) -> Amount:
        if other.currency != self.currency:
            raise ValueError("amounts in two currencies cannot be subtracted")
        return Amount(self.value - other.value, self.currency)
