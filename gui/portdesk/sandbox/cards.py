"""Card numbers as a PG looks at them: whether they can exist, whose they are, and how they are shown."""

from __future__ import annotations

import re
from typing import Final

from portdesk.sandbox.channels import CARDS

ISSUERS: Final = {
    "451842": "366", "557042": "381", "537145": "365", "433028": "367", "513792": "368", "538720": "041",
    "455437": "374", "546111": "371", "942061": "361", "515594": "090", "456405": "370", "517729": "089",
}  # fmt: skip
"""Who issued the cards that begin so; made up, as the demo shop's cards are."""

_LENGTHS: Final = (15, 16)
_MASKED: Final = re.compile(r"\d{6}\*{5,6}\d{4}")


def digits_of(typed: str) -> str:
    """The number without what separates its groups."""
    return re.sub(r"[\s-]", "", typed)


def can_exist(number: str) -> bool:
    """Whether the number has a card's length and its check digit is right."""
    if len(number) not in _LENGTHS or not (number.isascii() and number.isdecimal()):
        return False
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number))]
    return sum(value - 9 * (value > 9) for value in doubled) % 10 == 0  # noqa: PLR2004 - the Luhn sum


def masked(number: str) -> str:
    """First six and last four; nothing else of a number may be kept."""
    return f"{number[:6]}{'*' * (len(number) - 10)}{number[-4:]}"


def is_masked(text: str) -> bool:
    """Whether a text is a number in the only form that may be kept."""
    return _MASKED.fullmatch(text) is not None


def issuer_of(masked_number: str) -> str:
    """The standard code of the company behind a number; one that nobody knows counts as Shinhan's."""
    return ISSUERS.get(masked_number[:6], "366")


def name_of(code: str) -> str:
    """The company's name."""
    return CARDS.get(code, CARDS["366"])
