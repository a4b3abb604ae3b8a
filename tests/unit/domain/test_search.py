"""One field understands words, ids, amounts, days, states, methods and PGs, in Korean and English."""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portdesk.domain.folding import fold
from portdesk.domain.payments import PaymentState
from portdesk.domain.search import understand
from portdesk.domain.search_terms import (
    Costs,
    InStates,
    OnDays,
    OnTestChannel,
    PaidBy,
    Reading,
    Term,
    TermKind,
    Through,
    Words,
)
from portdesk.domain.times import KST

NOW = datetime(2026, 11, 21, 12, tzinfo=KST)


def terms_of(text: str, now: datetime = NOW) -> tuple[Term, ...]:
    return understand(text, now).terms


def meaning_of(text: str, now: datetime = NOW) -> Reading:
    """What the one term of `text` means beside its words."""
    (term,) = terms_of(text, now)
    (meaning,) = [reading for reading in term.readings if not isinstance(reading, Words)]
    return meaning


def days(first: tuple[int, int, int], last: tuple[int, int, int] | None = None) -> OnDays:
    return OnDays(date(*first), date(*(last or first)))


class TestWords:
    def test_every_word_is_a_term(self) -> None:
        assert [term.readings for term in terms_of(" 김민수  Rose\t")] == [
            (Words(("김민수",)),),
            (Words(("rose",)),),
        ]

    def test_decomposed_and_full_width_input_is_composed(self) -> None:
        (name, number) = terms_of(unicodedata.normalize("NFD", "김민수") + " \uff22\uff24\uff12\uff16")
        assert name.words == ("김민수",)
        assert name.source == "김민수"
        assert number.words == ("bd26",)

    def test_quotes_make_words_of_what_has_a_meaning(self) -> None:
        (term,) = terms_of('"환불 어제"')
        assert term.readings == (Words(("환불", "어제")),)
        assert term.source == '"환불 어제"'

    @pytest.mark.parametrize("text", ['"', '""', 'a"b', '"a', 'onerror="alert(1)"'])
    def test_a_quote_that_does_not_embrace_is_a_character(self, text: str) -> None:
        assert terms_of(text)[0].words == (text,)

    def test_a_phone_number_with_spaces_is_one_number_or_its_parts(self) -> None:
        (term,) = terms_of("010 1234 5678")
        assert term.readings == (Words(("01012345678",)), Words(("010", "1234", "5678")))

    @pytest.mark.parametrize(
        ("text", "other"),
        [
            ("010\u20111234\u20135678", "01012345678"),
            ("010\u31611234\u30fc5678", "01012345678"),
            ("ORD\u20127", "ord-7"),
            ("010.1234.5678", "01012345678"),
            ("(02)123-4567", "021234567"),
            ("+82-10-1234-5678", "01012345678"),
            ("+82 10 1234 5678", "01012345678"),
            ("+82(0)10/1234/5678", "01012345678"),
            ("82-10-1234-5678", "01012345678"),
            ("+8221234567", "021234567"),
            ("(주)한빛", "㈜한빛"),
            ("㈜한빛", "(주)한빛"),
        ],
    )
    def test_what_records_spell_otherwise_is_found_too(self, text: str, other: str) -> None:
        words = [reading.words for reading in terms_of(text)[0].readings if isinstance(reading, Words)]
        assert (other,) in words
        assert ("".join(fold(text).split()),) in words

    @pytest.mark.parametrize(
        "text", ["ㅡㅡ", "ラーメン", "12.50", "2026/10/3", "82", "8210", "0.5", "a.b.c", "0120-1", "("]
    )
    def test_what_has_one_spelling_is_read_once(self, text: str) -> None:
        assert sum(isinstance(reading, Words) for reading in terms_of(text)[0].readings) == 1

    def test_half_a_character_is_none(self) -> None:
        assert terms_of("\ud83d") == ()
        assert terms_of("김\ude00")[0].source == "김"

    def test_three_numbers_that_are_no_phone_stay_apart(self) -> None:
        assert len(terms_of("100 2000 3000")) == 3

    @pytest.mark.parametrize("text", ["", " \n ", "\u200b", "*", "**"])
    def test_nothing_typed_asks_for_everything(self, text: str) -> None:
        assert terms_of(text) == ()

    def test_a_star_stands_for_anything(self) -> None:
        assert terms_of("홍*동")[0].words == ("홍", "동")

    def test_a_term_taken_out_leaves_the_others_as_typed(self) -> None:
        understood = understand("김민수 10월 3일 >50000", NOW)
        assert understood.without(understood.terms[1]) == "김민수 >50000"

    @given(st.text() | st.text("0123456789.,~-/ 월일만원=<>\"'*년last오늘"))
    def test_whatever_is_typed_is_understood_without_complaint(self, text: str) -> None:
        for term in terms_of(text):
            assert term.source.strip()
            assert term.readings
            assert str(term.label)

    @given(st.text())
    def test_without_an_operator_the_words_typed_always_count(self, text: str) -> None:
        for term in terms_of(text):
            if not set(term.source) & set("<>~=≥≤\uff5e\uff1c\uff1e\uff1d") and not term.source.endswith(
                tuple("상하과만")
            ):
                assert any(isinstance(reading, Words) for reading in term.readings)


