"""The form that connects a shop says what is missing, and never gives the secret back."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from portdesk.api.errors import TokenError
from portdesk.domain.ids import ShopId
from portdesk.domain.shops import Credentials, Shop
from portdesk.qt import words
from portdesk.widgets.sign_in import ConnectForm, SignIn

SHOP = Shop(id=ShopId("000000000001"), name="바다꽃집", colour="#2a9d8f", tier_code="A1B")


@pytest.fixture
def page(qtbot: QtBot) -> SignIn:
    page = SignIn()
    qtbot.addWidget(page)
    page.show()
    return page


@pytest.fixture
def form(page: SignIn) -> ConnectForm:
    page.form.allow_keeping(allowed=True)
    return page.form


@pytest.fixture
def asked(page: SignIn) -> list[tuple[Any, ...]]:
    asked: list[tuple[Any, ...]] = []
    page.connect_asked.connect(lambda *what: asked.append(what))
    return asked


def fill(form: ConnectForm, **typed: str) -> None:
    all_typed = {"name": "꽃집", "imp_key": "key", "imp_secret": "secret", "tier": ""} | typed
    for field, text in all_typed.items():
        getattr(form, field).setText(text)


def texts(page: SignIn) -> list[str]:
    return [label.text() for label in page.findChildren(QLabel) if label.isVisible()]


class TestAsking:
    def test_what_was_typed_is_handed_on(self, form: ConnectForm, asked: list[tuple[Any, ...]]) -> None:
        fill(form, name=" 꽃집 ", imp_key=" key ", imp_secret=" secret ", tier="a1b")
        form.button.click()

        assert asked == [
            (None, "꽃집", Credentials(imp_key="key", imp_secret="secret", tier_code="A1B"), True)
        ]

    @pytest.mark.parametrize("field", ["name", "imp_key", "imp_secret", "tier"])
    def test_enter_asks_from_every_field(
        self, form: ConnectForm, asked: list[tuple[Any, ...]], qtbot: QtBot, field: str
    ) -> None:
        fill(form)
        qtbot.keyClick(getattr(form, field), Qt.Key.Key_Return)

        assert len(asked) == 1

    @pytest.mark.parametrize(
        ("typed", "problem"),
        [
            ({"name": ""}, "Give the shop a name"),
            ({"name": "   "}, "Give the shop a name"),
            ({"imp_key": ""}, "Both the REST API key and the secret"),
            ({"imp_secret": " "}, "Both the REST API key and the secret"),
            ({"tier": "A"}, "A tier code has exactly three"),
            ({"tier": "가나다"}, "A tier code has exactly three"),
            ({"tier": "A-B"}, "A tier code has exactly three"),
        ],
    )
    def test_what_is_missing_is_said_and_nothing_asked(
        self, page: SignIn, asked: list[tuple[Any, ...]], typed: dict[str, str], problem: str
    ) -> None:
        fill(page.form, **typed)
        page.form.button.click()

        assert asked == []
        assert any(text.startswith(problem) for text in texts(page))

    def test_a_second_click_while_the_keys_are_tried_asks_nothing(
        self, form: ConnectForm, asked: list[tuple[Any, ...]], qtbot: QtBot
    ) -> None:
        fill(form)
        form.show_busy(busy=True)
        form.button.click()
        qtbot.keyClick(form.name, Qt.Key.Key_Return)
        form._on_connect()

        assert asked == []
        assert form.button.text() == "Trying the keys…"
        form.show_busy(busy=False)
        assert form.button.text() == "Connect"

    def test_the_demo_shop_is_one_click_away(self, page: SignIn, qtbot: QtBot) -> None:
        (button,) = (each for each in page.findChildren(QPushButton) if each.text() == "Open the demo shop")
        with qtbot.waitSignal(page.demo_asked):
            button.click()

        page.offer_demo(offered=False)
        assert not button.isVisible()


class TestSecret:
    def test_cannot_be_read_from_the_screen(self, form: ConnectForm) -> None:
        fill(form, imp_secret="canary-secret")

        assert form.imp_secret.echoMode() == QLineEdit.EchoMode.Password
        assert "canary" not in form.imp_secret.displayText()
        assert "canary" not in form.imp_secret.accessibleName() + form.imp_secret.toolTip()

    def test_cannot_be_copied_or_dragged_out(self, form: ConnectForm, qtbot: QtBot) -> None:
        fill(form, imp_secret="canary-secret")
        QGuiApplication.clipboard().setText("before")
        form.imp_secret.selectAll()
        for key in (Qt.Key.Key_C, Qt.Key.Key_X):
            qtbot.keyClick(form.imp_secret, key, Qt.KeyboardModifier.ControlModifier)

        assert QGuiApplication.clipboard().text() == "before"
        assert not form.imp_secret.dragEnabled()

    def test_is_gone_when_it_is_no_longer_needed(self, form: ConnectForm) -> None:
        fill(form)
        form.forget_secret()
        assert form.imp_secret.text() == form.imp_key.text() == ""

        fill(form)
        form.ask_keys_of(SHOP)
        assert form.imp_secret.text() == form.imp_key.text() == ""

    def test_cannot_be_brought_back_by_undo(self, form: ConnectForm) -> None:
        form.imp_secret.insert("canary-secret")
        form.forget_secret()
        form.imp_secret.undo()

        assert form.imp_secret.text() == ""

    def test_takes_no_part_in_word_prediction(self, form: ConnectForm) -> None:
        hints = form.imp_secret.inputMethodHints()

        assert hints & Qt.InputMethodHint.ImhHiddenText
        assert hints & Qt.InputMethodHint.ImhSensitiveData
        assert hints & Qt.InputMethodHint.ImhNoPredictiveText

    def test_is_not_shown_by_the_signal(self, form: ConnectForm, asked: list[tuple[Any, ...]]) -> None:
        fill(form, imp_secret="canary-secret")
        form.button.click()

        assert "canary" not in repr(asked)


class TestKnownShop:
    def test_only_its_keys_are_asked_for(
        self, page: SignIn, form: ConnectForm, asked: list[tuple[Any, ...]]
    ) -> None:
        form.ask_keys_of(SHOP)
        assert "The keys of 바다꽃집" in texts(page)
        assert not form.name.isEnabled()
        assert form.tier.text() == "A1B"

        form.imp_key.setText("key")
        form.imp_secret.setText("secret")
        form.button.click()
        assert asked[0][0] is SHOP

    def test_its_name_stays_closed_after_trying(self, form: ConnectForm) -> None:
        form.ask_keys_of(SHOP)
        form.show_busy(busy=True)
        form.show_busy(busy=False)

        assert not form.name.isEnabled()
        assert form.imp_key.isEnabled()

    def test_a_new_one_begins_empty(self, form: ConnectForm) -> None:
        form.ask_keys_of(SHOP)
        form.show_result(TokenError("POST /users/getToken"))
        form.ask_keys_of(None)

        assert form.name.text() == form.tier.text() == ""
        assert form.name.isEnabled()
        assert not form._told.isVisible()


class TestResult:
    def test_a_refusal_says_what_and_what_to_do(self, page: SignIn) -> None:
        page.form.show_result(TokenError("POST /users/getToken"))

        assert "PortOne did not accept the shop's keys." in texts(page)
        assert any(text.startswith("Check the REST API key and secret.") for text in texts(page))

    def test_the_next_try_takes_it_away(self, page: SignIn, asked: list[tuple[Any, ...]]) -> None:
        page.form.show_result(TokenError("POST /users/getToken"))
        fill(page.form)
        page.form.button.click()

        assert not page.form._told.isVisible()

    def test_without_a_key_store_the_keys_are_for_this_session(
        self, page: SignIn, form: ConnectForm, asked: list[tuple[Any, ...]]
    ) -> None:
        form.allow_keeping(allowed=False)
        fill(form)
        form.button.click()

        assert not form.keep.isEnabled()
        assert asked[0][3] is False
        assert any("for this session only" in text for text in texts(page))


def test_it_changes_language(page: SignIn) -> None:
    page.form.show_result(TokenError("POST /users/getToken"))
    words.set_language("ko")

    latin = [text for text in texts(page) if text.isascii() and text.strip()]
    assert latin == []
    assert page.form.button.text() == "연결"
