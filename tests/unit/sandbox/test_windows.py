from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import count
from typing import Any

import httpx
import pytest

from portdesk.sandbox.channels import CHANNELS
from portdesk.sandbox.clock import Clock
from portdesk.sandbox.control import SECRET_HEADER
from portdesk.sandbox.server import RunningSandbox
from portdesk.sandbox.window.order import issuers, quotas
from portdesk.sandbox.window.scenario import Scenario
from portdesk.sandbox.window.table import ROWS, Amounts, Mode, amounts_with_key
from unit.sandbox.customer import CARD, Window
from unit.sandbox.shopkeeper import NOW, Shop, put_payment

NUMBERS = count(1)
BUYER = {"buyer_name": "Nara Kim", "buyer_tel": "010-1234-5678", "buyer_email": "nara@example.com"}
EXTRA = {
    "currency": "KRW",
    "customer_id": "nara",
    "naverProductCode": "sub-1",
    "digital": True,
    "popup": True,
}


@pytest.fixture
def window(sandbox: RunningSandbox) -> Iterator[Window]:
    with httpx.Client(trust_env=False) as http:
        yield Window(sandbox, http)
    sandbox.windows.scenarios.clear()


@pytest.fixture(autouse=True)
def _own_time(clock: Clock) -> None:
    clock.set(NOW)


@pytest.fixture
def order() -> str:
    return f"window{next(NUMBERS)}"


def record(window: Window, order: str) -> Any:
    (payment,) = window.sandbox.state.payments(merchant_uid=order)
    return payment


def catch_up(window: Window) -> None:
    """What is due happens when the next call comes."""
    keys = {"imp_key": window.sandbox.imp_key, "imp_secret": window.sandbox.imp_secret}
    window.http.post(f"{window.sandbox.base_url}/users/getToken", json=keys)


