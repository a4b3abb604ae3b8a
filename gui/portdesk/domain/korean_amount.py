"""Sums of won in Korean words, so that a wrong number of zeros is heard: `5000` is `오천 원`."""

from __future__ import annotations

from typing import Final

from portdesk.domain.money import Amount

_DIGITS: Final = "영일이삼사오육칠팔구"
_PLACES: Final = ("천", "백", "십", "")
_MYRIADS: Final = ("", "만", "억", "조", "경")
_MYRIAD: Final = 10_000
_LARGEST: Final = 10**16


def korean_words(amount: Amount) -> str | None:
    """`amount` as it is read aloud, or `None` when it is not a whole number of won up to 10^16."""
    value = amount.value
    if amount.currency != "KRW" or not value.is_finite() or not 0 <= value <= _LARGEST:
        return None
    if value != value.to_integral_value():
        return None
    return f"{_number(int(value))} 원"


def _number(number: int) -> str:
    if number == 0:
        return _DIGITS[0]
    said: list[str] = []
    for myriad in _MYRIADS:
        number, rest = divmod(number, _MYRIAD)
        if rest:
            # Ten thousand alone is read without its one, unlike a hundred million.
            bare = myriad == "만" and rest == 1 and number == 0
            said.append(myriad if bare else _thousands(rest) + myriad)
    return " ".join(reversed(said))


def _thousands(number: int) -> str:
    said = ""
    for digit, place in zip(f"{number:04}", _PLACES, strict=True):
        if digit != "0":
            said += place if digit == "1" and place else _DIGITS[int(digit)] + place
    return said
