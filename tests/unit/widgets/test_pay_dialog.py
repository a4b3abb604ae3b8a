"""The pay dialog over the sandbox's own channels: what is asked for, and whether money will move."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit

from portdesk.checkout.place import CheckoutPlace
from portdesk.checkout.request import parameters_of
from portdesk.domain.checkout import Purpose
from portdesk.domain.messages import Message
from portdesk.domain.pg.pay.table import WINDOWS
from portdesk.domain.reference import PgSetting
from portdesk.domain.shops import Credentials
from portdesk.qt import words
from portdesk.qt.marks import Mark
from portdesk.qt.privacy import Privacy
from portdesk.sandbox.faults import Fault, FaultKind
from portdesk.sandbox.server import RunningSandbox, start_sandbox
from portdesk.sandbox.settings import SandboxSettings
from portdesk.store.folders import DataFolder
from portdesk.store.secrets import Secrets
from portdesk.usecases.shops import OpenShop, Shops
from portdesk.widgets.checkout.beginning import Beginning, again, register
from portdesk.widgets.checkout.dialog import PayDialog, PayOrder
from portdesk.widgets.checkout.form import PayForm
from portdesk.widgets.checkout.result import Standing
from portdesk.widgets.checkout.venue import Venue
from samples.payments import payment
from screen import NOW, eventually

pytestmark = pytest.mark.anyio

Opener = Callable[..., Awaitable[PayDialog]]


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    with start_sandbox(SandboxSettings(payments=20, seed=3)) as running:
        yield running


@pytest.fixture
async def shop(sandbox: RunningSandbox, tmp_path: Path) -> AsyncIterator[OpenShop]:
    keys = Credentials(imp_key=sandbox.imp_key, imp_secret=sandbox.imp_secret)
    shops = Shops(DataFolder(tmp_path), Secrets(lambda: None))
    opened = await shops.open_loopback(sandbox.base_url, keys, name="demo")
    yield opened
    await opened.close()
    shops.close()


@pytest.fixture
def here(sandbox: RunningSandbox) -> Venue:
    return Venue(here=CheckoutPlace.on_this_machine(sandbox.sdk_url, sandbox.user_code))


@pytest.fixture
async def opener(shop: OpenShop, here: Venue, privacy: Privacy) -> AsyncIterator[Opener]:
    dialogs: list[PayDialog] = []

    async def open_with(beginning: Beginning, venue: Venue = here) -> PayDialog:
        dialog = PayDialog(shop.pay_forms, venue, beginning, privacy=privacy, now=lambda: NOW)
        dialogs.append(dialog)
        dialog.show()
        await eventually(lambda: not dialog._tasks.is_running("begin"))
        return dialog

    yield open_with
    for dialog in dialogs:
        dialog.close()
        await dialog.end()
        dialog.deleteLater()


@pytest.fixture
async def dialog(opener: Opener) -> PayDialog:
    found = await opener(Beginning())
    await eventually(lambda: not found._tasks.is_running("key"))
    return found


def choose(form: PayForm, code: str) -> None:
    form.choose_channel(code, None)


def said(dialog: PayDialog) -> list[str]:
    return [line.words.text() for line in dialog.summary.findings if not line.isHidden()]


def order_from(dialog: PayDialog) -> list[PayOrder]:
    orders: list[PayOrder] = []
    dialog.order_given.connect(orders.append)
    return orders


class TestSentence:
    async def test_a_payment_moves_money(self, dialog: PayDialog) -> None:
        choose(dialog.form, "jtnet")
        dialog.form.amount.setText("9900")

        assert dialog.summary.sentence.text() == "₩9,900 is charged now."
        assert dialog.open_button.text() == "Open the window for ₩9,900"

    async def test_in_korean(self, dialog: PayDialog) -> None:
        words.set_language("ko")
        choose(dialog.form, "html5_inicis")
        dialog.form.amount.setText("9900")

        assert dialog.summary.sentence.text() == "9,900원이 지금 결제됩니다."

    @pytest.mark.parametrize(
        ("code", "amount", "sentence"),
        [
            ("html5_inicis", "9900", "₩9,900 is only shown. The card is registered and nothing is charged."),
            ("html5_inicis", "", "The card is only registered. Nothing is charged."),
            ("jtnet", "", "The card is only registered. Nothing is charged."),
            ("jtnet", "9900", "The card is registered and ₩9,900 is charged now."),
            ("paymentwall", "20", "The card is registered and ₩20 is charged now."),
            ("paymentwall", "", "This amount is not taken: it has to be more than 0."),
            ("kcp", "", "This PG has no window for this. Nothing happens."),
        ],
    )
    async def test_registering(self, dialog: PayDialog, code: str, amount: str, sentence: str) -> None:
        dialog.form.choose_purpose(Purpose.REGISTER)
        choose(dialog.form, code)
        dialog.form.amount.setText(amount)

        assert dialog.summary.sentence.text() == sentence

    async def test_without_an_amount_nobody_can_know(self, dialog: PayDialog) -> None:
        assert dialog.summary.sentence.text() == "Fill in the amount to see whether money will move."
        assert not dialog.open_button.isEnabled()

    @pytest.mark.parametrize("text", ["abc", "1e99999", "NaN", "-5", "\uff19\uff10", "1,0.5"])
    async def test_what_is_no_amount_opens_nothing(self, dialog: PayDialog, text: str) -> None:
        dialog.form.amount.setText(text)

        assert not dialog.open_button.isEnabled()


class TestForm:
    async def test_the_channels_are_those_of_the_shop(self, dialog: PayDialog) -> None:
        box = dialog.form.channel
        told = [box.itemText(number) for number in range(box.count())]

        assert "JTNet (구) · JTNET · badajt001m" in told
        assert any(text.endswith("· test") for text in told)
        assert not any("본인인증" in text for text in told)

    async def test_the_channels_are_remembered(
        self, opener: Opener, shop: OpenShop, sandbox: RunningSandbox
    ) -> None:
        await opener(Beginning())
        sandbox.faults.add(Fault(kind=FaultKind.STATUS, operation="GET /users/pg", status=404))

        second = await opener(Beginning())

        assert second.form.channel.count() > 10
        assert second._notice.isVisible()

    async def test_without_any_channel_it_says_what_to_do(self, dialog: PayDialog) -> None:
        dialog._offer(())

        assert dialog._pages.currentWidget() is dialog._state

    async def test_methods_are_those_that_register(self, dialog: PayDialog) -> None:
        choose(dialog.form, "jtnet")
        paying = [dialog.form.method.itemData(n) for n in range(dialog.form.method.count())]
        dialog.form.choose_purpose(Purpose.REGISTER)
        registering = [dialog.form.method.itemData(n) for n in range(dialog.form.method.count())]

        assert paying == ["card", "trans", "vbank", "phone"]
        assert registering == ["card"]

    async def test_the_customer_chooses_where_the_pg_reads_no_method(self, dialog: PayDialog) -> None:
        choose(dialog.form, "paymentwall")
        dialog.form.amount.setText("1")

        assert dialog.form.method.currentText() == "The customer chooses in the window"
        assert dialog.form.request is not None
        assert dialog.form.request.pay_method is None

    async def test_the_channel_key_is_sent(self, dialog: PayDialog) -> None:
        choose(dialog.form, "jtnet")
        dialog.form.amount.setText("1000")
        request, setting = dialog.form.request, dialog.form.setting

        assert request is not None
        assert setting is not None
        assert request.channel_key == setting.channel_key
        assert request.pg is None

    async def test_a_channel_without_a_key_is_named_by_its_mid(self, dialog: PayDialog) -> None:
        setting = PgSetting(pg_provider="jtnet", pg_id="MID1", is_test_channel=False, type="payment")
        dialog.form.show_channels([setting])
        dialog.form.amount.setText("1000")

        assert dialog.form.request is not None
        assert dialog.form.request.pg == "jtnet.MID1"

    async def test_a_payment_names_no_key(self, dialog: PayDialog) -> None:
        dialog.form.amount.setText("1000")

        assert dialog.form.request is not None
        assert dialog.form.request.customer_uid is None

    async def test_generated_names_suit_every_pg(self, dialog: PayDialog) -> None:
        order, key = dialog.form.order.text(), dialog.form.key.text()

        assert order.isalnum()
        assert order.isascii()
        assert 4 <= len(order) <= 40
        assert 0 < len(key) <= 80
        dialog.form.new_order.click()
        dialog.form.new_key.click()
        assert dialog.form.order.text() != order
        assert dialog.form.key.text() != key

    async def test_what_applies_is_offered(self, dialog: PayDialog) -> None:
        choose(dialog.form, "html5_inicis")
        form = dialog.form
        form.method.setCurrentIndex(form.method.findData("vbank"))
        assert {"vbank_due", "escrow", "period"} <= set(form.more._editors)
        assert "card" not in form.more._editors
        form.method.setCurrentIndex(form.method.findData("card"))
        assert {"card", "display"} <= set(form.more._editors)
        assert "vbank_due" not in form.more._editors
        assert "acceptmethod" in form.more._options

    async def test_more_fields_reach_the_request(self, dialog: PayDialog) -> None:
        choose(dialog.form, "html5_inicis")
        form = dialog.form
        form.amount.setText("60000")
        form.more._options["acceptmethod"].write("noeasypay:cardpoint")
        form.more._editors["escrow"].write(True)
        edits = form.more._editors["card"].widget.findChildren(QLineEdit)
        edits[0].setText("367/3")
        edits[1].setText("366, 361")
        form.more._editors["display"].widget.setText("2,3")  # type: ignore[attr-defined] # a line

        request = form.request

        assert request is not None
        assert request.bypass == {"acceptmethod": "noeasypay:cardpoint"}
        assert request.escrow is True
        assert request.card is not None
        assert request.card.direct is not None
        assert (request.card.direct.code, request.card.direct.quota) == ("367", 3)
        assert [detail.card_code for detail in request.card.detail or ()] == ["*", "366", "361"]
        assert request.display is not None
        assert request.display.card_quota == (2, 3)


class TestOpening:
    async def test_one_click_gives_one_order(self, dialog: PayDialog) -> None:
        orders = order_from(dialog)
        choose(dialog.form, "jtnet")
        dialog.form.amount.setText("9900")
        dialog.form.title.setText("작약")

        QTest.mouseClick(dialog.open_button, Qt.MouseButton.LeftButton)
        QTest.mouseClick(dialog.open_button, Qt.MouseButton.LeftButton)

        (order,) = orders
        assert order.words == "₩9,900 is charged now."
        assert order.request.amount == 9900
        assert order.channel.pg_provider == "jtnet"

    async def test_enter_in_a_field_opens_nothing(self, dialog: PayDialog) -> None:
        orders = order_from(dialog)
        choose(dialog.form, "jtnet")
        dialog.form.amount.setText("9900")
        for edit in dialog.form.findChildren(QLineEdit):
            QTest.keyClick(edit, Qt.Key.Key_Return)

        assert orders == []
        assert dialog.isVisible()

    async def test_a_rule_that_blocks_closes_the_button_and_names_its_source(self, dialog: PayDialog) -> None:
        choose(dialog.form, "html5_inicis")
        dialog.form.amount.setText("9900")

        assert not dialog.open_button.isEnabled()
        assert "Customer's phone (buyer_tel) is needed here." in said(dialog)
        assert "KG이니시스" in dialog.summary.findings[0].source.text()
        dialog.form.buyer["buyer_tel"].setText("010-1234-5678")
        assert dialog.open_button.isEnabled()

    async def test_registering_where_it_always_charges_is_stopped(self, dialog: PayDialog) -> None:
        dialog.form.choose_purpose(Purpose.REGISTER)
        choose(dialog.form, "paymentwall")
        dialog.form.amount.setText("20")

        assert not dialog.open_button.isEnabled()
        assert any("charged as well" in text for text in said(dialog))

    async def test_a_used_key_is_warned_of(self, dialog: PayDialog, shop: OpenShop) -> None:
        known = payment(1, customer_uid="kim_0001")
        await shop.pay_forms._store.save([known], read_at=NOW)
        choose(dialog.form, "jtnet")
        dialog.form.choose_purpose(Purpose.REGISTER)

        dialog.form.key.setText("kim_0001")
        await eventually(lambda: any("was used before" in text for text in said(dialog)))
        dialog.form.key.setText("kim_0002")
        await eventually(lambda: not any("was used before" in text for text in said(dialog)))

    async def test_where_no_window_can_open_it_says_why(self, opener: Opener) -> None:
        dialog = await opener(Beginning(), Venue(is_local=True))
        choose(dialog.form, "jtnet")
        dialog.form.amount.setText("9900")

        assert not dialog.open_button.isEnabled()
        assert dialog._notice.isVisible()

    async def test_a_live_shop_names_its_code_once(
        self, opener: Opener, shop: OpenShop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("os.geteuid", lambda: 1000, raising=False)
        dialog = await opener(Beginning(), Venue())
        orders = order_from(dialog)
        choose(dialog.form, "jtnet")
        dialog.form.amount.setText("9900")
        dialog.form.user_code.setText("my shop")
        dialog.open_button.click()
        assert (orders, dialog._notice.isVisible()) == ([], True)

        dialog.form.user_code.setText("imp12345678")
        dialog.open_button.click()
        await eventually(lambda: not dialog._tasks.is_running("place"))

        assert orders[0].place.is_live
        assert orders[0].place.user_code == "imp12345678"
        second = await opener(Beginning(), Venue())
        assert second.user_code == "imp12345678"

    async def test_a_live_shop_may_name_an_address_of_its_own(
        self, opener: Opener, shop: OpenShop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("os.geteuid", lambda: 1000, raising=False)
        dialog = await opener(Beginning(), Venue(tier_code="AB1"))
        orders = order_from(dialog)
        choose(dialog.form, "jtnet")
        dialog.form.amount.setText("9900")
        dialog.form.user_code.setText("imp12345678")
        for wrong in ("www.example.kr", "https://[www", "https://www.example.kr/pay"):
            dialog.form.origin.setText(wrong)
            dialog.open_button.click()
            assert "one of the shop's own" in dialog._notice._text.text()
            assert (orders, dialog.form.origin.text()) == ([], wrong)

        dialog.form.origin.setText(" https://www.example.kr ")
        dialog.open_button.click()
        await eventually(lambda: not dialog._tasks.is_running("place"))

        (order,) = orders
        assert (order.place.origin, order.place.tier_code) == ("https://www.example.kr", "AB1")
        second = await opener(Beginning(), Venue())
        assert second.origin == "https://www.example.kr"

    async def test_the_demo_asks_for_neither_code_nor_address(self, dialog: PayDialog) -> None:
        assert not dialog.form.user_code.isVisible()
        assert not dialog.form.origin.isVisible()

    async def test_the_amount_is_registered_only_when_asked(self, dialog: PayDialog) -> None:
        orders = order_from(dialog)
        choose(dialog.form, "jtnet")
        dialog.form.amount.setText("9900")
        dialog.open_button.click()
        dialog.form.registers_amount.click()
        dialog.form.amount.setText("9901")
        dialog.open_button.click()

        assert [order.prepares for order in orders] == [False, True]
        dialog.form.choose_purpose(Purpose.REGISTER)
        assert not dialog.form.prepares

    async def test_a_live_shop_s_windows_are_closed_to_root(
        self, opener: Opener, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("os.geteuid", lambda: 0, raising=False)
        dialog = await opener(Beginning(), Venue())
        choose(dialog.form, "jtnet")
        dialog.form.amount.setText("9900")

        assert not dialog.open_button.isEnabled()
        assert dialog._notice.isVisible()

    async def test_a_phone_is_hinted_at(self, dialog: PayDialog) -> None:
        choose(dialog.form, "kakaopay")
        assert dialog.summary.hint.isVisible()
        choose(dialog.form, "jtnet")
        assert not dialog.summary.hint.isVisible()

    async def test_the_call_is_copied(self, dialog: PayDialog) -> None:
        choose(dialog.form, "jtnet")
        dialog.form.amount.setText("9900")
        dialog.summary.copy.click()

        assert '"amount": 9900' in QGuiApplication.clipboard().text()


class TestBeginning:
    async def test_a_customer_pays_again(self, opener: Opener) -> None:
        earlier = payment(3, pg_provider="html5_inicis", pg_id="MOIbadaflw", customer_uid="kim_0001")

        dialog = await opener(again(earlier))

        request = dialog.form.request
        assert request is not None
        assert request.amount == earlier.amount
        assert (request.buyer_name, request.buyer_tel) == (earlier.buyer_name, earlier.buyer_tel)
        assert request.merchant_uid not in ("", earlier.merchant_uid)
        assert request.customer_uid is None
        assert dialog.form.purpose is Purpose.PAY
        assert dialog.form.setting is not None
        assert dialog.form.setting.pg_id == "MOIbadaflw"

    async def test_a_customer_s_card_is_registered(self, opener: Opener) -> None:
        dialog = await opener(register(payment(3, pg_provider="jtnet", pg_id="badajt001m")))

        assert dialog.form.purpose is Purpose.REGISTER
        assert dialog.summary.sentence.text() == "The card is only registered. Nothing is charged."


class TestTemplates:
    async def test_one_is_kept_without_the_customer(self, dialog: PayDialog, shop: OpenShop) -> None:
        choose(dialog.form, "jtnet")
        dialog.form.amount.setText("9900")
        dialog.form.title.setText("꽃 구독")
        dialog.form.buyer["buyer_name"].setText("김민서")
        dialog.templates._on_begin()
        QTest.keyClicks(dialog.templates.name, "monthly")
        dialog.templates.keep.click()
        await eventually(lambda: not dialog._tasks.is_running("templates"))

        (kept,) = (await shop.pay_forms.remembered()).templates
        assert kept.name == "monthly"
        assert (kept.request.name, kept.request.amount) == ("꽃 구독", 9900)
        assert kept.request.buyer_name is None
        assert kept.request.merchant_uid == ""

    async def test_one_is_kept_with_the_customer_when_asked(self, dialog: PayDialog, shop: OpenShop) -> None:
        dialog.form.amount.setText("9900")
        dialog.form.buyer["buyer_name"].setText("김민서")
        dialog.templates._on_begin()
        dialog.templates.with_customer.setChecked(True)
        QTest.keyClicks(dialog.templates.name, "kim")
        dialog.templates.keep.click()
        await eventually(lambda: not dialog._tasks.is_running("templates"))

        (kept,) = (await shop.pay_forms.remembered()).templates
        assert kept.request.buyer_name == "김민서"

    async def test_one_fills_the_form_in(self, dialog: PayDialog, opener: Opener) -> None:
        form = dialog.form
        form.choose_purpose(Purpose.BOTH)
        choose(form, "paymentwall")
        form.amount.setText("20")
        form.currency.setCurrentIndex(form.currency.findData("USD"))
        form.more._options["country_code"].write("DE")
        dialog.templates.keep_asked.emit("abroad", False)
        await eventually(lambda: not dialog._tasks.is_running("templates"))

        second = await opener(Beginning())
        action = next(action for action in second.templates.menu.actions() if action.text() == "abroad")
        action.trigger()

        request = second.form.request
        assert request is not None
        assert second.form.purpose is Purpose.BOTH
        assert (request.amount, request.currency) == (Decimal(20), "USD")
        assert request.bypass == {"country_code": "DE"}
        assert request.merchant_uid == second.form.order.text() != form.order.text()

    async def test_one_is_forgotten(self, dialog: PayDialog, shop: OpenShop) -> None:
        dialog.form.amount.setText("20")
        dialog.templates.keep_asked.emit("one", False)
        await eventually(lambda: not dialog._tasks.is_running("templates"))
        dialog.templates.drop_asked.emit("one")
        await eventually(lambda: not dialog._tasks.is_running("templates"))

        assert (await shop.pay_forms.remembered()).templates == ()


class TestPrivacy:
    async def test_the_customer_is_not_to_be_read(self, opener: Opener, privacy: Privacy) -> None:
        privacy.switch(True)
        dialog = await opener(again(payment(3, buyer_name="김민서", pg_provider="jtnet")))

        assert dialog.form.buyer["buyer_name"].displayText() != "김민서"
        assert "김민서" not in dialog.summary.preview.toPlainText()
        assert dialog.form.request is not None
        assert dialog.form.request.buyer_name == "김민서"


class TestResult:
    async def test_it_takes_the_place_of_the_form(self, dialog: PayDialog) -> None:
        standing = Standing(
            mark=Mark.DONE,
            word=Message("Paid"),
            sentence=Message("Paid"),
            facts=((Message("Amount"), "₩9,900"),),
            is_settled=True,
        )
        before = dialog.height()
        dialog.show_standing(standing)

        assert dialog._pages.currentWidget() is dialog.outcome
        assert dialog.height() < before, "the answer is shorter than the form"
        assert dialog.outcome.sentence.text() == "Paid"
        assert not dialog.open_button.isVisible()
        assert dialog.close_button.text() == "Close"


def test_every_control_has_a_name(qapp: object) -> None:
    form = PayForm(lambda: NOW)
    controls = [*form.findChildren(QLineEdit), *form.findChildren(QComboBox)]

    assert all(control.accessibleName() for control in controls)
    assert all(button.text() or button.accessibleName() for button in form.findChildren(QAbstractButton))
    form.deleteLater()


@pytest.mark.parametrize("code", [terms.window.code for terms in WINDOWS])
def test_every_pg_has_a_form_that_can_be_filled_in(qapp: object, code: str) -> None:
    form = PayForm(lambda: NOW)
    form.show_channels([PgSetting(pg_provider=code, pg_id="MID1", is_test_channel=True, type="payment")])
    for purpose in Purpose:
        form.choose_purpose(purpose)
        form.amount.setText("50000")
        for number in range(form.method.count()):
            form.method.setCurrentIndex(number)
            for edit in form.more.findChildren(QLineEdit):
                edit.setText("1")
            for box in form.more.findChildren(QComboBox):
                box.setCurrentIndex(box.count() - 1)
            assert form.request is not None
            assert parameters_of(form.request)["amount"] == 50000
    form.deleteLater()
