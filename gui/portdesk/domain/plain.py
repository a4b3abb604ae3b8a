"""Foreign text made visible: nothing in it can hide, reorder or break the line it stands in."""

from __future__ import annotations

import unicodedata
from typing import Final

_JOINER: Final = "\u200d"
_FIRST_EMOJI: Final = 0x1F000
_VARIATION: Final = "\ufe0f"


def visible(text: str, limit: int = 500) -> str:
    """
    `text` on one line of at most `limit` characters, with what is invisible in it spelled out.

    A control character or direction mark reads as its code, such as `⟨202E⟩`; joiners inside emoji stay.
    """
    if text.isprintable() and len(text) <= limit:
        return text
    cut = text[:limit] + "…" if len(text) > limit else text
    return "".join(_shown(cut, place) for place in range(len(cut)))


def _shown(text: str, place: int) -> str:
    character = text[place]
    if character.isprintable() or (character in (_JOINER, _VARIATION) and _follows_emoji(text, place)):
        return character
    if character in "\n\t":
        return " "
    if unicodedata.category(character) == "Zs":
        return " "
    return f"⟨{ord(character):04X}⟩"


def _follows_emoji(text: str, place: int) -> bool:
    before = text[place - 1] if place else ""
    return before == _VARIATION or (before != "" and ord(before) >= _FIRST_EMOJI)
