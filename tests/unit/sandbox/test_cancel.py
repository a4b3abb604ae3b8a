from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from portdesk.sandbox.clock import DAY, Clock
from portdesk.sandbox.record import Payment
from portdesk.sandbox.server import start_sandbox
from portdesk.sandbox.settings import SandboxSettings
from unit.sandbox.shopkeeper import NOW, Shop, put_payment

Paid = Callable[..., Payment]
NOTHING = "취소할 결제건이 존재하지 않습니다."
ALREADY = "이미 전액취소된 주문입니다."
ACCOUNT = {"refund_holder": "김철수", "refund_bank": "088", "refund_account": "110123456789"}


def refused(answer: dict[str, Any], code: int, message: str | None = None) -> bool:
    return (
        answer["code"] == code
        and answer["response"] is None
        and (message is None or answer["message"] == message)
    )


class TestWhole:
    def test_it_records_what_happened(self, shop: Shop, paid: Paid, clock: Clock) -> None:
        put = paid()

        answer = shop.cancel(imp_uid=put["imp_uid"], amount=10_000, checksum=10_000, reason="고객 변심")

        payment = answer["response"]
        assert answer["code"] == 0
        assert (payment["status"], payment["cancel_amount"]) == ("cancelled", 10_000)
        assert (payment["cancelled_at"], payment["cancel_reason"]) == (clock.now(), "고객 변심")
        assert payment["paid_at"] == put["paid_at"]
        (entry,) = payment["cancel_history"]
        assert set(entry) == {
            "pg_tid",
            "amount",
            "cancelled_at",
            "reason",
            "cancellation_id",
            "receipt_url",
        }
        assert payment["cancel_receipt_urls"] == [entry["receipt_url"]]
        assert payment == shop.payment(put["imp_uid"])

    @pytest.mark.parametrize("amount", [None, 0, "", "0", "absent"])
    def test_a_missing_amount_or_0_is_all_of_the_rest(self, shop: Shop, paid: Paid, amount: Any) -> None:
        put = paid()
        shop.cancel(imp_uid=put["imp_uid"], amount=1_000)
        fields = {} if amount == "absent" else {"amount": amount}

        payment = shop.cancel(imp_uid=put["imp_uid"], **fields)["response"]

        assert payment["cancel_amount"] == 10_000
        assert [entry["amount"] for entry in payment["cancel_history"]] == [1_000, 9_000]

    def test_the_default_reason(self, shop: Shop, paid: Paid) -> None:
        payment = shop.cancel(imp_uid=paid()["imp_uid"])["response"]

        assert payment["cancel_history"][0]["reason"] == payment["cancel_reason"] == "취소요청api"

    def test_a_repeat_is_refused(self, shop: Shop, paid: Paid) -> None:
        put = paid()
        shop.cancel(imp_uid=put["imp_uid"])

        assert refused(shop.cancel(imp_uid=put["imp_uid"]), 1, ALREADY)
        assert refused(shop.cancel(imp_uid=put["imp_uid"], amount=1), 1, ALREADY)

    def test_refusals_are_http_200(self, shop: Shop) -> None:
        answer = shop.post("/payments/cancel", imp_uid="imp_nothing")

        assert answer.status_code == 200
        assert refused(answer.json(), 1, NOTHING)


class TestPart:
    def test_a_partial_cancel_keeps_the_rest_cancellable(self, shop: Shop, paid: Paid) -> None:
        put = paid()

        first = shop.cancel(imp_uid=put["imp_uid"], amount=4_000, checksum=10_000)["response"]
        second = shop.cancel(imp_uid=put["imp_uid"], amount=6_000, checksum=6_000)["response"]

        assert (first["status"], first["cancel_amount"]) == ("cancelled", 4_000)
        assert second["cancel_amount"] == 10_000
        ids = [entry["cancellation_id"] for entry in second["cancel_history"]]
        assert len(set(ids)) == 2

    def test_more_than_the_rest_is_refused(self, shop: Shop, paid: Paid) -> None:
        put = paid()
        shop.cancel(imp_uid=put["imp_uid"], amount=4_000)

        assert refused(shop.cancel(imp_uid=put["imp_uid"], amount=6_001), 1)
        assert shop.payment(put["imp_uid"])["cancel_amount"] == 4_000

    @pytest.mark.parametrize("checksum", [9_999, 10_001, 0, 6_000, "9999"])
    def test_a_checksum_that_is_not_the_balance_does_nothing(
        self, shop: Shop, paid: Paid, checksum: object
    ) -> None:
        put = paid()

        assert refused(shop.cancel(imp_uid=put["imp_uid"], amount=1_000, checksum=checksum), 1)
        assert shop.payment(put["imp_uid"])["cancel_amount"] == 0

    def test_without_a_checksum_a_repeat_refunds_twice(self, shop: Shop, paid: Paid) -> None:
        put = paid()

        for _ in range(2):
            shop.cancel(imp_uid=put["imp_uid"], amount=1_000, checksum=None)

        assert shop.payment(put["imp_uid"])["cancel_amount"] == 2_000

    @pytest.mark.parametrize("amount", [-1, 0.5, 100.01])
    def test_won_are_whole_and_positive(self, shop: Shop, paid: Paid, amount: float) -> None:
        put = paid()

        assert refused(shop.cancel(imp_uid=put["imp_uid"], amount=amount), 1)
        assert shop.payment(put["imp_uid"])["cancel_amount"] == 0

    @pytest.mark.parametrize("amount", [True, [], {}, "many", "NaN"])
    def test_an_amount_that_is_no_number_is_400(self, shop: Shop, paid: Paid, amount: object) -> None:
        put = paid()

        assert shop.post("/payments/cancel", imp_uid=put["imp_uid"], amount=amount).status_code == 400
        assert shop.payment(put["imp_uid"])["cancel_amount"] == 0

    def test_cents_add_up_exactly(self, shop: Shop, paid: Paid) -> None:
        put = paid(amount=0.3, currency="USD")

        for _ in range(3):
            last = shop.cancel(imp_uid=put["imp_uid"], amount=0.1)

        assert last["response"]["cancel_amount"] == 0.3
        assert refused(shop.cancel(imp_uid=put["imp_uid"], amount=0.01), 1, ALREADY)