class TestAmounts:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("9,900", "9900"), ("9900원", "9900"), ("₩9,900", "9900"), ("1만", "10000"), ("1.5만", "15000"),
            ("1만5천원", "15000"),
            ("3만9900", "39900"), ("2억", "200000000"), ("$12.50", "12.5"), ("US$71.99", "71.99"),
            ("5k", "5000"),
            ("\uff11\uff12\uff0c\uff10\uff10\uff10원", "12000"), ("백만", None),
        ],
    )  # fmt: skip
    def test_an_amount_is_itself_or_its_digits_in_a_text(self, text: str, value: str | None) -> None:
        (term,) = terms_of(text)
        if value is None:
            assert term.kind is TermKind.WORDS
            return
        assert term.kind is TermKind.AMOUNT
        assert term.readings[0] == Costs(Decimal(value), Decimal(value))
        assert term.words

    def test_plain_digits_are_digits_first_and_may_be_an_amount(self) -> None:
        (term,) = terms_of("5678")
        assert term.kind is TermKind.WORDS
        assert term.readings == (Words(("5678",)), Costs(Decimal(5678), Decimal(5678)))

    @pytest.mark.parametrize(
        ("text", "costs"),
        [
            (">50000", Costs(least=Decimal(50000), includes_least=False)),
            (">= 5만", Costs(least=Decimal(50000))),
            ("≥5만", Costs(least=Decimal(50000))),
            ("<=1만", Costs(most=Decimal(10000))),
            ("<1만원", Costs(most=Decimal(10000), includes_most=False)),
            ("5만원 이상", Costs(least=Decimal(50000))),
            ("5만원미만", Costs(most=Decimal(50000), includes_most=False)),
            ("1만~3만", Costs(Decimal(10000), Decimal(30000))),
            ("1~3만원", Costs(Decimal(10000), Decimal(30000))),
            ("5000~1만", Costs(Decimal(5000), Decimal(10000))),
            ("3만~1만", Costs(Decimal(10000), Decimal(30000))),
            ("1만~", Costs(least=Decimal(10000))),
            ("~ 3만", Costs(most=Decimal(30000))),
            ("\uff11만\uff5e\uff13만", Costs(Decimal(10000), Decimal(30000))),
        ],
    )
    def test_an_operator_means_an_amount_and_nothing_else(self, text: str, costs: Costs) -> None:
        (term,) = terms_of(text)
        assert term.readings == (costs,)

    @pytest.mark.parametrize("text", ["3~5일", ">", "~", "><", "1,00", "만원", "99999999999999999999"])
    def test_what_is_no_amount_is_a_word(self, text: str) -> None:
        assert terms_of(text)[0].readings == (Words((text,)),)