class TestOrdinary:
    def test_the_record_is_ready_while_the_window_stands_and_paid_after(
        self, window: Window, order: str
    ) -> None:
        window.prepare("html5_inicis", merchant_uid=order, custom_data={"memo": "리본"}, **BUYER)
        assert window.sandbox.state.payments(merchant_uid=order) == []
        window.show()
        window.show()
        assert record(window, order)["status"] == "ready"

        result = window.told(window.press())["result"]

        paid = record(window, order)
        assert (paid["status"], paid["amount"], paid["customer_uid_usage"]) == ("paid", 10_000, None)
        assert (paid["card_number"], paid["card_name"]) == ("451842******7894", "신한카드")
        assert paid["custom_data"] == '{"memo": "리본"}'
        assert result["success"] is True
        assert (result["imp_uid"], result["paid_amount"]) == (paid["imp_uid"], 10_000)
        assert result["buyer_name"] == "Nara Kim"
        assert result["pg_type"] == "payment"

    def test_the_newer_shape_has_ids_only(self, window: Window, order: str) -> None:
        result = window.pay("nice_v2", merchant_uid=order, **BUYER)

        assert result == {"imp_uid": record(window, order)["imp_uid"], "merchant_uid": order}

    def test_the_older_script_answers_in_the_older_shape_for_everybody(
        self, window: Window, order: str
    ) -> None:
        assert window.pay("nice_v2", merchant_uid=order, flavour="legacy", **BUYER)["success"] is True

    @pytest.mark.parametrize(
        ("button", "reason", "code"),
        [
            ("decline", "[51] 한도초과", "51"),
            ("cancel", "사용자가 결제를 취소하셨습니다", "F0005"),
            ("time_out", "결제 시간이 초과되었습니다", "PAY_TIMEOUT"),
        ],
    )
    def test_what_fails(self, window: Window, order: str, button: str, reason: str, code: str) -> None:
        window.prepare("html5_inicis", merchant_uid=order, **BUYER)
        window.show()

        result = window.told(window.press(button))["result"]

        failed = record(window, order)
        assert (failed["status"], failed["fail_reason"], failed["paid_at"]) == ("failed", reason, 0)
        assert (result["success"], result["error_code"]) == (False, code)
        assert result["error_msg"]

    def test_pressing_twice_pays_once(self, window: Window, order: str) -> None:
        window.pay("html5_inicis", merchant_uid=order, **BUYER)
        paid = record(window, order)

        window.press("decline")

        assert record(window, order) == paid

    def test_a_lost_answer_is_told_when_the_popup_has_closed(self, window: Window, order: str) -> None:
        window.prepare("payco", merchant_uid=order, **BUYER)
        window.show()

        assert window.press("lose") == {"is_silent": True}

        assert record(window, order)["status"] == "paid"
        assert window.close()["success"] is True

    def test_a_popup_that_is_closed_was_given_up(self, window: Window, order: str) -> None:
        window.prepare("payco", merchant_uid=order, **BUYER)
        window.show()

        assert window.close()["success"] is False
        assert record(window, order)["status"] == "failed"

    def test_in_the_newer_flow_a_closed_popup_leaves_the_record_as_it_was(
        self, window: Window, order: str
    ) -> None:
        window.prepare("tosspay_v2", merchant_uid=order, pay_method="tosspay")
        window.show()

        assert window.close()["error_code"] == "PAY_PROCESS_CANCELED"
        assert record(window, order)["status"] == "ready"

    def test_late_approval_follows_a_failure(self, window: Window, order: str, clock: Clock) -> None:
        window.prepare("html5_inicis", merchant_uid=order, **BUYER)
        window.show()

        result = window.told(window.press("late"))["result"]

        assert result["success"] is False
        assert record(window, order)["status"] == "ready"
        clock.advance(31)
        catch_up(window)
        assert record(window, order)["status"] == "paid"

    def test_a_card_number_that_is_not_masked_is_not_taken_in(self, window: Window, order: str) -> None:
        window.prepare("html5_inicis", merchant_uid=order, **BUYER)
        window.show()

        answer = window.press(card_number="4518421234567894")

        assert "back" not in answer
        assert record(window, order)["status"] == "ready"

    @pytest.mark.parametrize("bad", [{"card_code": "999"}, {"card_number": ["4"]}])
    def test_a_card_that_makes_no_sense(self, window: Window, order: str, bad: dict[str, Any]) -> None:
        window.prepare("html5_inicis", merchant_uid=order, **BUYER)
        window.show()

        assert "message" in window.press(**(CARD | bad))

    @pytest.mark.parametrize("amount", ["1000", None, True, float("inf")])
    def test_an_amount_that_is_no_number_is_not_taken_in(
        self, window: Window, order: str, amount: object
    ) -> None:
        answer = window.prepare("jtnet", merchant_uid=order, amount=amount)

        assert set(answer) == {"message"}

    @pytest.mark.parametrize(
        "odd",
        [
            {"card": {"detail": 5, "direct": {"code": "366", "quota": "x"}}},
            {"card": [], "display": {"card_quota": "6"}, "period": 3, "bypass": "x"},
            {"name": ["꽃"], "buyer_name": {"first": 1}, "company": 7, "currency": 5},
            {"customer_uid": ["a", "b"]},
            {"custom_data": [1, {"a": None}], "escrow": "yes", "products": 1},
            {"merchant_uid": 12, "m_redirect_url": ["x"], "language": []},
            {"name": "\ud800", "buyer_name": "\udfff"},
            {"pay_method": {"card": 1}},
        ],
    )
    def test_nonsense_is_refused_or_shown_but_breaks_nothing(
        self, window: Window, order: str, odd: dict[str, Any]
    ) -> None:
        asked = {"merchant_uid": order} | BUYER | odd

        if window.prepare("jtnet", **asked).get("sid"):
            assert "데모" in window.show()
            assert window.told(window.press())["result"]["imp_uid"]
            contents = window.sandbox.state.payments(merchant_uid=str(asked["merchant_uid"]))
            assert all(isinstance(one["name"], str) for one in contents)

    def test_the_test_channel_marks_its_records(self, window: Window, order: str, shop: Shop) -> None:
        window.pay("danal_tpay", merchant_uid=order, **BUYER)
        uid = record(window, order)["imp_uid"]

        assert shop.get(f"/payments/{uid}").status_code == 404
        assert shop.payment(uid)["sandbox"] is True


