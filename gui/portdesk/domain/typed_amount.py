"""Sums as people type them: read strictly, since a sum read otherwise than it was meant costs money."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from portdesk.domain.messages import Message
from portdesk.domain.money import minor_digits

_NUMBER: Final = re.compile(r"-?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?")
_MARKS: Final = {"KRW": ("₩", "￦", "원"), "USD": ("US$", "$"), "EUR": ("€",), "JPY": ("¥",), "CNY": ("CN¥",)}
_EMPTY: Final = Message("Type the amount to give back.")
_FOREIGN_DIGITS: Final = Message("Type it in ordinary digits, 0 to 9.")
_COMMAS: Final = Message("The commas are not where the thousands are.")


def read_amount(text: str, currency: str) -> Decimal | Message:
    """
    The sum that `text` says, with or without thousands separators and its currency's mark.

    Otherwise what is wrong with it. A sum that no refund could have (0, below it, a fraction of a
    won) is read all the same: the rules have words of their own for these.
    """
    plain = _bare(text, currency)
    if not plain:
        return _EMPTY
    if any(not sign.isascii() and sign.isnumeric() for sign in plain):
        return _FOREIGN_DIGITS
    if _NUMBER.fullmatch(plain):
        return Decimal(plain.replace(",", ""))
    if re.fullmatch(r"-?[0-9][0-9,]*(?:\.[0-9]*)?", plain):
        return _COMMAS
    return Message("An amount has digits only, such as {example}.", example=_example(currency))


def grouped(text: str) -> str:
    """`text` with a separator after each thousand, if it is digits and separators; else as it is."""
    whole, point, rest = text.replace(",", "").partition(".")
    digits = whole.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()):
        return text
    lead = "-" if whole.startswith("-") else ""
    return f"{lead}{_thousands(digits)}{point}{rest}"


def _thousands(digits: str) -> str:
    first = len(digits) % 3 or 3
    return ",".join((digits[:first], *(digits[place : place + 3] for place in range(first, len(digits), 3))))


def _bare(text: str, currency: str) -> str:
    plain = text.strip()
    for mark in _MARKS.get(currency, ()):
        plain = plain.removeprefix(mark).removesuffix(mark).strip()
    return plain


def _example(currency: str) -> str:
    return "5,000" if minor_digits(currency) == 0 else "5,000.00"