class TestDays:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("오늘", days((2026, 11, 21))),
            ("Today", days((2026, 11, 21))),
            ("어제", days((2026, 11, 20))),
            ("그제", days((2026, 11, 19))),
            ("이번주", days((2026, 11, 16), (2026, 11, 22))),
            ("지난 주", days((2026, 11, 9), (2026, 11, 15))),
            ("이번달", days((2026, 11, 1), (2026, 11, 30))),
            ("지난달", days((2026, 10, 1), (2026, 10, 31))),
            ("last month", days((2026, 10, 1), (2026, 10, 31))),
            ("작년", days((2025, 1, 1), (2025, 12, 31))),
            ("최근 7일", days((2026, 11, 15), (2026, 11, 21))),
            ("10월", days((2026, 10, 1), (2026, 10, 31))),
            ("11월", days((2026, 11, 1), (2026, 11, 30))),
            ("12월", days((2025, 12, 1), (2025, 12, 31))),
            ("작년 10월", days((2025, 10, 1), (2025, 10, 31))),
            ("2026-10", days((2026, 10, 1), (2026, 10, 31))),
            ("2026.10", days((2026, 10, 1), (2026, 10, 31))),
            ("2026년 10월", days((2026, 10, 1), (2026, 10, 31))),
            ("2026년", days((2026, 1, 1), (2026, 12, 31))),
            ("2026-10-03", days((2026, 10, 3))),
            ("2026. 10. 3.", days((2026, 10, 3))),
            ("2026년10월3일", days((2026, 10, 3))),
            ("10/3", days((2026, 10, 3))),
            ("10월 3일", days((2026, 10, 3))),
            ("12/25", days((2025, 12, 25))),
            ("2월 29일", days((2024, 2, 29))),
            ("October", days((2026, 10, 1), (2026, 10, 31))),
            ("Oct 3", days((2026, 10, 3))),
            ("October 2025", days((2025, 10, 1), (2025, 10, 31))),
        ],
    )
    def test_days_or_the_words_themselves(self, text: str, expected: OnDays) -> None:
        (term,) = terms_of(text)
        assert term.kind is TermKind.DAYS
        assert term.readings[0] == expected
        assert term.words

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("10/1~10/15", days((2026, 10, 1), (2026, 10, 15))),
            ("10/1 ~ 15", days((2026, 10, 1), (2026, 10, 15))),
            ("12/20~1/5", days((2025, 12, 20), (2026, 1, 5))),
            ("11/20~11/30", days((2026, 11, 20), (2026, 11, 30))),
            ("2025-12~2026-02", days((2025, 12, 1), (2026, 2, 28))),
            ("10월~11월", days((2026, 10, 1), (2026, 11, 30))),
            ("10월 1일~10월 15일", days((2026, 10, 1), (2026, 10, 15))),
            ("2026.9~2026.10", days((2026, 9, 1), (2026, 10, 31))),
        ],
    )
    def test_a_range_is_days_and_nothing_else(self, text: str, expected: OnDays) -> None:
        (term,) = terms_of(text)
        assert term.readings == (expected,)

    @pytest.mark.parametrize(
        ("now", "text", "expected"),
        [
            (datetime(2025, 12, 31, 15, tzinfo=UTC), "오늘", days((2026, 1, 1))),
            (datetime(2025, 12, 31, 14, 59, tzinfo=UTC), "오늘", days((2025, 12, 31))),
            (datetime(2025, 12, 31, 15, tzinfo=UTC), "어제", days((2025, 12, 31))),
            (datetime(2025, 12, 31, 15, tzinfo=UTC), "지난달", days((2025, 12, 1), (2025, 12, 31))),
            (datetime(2025, 12, 31, 15, tzinfo=UTC), "작년", days((2025, 1, 1), (2025, 12, 31))),
            (datetime(2025, 12, 31, 15, tzinfo=UTC), "이번주", days((2025, 12, 29), (2026, 1, 4))),
            (datetime(2025, 12, 31, 15, tzinfo=UTC), "12/31", days((2025, 12, 31))),
            (datetime(2026, 2, 28, 15, tzinfo=UTC), "지난달", days((2026, 2, 1), (2026, 2, 28))),
            (datetime(2024, 2, 29, 3, tzinfo=UTC), "오늘", days((2024, 2, 29))),
            (datetime(2024, 2, 29, 3, tzinfo=UTC), "작년 2월", days((2023, 2, 1), (2023, 2, 28))),
        ],
    )
    def test_days_are_those_of_korea(self, now: datetime, text: str, expected: OnDays) -> None:
        assert meaning_of(text, now) == expected

    @pytest.mark.parametrize("text", ["13월", "2/30", "2026-13", "10월3", "0/1", "3000-01", "최근 0일"])
    def test_what_is_no_day_is_words(self, text: str) -> None:
        assert all(isinstance(reading, Words) for term in terms_of(text) for reading in term.readings[:1])

    def test_eight_digits_may_be_a_day_an_amount_or_a_part_of_an_id(self) -> None:
        (term,) = terms_of("20261003")
        assert set(map(type, term.readings)) == {Words, OnDays, Costs}


