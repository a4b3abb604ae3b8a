"""Where the words of a search stand in a text, so that they can be marked there."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from portdesk.domain.folding import fold, initials, is_initials, squeeze

Span = tuple[int, int]
"""The places of the first character and of the one after the last."""


def composed(text: str) -> str:
    """`text` with its syllables composed, which looks the same and can be marked; some keep them apart."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def spans(text: str, words: Sequence[str]) -> list[Span]:
    """
    The places in `text` that fit any of the folded `words`, in order and without overlap.

    A word of initials fits syllables that begin with them; dashes and spaces inside a number do not
    count. A grouped number is one as a whole, no part of a longer one. A text that folds to another
    length, which is rare, is left unmarked.
    """
    folded = fold(text)
    if len(folded) != len(text):
        return []
    found = sorted(span for word in words if word for span in _found(folded, word))
    merged: list[Span] = []
    for start, end in found:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _found(folded: str, word: str) -> Iterator[Span]:
    direct = list(_occurrences(folded, word))
    if "," in word and _is_number(word):
        yield from (span for span in direct if not _goes_on(folded, *span))
        return
    if direct:
        yield from direct
    elif is_initials(word):
        yield from _occurrences(initials(folded), word)
    elif any(character.isdigit() for character in word):
        kept = [place for place, character in enumerate(folded) if character not in "- "]
        squeezed = "".join(folded[place] for place in kept)
        for start, end in _occurrences(squeezed, squeeze(word)):
            yield kept[start], kept[end - 1] + 1


def _is_number(word: str) -> bool:
    return word.replace(",", "").replace(".", "").isdecimal()


def _goes_on(text: str, start: int, end: int) -> bool:
    """Whether the number from `start` to `end` has more digits on either side."""
    before, after = text[max(start - 2, 0) : start].rstrip(","), text[end : end + 2].lstrip(",")
    return before[-1:].isdecimal() or after[:1].isdecimal()


def _occurrences(text: str, word: str) -> Iterator[Span]:
    place = text.find(word)
    while place >= 0:
        yield place, place + len(word)
        place = text.find(word, place + len(word))
