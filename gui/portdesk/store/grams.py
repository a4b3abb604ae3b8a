"""
A payment as the tokens of the search index, and a word as the phrases that find it.

Names are told in pairs of characters and in single ones, ids in threes, initials in pairs, and what
else can be asked for in one token each. As a phrase of the index is a run of tokens, any substring is
one phrase. Tokens of different kinds differ in length or in a first character no text can hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final

from portdesk.domain.folding import fold, initials, is_initials, squeeze
from portdesk.domain.times import KST

INDEXED: Final = (
    "occurred_at",
    "state",
    "is_test_channel",
    "amount",
    "pay_method",
    "pg_provider",
    "emb_pg_provider",
    "name",
    "buyer_name",
    "buyer_email",
    "buyer_tel",
    "merchant_uid",
    "imp_uid",
    "customer_uid",
    "apply_num",
    "card_number",
)
"""The columns of a payment that its document is made of."""

TOKENIZER: Final = "ascii tokenchars '{}'".format(
    "".join(chr(code) for code in (1, 2, 3, *range(33, 127)) if not chr(code).isalnum())
    .replace("'", "''")
    .replace('"', '""')
)
"""FTS5's tokenizer that parts at blanks alone."""

SHORTEST_OF_ID: Final = 3
_BREAK: Final = "\x01"
_INITIALS: Final = "\x01"
_SINGLE: Final = "\x02"
_FACT: Final = "\x03"
_BLANK: Final = b" " * 4096
_CACHED: Final = 60
_ODD_AMOUNT: Final = "?"

Phrase = tuple[str, ...]


