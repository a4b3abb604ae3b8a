"""The same words as a shop's records may have them: other dashes, numbers from abroad, short forms."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_DASH: Final = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63]|(?<=[0-9])[\u2500\u30fc\u3161](?=[0-9])")
"""What word processors, telephones and other keyboards write for a hyphen; letters between digits only."""
_BETWEEN: Final = re.compile(r"[-./()]")
_ABROAD: Final = re.compile(r"(?:\+82|82(?=0?1))0?(\d{8,10})")
_AT_HOME: Final = re.compile(r"0\d{8,11}")
_COMPANY, _COMPANY_SIGN = "(주)", "㈜"


def spellings(words: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """These folded words as they are, then in every other spelling that differs."""
    hyphened = [_DASH.sub("-", word) for word in words]
    return tuple(
        dict.fromkeys(
            (
                tuple(words),
                tuple(hyphened),
                tuple(map(_dialled, hyphened)),
                tuple(word.replace(_COMPANY, _COMPANY_SIGN) for word in words),
                tuple(word.replace(_COMPANY_SIGN, _COMPANY) for word in words),
            )
        )
    )


def _dialled(word: str) -> str:
    """A phone number as it is dialled in Korea, whatever stands between its digits; else the word."""
    digits = _BETWEEN.sub("", word)
    if abroad := _ABROAD.fullmatch(digits):
        return "0" + abroad[1]
    return digits if _AT_HOME.fullmatch(digits) else word