class TestTarget:
    def test_an_invalid_imp_uid_fails_even_with_the_right_order(self, shop: Shop, paid: Paid) -> None:
        put = paid()

        answer = shop.cancel(imp_uid="imp_nothing", merchant_uid=put["merchant_uid"])

        assert refused(answer, 1, NOTHING)

    def test_imp_uid_wins_over_the_order(self, shop: Shop, paid: Paid) -> None:
        wanted, other = paid(), paid()

        shop.cancel(imp_uid=wanted["imp_uid"], merchant_uid=other["merchant_uid"])

        assert shop.payment(wanted["imp_uid"])["status"] == "cancelled"
        assert shop.payment(other["imp_uid"])["status"] == "paid"

    def test_an_order_alone_is_enough(self, shop: Shop, paid: Paid) -> None:
        put = paid()

        assert shop.cancel(merchant_uid=put["merchant_uid"])["response"]["imp_uid"] == put["imp_uid"]

    @pytest.mark.parametrize("fields", [{}, {"imp_uid": ""}, {"merchant_uid": "nothing"}])
    def test_naming_nothing_cancels_nothing(self, shop: Shop, fields: dict[str, str]) -> None:
        assert refused(shop.cancel(**fields), 1, NOTHING)

    @pytest.mark.parametrize("status", ["ready", "failed"])
    def test_what_was_never_paid_is_no_refund(self, shop: Shop, paid: Paid, status: str) -> None:
        put = paid(status=status, pay_method="vbank", paid_at=0, failed_at=NOW, vbank_num="1")

        assert refused(shop.cancel(imp_uid=put["imp_uid"], **ACCOUNT), 1, NOTHING)

    def test_a_form_is_as_good_as_json(self, shop: Shop, paid: Paid) -> None:
        form = {"imp_uid": paid()["imp_uid"], "amount": "2500", "checksum": "10000"}

        answer = shop.http.post("/payments/cancel", data=form, headers=shop.headers).json()

        assert answer["response"]["cancel_amount"] == 2_500


class TestAccount:
    @pytest.mark.parametrize("missing", ["refund_holder", "refund_bank", "refund_account"])
    def test_a_virtual_account_needs_one(self, shop: Shop, paid: Paid, missing: str) -> None:
        put = paid(pay_method="vbank")

        assert refused(shop.cancel(imp_uid=put["imp_uid"], **(ACCOUNT | {missing: ""})), 1)
        assert shop.cancel(imp_uid=put["imp_uid"], **ACCOUNT)["code"] == 0

    @pytest.mark.parametrize(
        ("provider", "right", "wrong"),
        [
            ("html5_inicis", "88", "088"),
            ("kcp", "BK88", "88"),
            ("daou", "10", "88"),
            ("nice_v2", "088", "090"),
            ("tosspayments", "088", "88"),
        ],
    )
    def test_each_pg_reads_its_own_bank_codes(
        self, shop: Shop, paid: Paid, provider: str, right: str, wrong: str
    ) -> None:
        put = paid(pay_method="vbank", pg_provider=provider)

        bad = shop.cancel(imp_uid=put["imp_uid"], **(ACCOUNT | {"refund_bank": wrong}))

        assert refused(bad, -1, "결제취소에 실패하였습니다.(환불은행 코드 오류)")
        assert shop.cancel(imp_uid=put["imp_uid"], **(ACCOUNT | {"refund_bank": right}))["code"] == 0

    def test_smartro_wants_it_for_transfers_and_a_phone_number_too(self, shop: Shop, paid: Paid) -> None:
        put = paid(pay_method="trans", pg_provider="smartro_v2")

        assert refused(shop.cancel(imp_uid=put["imp_uid"]), 1)
        assert refused(shop.cancel(imp_uid=put["imp_uid"], **ACCOUNT), 1)
        assert shop.cancel(imp_uid=put["imp_uid"], refund_tel="01012345678", **ACCOUNT)["code"] == 0


