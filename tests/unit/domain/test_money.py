"""Sums are exact on the way in, in storage and on the screen; what is no sum never counts as one."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portdesk.domain.money import Amount, from_scaled, minor_digits, to_scaled

SUMS = st.decimals(min_value=-(10**13) + 1, max_value=10**13 - 1, places=4, allow_nan=False)
CURRENCIES = st.sampled_from(["KRW", "USD", "EUR", "JPY", "VND", "CNY", "XXX"])


class TestStoredAmounts:
    @given(SUMS)
    def test_come_back_exactly(self, value: Decimal) -> None:
        scaled = to_scaled(value)

        assert scaled is not None
        assert from_scaled(scaled) == value

    @given(st.integers(-(10**17) + 1, 10**17 - 1))
    def test_every_stored_number_is_one_sum(self, scaled: int) -> None:
        assert to_scaled(from_scaled(scaled)) == scaled

    @given(st.decimals(allow_nan=True, allow_infinity=True))
    def test_are_never_off(self, value: Decimal) -> None:
        scaled = to_scaled(value)

        assert scaled is None or from_scaled(scaled) == value

    def test_a_fraction_longer_than_any_precision_is_not_rounded_unseen(self) -> None:
        assert to_scaled(Decimal("1234567890123." + "0" * 30 + "1")) is None

    @pytest.mark.parametrize("value", ["NaN", "sNaN", "Infinity", "-Infinity", "1e13", "-1e13", "0.00001"])
    def test_what_cannot_be_stored_is_none(self, value: str) -> None:
        assert to_scaled(Decimal(value)) is None

    def test_whole_sums_have_no_trailing_zeros(self) -> None:
        assert str(from_scaled(380_000_000)) == "38000"
        assert str(from_scaled(125_000)) == "12.5"


class TestPlain:
    @pytest.mark.parametrize(
        ("value", "currency"),
        [("38000", "KRW"), ("0", "KRW"), ("38000.00", "KRW"), ("12.50", "USD"), ("9999999999999", "KRW")],
    )
    def test_a_sum_a_person_could_mean(self, value: str, currency: str) -> None:
        assert Amount(Decimal(value), currency).is_plain

    @pytest.mark.parametrize(
        ("value", "currency"),
        [
            ("0.5", "KRW"),
            ("100.5", "JPY"),
            ("12.505", "USD"),
            ("-1", "KRW"),
            (str(2**63), "KRW"),
            ("1e13", "USD"),
            ("NaN", "KRW"),
            ("Infinity", "KRW"),
            ("-Infinity", "KRW"),
        ],
    )
    def test_anything_else_is_not(self, value: str, currency: str) -> None:
        assert not Amount(Decimal(value), currency).is_plain


class TestDigits:
    @pytest.mark.parametrize(
        ("value", "currency", "digits"),
        [
            ("38000", "KRW", "38,000"),
            ("38000.00", "KRW", "38,000"),
            ("12.5", "USD", "12.50"),
            ("1234567.8", "USD", "1,234,567.80"),
            ("0", "KRW", "0"),
            ("-0", "KRW", "0"),
            ("-1500", "KRW", "-1,500"),
            ("0.5", "KRW", "0.5"),
            ("12.505", "USD", "12.505"),
            ("NaN", "KRW", "?"),
            ("Infinity", "USD", "?"),
        ],
    )
    def test_are_grouped_with_the_digits_of_the_currency(
        self, value: str, currency: str, digits: str
    ) -> None:
        assert Amount(Decimal(value), currency).digits == digits

    @given(st.decimals(allow_nan=True, allow_infinity=True), CURRENCIES)
    def test_are_short_whatever_the_server_says(self, value: Decimal, currency: str) -> None:
        assert "e-" not in (digits := Amount(value, currency).digits)
        assert len(digits) < 1200 or "e" not in digits

    @given(SUMS, CURRENCIES)
    def test_lose_nothing_of_a_sum_that_can_be_stored(self, value: Decimal, currency: str) -> None:
        assert Decimal(Amount(value, currency).digits.replace(",", "")) == value

    @given(st.integers(0, 10**13 - 1))
    def test_won_is_never_shown_with_a_point(self, won: int) -> None:
        assert "." not in Amount(Decimal(won), "KRW").digits


class TestSubtraction:
    def test_keeps_the_currency(self) -> None:
        assert Amount(Decimal(38000), "KRW") - Amount(Decimal(10000), "KRW") == Amount(Decimal(28000), "KRW")

    def test_two_currencies_do_not_mix(self) -> None:
        with pytest.raises(ValueError, match="two currencies"):
            Amount(Decimal(1), "KRW") - Amount(Decimal(1), "USD")


def test_an_unknown_currency_has_two_digits() -> None:
    assert minor_digits("XXX") == 2
    assert minor_digits("KRW") == 0