def document(values: Sequence[Any]) -> str:
    """The tokens of a payment, from the values of `INDEXED`."""
    at, state, is_test, amount, method, provider, embedded, name, buyer, email, tel, *ids = values
    uids = [text for text in (email, *ids[:3]) if text]
    numbers = [text for text in (tel, _dialled(tel), *ids[3:]) if text]
    parts = (
        _facts(state, is_test, method, provider, embedded),
        _day_tokens((at + _KST_SHIFT) // _DAY) if at is not None else "",
        _amount_tokens(amount),
        _name_tokens(name) if name else "",
        _name_tokens(buyer) if buyer else "",
        _id_tokens(uids + numbers),
        *[_dashed_tokens(text) for text in uids if "-" in text],
    )
    return " ".join(parts)


def phrases_of(word: str) -> list[Phrase]:
    """The phrases one of which a document has if its payment has this folded word."""
    if len(word) == 1:
        return [(_SINGLE + word,)]
    phrases: list[Phrase] = [tuple(_runs(word, 2))]
    if is_initials(word):
        phrases.append(tuple(_INITIALS + pair for pair in _runs(word, 2)))
    squeezed = squeeze(word)
    if len(squeezed) >= SHORTEST_OF_ID:
        phrases.append(tuple(_runs(squeezed, 3)))
    elif len(word) >= SHORTEST_OF_ID:
        phrases.append(tuple(_runs(word, 3)))
    return phrases


def state_token(rank: int, *, is_test: bool) -> str:
    """A state by its stored rank, on a test channel or not."""
    return f"{_FACT}s{rank}{is_test:d}"


def code_token(code: str) -> str:
    """A pay method or PG."""
    return f"{_FACT}c{''.join(fold(code).split())}"


def day_token(day: date) -> str:
    """A day in Korea."""
    return f"{_FACT}d{day:%Y%m%d}"


def month_token(day: date) -> str:
    """The month of a day in Korea."""
    return f"{_FACT}m{day:%Y%m}"


def amount_tokens(scaled: int | None) -> tuple[str, str]:
    """A stored amount exactly, and its order of magnitude."""
    exactly = _ODD_AMOUNT if scaled is None else str(scaled)
    return f"{_FACT}a{exactly}", magnitude_token(magnitude(scaled) if scaled is not None else None)


def magnitude(scaled: int) -> int:
    """How many binary digits a stored amount has; 0 for nothing and less."""
    return max(scaled, 0).bit_length()


def magnitude_token(bits: int | None) -> str:
    """A magnitude, or that of the amounts that could not be stored."""
    return f"{_FACT}b{_ODD_AMOUNT if bits is None else bits}"


# The caches below make half the work of a page: days, codes, sums and names come again and again.


@lru_cache(maxsize=512)
def _facts(rank: int, is_test: bool, *codes: str | None) -> str:  # noqa: FBT001 - a cache wants places
    codes_there = sorted({code_token(code) for code in codes if code})
    return " ".join((state_token(rank, is_test=is_test), *codes_there))


_DAY: Final = 86_400
_KST_SHIFT: Final = int(KST.utcoffset(None).total_seconds())


@lru_cache(maxsize=512)
def _day_tokens(number: int) -> str:
    day = datetime.fromtimestamp(number * _DAY - _KST_SHIFT, KST).date()
    return f"{day_token(day)} {month_token(day)}"


@lru_cache(maxsize=2048)
def _amount_tokens(scaled: int | None) -> str:
    return " ".join(amount_tokens(scaled))


def _name_tokens(name: str) -> str:
    return _tokens_of_short_name(name) if len(name) <= _CACHED else _tokens_of_name(name)


def _tokens_of_name(name: str) -> str:
    """Word by word: pairs, pairs of initials; then every character there is."""
    words = fold(name).replace("*", " ").split()
    tokens: list[str] = []
    for word in words:
        leads = initials(word)
        tokens += _runs(word, 2)
        tokens += [_INITIALS + pair for pair in _runs(leads, 2)] if leads != word else [_BREAK]
    text = "".join(words)
    tokens += [_SINGLE + character for character in dict.fromkeys(text + initials(text))]
    return " ".join(tokens)


_tokens_of_short_name = lru_cache(maxsize=8192)(_tokens_of_name)


def _dialled(tel: str | None) -> str | None:
    """A phone number as it is dialled in Korea, if that differs by more than dashes."""
    if not tel or squeeze(tel).isdecimal():
        return None
    digits = "".join(character for character in fold(tel) if character.isdecimal())
    return "0" + digits[2:] if digits.startswith("82") else digits


def _id_tokens(texts: Sequence[str]) -> str:
    plain = "".join(texts)
    joined = _BREAK.join(texts)
    if plain.isascii() and plain.isprintable() and len(joined) < len(_BLANK):
        return _ascii_id_tokens(joined.encode("ascii").replace(b"*", b"\x01").translate(None, b"- ").lower())
    fields = (squeeze("".join(part.split())) for part in _fields(texts))
    return f" {_BREAK} ".join(" ".join(_runs(field, 3)) for field in fields)


def _fields(texts: Sequence[str]) -> Iterator[str]:
    for text in texts:
        yield from fold(text).split("*")


def _ascii_id_tokens(text: bytes) -> str:
    """All runs of three at once, without those that reach over a break."""
    number = len(text) - 2
    if number < 1:
        return ""
    runs = bytearray(4 * number)
    runs[0::4], runs[1::4], runs[2::4], runs[3::4] = text[:-2], text[1:-1], text[2:], _BLANK[:number]
    kept = []
    start = 0
    for field in text.split(b"\x01"):
        size = len(field)
        if size >= SHORTEST_OF_ID:
            kept.append(runs[4 * start : 4 * (start + size - 2)])
        start += size + 1
    return b"\x01 ".join(kept).decode("ascii")


def _dashed_tokens(text: str) -> str:
    """The runs of three that hold a dash: what is left to find of `a-1` once dashes do not count."""
    folded = "".join(fold(text).split())
    tokens = [_BREAK]
    reached = 0
    dash = folded.find("-")
    while dash >= 0:
        first = max(dash - 2, reached)
        if first > reached:
            tokens.append(_BREAK)
        reached = max(reached, min(dash + 1, len(folded) - 2))
        tokens += [folded[place : place + 3] for place in range(first, reached)]
        dash = folded.find("-", dash + 1)
    return " ".join(tokens)


def _runs(text: str, size: int) -> list[str]:
    return [text[place : place + size] for place in range(len(text) - size + 1)]
