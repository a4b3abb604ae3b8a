"""What people type into an amount: read as they meant it, or refused in words."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portdesk.domain.messages import Message
from portdesk.domain.typed_amount import grouped, read_amount


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5000", "5000"),
        (" 5,000 ", "5000"),
        ("1,234,567", "1234567"),
        ("₩5,000", "5000"),
        ("5,000원", "5000"),
        ("0", "0"),
        ("-1", "-1"),
        ("1.5", "1.5"),
        (str(2**63), str(2**63)),
    ],
)
def test_a_sum_is_read(text: str, value: str) -> None:
    assert read_amount(text, "KRW") == Decimal(value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Type the amount"),
        ("   ", "Type the amount"),
        ("\uff15\uff10\uff10\uff10", "ordinary digits"),
        ("\u0665\u0660\u0660", "ordinary digits"),
        ("오천", "digits only"),
        ("ㅁ", "digits only"),
        ("abc", "digits only"),
        ("1e3", "digits only"),
        ("1_000", "digits only"),
        ("nan", "digits only"),
        ("Infinity", "digits only"),
        ("--1", "digits only"),
        ("1 000", "digits only"),
        ("12,50", "commas"),
        ("1,00,0", "commas"),
        ("5,", "commas"),
    ],
)
def test_anything_else_is_told_in_words(text: str, words: str) -> None:
    told = read_amount(text, "KRW")

    assert isinstance(told, Message)
    assert words in str(told)


def test_another_currency_has_its_own_mark() -> None:
    assert read_amount("US$1,250.50", "USD") == Decimal("1250.50")
    assert isinstance(read_amount("₩1,250", "USD"), Message)


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_grouping_changes_no_sum(number: int) -> None:
    assert grouped(str(number)) == f"{number:,}"
    assert read_amount(grouped(str(number)), "KRW") == number


@given(st.text(max_size=20))
def test_nothing_typed_breaks_it(text: str) -> None:
    read = read_amount(text, "KRW")
    grouped(text)

    assert isinstance(read, Message) or read.is_finite()


@pytest.mark.parametrize("text", ["", "abc", "\uff11\uff12\uff13\uff14", "1a2b", "ㅁ1234"])
def test_what_is_no_number_is_not_grouped(text: str) -> None:
    assert grouped(text) == text