class TestPgRules:
    @pytest.mark.parametrize(
        "fields",
        [
            {"pay_method": "phone", "pg_provider": "danal"},
            {"pay_method": "cultureland", "pg_provider": "kcp"},
            {"pay_method": "trans", "pg_provider": "kcp", "escrow": True},
        ],
    )
    def test_some_give_back_all_or_nothing(self, shop: Shop, paid: Paid, fields: dict[str, Any]) -> None:
        put = paid(**fields)

        assert refused(shop.cancel(imp_uid=put["imp_uid"], amount=1_000), -1)
        assert shop.cancel(imp_uid=put["imp_uid"], amount=10_000)["code"] == 0

    def test_inicis_parts_a_phone_bill(self, shop: Shop, paid: Paid) -> None:
        put = paid(pay_method="phone", pg_provider="html5_inicis")

        assert shop.cancel(imp_uid=put["imp_uid"], amount=1_000)["code"] == 0

    def test_a_phone_bill_of_last_month_is_too_late(self, shop: Shop, paid: Paid) -> None:
        put = paid(pay_method="phone", pg_provider="danal", paid_at=NOW - 30 * DAY)

        assert refused(
            shop.cancel(imp_uid=put["imp_uid"]), -1, "결제취소에 실패하였습니다.(취소불가 상태입니다.)"
        )

    def test_kcp_returns_it_to_an_account(self, shop: Shop, paid: Paid) -> None:
        put = paid(pay_method="phone", pg_provider="kcp", paid_at=NOW - 30 * DAY)

        assert refused(shop.cancel(imp_uid=put["imp_uid"]), 1)
        account = ACCOUNT | {"refund_bank": "BK88"}
        assert shop.cancel(imp_uid=put["imp_uid"], **account)["code"] == 0

    def test_a_card_payment_of_long_ago_is_too_late(self, shop: Shop, paid: Paid) -> None:
        put = paid(paid_at=NOW - 366 * DAY)

        assert refused(shop.cancel(imp_uid=put["imp_uid"]), -1)

    def test_the_words_of_the_pg_come_through_raw(self, shop: Shop, paid: Paid) -> None:
        put = paid(pg_provider="kcp")
        with shop.sandbox.state.held() as state:
            state.book.set_trouble(put["imp_uid"], "[8178] 정산금액 <b>부족</b>")

        answer = shop.cancel(imp_uid=put["imp_uid"])

        assert refused(answer, -1, "결제취소에 실패하였습니다.([8178] 정산금액 <b>부족</b>)")


class TestLaterTruth:
    @pytest.mark.parametrize("provider", ["paypal_v2", "paymentwall"])
    def test_it_is_accepted_now_and_recorded_later(
        self, shop: Shop, paid: Paid, clock: Clock, provider: str
    ) -> None:
        put = paid(pg_provider=provider, currency="USD", amount=48.5)

        accepted = shop.cancel(imp_uid=put["imp_uid"], amount=20.25, checksum=48.5, reason="late")

        assert accepted["code"] == 0
        assert (accepted["response"]["status"], accepted["response"]["cancel_amount"]) == ("paid", 0)
        asked_at = clock.now()
        clock.advance(89)
        assert shop.payment(put["imp_uid"])["status"] == "paid"
        clock.advance(60)
        done = shop.payment(put["imp_uid"])
        assert (done["status"], done["cancel_amount"]) == ("cancelled", 20.25)
        assert (
            done["cancel_history"][0] | {"reason": "late", "cancelled_at": asked_at + 90}
            == (done["cancel_history"][0])
        )

    def test_more_than_is_left_after_what_waits_is_refused(self, shop: Shop, paid: Paid) -> None:
        put = paid(pg_provider="paypal_v2", currency="USD", amount=10)
        shop.cancel(imp_uid=put["imp_uid"], amount=7)

        assert refused(shop.cancel(imp_uid=put["imp_uid"], amount=4), -1)


class TestWorlds:
    @pytest.fixture
    def plain(self) -> Iterator[Shop]:
        settings = SandboxSettings(
            payments=60, clock=Clock(NOW), gives_cancellation_id=False, echoes_reason=False
        )
        with start_sandbox(settings) as running:
            shop = Shop(running)
            shop.sign_in()
            yield shop
            shop.http.close()

    def test_no_cancellation_id_anywhere(self, plain: Shop) -> None:
        put = put_payment(plain.sandbox)

        fresh = plain.cancel(imp_uid=put["imp_uid"], reason="mine")["response"]

        histories = [payment["cancel_history"] for payment in plain.sandbox.state.payments()]
        assert sum(map(len, histories)) > 1
        assert all("cancellation_id" not in entry for history in histories for entry in history)
        assert fresh["cancel_history"][0]["reason"] == "취소요청api"
