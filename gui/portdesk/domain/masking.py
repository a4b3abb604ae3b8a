"""How personal data looks when it is masked: one rule each, the same on screens, in logs and exports."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

_STAR: Final = "*"
_SYLLABLES: Final = (("가", "힣"), ("\u3040", "\u30ff"), ("\u3400", "\u9fff"))
"""Hangul, Japanese and Chinese: names of few characters, each worth a syllable or more."""
_STREET: Final = re.compile(r".{0,80}?\S{1,40}(?:동|로|길|읍|면)(?=\s|\d|$)", re.DOTALL)
_LONG_NUMBER: Final = re.compile(r"\d(?:[ -]?\d){12,}")


def mask_name(name: str) -> str:
    """`홍길동` is `홍*동`, `홍길` is `홍*`; a Latin name keeps four letters at most, hides two at least."""
    two = 2
    if not any(first <= character <= last for character in name for first, last in _SYLLABLES):
        kept = min(4, max(len(name) - two, 1))
        return name[:kept] + _STAR * max(len(name) - kept, two)
    return name[0] + _STAR if len(name) <= two else name[0] + _STAR * (len(name) - two) + name[-1]


def mask_phone(phone: str) -> str:
    """`010-1234-5678` is `010-****-5678`, `02-123-4567` is `02-****-4567`; a short one keeps only its end."""
    digits = re.sub(r"\D", "", phone)
    area = digits[:2] if digits.startswith("02") else digits[:3]
    shortest, fewest_hidden = 8, 3
    if len(digits) < shortest:
        return _STAR * 4
    if len(digits) - len(area) - 4 < fewest_hidden:
        return f"****-{digits[-4:]}"
    return f"{area}-****-{digits[-4:]}"


def mask_email(email: str) -> str:
    """`abcdef@shop.kr` is `ab***@shop.kr`."""
    user, at, host = email.rpartition("@")
    shown = (user if at else host)[:2].rstrip(_STAR)
    return f"{shown}***{at}{host if at else ''}"


def mask_address(address: str) -> str:
    """Everything after the street or quarter (…동, …로, …길) is starred."""
    found = _STREET.match(address)
    return f"{found[0]} ***" if found else f"{address[:6]}***"


def mask_account(account: str) -> str:
    """Only the last four digits of an account number stay."""
    digits = re.sub(r"\D", "", account)
    kept = 4
    return f"***{digits[-kept:]}" if len(digits) > kept else "***"


def mask_card(card: str) -> str:
    """At most the first six and last four digits of a card number stay, whatever came in."""
    plain = re.sub(r"[^0-9*xX]", "", card)
    return plain if len(plain) <= 10 else plain[:6] + _STAR * (len(plain) - 10) + plain[-4:]  # noqa: PLR2004 - 6 and 4


def mask_long_numbers(text: str) -> str:
    """Stars the middle of anything that could be a full card number."""
    return _LONG_NUMBER.sub(lambda found: mask_card(found[0]), text)


_CARD_FIELD: Final = re.compile(r'("card_number":\s*")([^"\\]*)(")')


def mask_card_number(json: str) -> str:
    """The JSON text of a payment with the number of its card masked, its layout untouched."""
    return _CARD_FIELD.sub(lambda found: found[1] + mask_card(found[2]) + found[3], json)


MASKS: Final[Mapping[str, Callable[[str], str]]] = {
    "buyer_name": mask_name,
    "buyer_tel": mask_phone,
    "buyer_email": mask_email,
    "buyer_addr": mask_address,
    "buyer_postcode": lambda _: _STAR * 5,
    "card_number": mask_card,
    "vbank_num": mask_account,
    "vbank_holder": mask_name,
    "depositor_name": mask_name,
    "custom_data": lambda _: _STAR * 3,
    "user_agent": lambda _: _STAR * 3,
}
"""Which wire fields are personal data, and how each is masked."""

ALWAYS_MASKED: Final = "card_number"
"""The one of them that is shown whole to nobody."""
