"""Every text is in the language of the screen, changes with it, and never reads data as a template."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from PySide6.QtCore import QLocale, QObject
from PySide6.QtWidgets import QDialogButtonBox, QWidget
from pytestqt.qtbot import QtBot

from portdesk.domain.messages import Message
from portdesk.domain.money import Amount
from portdesk.domain.times import KST
from portdesk.qt import words
from portdesk.qt.words import Wording, exact, moment, money, render, span, tr, trn
from screen import NOW, delete_what_is_due

CATALOGUE = Path(__file__).resolve().parents[3] / "resources/translations/ko/LC_MESSAGES/portdesk.po"
TEMPLATES = [
    "{0.__class__}",
    "{name.__class__.__init__.__globals__}",
    "{x}",
    "{name}",
    "{",
    "}",
    "{{}}",
    "%s %(a)s",
]


def korean(text: str) -> str:
    with CATALOGUE.open("rb") as source:
        message = read_po(source, locale="ko").get(text)
    assert message is not None, f"{text!r} is not in the catalogue"
    assert isinstance(message.string, str)
    return message.string


class TestTemplates:
    @pytest.mark.parametrize("name", TEMPLATES)
    @pytest.mark.parametrize("language", ["ko", "en"])
    def test_an_argument_comes_out_literally(self, language: str, name: str) -> None:
        words.set_language(language)

        assert name in tr("{name} (demo)", name=name)
        assert name in render(Message("Opening {name}…", name=name))
        assert name in render(Message("Opening {name}…", name=Message("Opening {name}…", name=name)))
        assert name in trn("{count} of {name}", "{count} of {name}", 2, name=name)

    def test_a_message_in_a_message_is_translated_too(self) -> None:
        words.set_language("ko")
        inner = Message("Payments")

        assert korean("Payments") in tr("{name} (demo)", name=inner)

    def test_a_text_without_arguments_is_left_alone(self) -> None:
        assert tr("100 % of {nothing}") == "100 % of {nothing}"

    def test_an_argument_may_be_called_text(self) -> None:
        assert tr("so {text}", text="it is") == "so it is"


class TestLanguage:
    def test_texts_come_from_the_catalogue(self) -> None:
        words.set_language("ko")
        assert tr("Payments") == korean("Payments") == "결제"

        words.set_language("en")
        assert tr("Payments") == "Payments"

    def test_a_text_that_nobody_translated_stays_english(self) -> None:
        words.set_language("ko")
        assert tr("a text of no catalogue") == "a text of no catalogue"

    def test_an_unknown_language_speaks_english(self) -> None:
        words.set_language("xx")
        assert tr("Payments") == "Payments"

    def test_counted_texts(self) -> None:
        assert trn("{count} payment", "{count} payments", 1) == "1 payment"
        assert trn("{count} payment", "{count} payments", 12_431) == "12,431 payments"

        words.set_language("ko")
        assert trn("{count} payment", "{count} payments", 1) != "1 payment"
        assert "12,431" in trn("{count} payment", "{count} payments", 12_431)

    def test_widgets_are_told_when_it_changes(self, qtbot: QtBot) -> None:
        window, inside = QWidget(), QWidget()
        inside.setParent(window)
        qtbot.addWidget(window)
        said: list[str] = []
        Wording(inside).say(said.append, "Payments")

        words.set_language("ko")
        words.set_language("en")

        assert said[0] == "Payments"
        assert said[-1] == "Payments"
        assert "결제" in said

    def test_rendering_happens_at_once_and_at_each_change(self, qtbot: QtBot) -> None:
        widget = QWidget()
        qtbot.addWidget(widget)
        languages: list[str] = []
        Wording(widget).follow(lambda: languages.append(words.language()))
        assert languages == ["en"]

        words.set_language("ko")
        assert languages[-1] == "ko"

    def test_a_widget_that_is_gone_is_told_nothing(self, qtbot: QtBot) -> None:
        said: list[str] = []
        widget = QWidget()
        Wording(widget).say(said.append, "Payments")
        widget.deleteLater()
        qtbot.waitUntil(lambda: "destroyed" in destroyed(widget))
        said.clear()

        words.set_language("ko")
        assert said == []

    def test_qt_speaks_the_same_language(self, qtbot: QtBot) -> None:
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        qtbot.addWidget(box)
        english = box.button(QDialogButtonBox.StandardButton.Close).text()

        words.set_language("ko")

        assert english.replace("&", "") == "Close"
        assert "닫기" in box.button(QDialogButtonBox.StandardButton.Close).text()
        assert QLocale().language() == QLocale.Language.Korean

    def test_changing_often_leaves_nothing_behind(self, qapp: QObject) -> None:
        words.set_language("ko")
        before = len(qapp.children())

        for _ in range(10):
            words.set_language("en")
            words.set_language("ko")
            delete_what_is_due()

        assert len(qapp.children()) <= before

    def test_the_system_language_is_one_of_ours(self) -> None:
        assert words.system_language() in words.LANGUAGES


def destroyed(thing: QObject) -> str:
    try:
        return thing.objectName()
    except RuntimeError:
        return "destroyed"


class TestMoney:
    @pytest.mark.parametrize(
        ("value", "currency", "told"),
        [
            ("38000", "KRW", "₩38,000"),
            ("12.5", "USD", "US$12.50"),
            ("1200", "JPY", "¥1,200"),
            ("7", "CHF", "CHF 7.00"),
        ],
    )
    def test_has_its_currency(self, value: str, currency: str, told: str) -> None:
        assert money(Amount(Decimal(value), currency)) == told

    @pytest.mark.parametrize(
        ("value", "currency"), [("0.5", "KRW"), ("-1", "KRW"), (str(2**63), "KRW"), ("NaN", "KRW")]
    )
    def test_what_nobody_could_mean_is_marked(self, value: str, currency: str) -> None:
        told = money(Amount(Decimal(value), currency))

        assert told.startswith("amount cannot be shown")
        assert "₩" not in told

    def test_a_currency_is_data(self) -> None:
        assert money(Amount(Decimal(1), "{x}")) == "{x} 1.00"


def at(year: int, month: int, day: int, hour: int = 12, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=KST)


class TestMoment:
    @pytest.mark.parametrize(
        ("time", "now", "told"),
        [
            (at(2026, 11, 21, 14, 2), at(2026, 11, 21, 23, 59), "today 14:02"),
            (at(2026, 11, 21, 0, 0), at(2026, 11, 21, 0, 0), "today 00:00"),
            (at(2026, 11, 20, 23, 59), at(2026, 11, 21, 0, 0), "yesterday 23:59"),
            (at(2026, 11, 20, 0, 0), at(2026, 11, 21, 23, 59), "yesterday 00:00"),
            (at(2026, 11, 19, 23, 59), at(2026, 11, 21, 0, 0), "11-19 23:59"),
            (at(2026, 1, 1, 0, 0), at(2026, 12, 31, 23, 59), "01-01 00:00"),
            (at(2025, 12, 31, 23, 59), at(2026, 1, 1, 0, 0), "yesterday 23:59"),
            (at(2025, 12, 30, 23, 59), at(2026, 1, 1, 0, 0), "2025-12-30"),
            (at(2026, 11, 22, 0, 1), at(2026, 11, 21, 23, 59), "11-22 00:01"),
            (at(2024, 2, 29, 9, 5), at(2026, 11, 21), "2024-02-29"),
        ],
    )
    def test_is_told_from_now(self, time: datetime, now: datetime, told: str) -> None:
        assert moment(time, now) == told

    def test_the_day_is_the_one_in_korea(self) -> None:
        now = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)

        assert moment(datetime(2026, 11, 20, 14, 59, tzinfo=UTC), now) == "yesterday 23:59"
        assert moment(datetime(2026, 11, 20, 15, 0, tzinfo=UTC), now) == "today 00:00"

    def test_in_korean(self) -> None:
        words.set_language("ko")
        assert moment(NOW, NOW) == "오늘 14:02"

    def test_no_time_is_no_text(self) -> None:
        assert moment(None, NOW) == ""
        assert exact(None) == ""

    def test_exactly(self) -> None:
        assert exact(datetime(2026, 12, 31, 15, 0, 1, tzinfo=UTC)) == "2027-01-01 00:00:01 KST"


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0, "1 s"), (0.4, "1 s"), (-5, "1 s"), (59, "59 s"), (60, "1 min"), (3540, "59 min"), (3599, "1 h"),
        (3600, "1 h"), (86_399, "1 d"), (86_400, "1 d"), (200_000, "2 d"),
    ],
)  # fmt: skip
def test_a_span_is_told_in_its_largest_unit(seconds: float, told: str) -> None:
    assert span(timedelta(seconds=seconds)) == told