class TestKeys:
    @pytest.mark.parametrize(
        "charge",
        [
            ("jtnet", "card", 0, 0),
            ("jtnet", "card", 1_004, 1_004),
            ("kakaopay", "card", 0, 0),
            ("kakaopay", "card", 9_900, 9_900),
            ("settle_acc", "trans", 500, 500),
            ("mobilians_v2", "card", 0, 0),
            ("danal_tpay", "card", 0, 10),
            ("danal_tpay", "card", 7_000, 7_000),
            ("html5_inicis", "card", 9_900, 0),
            ("kcp_billing", "card", 9_900, 0),
            ("tosspayments", "card", 9_900, 0),
            ("naverpay", "naverpay", 9_900, 0),
            ("chai", "trans", 9_900, 0),
            ("tosspay_v2", "tosspay", 9_900, 0),
            ("nice_v2", "kakaopay", 0, 0),
            ("welcome", "card", 9_900, 0),
            ("paymentwall", "card", 20, 20),
            ("danal", "phone", 5_500, 5_500),
            ("mobilians", "phone", 5_500, 5_500),
            ("welcome", "phone", 5_500, 5_500),
            ("galaxia", "phone", 5_500, 5_500),
        ],
    )
    def test_what_is_charged(
        self, window: Window, order: str, clock: Clock, charge: tuple[str, str, int, int]
    ) -> None:
        provider, method, amount, charged = charge
        window.pay(
            provider,
            merchant_uid=order,
            mode="popup",
            pay_method=method,
            amount=amount,
            customer_uid=f"key-{order}",
            **BUYER,
            **EXTRA,
        )
        clock.advance(21)
        catch_up(window)

        payment = record(window, order)
        assert (payment["status"], payment["amount"]) == ("paid", charged)
        assert (payment["customer_uid"], payment["customer_uid_usage"]) == (f"key-{order}", "issue")
        key = window.sandbox.state.billing_keys.find(f"key-{order}", 0)
        assert key is not None
        assert (key["pg_provider"], key["pg_id"]) == (provider, payment["pg_id"])

    def test_danals_test_charge_is_given_back_half_an_hour_later(
        self, window: Window, order: str, clock: Clock
    ) -> None:
        window.pay("danal_tpay", merchant_uid=order, amount=0, customer_uid=f"key-{order}", **BUYER)
        assert record(window, order)["status"] == "paid"

        clock.advance(31 * 60)
        catch_up(window)

        payment = record(window, order)
        assert (payment["status"], payment["cancel_amount"]) == ("cancelled", 10)

    @pytest.mark.parametrize(
        ("provider", "method"),
        [
            ("nice", "card"),
            ("kcp", "card"),
            ("ksnet", "card"),
            ("daou", "card"),
            ("jtnet", "trans"),
            ("mobilians", "card"),
        ],
    )
    def test_what_has_no_window(self, window: Window, order: str, provider: str, method: str) -> None:
        answer = window.prepare(
            provider, merchant_uid=order, pay_method=method, customer_uid="k", **BUYER, **EXTRA
        )

        assert "빌링키 발급을 지원하지 않습니다" in answer["refused"]["error_msg"]

    @pytest.mark.parametrize("usage", ["issue", "payment"])
    def test_a_charge_and_an_issue_in_one_are_recorded_either_way(
        self, window: Window, order: str, usage: str
    ) -> None:
        window.sandbox.windows.scenarios.choose(Scenario(usage=usage), merchant_uid=order)

        window.pay("jtnet", merchant_uid=order, amount=1_004, customer_uid=f"key-{order}", **BUYER)

        assert record(window, order)["customer_uid_usage"] == usage

    def test_a_name_that_is_used_again_gets_the_newest_card(
        self, window: Window, order: str, clock: Clock
    ) -> None:
        window.pay("jtnet", merchant_uid=order, amount=0, customer_uid=f"key-{order}", **BUYER)
        clock.advance(60)
        window.prepare("jtnet", merchant_uid=order + "b", amount=0, customer_uid=f"key-{order}", **BUYER)
        window.show()
        window.told(window.press(card_number="557042******7896"))

        keys = window.sandbox.state.billing_keys
        key = keys.find(f"key-{order}", 0)
        assert key is not None
        assert (key["card_number"], key["updated"] - key["inserted"]) == ("557042******7896", 60)
        assert [one.is_live for one in keys.at_pg(f"key-{order}")] == [True, True]

    def test_paymentwall_fails_first_and_pays_with_its_key_later(
        self, window: Window, order: str, clock: Clock
    ) -> None:
        scenario = Scenario(after_seconds=40, first_failed=True, told="failure")
        window.sandbox.windows.scenarios.choose(scenario, customer_uid=f"key-{order}")
        window.pay("paymentwall", merchant_uid=order, customer_uid=f"key-{order}", **BUYER, **EXTRA)
        keys = window.sandbox.state.billing_keys
        assert record(window, order)["status"] == "failed"
        assert keys.find(f"key-{order}", 0) is None

        clock.advance(41)
        catch_up(window)

        assert record(window, order)["status"] == "paid"
        assert keys.find(f"key-{order}", 0) is not None


