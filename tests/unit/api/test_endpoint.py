from __future__ import annotations

from decimal import Decimal
from typing import Annotated

import httpx
import msgspec
import pytest

from portdesk.api.endpoint import BODY, PATH, QUERY, Call, Endpoint, Kind, Request
from portdesk.api.endpoints.authenticate import GET_TOKEN, GetToken
from portdesk.api.endpoints.payments import (
    CANCEL_PAYMENT,
    FETCH_PAYMENT,
    FETCH_PAYMENTS,
    FIND_ALL_PAYMENTS,
    LIST_PAYMENTS_BY_STATUS,
    CancelExtra,
    CancelPayment,
    FetchPayment,
    FetchPayments,
    FindAllPayments,
    ListPaymentsByStatus,
)
from portdesk.api.endpoints.validation import PREPARE_PAYMENT, PreparePayment
from portdesk.domain.errors import InputError
from portdesk.domain.ids import ImpUid, MerchantUid


def find_all(merchant_uid: str, status: str | None = None) -> Call:
    return FIND_ALL_PAYMENTS.call(
        FindAllPayments(merchant_uid=MerchantUid(merchant_uid), payment_status=status)
    )


class TestPath:
    @pytest.mark.parametrize(
        ("merchant_uid", "part"),
        [
            ("ORD-1", "ORD-1"),
            ("a/b", "a%2Fb"),
            ("../cancel", "..%2Fcancel"),
            ("주문 1", "%EC%A3%BC%EB%AC%B8%201"),
            ("a?b#c", "a%3Fb%23c"),
            ("50%", "50%25"),
            ("%2F", "%252F"),
            ("a+b&c=d", "a%2Bb%26c%3Dd"),
            ("a\r\nX: y", "a%0D%0AX%3A%20y"),
            ("{payment_status}", "%7Bpayment_status%7D"),
        ],
    )
    def test_every_part_is_one_part(self, merchant_uid: str, part: str) -> None:
        target = find_all(merchant_uid).target

        assert target == f"/payments/findAll/{part}"
        assert httpx.URL("http://127.0.0.1" + target).raw_path == target.encode()

    def test_an_optional_last_part_is_left_off(self) -> None:
        assert find_all("ORD-1", "paid").target == "/payments/findAll/ORD-1/paid"
        assert find_all("ORD-1").target == "/payments/findAll/ORD-1"

    @pytest.mark.parametrize("imp_uid", ["", ".", "..", "\ud800"])
    def test_a_part_that_would_make_another_path_is_refused(self, imp_uid: str) -> None:
        with pytest.raises(InputError) as caught:
            FETCH_PAYMENT.call(FetchPayment(imp_uid=ImpUid(imp_uid)))

        assert caught.value.__context__ is None


class TestQuery:
    def test_lists_are_repeated_with_their_brackets(self) -> None:
        request = FetchPayments(
            imp_uid=(ImpUid("imp_1"), ImpUid("imp_2")), merchant_uid=(MerchantUid("a&b"),)
        )

        query = httpx.URL("http://x" + FETCH_PAYMENTS.call(request).target).params

        assert query.multi_items() == [
            ("imp_uid[]", "imp_1"),
            ("imp_uid[]", "imp_2"),
            ("merchant_uid[]", "a&b"),
        ]

    def test_what_is_not_given_is_not_sent(self) -> None:
        assert LIST_PAYMENTS_BY_STATUS.call(ListPaymentsByStatus(payment_status="all")).target == (
            "/payments/status/all"
        )

    def test_truth_is_written_as_the_wire_does(self) -> None:
        assert FETCH_PAYMENT.call(FetchPayment(imp_uid=ImpUid("imp_1"))).target == (
            "/payments/imp_1?include_sandbox=true"
        )

    def test_wire_names_are_used(self) -> None:
        request = ListPaymentsByStatus(
            payment_status="paid", page=2, limit=1000, from_=5, to=9, sorting="-paid"
        )

        assert LIST_PAYMENTS_BY_STATUS.call(request).target == (
            "/payments/status/paid?page=2&limit=1000&from=5&to=9&sorting=-paid"
        )


class TestBody:
    def test_amounts_are_exact_numbers_and_nothing_else_is_sent(self) -> None:
        request = CancelPayment(
            imp_uid=ImpUid("imp_1"),
            amount=Decimal("10.10"),
            checksum=Decimal("20.20"),
            currency="USD",
            reason="고객 변심",
            retain_promotion=True,
            extra=CancelExtra(requester="admin"),
        )

        assert (
            CANCEL_PAYMENT.call(request).body
            == (
                '{"imp_uid":"imp_1","amount":10.10,"checksum":20.20,"reason":"고객 변심",'
                '"retain_promotion":true,"extra":{"requester":"admin"}}'
            ).encode()
        )

    @pytest.mark.parametrize("digits", ["1E+5", "100000", "1.0E+5"])
    def test_an_exponent_is_still_a_number(self, digits: str) -> None:
        request = PreparePayment(merchant_uid=MerchantUid("o"), amount=Decimal(digits))

        body = PREPARE_PAYMENT.call(request).body or b""

        assert msgspec.json.Decoder(float_hook=Decimal).decode(body)["amount"] == 100_000

    def test_reads_have_none(self) -> None:
        assert FETCH_PAYMENT.call(FetchPayment(imp_uid=ImpUid("imp_1"))).body is None

    def test_text_that_is_no_text_is_refused(self) -> None:
        with pytest.raises(InputError) as caught:
            GET_TOKEN.call(GetToken(imp_key="\ud800", imp_secret="s"))

        assert caught.value.__context__ is None


class TestRequest:
    def test_it_shows_nothing(self) -> None:
        request = GetToken(imp_key="canary", imp_secret="canary")

        assert "canary" not in f"{request} {request!r} {request.__rich_repr__()} {GET_TOKEN.call(request)!r}"

    @pytest.mark.parametrize(
        "values",
        [
            {"payment_status": "refunded"},
            {"payment_status": "all", "page": 0},
            {"payment_status": "all", "limit": 1001},
            {"payment_status": "all", "limit": 0},
            {"payment_status": "all", "sorting": "amount"},
            {"payment_status": "all", "page": "1"},
            {"payment_status": "all", "from_": 1.5},
        ],
    )
    def test_values_outside_the_description_are_refused(self, values: dict[str, object]) -> None:
        with pytest.raises(InputError):
            ListPaymentsByStatus(**values)  # type: ignore[arg-type]  # the point of the test

    def test_a_value_too_long_is_refused(self) -> None:
        PreparePayment(merchant_uid=MerchantUid("x" * 40), amount=Decimal(1))
        with pytest.raises(InputError, match="merchant_uid"):
            PreparePayment(merchant_uid=MerchantUid("x" * 41), amount=Decimal(1))

    def test_a_delete_sends_a_query(self) -> None:
        class Revoke(Request, frozen=True, kw_only=True):
            imp_uid: Annotated[str, PATH]
            pg_api_key: Annotated[str, QUERY]

        endpoint = Endpoint(
            method="DELETE", path="/vbanks/{imp_uid}", tag="", kind=Kind.WRITE, request=Revoke, decode=str
        )
        call = endpoint.call(Revoke(imp_uid="imp_1", pg_api_key="k"))

        assert (call.target, call.body) == ("/vbanks/imp_1?pg_api_key=k", None)

    def test_a_field_without_a_place_cannot_go_unnoticed(self) -> None:
        class Odd(Request, frozen=True, kw_only=True):
            first: Annotated[str, BODY]
            second: str

        with pytest.raises(TypeError, match="where it travels"):
            Odd(first="a", second="b")
