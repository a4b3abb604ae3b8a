"""Text as it is compared in searches: composed, caseless, without what cannot be seen."""

from __future__ import annotations

import unicodedata
from typing import Final

_LEADS: Final = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_SYLLABLES: Final = range(0xAC00, 0xD7A4)
_SYLLABLES_OF_A_LEAD: Final = 588
_LONE_LEADS: Final = {0x1100 + number: lead for number, lead in enumerate(_LEADS)}
_FULL_WIDTH: Final = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_BLANKS: Final = dict.fromkeys((*range(9, 14), *range(28, 32), 0x85, 0xA0, 0x2028, 0x2029, 0x3000), " ")
_UNSEEN: Final = dict.fromkeys(
    code
    for first, last in (
        *((0, 8), (14, 27), (0x7F, 0x84), (0x86, 0x9F), (0xAD, 0xAD), (0x180E, 0x180E)),
        *((0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF)),
    )
    for code in range(first, last + 1)
)
_PLAIN: Final = {**_FULL_WIDTH, **_LONE_LEADS, **_BLANKS, **_UNSEEN}
_SQUEEZED: Final = dict.fromkeys(map(ord, "- "))


class _Initials(dict[int, str]):
    """What stands for a character, worked out when it is first met: a table of all would take 2 MB."""

    def __missing__(self, code: int) -> str:
        is_syllable = code in _SYLLABLES
        shown = _LEADS[(code - _SYLLABLES.start) // _SYLLABLES_OF_A_LEAD] if is_syllable else chr(code)
        if code < _SYLLABLES.stop:  # the rarer ones are too many to be kept
            self[code] = shown
        return shown


_INITIALS: Final = _Initials()


def fold(text: str) -> str:
    """
    What two texts have in common when a person takes them for the same.

    Composed (NFC) and caseless, full-width signs and lone leading consonants as the keyboard types
    them, every kind of blank as a space, joiners, direction marks and control characters left out.
    """
    if text.isascii() and text.isprintable():
        return text.lower()
    plain = unicodedata.normalize("NFC", text).translate(_PLAIN)
    return unicodedata.normalize("NFC", plain.casefold())


def squeeze(folded: str) -> str:
    """A folded id or number without its dashes and spaces."""
    return folded.translate(_SQUEEZED)


def initials(folded: str) -> str:
    """A folded text with each syllable replaced by its leading consonant: `김민수` is `ㄱㅁㅅ`."""
    return folded.translate(_INITIALS)


def is_initials(folded: str) -> bool:
    """Whether a folded word may be that of other words: `ㄱㅁㅅ`, `ㅇㅇㅍ15`."""
    return any(lead in folded for lead in _LEADS) and not any(
        ord(character) in _SYLLABLES for character in folded
    )