class TestMeanings:
    @pytest.mark.parametrize(
        ("text", "states"),
        [
            ("결제완료", {PaymentState.PAID}),
            ("paid", {PaymentState.PAID}),
            ("환불", {PaymentState.RETURNED, PaymentState.PARTLY_RETURNED}),
            ("Refunded", {PaymentState.RETURNED, PaymentState.PARTLY_RETURNED}),
            ("일부환불", {PaymentState.PARTLY_RETURNED}),
            ("부분환불", {PaymentState.PARTLY_RETURNED}),
            ("partly refunded", {PaymentState.PARTLY_RETURNED}),
            ("실패", {PaymentState.FAILED}),
            ("failed", {PaymentState.FAILED}),
            ("미완료", {PaymentState.STARTED}),
            ("입금대기", {PaymentState.AWAITING_DEPOSIT}),
            ("awaiting deposit", {PaymentState.AWAITING_DEPOSIT}),
        ],
    )
    def test_states(self, text: str, states: set[PaymentState]) -> None:
        assert meaning_of(text) == InStates(frozenset(states))

    @pytest.mark.parametrize(
        ("text", "method"),
        [
            ("카드", "card"), ("가상계좌", "vbank"), ("계좌이체", "trans"), ("휴대폰", "phone"),
            ("vbank", "vbank"),
            ("Virtual Account", "vbank"), ("삼성페이", "samsung"), ("apple pay", "applepay"),
        ],
    )  # fmt: skip
    def test_methods(self, text: str, method: str) -> None:
        meaning = meaning_of(text)
        assert isinstance(meaning, PaidBy)
        assert method in meaning.methods

    @pytest.mark.parametrize(
        ("text", "provider"),
        [
            ("이니시스", "html5_inicis"), ("KG이니시스", "html5_inicis"), ("html5_inicis", "html5_inicis"),
            ("KCP", "kcp"), ("토스", "tosspayments"), ("토스", "tosspay"), ("나이스", "nice_v2"),
            ("페이팔", "paypal_v2"), ("paypal", "paypal_v2"), ("카카오페이", "kakaopay"),
            ("naver pay", "naverpay"),
            ("nice_v2", "nice_v2"), ("페이코", "payco"), ("jtnet", "jtnet"), ("페이먼트월", "paymentwall"),
        ],
    )  # fmt: skip
    def test_providers(self, text: str, provider: str) -> None:
        meaning = meaning_of(text)
        assert isinstance(meaning, Through)
        assert provider in meaning.providers

    def test_a_wire_code_with_more_to_it_means_itself_alone(self) -> None:
        assert meaning_of("nice_v2") == Through(frozenset({"nice_v2"}))
        assert meaning_of("tosspayments") == Through(frozenset({"tosspayments", "uplus"}))

    @pytest.mark.parametrize(("text", "is_test"), [("테스트", True), ("test channel", True), ("live", False)])
    def test_channels(self, text: str, *, is_test: bool) -> None:
        assert meaning_of(text) == OnTestChannel(is_test)

    @pytest.mark.parametrize("text", ["환불", "카드", "토스", "오늘", "9,900", "테스트"])
    def test_a_meaning_never_hides_the_words(self, text: str) -> None:
        (term,) = terms_of(text)
        assert Words((text,)) in term.readings

    @pytest.mark.parametrize("text", ["=환불", "=카드", "=토스", "=오늘", "=9,900", "=5678", "=test channel"])
    def test_an_equals_sign_asks_for_the_meaning_alone(self, text: str) -> None:
        (term,) = terms_of(text)
        assert term.source == text
        assert term.words == ()

    def test_an_equals_sign_before_no_meaning_is_a_character(self) -> None:
        assert terms_of("=HYPERLINK(")[0].words == ("=hyperlink(",)

    def test_labels_say_what_is_asked(self) -> None:
        labels = [str(term.label) for term in terms_of("환불 =환불 10/1~10/15 >5만 김")]
        assert labels == [
            "Refunded, also in part or “환불”",
            "Refunded, also in part",
            "From 2026-10-01 to 2026-10-15",
            "Amount > 50,000",
            "“김”",
        ]
