"""Which column says what, and what the rows wish for: nothing is guessed about money."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from portdesk.domain.messages import Message
from portdesk.usecases.refund_columns import (
    LOST_ZEROS,
    NO_AMOUNT,
    NO_NAME,
    Field,
    Manner,
    RowWish,
    amount_in,
    understand,
    wishes,
)
from portdesk.usecases.refund_files import FORMULA, ROUNDED, Cell, Line


def table(*rows: tuple[Any, ...]) -> list[Line]:
    return [Line(number, tuple(map(cell, row))) for number, row in enumerate(rows, 1)]


def cell(value: Any) -> Cell:
    if isinstance(value, Cell):
        return value
    return Cell(str(value), is_number=not isinstance(value, str))


@pytest.mark.parametrize(
    ("heads", "expected"),
    [
        (("imp_uid", "amount", "reason"), {Field.IMP_UID: 0, Field.AMOUNT: 1, Field.REASON: 2}),
        (("포트원 거래번호", "환불금액", "사유"), {Field.IMP_UID: 0, Field.AMOUNT: 1, Field.REASON: 2}),
        (("주문번호", "환불 금액(원)"), {Field.MERCHANT_UID: 0, Field.AMOUNT: 1}),
        (("merchant_uid", "취소 금액"), {Field.MERCHANT_UID: 0, Field.AMOUNT: 1}),
        (
            ("IMP UID", "Order Number", "Refund amount"),
            {Field.IMP_UID: 0, Field.MERCHANT_UID: 1, Field.AMOUNT: 2},
        ),
        (
            ("imp_uid", "은행명", "계좌번호", "예금주", "연락처", "면세 금액", "부가세"),
            {
                Field.IMP_UID: 0,
                Field.BANK: 1,
                Field.ACCOUNT: 2,
                Field.HOLDER: 3,
                Field.TEL: 4,
                Field.TAX_FREE: 5,
                Field.VAT_AMOUNT: 6,
            },
        ),
    ],
)
def test_headings_in_korean_and_english(heads: tuple[str, ...], expected: dict[Field, int]) -> None:
    found = understand(table(heads, ("imp_1",)))

    assert (found.head, found.columns, found.is_clear) == (0, expected, True)


def test_headings_may_stand_below_a_title() -> None:
    found = understand(table(("11월 환불 목록",), ("", "imp_uid", "환불금액"), ("", "imp_1", "1000")))

    assert (found.head, found.columns) == (1, {Field.IMP_UID: 1, Field.AMOUNT: 2})


@pytest.mark.parametrize(
    "heads",
    [("거래번호", "환불금액"), ("imp_uid", "금액"), ("imp_uid", "환불금액", "취소금액"), ("구매자", "사유")],
)
def test_a_person_is_asked_when_it_is_not_clear(heads: tuple[str, ...]) -> None:
    assert not understand(table(heads, ("x",))).is_clear


def test_what_was_paid_is_not_taken_for_what_is_to_go_back() -> None:
    assert Field.AMOUNT not in understand(table(("imp_uid", "결제금액"), ("imp_1", "1000"))).columns


def test_without_headings_ids_are_found_and_asked_about() -> None:
    found = understand(table(("1", "imp_123456789012"), ("2", "imp_123456789013")))

    assert (found.head, found.columns[Field.IMP_UID], found.is_clear) == (-1, 1, False)


COLUMNS = {Field.IMP_UID: 0, Field.AMOUNT: 1, Field.ACCOUNT: 2, Field.MERCHANT_UID: 3}


def read(*row: Any, **manner: Any) -> RowWish:
    (wish,) = wishes(table(row), COLUMNS, Manner(**manner))
    return wish


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1000", 1000),
        ("1,000", 1000),
        ("1,000원", 1000),
        ("₩38,000", 38000),
        ("\uff11\uff10\uff10\uff10", 1000),
        ("12.50", "12.50"),
        ("-5", -5),
    ],
)
def test_amounts_as_people_write_them(text: str, amount: Any) -> None:
    assert amount_in(text) == Decimal(amount)


@pytest.mark.parametrize(
    "text", ["", "abc", "1e3", "1,00", "1 000", "0x10", "٣", "1,000,00", "--1", "NaN", "1.2.3"]
)
def test_what_is_no_amount(text: str) -> None:
    assert amount_in(text) is None


def test_a_missing_amount_is_never_the_whole_rest_by_itself() -> None:
    assert read("imp_1", "").flaws == (NO_AMOUNT,)


@pytest.mark.parametrize("text", ["남은 금액 전부", "남은금액 전액", "The whole rest", "all that is left"])
def test_the_whole_rest_is_asked_for_by_its_name(text: str) -> None:
    wish = read("imp_1", text)

    assert (wish.amount, wish.flaws) == (None, ())


def test_the_whole_rest_chosen_for_all_fills_only_what_is_empty() -> None:
    assert read("imp_1", "", whole_rest=True).flaws == ()
    assert read("imp_1", "500", whole_rest=True).amount == 500
    assert read("imp_1", "abc", whole_rest=True).flaws == (Message("“{text}” is no amount.", text="abc"),)


@pytest.mark.parametrize("text", ["전액", "전부", "all", "full"])
def test_other_words_are_no_amount(text: str) -> None:
    assert read("imp_1", text).flaws == (Message("“{text}” is no amount.", text=text),)


def test_a_formula_is_said_once_and_is_no_missing_amount() -> None:
    assert read("imp_1", Cell("", flaw=FORMULA)).flaws == (FORMULA,)
    assert read("imp_1", Cell("=1+1", flaw=FORMULA), whole_rest=True).flaws == (FORMULA,)


def test_a_row_that_names_nothing() -> None:
    assert read("", "1000").flaws == (NO_NAME,)


@pytest.mark.parametrize("text", ["imp 1", "imp_1\u200b", "x" * 101])
def test_an_id_that_can_be_none(text: str) -> None:
    assert read(text, "1000").flaws == (
        Message("“{text}” is no number of a payment or an order.", text=text[:40]),
    )


def test_an_order_number_that_excel_has_rounded() -> None:
    assert read("", "1000", "", 2026112112345678901).flaws == (ROUNDED,)


def test_an_account_that_excel_took_for_a_number() -> None:
    assert read("imp_1", "1000", 110123456789).worries == (LOST_ZEROS,)
    assert read("imp_1", "1000", 1101234567890123456).flaws == (ROUNDED,)


def test_the_account_is_in_no_repr() -> None:
    assert "110123456789" not in repr(read("imp_1", "1000", "110123456789"))


def test_the_reason_of_the_list_is_for_rows_without_one() -> None:
    found = list(
        wishes(table(("a", "x"), ("b", "")), {Field.IMP_UID: 0, Field.REASON: 1}, Manner(reason="all"))
    )

    assert [wish.reason for wish in found] == ["x", "all"]
