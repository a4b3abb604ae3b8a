"""Masked personal data gives away no more than its rule allows, whatever came in."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portdesk.domain.masking import (
    MASKS,
    mask_account,
    mask_address,
    mask_card,
    mask_email,
    mask_long_numbers,
    mask_name,
    mask_phone,
)
from portdesk.domain.payments import Deposit, Payment

DIGITS = st.text("0123456789- ", min_size=1, max_size=40)
ANYTHING = st.text(max_size=200)


def digits(text: str) -> str:
    return re.sub(r"\D", "", text)


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("홍길동", "홍*동"),
        ("홍길", "홍*"),
        ("홍", "홍*"),
        ("남궁민수", "남**수"),
        ("王小明", "王*明"),
        ("たなか", "た*か"),
        ("Alexander", "Alex*****"),
        ("Kim", "K**"),
        ("Anna", "An**"),
        ("", "**"),
    ],
)
def test_names(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("010-1234-5678", "010-****-5678"),
        ("01012345678", "010-****-5678"),
        ("010 1234 5678", "010-****-5678"),
        ("011-123-4567", "011-****-4567"),
        ("02-123-4567", "02-****-4567"),
        ("+82 10-1234-5678", "821-****-5678"),
        ("1588-1234", "****-1234"),
        ("119", "****"),
        ("", "****"),
    ],
)
def test_phones(phone: str, masked: str) -> None:
    assert mask_phone(phone) == masked


@pytest.mark.parametrize(
    ("email", "masked"),
    [
        ("abcdef@shop.kr", "ab***@shop.kr"),
        ("a@shop.kr", "a***@shop.kr"),
        ('"me@home"@shop.kr', '"m***@shop.kr'),
        ("no address at all", "no***"),
        ("", "***"),
    ],
)
def test_addresses_of_mail(email: str, masked: str) -> None:
    assert mask_email(email) == masked


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("서울특별시 마포구 연남동 223-14 2층", "서울특별시 마포구 연남동 ***"),
        ("서울시 강남구 테헤란로 123 101동 202호", "서울시 강남구 테헤란로 ***"),
        ("부산시 해운대구 센텀2로 25", "부산시 해운대구 센텀2로 ***"),
        ("경기도 성남시 판교역로235번길 9", "경기도 성남시 판교역로235번길 ***"),
        ("12 Flower Street", "12 Flo***"),
    ],
)
def test_addresses(address: str, masked: str) -> None:
    assert mask_address(address) == masked


@pytest.mark.parametrize(
    ("account", "masked"),
    [("56021234567890", "***7890"), ("110-234-567890", "***7890"), ("1234", "***"), ("", "***")],
)
def test_accounts(account: str, masked: str) -> None:
    assert mask_account(account) == masked


@pytest.mark.parametrize(
    ("card", "masked"),
    [
        ("4092020000001234", "409202******1234"),
        ("4092-0200-0000-1234", "409202******1234"),
        ("409202******1234", "409202******1234"),
        ("40920200000*1234", "409202******1234"),
        ("378282246310005", "378282*****0005"),
    ],
)
def test_cards(card: str, masked: str) -> None:
    assert mask_card(card) == masked


def test_a_long_number_is_starred_where_it_stands() -> None:
    text = "결제 4092-0200-0000-1234 승인, 주문 2026-11-21 imp_123456789012"

    assert mask_long_numbers(text) == "결제 409202******1234 승인, 주문 2026-11-21 imp_123456789012"


class TestNothingMoreLeaksThanTheRuleAllows:
    @given(DIGITS)
    def test_a_phone_shows_at_most_seven_digits_and_hides_three(self, phone: str) -> None:
        seen = len(digits(mask_phone(phone)))

        assert seen <= 7
        assert seen <= max(len(digits(phone)) - 3, 0)

    @given(DIGITS)
    def test_an_account_shows_at_most_four_digits(self, account: str) -> None:
        assert len(digits(mask_account(account))) <= min(4, max(len(digits(account)) - 1, 0))

    @given(st.text("0123456789-. ", min_size=13, max_size=60))
    def test_a_card_shows_at_most_ten_digits(self, card: str) -> None:
        assert len(digits(mask_card(card))) <= 10
        assert re.search(r"\d{7}", mask_card(card)) is None or len(digits(card)) <= 10

    @given(ANYTHING)
    def test_no_long_number_is_left_in_a_text(self, text: str) -> None:
        assert re.search(r"\d(?:[ -]?\d){12,}", mask_long_numbers(text)) is None

    @given(st.text("0123456789 -:", max_size=80))
    def test_no_long_number_is_left_between_others(self, text: str) -> None:
        assert re.search(r"\d(?:[ -]?\d){12,}", mask_long_numbers(text)) is None

    @given(st.text(st.characters(categories=["Ll", "Lo"]), min_size=2, max_size=40))
    def test_a_name_hides_letters(self, name: str) -> None:
        masked = mask_name(name)

        assert "*" in masked
        assert name not in masked
        assert sum(seen == was for seen, was in zip(masked, name, strict=False)) <= 4

    @given(st.from_regex(r"[a-z0-9.]{3,30}@[a-z]{2,10}\.kr", fullmatch=True))
    def test_a_mail_address_shows_two_letters_of_the_user(self, email: str) -> None:
        user, _, host = email.partition("@")

        assert mask_email(email) == f"{user[:2]}***@{host}"

    @given(st.text("가나다라마동로길 0123456789-", max_size=120))
    def test_no_house_number_stays_behind_a_street(self, address: str) -> None:
        street, _, house = mask_address(address).rpartition(" ")

        assert house == "***" or len(mask_address(address)) <= 9
        assert address.startswith(street) or len(mask_address(address)) <= 9


class TestTwice:
    """Masking what is masked already changes nothing, so that two masks never combine to more."""

    @given(st.text("김이박민수", min_size=1) | st.text("abcdeé -", min_size=1))
    def test_names(self, name: str) -> None:
        assert mask_name(mask_name(name)) == mask_name(name)

    @given(st.text("0123456789*- ", min_size=11, max_size=30))
    def test_cards(self, card: str) -> None:
        assert mask_card(mask_card(card)) == mask_card(card)

    @given(st.from_regex(r"[^@]{0,20}@[^@]{0,20}", fullmatch=True))
    def test_mail(self, email: str) -> None:
        assert mask_email(mask_email(email)) == mask_email(email)

    @given(st.text("0123456789-", max_size=30))
    def test_phones_never_grow(self, phone: str) -> None:
        assert len(digits(mask_phone(mask_phone(phone)))) <= len(digits(mask_phone(phone)))


class TestFields:
    PERSONAL = (
        "buyer_",
        "vbank_num",
        "vbank_holder",
        "card_number",
        "custom_data",
        "user_agent",
        "depositor_",
    )

    def test_every_personal_field_has_a_rule(self) -> None:
        fields = Payment.__struct_encode_fields__ + Deposit.__struct_encode_fields__

        assert MASKS.keys() == {name for name in fields if name.startswith(self.PERSONAL)}

    @pytest.mark.parametrize("field", sorted(MASKS))
    @given(value=ANYTHING)
    def test_no_value_breaks_a_rule(self, field: str, value: str) -> None:
        assert "*" in MASKS[field](value) or field == "card_number"

    @pytest.mark.parametrize("field", sorted(MASKS))
    @pytest.mark.timeout(10)
    def test_a_million_characters_are_masked_at_once(self, field: str) -> None:
        for text in ("동" * 1_000_000, "a" * 1_000_000, "1" * 1_000_000, "로 " * 500_000):
            assert len(MASKS[field](text)) <= len(text) + 8
