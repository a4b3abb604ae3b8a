"""A search typed with the other keyboard on is read as it was meant."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portdesk.domain.keyboard_layout import other_layout

PAIRS = [
    ("rlaalstn", "김민수"),
    ("dlrudrms", "이경근"),
    ("dhksthr", "완속"),
    ("dkswdj", "앉어"),
    ("dksdk", "안아"),
    ("Rhcekqkf", "꽃다발"),
    ("rkqt", "값"),
    ("rkqtl", "갑시"),
    ("dml", "의"),
    ("RkrRl", "깍끼"),
    ("ras", "ㄱㅁㄴ"),
    ("rla 9,900", "김 9,900"),
    ("rlaalstn >50000", "김민수 >50000"),
]


@pytest.mark.parametrize(("latin", "korean"), PAIRS)
def test_latin_for_korean(latin: str, korean: str) -> None:
    assert other_layout(latin) == korean


@pytest.mark.parametrize(
    ("korean", "latin"),
    [("ㅑㅡㅔ_1234", "imp_1234"), ("햐소ㅕㅠ", "github"), ("김", "rla"), ("값이", "rkqtdl")],
)
def test_korean_for_latin(korean: str, latin: str) -> None:
    assert other_layout(korean) == latin


def test_capitals_that_type_nothing_else_are_as_small_ones() -> None:
    assert other_layout("rLAAlstn") == "김민수"


@pytest.mark.parametrize("text", ["", "9,900", ">50000", "2026-10", "☆"])
def test_what_reads_alike_on_both_is_no_other(text: str) -> None:
    assert other_layout(text) is None


def test_decomposed_text_is_read_as_composed() -> None:
    assert other_layout(unicodedata.normalize("NFD", "김민수")) == "rlaalstn"


@given(st.text(alphabet=[chr(code) for code in range(0xAC00, 0xD7A4)], min_size=1, max_size=8))
def test_syllables_come_back_as_they_were_typed(text: str) -> None:
    keys = other_layout(text)
    assert keys is not None
    assert keys.isascii()
    assert other_layout(keys) == text


@given(st.text(max_size=20))
def test_anything_may_be_typed(text: str) -> None:
    other = other_layout(text)
    assert other is None or isinstance(other, str)
