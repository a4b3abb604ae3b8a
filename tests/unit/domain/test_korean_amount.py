"""What is said of a sum is that sum: an independent reader of Korean numbers gets it back."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portdesk.domain.korean_amount import korean_words
from portdesk.domain.money import Amount

DIGITS = {"일": 1, "이": 2, "삼": 3, "사": 4, "오": 5, "육": 6, "칠": 7, "팔": 8, "구": 9}
PLACES = {"십": 10, "백": 100, "천": 1000}
MYRIADS = {"만": 10**4, "억": 10**8, "조": 10**12, "경": 10**16}


def won(value: int | str) -> Amount:
    return Amount(Decimal(value), "KRW")


def read(words: str) -> int:
    """The number a Korean reader hears; raises on anything that is no number."""
    number, unit = words.rsplit(" ", 1)
    assert unit == "원"
    if number == "영":
        return 0
    total = group = digit = 0
    for syllable in number.replace(" ", ""):
        if syllable in DIGITS:
            assert digit == 0
            digit = DIGITS[syllable]
        elif syllable in PLACES:
            group += (digit or 1) * PLACES[syllable]
            digit = 0
        else:
            total += ((group + digit) or 1) * MYRIADS[syllable]
            group = digit = 0
    return total + group + digit


@st.composite
def any_sum(draw: st.DrawFn) -> int:
    digits = draw(st.integers(1, 16))
    return draw(st.integers(10 ** (digits - 1), 10**digits - 1))


@given(any_sum())
def test_it_is_read_back_exactly(value: int) -> None:
    words = korean_words(won(value))

    assert words is not None
    assert read(words) == value


@given(any_sum(), any_sum())
def test_two_sums_never_sound_alike(one: int, other: int) -> None:
    assert (korean_words(won(one)) == korean_words(won(other))) == (one == other)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "영 원"),
        (1, "일 원"),
        (10, "십 원"),
        (11, "십일 원"),
        (100, "백 원"),
        (1_000, "천 원"),
        (5_000, "오천 원"),
        (9_900, "구천구백 원"),
        (10_000, "만 원"),
        (10_001, "만 일 원"),
        (11_000, "만 천 원"),
        (15_500, "만 오천오백 원"),
        (20_000, "이만 원"),
        (100_000, "십만 원"),
        (110_000, "십일만 원"),
        (1_000_000, "백만 원"),
        (10_000_000, "천만 원"),
        (38_000, "삼만 팔천 원"),
        (123_456_789, "일억 이천삼백사십오만 육천칠백팔십구 원"),
        (100_000_000, "일억 원"),
        (100_010_000, "일억 일만 원"),
        (1_000_000_000_000, "일조 원"),
        (10**16, "일경 원"),
    ],
)
def test_it_is_said_as_people_say_it(value: int, words: str) -> None:
    assert korean_words(won(value)) == words


def test_a_number_with_noughts_behind_the_point_is_whole() -> None:
    assert korean_words(won("5000.00")) == "오천 원"


@pytest.mark.parametrize("value", ["-1", "0.5", "10000000000000001", "NaN", "sNaN", "Infinity", "-Infinity"])
def test_what_is_no_sum_of_won_has_no_words(value: str) -> None:
    assert korean_words(won(value)) is None


@pytest.mark.parametrize("currency", ["USD", "JPY", "krw", ""])
def test_other_money_has_no_words(currency: str) -> None:
    assert korean_words(Amount(Decimal(5000), currency)) is None
