"""
What was typed, had the other keyboard been on: `rlaalstn` is `김민수`, `ㅑㅡㅔ` is `imp`.

The Korean keyboard is the usual one of two sets: consonants on the left, vowels on the right.
"""

from __future__ import annotations

import unicodedata
from typing import Final

_KEYS: Final = "rRseEfaqQtTdwWczxvgkoiOjpuPhynbml"
_LETTERS: Final = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎㅏㅐㅑㅒㅓㅔㅕㅖㅗㅛㅜㅠㅡㅣ"
_LETTER_OF: Final = dict(zip(_KEYS, _LETTERS, strict=True))
_KEY_OF: Final = dict(zip(_LETTERS, _KEYS, strict=True))

_LEADS: Final = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS: Final = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_TAILS: Final = ("", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")
_PAIRS: Final = {
    "ㅗㅏ": "ㅘ", "ㅗㅐ": "ㅙ", "ㅗㅣ": "ㅚ", "ㅜㅓ": "ㅝ", "ㅜㅔ": "ㅞ", "ㅜㅣ": "ㅟ", "ㅡㅣ": "ㅢ",
    "ㄱㅅ": "ㄳ", "ㄴㅈ": "ㄵ", "ㄴㅎ": "ㄶ", "ㄹㄱ": "ㄺ", "ㄹㅁ": "ㄻ", "ㄹㅂ": "ㄼ", "ㄹㅅ": "ㄽ",
    "ㄹㅌ": "ㄾ", "ㄹㅍ": "ㄿ", "ㄹㅎ": "ㅀ", "ㅂㅅ": "ㅄ",
}  # fmt: skip
_PARTS: Final = {whole: pair for pair, whole in _PAIRS.items()}
_FIRST: Final = 0xAC00
_LAST: Final = 0xD7A3


def other_layout(text: str) -> str | None:
    """`text` as the same keys would have typed it with the other keyboard on; `None` if that is no other."""
    composed = unicodedata.normalize("NFC", text)
    if any(character in _KEY_OF or _FIRST <= ord(character) <= _LAST for character in composed):
        other = "".join(map(_keys, composed))
    else:
        other = _compose([_LETTER_OF.get(key, _LETTER_OF.get(key.lower(), key)) for key in composed])
    return other if other != composed else None


def _keys(character: str) -> str:
    """The keys that type `character` on the Korean keyboard."""
    place = ord(character) - _FIRST
    if 0 <= place <= _LAST - _FIRST:
        lead, rest = divmod(place, len(_VOWELS) * len(_TAILS))
        vowel, tail = divmod(rest, len(_TAILS))
        return "".join(map(_keys, (_LEADS[lead], _VOWELS[vowel], *_TAILS[tail])))
    return "".join(_KEY_OF.get(part, part) for part in _PARTS.get(character, character))


def _compose(letters: list[str]) -> str:
    """Letters one after the other as the syllables an input method makes of them."""
    writing = _Writing()
    for letter in letters:
        if letter in _VOWELS:
            writing.add_vowel(letter)
        elif letter in _LEADS:
            writing.add_consonant(letter)
        else:
            writing.finish()
            writing.done += letter
    writing.finish()
    return writing.done


class _Writing:
    """What is written so far, and the parts of the syllable that is being written."""

    def __init__(self) -> None:
        self.done = ""
        self._lead = self._vowel = self._tail = ""

    def add_vowel(self, vowel: str) -> None:
        if self._tail:  # its last consonant belongs to the syllable that begins here
            parts = _PARTS.get(self._tail, self._tail)
            self._tail, moved = parts[:-1], parts[-1]
            self.finish()
            self._lead = moved
        elif self._vowel + vowel in _PAIRS:
            vowel = _PAIRS[self._vowel + vowel]
        elif self._vowel:
            self.finish()
        self._vowel = vowel

    def add_consonant(self, consonant: str) -> None:
        tail = _PAIRS.get(self._tail + consonant, "") if self._tail else consonant
        if self._lead and self._vowel and tail in _TAILS[1:]:
            self._tail = tail
        else:
            self.finish()
            self._lead = consonant

    def finish(self) -> None:
        if self._lead and self._vowel:
            place = (_LEADS.index(self._lead) * len(_VOWELS) + _VOWELS.index(self._vowel)) * len(_TAILS)
            self.done += chr(_FIRST + place + _TAILS.index(self._tail))
        else:
            self.done += self._lead + self._vowel
        self._lead = self._vowel = self._tail = ""
