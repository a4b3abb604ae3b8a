"""Marks stand where the search found its words, and never run over the text's end."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portdesk.domain.folding import fold
from portdesk.domain.marking import spans


def marked(text: str, *words: str) -> list[str]:
    return [text[start:end] for start, end in spans(text, words)]


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("오늘의 꽃다발 M", ("꽃다발",), ["꽃다발"]),
        ("Kim Minsu", ("minsu",), ["Minsu"]),
        ("김민서", ("ㅁㅅ",), ["민서"]),
        ("아이폰15 케이스", ("ㅍ15",), ["폰15"]),
        ("010-1234-5678", ("12345678",), ["1234-5678"]),
        ("010-1234-5678", ("34-56",), ["34-56"]),
        ("01012345678", ("1234-5678",), ["12345678"]),
        ("꽃 꽃", ("꽃",), ["꽃", "꽃"]),
        ("꽃다발", ("꽃다", "다발"), ["꽃다발"]),
        ("장미", ("튤립",), []),
        ("9,900", ("9,900",), ["9,900"]),
        ("₩9,900 · 9,900", ("9,900",), ["9,900", "9,900"]),
        ("19,900", ("9,900",), []),
        ("9,900,000", ("9,900",), []),
        ("1,009,900", ("9,900",), []),
        ("장미", (), []),
        ("", ("장미",), []),
    ],
)
def test_what_is_marked(text: str, words: tuple[str, ...], found: list[str]) -> None:
    assert marked(text, *words) == found


@given(st.text(max_size=30), st.lists(st.text(min_size=1, max_size=4), max_size=4))
def test_spans_are_in_order_inside_the_text_and_apart(text: str, words: list[str]) -> None:
    found = spans(text, [fold(word) for word in words if fold(word)])

    flat = [place for span in found for place in span]
    assert flat == sorted(flat)
    assert all(0 <= start < end <= len(text) for start, end in found)
    assert all(one[1] < other[0] for one, other in pairwise(found))