class TestRefusedBefore:
    @pytest.mark.parametrize(
        ("provider", "params", "words"),
        [
            ("html5_inicis", {"buyer_tel": ""}, "buyer_tel"),
            ("html5_inicis", {"merchant_uid": "m" * 41}, "merchant_uid"),
            ("html5_inicis", {"name": "n" * 41}, "name"),
            ("html5_inicis", {"amount": 0}, "0보다"),
            ("html5_inicis", {"pay_method": "wechat"}, "wechat"),
            ("jtnet", {"pay_method": "vbank"}, "vbank_due"),
            ("jtnet", {"pay_method": "vbank", "vbank_due": "tomorrow"}, "vbank_due"),
            ("jtnet", {"pay_method": "phone"}, "digital"),
            ("danal_tpay", {"pay_method": "vbank", "vbank_due": "20301231"}, "biz_num"),
            ("kcp_billing", {}, "customer_uid"),
            ("paymentwall", {"buyer_email": "", "currency": "KRW"}, "buyer_email"),
            ("paymentwall", {"buyer_name": "김나라", "currency": "KRW"}, "Firstname"),
            ("paymentwall", {"amount": 0, "customer_uid": "k", "currency": "KRW"}, "0보다"),
            ("tosspay_v2", {"pay_method": "tosspay", "customer_uid": "k"}, "customer_id"),
            ("welcome", {"amount": 999}, "1000"),
            ("naverpay", {"amount": 9}, "10"),
            ("mobilians_v2", {"amount": 99}, "100"),
            ("smartro_v2", {"merchant_uid": "order-1"}, "영문과 숫자"),
            ("nice_v2", {"name": "50% 할인"}, "특수문자"),
            ("nice_v2", {"card": {"direct": {"code": "361"}}}, "quota"),
            ("daou", {"name": "꽃다발 🌸"}, "EUC-KR"),
            ("paypal", {"currency": "KRW"}, "통화"),
        ],
    )
    def test_each_rule(
        self, window: Window, order: str, provider: str, params: dict[str, Any], words: str
    ) -> None:
        answer = window.prepare(provider, **({"merchant_uid": order} | BUYER | params))

        refused = answer["refused"]
        assert words in refused["error_msg"]
        assert refused.get("imp_uid") is None
        assert window.sandbox.state.payments(merchant_uid=order) == []

    def test_welcome_takes_less_when_it_is_told_to(self, window: Window, order: str) -> None:
        bypass = {"acceptmethod": "below1000"}

        assert "sid" in window.prepare("welcome", merchant_uid=order, amount=500, bypass=bypass, **BUYER)

    def test_an_order_that_was_approved(self, window: Window) -> None:
        paid = put_payment(window.sandbox)

        answer = window.prepare("jtnet", merchant_uid=paid["merchant_uid"])

        assert "이미 승인" in answer["refused"]["error_msg"]

    def test_an_amount_other_than_the_registered_one(self, window: Window, order: str, shop: Shop) -> None:
        shop.post("/payments/prepare", merchant_uid=order, amount=9_000)

        assert "refused" in window.prepare("jtnet", merchant_uid=order, amount=9_001)
        assert "sid" in window.prepare("jtnet", merchant_uid=order, amount=9_000)

    def test_names_that_a_form_spoiled_on_its_way(self, window: Window, order: str) -> None:
        prepared = window.prepare("daou", merchant_uid=order)
        assert prepared["charset"] == "euc-kr"
        form = {"content-type": "application/x-www-form-urlencoded"}

        back = window.http.post(prepared["url"], content=b"name=%EA%BD%83", headers=form)

        assert back.status_code == 303
        assert "EUC-KR" in window.told()["result"]["error_msg"]


