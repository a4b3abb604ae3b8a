"""The detail pane tells every field of a payment, each once, in words for people."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from portdesk.domain.payments import Cancellation, Deposit, Payment, PaymentState
from portdesk.qt import words
from portdesk.qt.marks import Mark
from portdesk.qt.privacy import Privacy
from portdesk.qt.words import moment
from portdesk.widgets.kit.facts import Fact, Facts, Group
from portdesk.widgets.kit.text import ValueLabel
from portdesk.widgets.payments.details import PaymentDetails
from portdesk.widgets.payments.facts import ELSEWHERE, FIELDS, payment_groups, timeline
from portdesk.widgets.payments.vocabulary import STATES, named, state_word
from samples.payments import NOON, full_wire, payment
from screen import NOW

TOLD = [field.wire for _, fields in FIELDS for field in fields]


def facts(told: Payment, privacy: Privacy) -> dict[str, str]:
    return {
        fact.wire: fact.value for group in payment_groups(told, privacy) for fact in group.facts if fact.wire
    }


@pytest.fixture
def privacy(qapp: object) -> Privacy:
    return Privacy()


@pytest.fixture
def details(qtbot: QtBot, privacy: Privacy) -> PaymentDetails:
    details = PaymentDetails(privacy, lambda: NOW)
    qtbot.addWidget(details)
    details.resize(420, 2400)
    details.show()
    return details


def texts(details: PaymentDetails) -> list[str]:
    return [label.text() for label in details.findChildren(QLabel) if label.isVisible()]


class TestLongWords:
    ORDER = "ORD-20261121-" + "0123456789" * 5

    @pytest.fixture
    def facts(self, qtbot: QtBot) -> Facts:
        facts = Facts()
        qtbot.addWidget(facts)
        facts.resize(360, 400)
        facts.show_groups([Group("Order", [Fact(name="Order number", value=self.ORDER)])])
        facts.show()
        return facts

    def test_an_id_wraps_where_the_room_ends(self, facts: Facts) -> None:
        (value,) = facts.findChildren(ValueLabel)

        assert value.fontMetrics().horizontalAdvance(self.ORDER) > value.width()
        assert value.heightForWidth(value.width()) >= 2 * value.fontMetrics().height()

    def test_it_is_copied_as_it_is(self, facts: Facts, qtbot: QtBot) -> None:
        (value,) = facts.findChildren(ValueLabel)
        value.setSelection(0, len(QLabel.text(value)))
        qtbot.keyClick(value, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)

        assert QGuiApplication.clipboard().text() == self.ORDER


class TestCoverage:
    def test_every_field_of_a_payment_is_told(self) -> None:
        assert set(TOLD) | ELSEWHERE == set(Payment.__struct_fields__)

    def test_no_field_is_told_twice(self) -> None:
        assert len(TOLD) == len(set(TOLD))
        assert not set(TOLD) & ELSEWHERE

    def test_every_state_has_a_mark_and_a_word(self) -> None:
        assert STATES.keys() == set(PaymentState)
        assert len({word for _, word in STATES.values()}) == len(STATES)
        assert {mark for mark, _ in STATES.values()} == set(Mark)

    @pytest.mark.parametrize("kind", [Cancellation, Deposit], ids=lambda kind: kind.__name__)
    def test_every_field_of_a_history_is_told(self, kind: type[Cancellation], privacy: Privacy) -> None:
        groups = payment_groups(payment(**full_wire()), privacy)
        told = {
            "depositor_name" if fact.name == "Depositor" else fact.wire
            for group in groups
            for fact in group.facts
        }

        assert set(kind.__struct_fields__) <= told

    def test_a_full_payment_leaves_no_published_value_untold(self, privacy: Privacy) -> None:
        told = facts(payment(**full_wire()), privacy)
        empty = {name for name, value in told.items() if not value}

        assert empty <= {"sandbox"}

    def test_fields_nobody_published_are_told_as_they_are(self, privacy: Privacy) -> None:
        told = facts(payment(brand_new="값", empty=None), privacy)

        assert told["brand_new"] == "값"
        assert "empty" not in told
        assert "amount" in told

    def test_the_privacy_mode_covers_fields_nobody_published(self, privacy: Privacy) -> None:
        privacy.switch(True)

        assert facts(payment(brand_new="010-1234-5678"), privacy)["brand_new"] == "***"

    def test_a_code_we_do_not_know_is_shown_as_it_is(self, privacy: Privacy) -> None:
        told = facts(payment(pay_method="newpay", pg_provider="newpg", card_type=7, status="odd"), privacy)

        assert (told["pay_method"], told["pg_provider"], told["card_type"]) == ("newpay", "newpg", "7")
        assert state_word(PaymentState.UNKNOWN, "odd") == "odd"
        assert named({}, None) == ""


class TestTimeline:
    def told(self, shown: Payment) -> list[str]:
        return [word for word, _ in timeline(shown, str)]

    def test_oldest_first(self) -> None:
        assert self.told(payment(**full_wire())) == [
            "requested", "account issued", "failed", "paid", "deposit", "refund ₩10,000",
        ]  # fmt: skip

    def test_a_refund_without_a_history(self) -> None:
        shown = payment(status="cancelled", cancel_amount=1, cancelled_at=NOON + 99)

        assert self.told(shown) == ["requested", "paid", "refunded"]

    def test_what_did_not_happen_is_left_out(self) -> None:
        assert self.told(payment(status="ready", paid_at=0)) == ["requested"]

    def test_times_are_told_by_who_asks(self) -> None:
        (first, *_) = timeline(payment(), lambda at: moment(at, NOW))

        assert first[1] == "09-21 23:13" or first[1].count(":") == 1


class TestPane:
    def test_nothing_is_chosen_at_first(self, details: PaymentDetails) -> None:
        assert details.payment is None
        assert "Choose a payment to see all of it." in texts(details)

    def test_the_head_says_who_how_much_and_what_is_left(self, details: PaymentDetails) -> None:
        details.show_payment(payment(**full_wire()), NOW)
        told = texts(details)

        assert "김민수 · ₩38,000" in told
        assert "Remaining ₩28,000" in told
        assert any(text.startswith("requested ") and "  →  refund ₩10,000 " in text for text in told)
        assert "As read from the server 2026-11-21 14:02:00 KST" in told
        assert details._badge.accessibleName() == "Partly refunded"

    @pytest.mark.parametrize("cancelled", [0, 38_000])
    def test_remaining_is_told_only_of_a_partial_refund(
        self, details: PaymentDetails, cancelled: int
    ) -> None:
        details.show_payment(
            payment(status="cancelled" if cancelled else "paid", cancel_amount=cancelled), NOW
        )

        assert not any(text.startswith("Remaining ₩") for text in texts(details))

    def test_personal_data_is_masked_at_once(self, details: PaymentDetails, privacy: Privacy) -> None:
        details.show_payment(payment(**full_wire()), NOW)
        details._raw_switch.setChecked(True)
        personal = (
            "김민수",
            "010-1234-5678",
            "minsu@example.com",
            "223-14",
            "56021234567890",
            "이영희",
            "생일",
        )
        assert all(any(word in text for text in seen(details)) for word in personal)

        privacy.switch(True)

        assert not [word for word in personal if any(word in text for text in seen(details))]

    def test_a_card_number_is_never_whole(self, details: PaymentDetails) -> None:
        details.show_payment(payment(**full_wire()), NOW)
        details._raw_switch.setChecked(True)

        assert not any("4092020000001234" in text for text in seen(details))
        assert any('"card_number": "409202******1234"' in text for text in seen(details))

    def test_the_raw_answer_waits_until_it_is_asked_for(self, details: PaymentDetails) -> None:
        details.show_payment(payment(brand_new="값"), NOW)
        assert details._raw.toPlainText() == ""

        details._raw_switch.setChecked(True)
        assert '"brand_new": "값"' in details._raw.toPlainText()

    def test_the_id_is_copied(self, details: PaymentDetails, qtbot: QtBot) -> None:
        details.show_payment(payment(7), NOW)
        details._copy.click()

        assert QGuiApplication.clipboard().text() == "imp_000000000007"

    @pytest.mark.parametrize(
        ("address", "opened"),
        [
            ("https://receipt.example/1", True),
            ("http://receipt.example/1", True),
            ("file:///etc/passwd", False),
            ("javascript:alert(1)", False),
            ("smb://host/share", False),
            ("https:///nowhere", False),
            ("receipt", False),
            ("", False),
            (None, False),
        ],
    )
    def test_only_an_address_of_the_web_is_opened(
        self, details: PaymentDetails, monkeypatch: pytest.MonkeyPatch, address: str | None, opened: bool
    ) -> None:
        asked: list[str] = []
        monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: asked.append(url.toString()))
        details.show_payment(payment(receipt_url=address), NOW)

        assert details._receipt.isEnabled() == opened
        details._on_receipt()
        assert asked == ([address] if opened else [])

    def test_reading_again_is_asked_and_shown(self, details: PaymentDetails, qtbot: QtBot) -> None:
        details.show_payment(payment(), NOW)
        with qtbot.waitSignal(details.read_again):
            button(details, "Read again").click()

        details.show_reading(reading=True)
        assert "Reading from the server…" in texts(details)
        assert not button(details, "Read again").isEnabled()

        details.show_reading(reading=False)
        assert button(details, "Read again").isEnabled()
        assert "Reading from the server…" not in texts(details)

    def test_another_payment_is_shown_from_its_top(self, details: PaymentDetails) -> None:
        details.resize(420, 300)
        details.show_payment(payment(1, **{k: v for k, v in full_wire(1).items() if k != "started_at"}), NOW)
        bar = details._scroll.verticalScrollBar()
        bar.setValue(bar.maximum())
        assert bar.value() > 0

        details.show_payment(payment(1), NOW)
        kept = bar.value()
        details.show_payment(payment(2), NOW)

        assert kept > 0
        assert bar.value() == 0

    def test_it_changes_language(self, details: PaymentDetails) -> None:
        details.show_payment(payment(**full_wire()), NOW)
        words.set_language("ko")

        assert not any("Remaining" in text or "requested" in text for text in texts(details))


def seen(details: PaymentDetails) -> list[str]:
    tips = [label.toolTip() for label in details.findChildren(QLabel)]
    aloud = [label.accessibleName() for label in details.findChildren(QLabel)]
    return [*texts(details), details._raw.toPlainText(), *tips, *aloud]


def button(details: PaymentDetails, text: str) -> QPushButton:
    (found,) = (each for each in details.findChildren(QPushButton) if each.text() == text)
    return found
