"""Foreign text made visible: nothing in it can hide, reorder or break the line it stands in."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_JOINER: Final = "\u200d"
_VARIATION: Final = "\ufe0f"
_EMOJI: Final = range(0x1F000, 0x20000)

# Printable by Unicode's own count, yet drawn as nothing at all: fillers, inherent vowels, the blank
# Braille cell, variation selectors.
_BLANK: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
# More marks on one letter than any language needs: they are drawn over the lines above and below.
_TOWER: Final = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{4}"
)
_ODD: Final = re.compile(f"{_BLANK.pattern}|{_TOWER.pattern}")


def visible(text: str, limit: int = 500) -> str:
    """
    `text` on one line of at most `limit` characters, with what is invisible in it spelled out.

    A control character or direction mark reads as its code, such as `⟨202E⟩`; joiners inside emoji stay.
    """
    if len(text) <= limit and text.isprintable() and _ODD.search(text) is None:
        return text
    shown = "".join(_shown(text, place) for place in range(min(len(text), limit)))
    if len(text) <= limit and len(shown) <= limit:
        return shown
    return shown[: limit - 1] + "…"


def _shown(text: str, place: int) -> str:
    character = text[place]
    if character in (_JOINER, _VARIATION):
        return character if _is_in_emoji(text, place) else _code(character)
    if character.isprintable():
        return _code(character) if _is_odd(text, place) else character
    if character in "\n\t" or unicodedata.category(character) == "Zs":
        return " "
    return _code(character)


def _code(character: str) -> str:
    return f"⟨{ord(character):04X}⟩"


def _is_odd(text: str, place: int) -> bool:
    if _BLANK.match(text, place):
        return True
    return _TOWER.match(text, max(place - 3, 0)) is not None


def _is_in_emoji(text: str, place: int) -> bool:
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    if text[place] == _VARIATION:  # also stands in ❤️ and 1️⃣
        return before != "" and (unicodedata.category(before) in ("So", "Sm", "Po") or after == "\u20e3")
    return (before == _VARIATION or _is_emoji(before)) and (_is_emoji(after) or _category(after) == "So")


def _is_emoji(character: str) -> bool:
    return character != "" and ord(character) in _EMOJI


def _category(character: str) -> str:
    return unicodedata.category(character) if character else ""