class TestAccounts:
    def test_ready_with_an_account_then_paid_by_a_deposit(
        self, window: Window, order: str, shop: Shop
    ) -> None:
        params = {"pay_method": "vbank", "vbank_due": "2030-12-31"}
        result = window.pay("tosspayments", flavour="legacy", merchant_uid=order, **params, **BUYER)

        assert (result["status"], result["success"]) == ("ready", True)
        assert result["vbank_num"] == record(window, order)["vbank_num"]
        answer = shop.http.post(
            "/__sandbox__/deposit",
            json={"imp_uid": result["imp_uid"]},
            headers={SECRET_HEADER: window.sandbox.imp_secret},
        )
        assert answer.json()["status"] == "paid"
        assert record(window, order)["status"] == "paid"


class TestReturning:
    def test_a_page_that_left_comes_back_with_a_query(self, window: Window, order: str) -> None:
        url = "https://return.invalid/done?nonce=1"
        window.prepare("chai", merchant_uid=order, pay_method="trans", m_redirect_url=url)
        window.show()

        back = window.http.get(window.press()["back"])

        assert back.status_code == 302
        uid = record(window, order)["imp_uid"]
        assert back.headers["location"] == f"{url}&imp_uid={uid}&merchant_uid={order}&imp_success=true"

    def test_without_an_address_it_ends_at_ours(self, window: Window, order: str) -> None:
        window.prepare("alipay", merchant_uid=order, currency="USD")
        window.show()

        back = window.http.get(window.press("cancel")["back"])

        assert back.headers["location"].startswith(f"{window.sandbox.core_url}/payments/fail?")
        assert "imp_success=false" in back.headers["location"]

    def test_naverco_reports_nothing(self, window: Window, order: str) -> None:
        window.prepare("naverco", merchant_uid=order)
        window.show()

        assert window.press() == {"is_silent": True}
        assert record(window, order)["status"] == "paid"


