"""The fields of a refund: what is typed, what the rules say of it, and where they say so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from portdesk.domain.pg.banks import refund_banks
from portdesk.domain.refund_settings import RefundSettings
from portdesk.domain.times import KST
from portdesk.qt.words import set_language
from portdesk.widgets.kit.text import PlainLabel
from portdesk.widgets.refunds.amount_edit import AmountEdit
from portdesk.widgets.refunds.form import RefundForm
from samples.payments import payment

NOW = datetime(2026, 9, 22, 14, tzinfo=KST)


@pytest.fixture
def forms(qtbot: QtBot) -> Iterator[Any]:
    def make(settings: RefundSettings | None = None, **fields: Any) -> RefundForm:
        read = payment(**{"pg_provider": "tosspayments", "card_type": None, **fields})
        form = RefundForm(read, settings or RefundSettings(), lambda: NOW)
        qtbot.addWidget(form)
        form.resize(600, 500)
        form.show()
        return form

    yield make
    set_language("en")


@pytest.fixture
def edit(qtbot: QtBot) -> AmountEdit:
    edit = AmountEdit("KRW")
    qtbot.addWidget(edit)
    edit.show()
    return edit


def told(form: RefundForm) -> str:
    """All that can be read in the form just now."""
    labels = [label for label in form.findChildren(PlainLabel) if label.isVisibleTo(form)]
    return "\n".join(label.text() for label in labels)


class TestAmountEdit:
    def test_thousands_are_grouped_while_they_are_typed(self, edit: AmountEdit) -> None:
        seen = []
        for digit in "1234567":
            QTest.keyClicks(edit, digit)
            seen.append(edit.text())

        assert seen[2:] == ["123", "1,234", "12,345", "123,456", "1,234,567"]
        assert edit.typed == Decimal(1_234_567)

    def test_the_cursor_stays_where_it_is_written(self, edit: AmountEdit) -> None:
        QTest.keyClicks(edit, "1234567")
        edit.setCursorPosition(1)
        QTest.keyClicks(edit, "99")

        assert edit.text() == "199,234,567"
        assert edit.cursorPosition() == 3

    @pytest.mark.parametrize(
        ("key", "place", "text"),
        [(Qt.Key.Key_Backspace, 2, "234"), (Qt.Key.Key_Delete, 1, "134"), (Qt.Key.Key_Backspace, 5, "123")],
    )
    def test_a_separator_is_reached_over(self, edit: AmountEdit, key: Qt.Key, place: int, text: str) -> None:
        QTest.keyClicks(edit, "1234")
        edit.setCursorPosition(place)
        QTest.keyClick(edit, key)

        assert edit.text() == text

    def test_what_was_pasted_is_not_given_another_meaning(self, edit: AmountEdit) -> None:
        QTest.keyClicks(edit, "99999")
        QApplication.clipboard().setText("12,50")
        edit.selectAll()
        edit.paste()

        assert edit.text() == "12,50"
        assert "commas" in str(edit.typed)

    def test_nothing_is_touched_while_korean_is_being_composed(self, edit: AmountEdit) -> None:
        QTest.keyClicks(edit, "1234")
        for step in ("ㅇ", "오"):
            QCoreApplication.sendEvent(edit, QInputMethodEvent(step, []))
            assert edit.text() == "1,234"
            assert edit.displayText().replace(step, "") == "1,234"
        event = QInputMethodEvent("처", [])
        event.setCommitString("오")
        QCoreApplication.sendEvent(edit, event)
        assert edit.text() == "1,234오", "no regrouping under the next syllable"
        last = QInputMethodEvent("", [])
        last.setCommitString("천")
        QCoreApplication.sendEvent(edit, last)

        assert edit.text() == "1,234오천"
        assert "digits only" in str(edit.typed)


class TestBadInput:
    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("", "Type the amount"),
            ("0", "would give everything back"),
            ("-1", "above zero"),
            ("38,001", "Only 38,000 KRW"),
            ("1.5", "fraction"),
            (str(2**63), "No payment is as large"),
            ("9" * 40, "No payment is as large"),
            ("abc", "digits only"),
            ("오천", "digits only"),
            ("1e3", "digits only"),
            ("nan", "digits only"),
            ("\uff15\uff10\uff10\uff10", "ordinary digits"),
            ("12,50", "commas"),
        ],
    )
    def test_it_is_told_in_words_and_asks_for_nothing(self, forms: Any, text: str, words: str) -> None:
        form = forms()
        form.part.setChecked(True)
        form.amount.setText(text)

        assert form.blocked
        assert words in told(form)
        assert form.amount.property("wrong") is bool(text)

    @pytest.mark.parametrize("text", ["abc", "1,2", "-5", "0.5", "99999999"])
    def test_a_tax_part_that_is_no_sum_is_not_taken_for_an_empty_one(self, forms: Any, text: str) -> None:
        form = forms()
        form.tax_free.setText(text)

        assert form.blocked
        assert form.tax_free.property("wrong") is True

    def test_what_is_mended_is_free_again(self, forms: Any) -> None:
        form = forms()
        form.part.setChecked(True)
        form.amount.setText("abc")
        form.amount.setText("5,000")

        assert not form.blocked
        assert form.request is not None
        assert form.request.amount == Decimal(5000)
        assert form.amount.property("wrong") is False

    @pytest.mark.parametrize(
        ("field", "text", "words"),
        [
            ("account", "", "holder, the bank and the number"),
            ("account", "110-12가-456", "only digits and hyphens"),
            ("account", "1" * 17, "at most 16 digits"),
            ("holder", "가" * 17, "at most 16 characters"),
            ("tel", "", "phone number"),
            ("tel", "010-abcd", "only digits and hyphens"),
        ],
    )
    def test_an_account_of_a_wrong_form_is_told(self, forms: Any, field: str, text: str, words: str) -> None:
        form = forms(pay_method="vbank", pg_provider="smartro_v2", vbank_num="1")
        fill(form)
        assert not form.blocked
        getattr(form.account, field).setText(text)

        assert form.blocked
        assert words in told(form)


def fill(form: RefundForm) -> None:
    form.account.bank.setCurrentIndex(1)
    form.account.account.setText("110-123-456789")
    form.account.holder.setText("김민서")
    form.account.tel.setText("010-1234-5678")


class TestDemands:
    def test_the_banks_are_those_of_the_pg(self, forms: Any) -> None:
        form = forms(pay_method="vbank", pg_provider="html5_inicis", vbank_num="1")
        fill(form)
        codes = [form.account.bank.itemData(row) for row in range(form.account.bank.count())]

        assert codes == ["", *(choice.code for choice in refund_banks("html5_inicis"))]
        assert form.request is not None
        assert form.request.refund_account == "110123456789"
        assert not form.account.tel.isVisibleTo(form), "KG Inicis wants none"
        assert form.request.refund_tel == ""

    def test_a_card_asks_for_no_account(self, forms: Any) -> None:
        form = forms()

        assert not form.account.isVisibleTo(form)
        assert form.request is not None
        assert form.request.refund_bank == ""

    @pytest.mark.parametrize(("pg", "tax_free", "vat"), [("tosspayments", True, False), ("nice", True, True)])
    def test_tax_parts_are_there_where_the_pg_reads_them(
        self, forms: Any, pg: str, tax_free: bool, vat: bool
    ) -> None:
        form = forms(pg_provider=pg)

        assert (form.tax_free.isVisibleTo(form), form.vat.isVisibleTo(form)) == (tax_free, vat)

    def test_naver_pay_is_told_who_asks(self, forms: Any) -> None:
        form = forms(pg_provider="naverpay")
        assert "whether the customer or the shop" in told(form)
        form.requester.setCurrentIndex(1)

        assert form.asked_for_by == "customer"
        assert "whether the customer or the shop" not in told(form)
        assert not forms().requester.isVisibleTo(form)


class TestRules:
    def test_what_blocks_warns_and_notes_is_told_apart_with_its_source(self, forms: Any) -> None:
        form = forms(pay_method="vbank", pg_provider="html5_inicis", vbank_num="1")
        blocked, careful = form.rules.texts()

        assert blocked.startswith("Not possible: ")
        assert careful.startswith("Careful: ")
        assert blocked.endswith("Source: 포트원 개발자센터, 가상계좌 환불하기, 2026-08-06")
        assert "✕ Not possible" in told(form)
        assert "⚠ Careful" in told(form)

    def test_notes_wait_behind_one_line_that_opens_by_keyboard(self, forms: Any) -> None:
        form = forms(pay_method="vbank", pg_provider="html5_inicis", vbank_num="1")
        before = len(form.rules.texts())
        assert form.rules.notes.text() == "▸ 4 notes about this refund"
        form.rules.notes.setFocus()
        QTest.keyClick(form.rules.notes, Qt.Key.Key_Space)

        notes = form.rules.texts()[before:]
        assert len(notes) == 4
        assert all(note.startswith("Note: ") and "Source: " in note for note in notes)

    def test_every_text_and_source_can_be_reached_and_copied_by_keyboard(self, forms: Any) -> None:
        form = forms(pay_method="vbank", pg_provider="html5_inicis", vbank_num="1")
        labels = [label for label in form.rules.findChildren(PlainLabel) if label.isVisibleTo(form)]
        sources = [label for label in labels if label.text().startswith("Source: ")]

        assert len(sources) == 2
        for label in sources:
            assert label.focusPolicy() & Qt.FocusPolicy.TabFocus
            assert label.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByKeyboard

    def test_the_worst_case_fits_a_small_laptop(self, forms: Any) -> None:
        form = forms(
            pay_method="vbank", pg_provider="smartro_v2", vbank_num="1", sandbox=True, promotion={"id": "p"}
        )
        form.rules.notes.setChecked(True)

        assert len(form.rules.texts()) > 6
        assert form.minimumSizeHint().height() < 560


class TestReasons:
    def test_the_standard_list_speaks_the_language(self, forms: Any) -> None:
        assert forms().reason.itemText(0) == "Change of mind"
        set_language("ko")
        assert forms().reason.itemText(0) == "고객 변심"

    def test_the_shops_own_list_and_the_last_ones_are_offered(self, forms: Any) -> None:
        form = forms(RefundSettings(reasons=("품절", "오배송"), latest=("전화 요청", "품절")))
        offered = [form.reason.itemText(row) for row in range(form.reason.count())]

        assert offered == ["품절", "오배송", "전화 요청"]
        assert form.reason.reason == "전화 요청"

    @pytest.mark.parametrize(("with_code", "longest"), [(True, 247), (False, 256)])
    def test_a_reason_is_never_longer_than_what_is_sent(
        self, forms: Any, with_code: bool, longest: int
    ) -> None:
        form = forms(RefundSettings(with_code=with_code))
        form.reason.lineEdit().clear()
        form.reason.lineEdit().insert("가" * 300)

        assert len(form.reason.reason) == longest

    def test_other_settings_leave_what_is_typed(self, forms: Any) -> None:
        form = forms()
        form.reason.setEditText("typed")
        form.reason.show_settings(RefundSettings(reasons=("a",)))

        assert form.reason.reason == "typed"
        assert form.reason.itemText(0) == "a"


class TestKeyboard:
    @pytest.mark.parametrize("language", ["en", "ko"])
    def test_every_field_has_a_name_and_a_mnemonic_of_its_own(self, forms: Any, language: str) -> None:
        set_language(language)
        form = forms(pay_method="vbank", pg_provider="nice", vbank_num="1")
        names = [widget.accessibleName() for widget in fields_of(form)]
        assert all(names), names
        assert not any("&" in name for name in names)

        letters = [letter for text in texts_of(form) for letter in mnemonics(text)]
        assert len(letters) >= 9
        assert len(letters) == len(set(letters)), letters
        assert not set(letters) & {"R", "Y"}, "taken by the button and the second confirmation"

    def test_tab_goes_from_top_to_bottom(self, forms: Any) -> None:
        form = forms(pay_method="vbank", pg_provider="nice", vbank_num="1")
        form.window().activateWindow()
        wanted = [form.whole, form.amount, form.account.bank, form.account.account, form.account.holder]
        wanted += [form.tax_free, form.vat, form.reason, form.settings_button]
        places = [order(form).index(widget) for widget in wanted]

        assert places == sorted(places)


def fields_of(form: RefundForm) -> list[QWidget]:
    fields = [form.amount, form.tax_free, form.vat, form.reason, form.account.bank]
    return [*fields, form.account.account, form.account.holder]


def texts_of(form: RefundForm) -> list[str]:
    labels = [label.text() for label in form.findChildren(PlainLabel) if label.buddy() is not None]
    return [*labels, form.whole.text(), form.part.text(), form.settings_button.text()]


def mnemonics(text: str) -> list[str]:
    return [text[place + 1].upper() for place, sign in enumerate(text) if sign == "&"]


def order(form: RefundForm) -> list[QWidget]:
    """The chain of the tab key, beginning at the first choice."""
    chain, widget = [form.whole], form.whole.nextInFocusChain()
    while widget is not form.whole:
        chain.append(widget)
        widget = widget.nextInFocusChain()
    return chain
