from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from portdesk.api.endpoints.payments import (
    FETCH_PAYMENTS,
    LIST_PAYMENTS_BY_STATUS,
    CancelPayment,
    FetchPayments,
)
from portdesk.domain.errors import InputError, WireError
from portdesk.domain.ids import ImpUid
from samples.payments import wire


def cancel(**values: Any) -> CancelPayment:
    return CancelPayment(
        **(
            {"imp_uid": "imp_1", "amount": Decimal(1000), "checksum": Decimal(5000), "currency": "KRW"}
            | values
        )
    )


class TestCancelPayment:
    def test_a_full_refund_names_its_amount_too(self) -> None:
        assert cancel(amount=Decimal(5000)).amount == 5000

    @pytest.mark.parametrize("name", ["imp_uid", "amount", "checksum", "currency"])
    def test_what_protects_the_money_cannot_be_left_out(self, name: str) -> None:
        values = {"imp_uid": "imp_1", "amount": Decimal(1), "checksum": Decimal(1), "currency": "KRW"}
        del values[name]

        with pytest.raises(TypeError):
            CancelPayment(**values)  # type: ignore[arg-type]  # the point of the test

    @pytest.mark.parametrize("value", [None, 0, 1000, 1000.0, "1000", True, Decimal(0), Decimal(-1)])
    @pytest.mark.parametrize("name", ["amount", "checksum"])
    def test_only_a_decimal_above_zero_is_an_amount(self, name: str, value: object) -> None:
        with pytest.raises(InputError):
            cancel(**{name: value})

    @pytest.mark.parametrize("digits", ["NaN", "sNaN", "Infinity", "-Infinity", "1E+13", "1E-5"])
    def test_numbers_nobody_means_are_refused(self, digits: str) -> None:
        with pytest.raises(InputError):
            cancel(amount=Decimal(digits), checksum=Decimal(digits))

    @pytest.mark.parametrize(
        ("currency", "digits"), [("KRW", "10.5"), ("JPY", "0.1"), ("USD", "10.505"), ("EUR", "0.001")]
    )
    def test_fractions_of_the_smallest_unit_are_refused(self, currency: str, digits: str) -> None:
        with pytest.raises(InputError):
            cancel(amount=Decimal(digits), currency=currency)

    def test_cents_are_fine_where_there_are_cents(self) -> None:
        assert cancel(amount=Decimal("10.50"), currency="USD").amount == Decimal("10.50")

    def test_more_than_is_left_is_refused(self) -> None:
        with pytest.raises(InputError, match="left"):
            cancel(amount=Decimal(5001))

    @pytest.mark.parametrize("imp_uid", ["", None, 1])
    def test_an_empty_id_is_refused(self, imp_uid: object) -> None:
        with pytest.raises(InputError):
            cancel(imp_uid=imp_uid)

    @pytest.mark.parametrize("name", ["tax_free", "vat_amount"])
    @pytest.mark.parametrize("value", [Decimal(-1), Decimal(1001), Decimal("0.5"), Decimal("NaN")])
    def test_a_tax_part_is_a_part(self, name: str, value: Decimal) -> None:
        with pytest.raises(InputError):
            cancel(**{name: value})

    def test_a_merchant_uid_cannot_be_named(self) -> None:
        with pytest.raises(TypeError):
            cancel(merchant_uid="order")


class TestFetchPayments:
    @pytest.mark.parametrize("count", [0, 101])
    def test_between_one_and_a_hundred_ids(self, count: int) -> None:
        with pytest.raises(InputError):
            FetchPayments(imp_uid=tuple(ImpUid(f"imp_{number}") for number in range(count)))


class TestPage:
    def test_one_bad_row_does_not_hide_its_neighbours(self) -> None:
        rows = [wire(1), wire(2, amount="many"), None, wire(3, currency=None), wire(4, status="refunded")]

        page = LIST_PAYMENTS_BY_STATUS.decode({"total": 5, "previous": 0, "next": 2, "list": rows})

        assert [payment.imp_uid for payment in page.list] == ["imp_000000000001", "imp_000000000004"]
        assert (page.unreadable, page.total, page.next) == (3, 5, 2)
        assert page.list[1].status == "refunded"

    @pytest.mark.parametrize("name", ["total", "previous", "next"])
    @pytest.mark.parametrize("value", [None, -1, "1", True, Decimal("1.0")])
    def test_a_page_that_cannot_be_followed_is_an_error(self, name: str, value: object) -> None:
        with pytest.raises(WireError, match=name):
            LIST_PAYMENTS_BY_STATUS.decode({"total": 0, "previous": 0, "next": 0, "list": [], name: value})

    @pytest.mark.parametrize("rows", [{}, "rows", 0, False])
    def test_rows_that_are_no_list_are_an_error(self, rows: object) -> None:
        with pytest.raises(WireError, match="list"):
            LIST_PAYMENTS_BY_STATUS.decode({"total": 0, "previous": 0, "next": 0, "list": rows})

    def test_a_plain_array_counts_what_it_could_not_read(self) -> None:
        listed = FETCH_PAYMENTS.decode([wire(1), {}, wire(2)])

        assert (len(listed.list), listed.unreadable) == (2, 1)

    def test_new_fields_survive(self) -> None:
        page = LIST_PAYMENTS_BY_STATUS.decode(
            {"total": 1, "previous": 0, "next": 0, "list": [wire(1, brand_new={"a": [1]})]}
        )

        assert page.list[0].wire["brand_new"] == {"a": [1]}