class TestScenarios:
    def test_a_forged_result_leaves_the_record_alone(self, window: Window, order: str) -> None:
        scenario = Scenario(pay_means="decline", told="success", told_fields={"imp_uid": "imp_1"}, times=3)
        window.sandbox.windows.scenarios.choose(scenario, merchant_uid=order)
        window.prepare("jtnet", merchant_uid=order)
        window.show()

        told = window.told(window.press())

        assert (told["result"]["success"], told["result"]["imp_uid"], told["times"]) == (True, "imp_1", 3)
        assert record(window, order)["status"] == "failed"

    def test_a_record_that_differs_from_what_was_asked(self, window: Window, order: str) -> None:
        window.sandbox.windows.scenarios.choose(Scenario(record={"amount": 1, "currency": "USD"}))

        window.pay("jtnet", merchant_uid=order)

        assert (record(window, order)["amount"], record(window, order)["currency"]) == (1, "USD")

    def test_another_channel_opens(self, window: Window, order: str) -> None:
        window.sandbox.windows.scenarios.choose(Scenario(opens="kcp"))

        window.pay("jtnet", merchant_uid=order)

        assert record(window, order)["pg_provider"] == "kcp"

    def test_quirks_of_the_older_shape(self, window: Window, order: str) -> None:
        window.sandbox.windows.scenarios.choose(Scenario(flag="imp_success", flag_is_text=True))

        result = window.pay("jtnet", merchant_uid=order)

        assert result["imp_success"] == "true"
        assert "success" not in result

    def test_they_are_chosen_from_outside_and_played_once(
        self, window: Window, order: str, shop: Shop
    ) -> None:
        headers = {SECRET_HEADER: window.sandbox.imp_secret}
        wish = {"merchant_uid": order, "press": "pay", "tries": ["scheme"]}
        assert shop.http.post("/__sandbox__/scenarios", json=wish, headers=headers).status_code == 200
        bad = shop.http.post("/__sandbox__/scenarios", json={"press": "everything"}, headers=headers)

        window.prepare("jtnet", merchant_uid=order + "other")
        assert '"press": null' in window.show()
        window.prepare("jtnet", merchant_uid=order)
        assert '"press": "pay"' in window.show()
        window.prepare("jtnet", merchant_uid=order)
        assert '"press": null' in window.show()
        assert bad.status_code == 400

    def test_an_origin_can_be_made_unreachable(self, window: Window, order: str, shop: Shop) -> None:
        headers = {SECRET_HEADER: window.sandbox.imp_secret}
        shop.http.post("/__sandbox__/windows", json={"unreachable": ["sdk"]}, headers=headers)

        with pytest.raises(httpx.TransportError):
            window.http.get(window.sandbox.sdk_url)

        shop.http.post("/__sandbox__/windows", json={"unreachable": []}, headers=headers)
        assert window.http.get(window.sandbox.sdk_url).status_code == 200


