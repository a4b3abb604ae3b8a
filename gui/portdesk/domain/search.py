"""
Understands what is typed into the one search field.

What can be read in two ways is read in both: `환불` is the state or a word of an order name, `9900`
an amount or a part of a phone number, and a payment that fits either is found. So no reading ever
hides a hit. Only what has an operator (`>`, `<`, `~`, 이상 …) means an amount or days and nothing
else; days, where it could be either. Two signs settle it: `=환불` is the state alone, `"환불"` the
word alone.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, NamedTuple

from portdesk.domain.folding import fold
from portdesk.domain.messages import Message
from portdesk.domain.search_amounts import find_amount
from portdesk.domain.search_dates import find_days
from portdesk.domain.search_spellings import spellings
from portdesk.domain.search_terms import Reading, Term, Words
from portdesk.domain.search_words import MOST_PARTS, meaning_of
from portdesk.domain.times import KST

_QUOTED: Final = re.compile(r'"([^"]*[^"\s][^"]*)"(?=\s|$)')
_WORD: Final = re.compile(r"\S+")
_PHONE: Final = re.compile(r"(?:\+82[ -]?\d{1,3}|0\d{1,3}) \d{3,4} \d{4}(?=\s|$)")
_PARTS: Final = re.compile(r"[\s*]+")
_LONGEST: Final = 400
_MOST_TERMS: Final = 24


@dataclass(frozen=True, slots=True)
class Understood:
    """What was typed, as terms every hit fits; no terms means everything."""

    terms: tuple[Term, ...] = ()

    def without(self, term: Term) -> str:
        """What would have been typed without `term`."""
        return " ".join(other.source for other in self.terms if other is not term)


class _Meaning(NamedTuple):
    length: int
    reading: Reading
    label: Message
    is_certain: bool


def understand(text: str, now: datetime) -> Understood:
    """The terms of `text` as typed at `now`; never raises, whatever was typed."""
    # Half of a pair, as a field that counts in pairs may cut it, is no character.
    whole = text.encode("utf-8", "ignore").decode()
    typed = unicodedata.normalize("NFC", whole)[:_LONGEST]
    # Character by character, so that places in one are places in the other.
    plain = "".join(_alike(character) for character in typed)
    today = now.astimezone(KST).date()
    terms: list[Term] = []
    place = 0
    while place < len(plain) and len(terms) < _MOST_TERMS:
        if plain[place].isspace():
            place += 1
            continue
        length, term = _next(typed[place:], plain[place:], today)
        if term is not None:
            terms.append(term)
        place += length
    return Understood(tuple(terms))


def _alike(character: str) -> str:
    folded = fold(character)
    return folded if len(folded) == 1 else character


def _next(typed: str, plain: str, today: date) -> tuple[int, Term | None]:
    if quoted := _QUOTED.match(plain):
        return quoted.end(), _words(typed[: quoted.end()], quoted[1])
    if phone := _PHONE.match(plain):
        return phone.end(), _phone(typed[: phone.end()])
    if plain[0] == "=" and (meanings := _meanings(plain[1:], today)):
        length = meanings[0].length + 1
        return length, _meant(typed[:length], meanings)
    if meanings := _meanings(plain, today):
        length = meanings[0].length
        return length, _either(typed[:length], meanings)
    word = _WORD.match(plain)
    length = word.end() if word else len(plain)
    return length, _words(typed[:length], plain[:length])


def _meanings(plain: str, today: date) -> list[_Meaning]:
    """All that the longest meaningful opening of `plain` can mean beside its own words."""
    found = [
        _Meaning(*days) if (days := find_days(plain, today)) else None,
        _Meaning(*amount) if (amount := find_amount(plain)) else None,
        _worded(plain),
    ]
    longest = max((meaning.length for meaning in found if meaning), default=0)
    meanings = [meaning for meaning in found if meaning and meaning.length == longest]
    return meanings[:1] if meanings and meanings[0].is_certain else meanings


def _worded(plain: str) -> _Meaning | None:
    parts = list(itertools.islice(_WORD.finditer(plain), MOST_PARTS))
    for number in range(len(parts), 0, -1):
        meaning = meaning_of(" ".join(part[0] for part in parts[:number]))
        if meaning is not None:
            return _Meaning(parts[number - 1].end(), *meaning, is_certain=False)
    return None


def _meant(source: str, meanings: Sequence[_Meaning]) -> Term:
    return Term(source, meanings[0].label, tuple(meaning.reading for meaning in meanings))


def _either(source: str, meanings: Sequence[_Meaning]) -> Term | None:
    words = _words(source, source)
    if words is None or meanings[0].is_certain:
        return _meant(source, meanings)
    readings = tuple(meaning.reading for meaning in meanings)
    if source.isdecimal():
        return Term(source, words.label, (*words.readings, *readings))
    label = Message("{meaning} or “{words}”", meaning=meanings[0].label, words=source)
    return Term(source, label, (*readings, *words.readings))


def _phone(source: str) -> Term:
    """A phone number typed with spaces: as one number, or as it stands."""
    parts = tuple(fold(source).split())
    spelled = (*spellings(("".join(parts),)), parts)
    return Term(source, Message("“{words}”", words=source), tuple(map(Words, spelled)))


def _words(source: str, text: str) -> Term | None:
    words = tuple(word for word in _PARTS.split(fold(text)) if word)
    if not words:
        return None
    return Term(source, Message("“{words}”", words=text.strip()), tuple(map(Words, spellings(words))))
