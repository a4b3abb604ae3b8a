"""The stand-in for `iamport.js` in a real browser: where windows open, what is told, and what is not."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from PySide6.QtCore import Qt

from portdesk.sandbox.server import RunningSandbox, start_sandbox
from portdesk.sandbox.settings import SandboxSettings
from portdesk.sandbox.window.scenario import Scenario
from web.browser import CARD, MOBILE, RETURN_URL, Browser, type_card

pytestmark = pytest.mark.usefixtures("qapp")

NUMBERS = count(1)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[RunningSandbox]:
    with start_sandbox(SandboxSettings(payments=20)) as running:
        yield running


@pytest.fixture
def browser(sandbox: RunningSandbox) -> Iterator[Browser]:
    with Browser(sandbox) as browser:
        yield browser
    windows = sandbox.windows
    windows.scenarios.clear()
    windows.unreachable, windows.hidden, windows.is_falling_back = set(), set(), True


def order(pg: str, **more: Any) -> dict[str, Any]:
    return {
        "pg": pg,
        "merchant_uid": f"standin{next(NUMBERS)}",
        "name": "꽃다발",
        "amount": 59_000,
        "buyer_name": "Nara Kim",
        "buyer_tel": "010-1234-5678",
        "buyer_email": "nara@example.com",
        "m_redirect_url": RETURN_URL,
    } | more


def record(browser: Browser, asked: dict[str, Any]) -> Any:
    (payment,) = browser.sandbox.state.payments(merchant_uid=asked["merchant_uid"])
    return payment


def choose(browser: Browser, **scenario: Any) -> None:
    browser.sandbox.windows.scenarios.choose(Scenario(**scenario))


class TestLayer:
    def test_a_card_is_typed_by_keyboard_and_paid_with(self, browser: Browser) -> None:
        asked = order("html5_inicis", name="100% \"꽃\" & '리본' 🌷", custom_data={"memo": "<b>"})
        browser.open_shop()
        browser.pay(asked)

        type_card(browser)
        browser.press(Qt.Key.Key_Tab)
        browser.press(Qt.Key.Key_Tab)
        browser.wait(lambda: browser.focused() == "agree")
        browser.press(Qt.Key.Key_Space)
        browser.press(Qt.Key.Key_Return)

        (told,) = browser.wait(lambda: browser.told)
        paid = record(browser, asked)
        assert (told["success"], told["imp_uid"], told["name"]) == (True, paid["imp_uid"], asked["name"])
        assert (paid["status"], paid["card_number"]) == ("paid", "451842******7894")
        assert browser.run("getComputedStyle(document.querySelector('.imp-dialog')).display") == "none"
        assert CARD[6:12] not in str(paid)

    def test_what_was_typed_wrong_is_said_and_nothing_is_sent(self, browser: Browser) -> None:
        asked = order("jtnet", amount=0, customer_uid="typed-wrong")
        browser.open_shop()
        browser.pay(asked)

        type_card(browser, CARD[:-1] + "5")
        assert "카드번호를 다시" in browser.text("#number-hint")
        browser.click("#pay")

        assert "카드번호를 다시" in browser.wait(lambda: browser.text("#problem"))
        assert browser.focused() == "number-1"
        assert record(browser, asked)["status"] == "ready"

    def test_backspace_goes_back_to_the_box_before(self, browser: Browser) -> None:
        browser.open_shop()
        browser.pay(order("jtnet", amount=0, customer_uid="backwards"))
        browser.wait(lambda: browser.focused() == "number-1")
        browser.type("4518")
        assert browser.focused() == "number-2"

        browser.press(Qt.Key.Key_Backspace)

        browser.wait(lambda: browser.focused() == "number-1")

    def test_the_cross_gives_up_and_the_next_call_works(self, browser: Browser) -> None:
        first, second = order("tosspayments"), order("html5_inicis")
        browser.open_shop()
        browser.pay(first)
        browser.click("#close")
        (told,) = browser.wait(lambda: browser.told)
        assert told["error_code"] == "PAY_PROCESS_CANCELED"
        assert record(browser, first)["status"] == "ready"

        choose(browser, press="pay")
        browser.pay(second)

        browser.wait(lambda: len(browser.told) == 2)
        assert browser.told[1]["success"] is True
        assert browser.run("document.body.style.overflow") == ""

    def test_smilepay_says_so_by_alert_and_calls_nobody(self, browser: Browser) -> None:
        browser.open_shop()
        browser.pay(order("smilepay"))
        browser.click("#close")

        browser.wait(lambda: browser.alerts)

        assert browser.told == []

    @pytest.mark.parametrize("button", ["decline", "time_out"])
    def test_the_visible_buttons_of_the_demo(self, browser: Browser, button: str) -> None:
        asked = order("kakaopay")
        browser.open_shop()
        browser.pay(asked)
        assert "실제 PG가 아닙니다" in browser.wait(lambda: browser.text(".strip"))

        browser.click(f'[data-press="{button}"]')

        (told,) = browser.wait(lambda: browser.told)
        assert told["success"] is False
        assert record(browser, asked)["status"] == "failed"

    def test_a_lost_answer_leaves_the_page_waiting(self, browser: Browser) -> None:
        asked = order("kakaopay")
        browser.open_shop()
        browser.pay(asked)

        browser.click('[data-press="lose"]')

        assert "처리 중" in browser.wait(lambda: browser.text("#silent"))
        assert record(browser, asked)["status"] == "paid"
        assert browser.told == []

    def test_a_demo_card_can_be_filled_in(self, browser: Browser) -> None:
        asked = order("html5_inicis")
        browser.open_shop()
        browser.pay(asked)
        browser.click("#fill")
        browser.wait(lambda: browser.focused() == "agree")
        browser.press(Qt.Key.Key_Space)
        browser.press(Qt.Key.Key_Return)

        browser.wait(lambda: browser.told)

        assert record(browser, asked)["status"] == "paid"

    def test_no_digit_between_the_ends_of_a_card_leaves_the_page(self, browser: Browser) -> None:
        browser.open_shop()
        browser.pay(order("jtnet", amount=0, customer_uid="canary"))
        type_card(browser)
        browser.listen("pg-window")
        browser.click("#agree")
        browser.click("#pay")

        (sent,) = browser.wait(lambda: browser.sent("pg-window"))

        assert "451842******7894" in sent
        assert not any(part in sent for part in (CARD[6:12], "900101", '"12"', "0930"))


class TestPopup:
    def test_it_has_the_pgs_name_and_size_and_closes_when_paid(self, browser: Browser) -> None:
        asked = order("payco")
        browser.open_shop()
        browser.pay(asked)
        browser.click("#agree")
        assert (browser.sizes[0].width(), browser.sizes[0].height()) == (727, 512)

        browser.click("#pay")

        (told,) = browser.wait(lambda: browser.told)
        assert told["success"] is True
        browser.wait(lambda: not browser.popups)

    def test_closing_it_gives_up(self, browser: Browser) -> None:
        browser.open_shop()
        browser.pay(order("payco"))
        browser.wait(lambda: browser.find("#pay"))

        browser.popups[0].page().triggerAction(browser.views[1].page().WebAction.RequestClose)

        (told,) = browser.wait(lambda: browser.told)
        assert (told["success"], told["error_code"]) == (False, "F0005")

    def test_closing_it_after_a_lost_answer_tells_the_truth(self, browser: Browser) -> None:
        asked = order("payco")
        browser.open_shop()
        browser.pay(asked)
        browser.click('[data-press="lose"]')
        browser.wait(lambda: browser.text("#silent"))

        browser.popups[0].page().triggerAction(browser.views[1].page().WebAction.RequestClose)

        (told,) = browser.wait(lambda: browser.told)
        assert (told["success"], told["paid_amount"]) == (True, 59_000)

    def test_in_the_newer_flow_a_failure_is_found_by_asking(self, browser: Browser) -> None:
        asked = order("tosspay_v2", pay_method="tosspay")
        choose(browser, press="pay", pay_means="decline", told="nothing", code="PAY_51", message="한도")
        browser.open_shop()
        browser.pay(asked)
        browser.wait(lambda: browser.text("#silent"))

        browser.popups[0].page().triggerAction(browser.views[1].page().WebAction.RequestClose)

        (told,) = browser.wait(lambda: browser.told)
        assert (told["error_code"], told["error_msg"]) == ("PG_PROVIDER_ERROR", "[PAY_51] 한도")
        assert "success" not in told

    def test_an_euc_kr_pg_gets_korean_whole(self, browser: Browser) -> None:
        asked = order("daou", buyer_name="김나라")
        choose(browser, press="pay")
        browser.open_shop()
        browser.pay(asked)

        (told,) = browser.wait(lambda: browser.told)
        assert (told["success"], told["buyer_name"]) == (True, "김나라")

    def test_naverco_never_reports(self, browser: Browser) -> None:
        asked = order("naverco")
        choose(browser, press="pay")
        browser.open_shop()
        browser.pay(asked)
        browser.wait(lambda: browser.text("#silent"))

        browser.popups[0].page().triggerAction(browser.views[1].page().WebAction.RequestClose)
        browser.wait(lambda: not browser.popups)

        assert record(browser, asked)["status"] == "paid"
        assert browser.told == []

    def test_a_card_companys_popup_out_of_the_pgs_frame(self, browser: Browser) -> None:
        asked = order("html5_inicis")
        browser.open_shop()
        browser.pay(asked)
        browser.click("#secure")
        browser.wait(lambda: browser.focused() == "code")
        browser.type("123456")
        browser.press(Qt.Key.Key_Return)

        (told,) = browser.wait(lambda: browser.told)

        assert told["success"] is True
        browser.wait(lambda: not browser.popups)

    def test_an_identity_is_checked_in_a_popup(self, browser: Browser) -> None:
        choose(browser, press="pay")
        browser.open_shop()
        browser.pay({"merchant_uid": "person-1"}, function="certification")

        (told,) = browser.wait(lambda: browser.told)
        assert (told["success"], told["merchant_uid"]) == (True, "person-1")


class TestRedirect:
    @pytest.mark.parametrize("way", ["get", "post"])
    def test_the_page_leaves_and_comes_back(self, browser: Browser, way: str) -> None:
        asked = order("naverpay", pay_method="naverpay")
        choose(browser, come_back_by=way)
        browser.open_shop()
        browser.pay(asked)
        browser.click("#agree")
        browser.click("#pay")

        (address,) = browser.wait(lambda: browser.returned)

        uid = record(browser, asked)["imp_uid"]
        assert address == f"{RETURN_URL}?imp_uid={uid}&merchant_uid={asked['merchant_uid']}&imp_success=true"

    def test_a_telephone_leaves_where_a_desktop_opens_a_layer(self, sandbox: RunningSandbox) -> None:
        with Browser(sandbox, MOBILE) as browser:
            asked = order("jtnet")
            choose(browser, press="cancel")
            browser.open_shop()
            browser.pay(asked)

            (address,) = browser.wait(lambda: browser.returned)

        assert "imp_success=false" in address
        assert "error_msg=" in address


class TestButtons:
    def test_the_pgs_own_button_opens_its_popup(self, browser: Browser) -> None:
        box = '<div class="portone-ui-container" data-portone-ui-type="paypal-spb"></div>'
        asked = order("paypal_v2", currency="USD", amount=12.5)
        choose(browser, press="pay", after_seconds=0.001)
        browser.open_shop(body=box)
        browser.run(
            "window.start = () => IMP.loadUI('paypal-spb', window.asked, (told) => window.told.push(told))"
        )
        browser.run(f"window.asked = {__import__('json').dumps(asked)}; window.start()")

        browser.click("#pay")

        (told,) = browser.wait(lambda: browser.told)
        assert (told["success"], told["merchant_uid"]) == (True, asked["merchant_uid"])

    @pytest.mark.parametrize(
        "body",
        [
            "",
            '<div class="portone-ui-container" data-portone-ui-type="paypal-rt"></div>',
            '<div class="portone-ui-container" data-portone-ui-type="paypal-spb"></div>' * 2,
            '<div class="portone-ui-container" data-portone-ui-type="paypal-spb"><i id="paypal"></i></div>',
        ],
    )
    def test_it_needs_exactly_one_container(self, browser: Browser, body: str) -> None:
        browser.open_shop(body=body)
        browser.run("IMP.loadUI('paypal-spb', {merchant_uid: 'u'}, (told) => window.told.push(told))")

        (told,) = browser.wait(lambda: browser.told)
        assert told["error_code"] == "F500"


class TestCalls:
    def test_before_init_there_is_an_alert_and_a_rejection_and_no_callback(self, browser: Browser) -> None:
        browser.show()
        browser.pay(order("jtnet"))

        browser.wait(lambda: browser.alerts)

        assert browser.wait(lambda: browser.run("failed.length")) == 1
        assert browser.told == []

    def test_an_unknown_shop_gets_alerts_only(self, browser: Browser) -> None:
        browser.show()
        browser.run("IMP.init('imp00000000')")
        browser.pay(order("jtnet"))

        browser.wait(lambda: len(browser.alerts) == 2)

        assert browser.told == []

    def test_a_second_init_changes_nothing(self, browser: Browser) -> None:
        browser.open_shop()

        browser.run("IMP.init('imp00000000')")
        browser.pay(order("jtnet"))

        browser.wait(lambda: browser.find("#pay"))
        assert browser.alerts == []

    def test_an_agency_pays_for_its_sub_merchant(self, browser: Browser) -> None:
        asked = order("jtnet")
        choose(browser, press="pay")
        browser.show()
        browser.run(f"IMP.agency({browser.sandbox.user_code!r}, 'B2B')")
        browser.pay(asked)
        browser.wait(lambda: browser.told)

        book = browser.sandbox.state.book
        assert book.tier_of(record(browser, asked)["imp_uid"]) == 1

    def test_an_unreachable_core_is_said_by_alert(self, browser: Browser) -> None:
        browser.show()
        browser.sandbox.windows.unreachable = {"core"}

        browser.run(f"IMP.init({browser.sandbox.user_code!r})")

        browser.wait(lambda: browser.alerts)

    def test_the_older_script_leaves_an_object_that_is_there(self, browser: Browser) -> None:
        older = browser.sandbox.sdk_url.replace("/v1/iamport.js", "/js/iamport.payment-1.2.0.js")
        browser.show(older, "<script>window.IMP = {is_mine: true}</script>")
        assert browser.run("IMP.is_mine") is True

        browser.show(body="<script>window.IMP = {is_mine: true}</script>")

        assert browser.run("IMP.is_mine === undefined && typeof IMP.request_pay") == "function"

    def test_every_call_of_the_real_object_is_there(self, browser: Browser) -> None:
        browser.open_shop()

        assert set(str(browser.run("Object.keys(IMP).join()")).split(",")) >= {
            "init", "agency", "request_pay", "certification", "loadUI", "updateLoadUIRequest", "loadModule",
            "communicate", "close", "deinit",
        }  # fmt: skip
        browser.run("IMP.deinit()")
        assert browser.run("typeof window.IMP + document.querySelectorAll('.imp-dialog').length") == (
            "undefined0"
        )

    def test_an_amount_that_is_no_number(self, browser: Browser) -> None:
        browser.open_shop()
        browser.pay(order("jtnet", amount="59000"))

        (told,) = browser.wait(lambda: browser.told)
        assert (told["success"], told["imp_uid"]) == (False, None)

    def test_what_the_shop_refuses_before_the_window(self, browser: Browser) -> None:
        browser.open_shop()
        browser.pay(order("payco", buyer_tel=""))

        (told,) = browser.wait(lambda: browser.told)
        assert told["imp_uid"] is None
        assert "buyer_tel" in told["error_msg"]
        browser.wait(lambda: not browser.popups)

    def test_a_second_call_while_one_is_open(self, browser: Browser) -> None:
        first, second = order("jtnet"), order("jtnet")
        browser.open_shop()
        browser.pay(first, second)

        (told,) = browser.wait(lambda: browser.told)

        assert (told["merchant_uid"], told["error_code"]) == (second["merchant_uid"], "F400")
        browser.wait(lambda: browser.find("#pay"))

    def test_a_pg_that_is_not_there_opens_another_without_a_word(self, browser: Browser) -> None:
        asked = order("kakopay")
        choose(browser, press="pay")
        browser.open_shop()
        browser.pay(asked)

        (told,) = browser.wait(lambda: browser.told)
        assert (told["success"], told["pg_provider"]) == (True, "html5_inicis")

    def test_or_is_refused_where_the_fallback_is_off(self, browser: Browser) -> None:
        browser.sandbox.windows.is_falling_back = False
        browser.open_shop()
        browser.pay(order("kakopay"))

        assert "채널" in browser.wait(lambda: browser.told)[0]["error_msg"]

    @pytest.mark.parametrize(
        ("kind", "function", "key", "code"),
        [
            ("certification", "certification", "error_coe", "F1001"),
            ("payment", "request_pay", "error_code", "NOT_READY"),
        ],
    )
    def test_a_shop_without_channels(
        self, browser: Browser, kind: str, function: str, key: str, code: str
    ) -> None:
        browser.sandbox.windows.hidden = {kind}
        browser.open_shop()
        browser.pay(order("jtnet"), function=function)

        assert browser.wait(lambda: browser.told)[0][key] == code

    def test_a_result_that_is_told_twice(self, browser: Browser) -> None:
        choose(browser, press="pay", times=2)
        browser.open_shop()
        browser.pay(order("jtnet"))

        browser.wait(lambda: len(browser.told) == 2)

    def test_a_message_of_another_origin_is_not_heard(self, browser: Browser) -> None:
        asked = order("jtnet")
        browser.open_shop()
        browser.pay(asked)
        browser.wait(lambda: browser.find("#pay"))
        attempt = browser.sandbox.windows.latest(asked["merchant_uid"])
        assert attempt is not None

        browser.run(
            f"postMessage({{kind: 'result', sid: '{attempt.sid}', result: {{success: true}}, turn: 1}}, '*');"
            "setTimeout(() => { window.isLater = true; }, 50)"
        )

        browser.wait(lambda: browser.run("window.isLater === true"))
        assert browser.told == []


class TestTries:
    @pytest.mark.parametrize(("button", "scheme"), [("scheme", "ispmobile")])
    def test_a_card_app_is_called(self, browser: Browser, button: str, scheme: str) -> None:
        browser.open_shop()
        browser.pay(order("html5_inicis"))

        browser.click(f'[data-try="{button}"]')

        assert browser.wait(lambda: browser.schemes) == [scheme]

    def test_a_program_is_offered(self, browser: Browser) -> None:
        browser.open_shop()
        browser.pay(order("html5_inicis"))

        browser.click('[data-try="download"]')

        assert browser.wait(lambda: browser.downloads) == ["DemoSecurity.exe"]

    def test_a_frame_sends_the_page_to_a_forged_result(self, browser: Browser) -> None:
        asked = order("jtnet")
        choose(browser, tries=("leave", "alert"))
        browser.open_shop()
        browser.pay(asked)
        browser.click("#name")

        (address,) = browser.wait(lambda: browser.returned)

        assert address.startswith(f"{RETURN_URL}?imp_uid=imp_000000000000")
        assert browser.wait(lambda: browser.alerts)
        assert record(browser, asked)["status"] == "ready"


def test_no_page_complains_to_the_console(browser: Browser) -> None:
    choose(browser, press="pay")
    browser.open_shop()
    browser.pay(order("html5_inicis"))
    browser.wait(lambda: browser.told)

    assert browser.errors == []