class TestOrder:
    @pytest.mark.parametrize(
        ("provider", "amount", "display", "shown"),
        [
            ("html5_inicis", 59_000, {}, [0, *range(2, 13)]),
            ("html5_inicis", 49_999, {}, [0]),
            ("html5_inicis", 59_000, {"card_quota": []}, [0]),
            ("html5_inicis", 59_000, {"card_quota": [2, 3]}, [0, 2, 3]),
            ("html5_inicis", 59_000, {"card_quota": [6]}, [0, 2, 3, 4, 5, 6]),
            ("jtnet", 59_000, {"card_quota": [6]}, [0, 6]),
            ("kakaopay", 59_000, {"card_quota": [6]}, [6]),
            ("tosspayments", 59_000, {"card_quota": [3], "only_installment": True}, [2, 3]),
        ],
    )
    def test_instalments(self, provider: str, amount: int, display: dict[str, Any], shown: list[int]) -> None:
        assert quotas({"display": display}, provider, amount) == shown

    def test_card_companies_are_switched_off_and_on_again(self) -> None:
        detail = [{"card_code": "*", "enabled": False}, {"card_code": "366", "enabled": True}]

        assert issuers({"card": {"detail": detail}}) == [{"code": "366", "name": "신한카드", "free": 0}]
        assert len(issuers({"card": "nonsense"})) == 20

    def test_terms_at_the_shops_cost(self) -> None:
        everybody = issuers({"card": {"interest_free": 7}})
        one = issuers({"card": {"detail": [{"card_code": "361", "max_month": 6}]}})

        assert {issuer["free"] for issuer in everybody} == {7}
        assert [issuer["code"] for issuer in one if issuer["free"] == 6] == ["361"]

    def test_one_issuer_is_gone_to_at_once(self, window: Window, order: str) -> None:
        direct = {"code": "367", "quota": 3}
        window.prepare("html5_inicis", merchant_uid=order, card={"direct": direct}, **BUYER)

        assert '"direct": {"code": "367", "quota": 3}' in window.show()

    @pytest.mark.parametrize(
        ("params", "words"),
        [
            ({}, "10,000원이 결제됩니다"),
            ({"pay_method": "vbank", "vbank_due": "20301231"}, "입금하면 결제됩니다"),
            ({"customer_uid": "k", "amount": 0}, "결제되지 않습니다"),
            ({"customer_uid": "k"}, "결제되고 카드가 등록됩니다"),
        ],
    )
    def test_the_page_says_what_will_happen(
        self, window: Window, order: str, params: dict[str, Any], words: str
    ) -> None:
        window.prepare("jtnet", merchant_uid=order, **params)

        assert words in json.loads(re.findall('id="data">(.*?)</script>', window.show())[0])["sentence"][0]


class TestPages:
    def test_what_a_buyer_typed_cannot_end_the_data_of_a_page(self, window: Window, order: str) -> None:
        window.prepare("jtnet", merchant_uid=order, name="</script><img src=x>")

        page = window.show()

        assert "<img" not in page
        assert "\\u003c/script>" in page

    def test_every_page_has_a_policy_and_needs_nothing_from_outside(self, window: Window, order: str) -> None:
        window.prepare("jtnet", merchant_uid=order)
        page = window.http.get(f"{window.sandbox.pg_url}/pay/{window.sid}")

        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in page.text.replace("http-equiv", "")

    def test_channels_are_told_to_their_shop_only(self, window: Window) -> None:
        core = window.sandbox.core_url

        assert window.http.get(f"{core}/channels/imp00000000").status_code == 404
        assert window.http.get(f"{core}/channels/{window.sandbox.user_code}?tier=ZZZ").status_code == 404
        told = window.http.get(f"{core}/channels/{window.sandbox.user_code}").json()
        assert {one["pg_provider"] for one in told["channels"]} >= set(ROWS)

    def test_the_script_knows_where_it_belongs(self, window: Window) -> None:
        script = window.http.get(window.sandbox.sdk_url).text

        assert window.sandbox.core_url in script
        assert '"flavour": "v1"' in script
        older = window.sandbox.sdk_url.replace("/v1/iamport.js", "/js/iamport.payment-1.2.0.js")
        assert '"flavour": "legacy"' in window.http.get(older).text

    @pytest.mark.parametrize("path", ["/pay/none", "/pay/none/secure", "/files/secrets.txt"])
    def test_what_is_not_there(self, window: Window, path: str) -> None:
        assert window.http.get(window.sandbox.pg_url + path).status_code == 404


def test_every_pg_of_the_table_has_a_channel_to_try_it_with() -> None:
    assert set(ROWS) <= {channel.pg_provider for channel in CHANNELS if channel.type == "payment"}


def test_windows_that_report_by_closing_have_a_name_and_a_size() -> None:
    for row in ROWS.values():
        assert row.mode is Mode.LAYER or row.popup_name != "IMP_POPUP" or row.mode is not Mode.POPUP


def test_a_method_that_is_not_named_has_no_billing_window() -> None:
    assert amounts_with_key("jtnet", "vbank") is Amounts.NO_WINDOW
    assert amounts_with_key("nobody", "card") is Amounts.NO_WINDOW
    assert CARD["card_number"].count("*") == 6
