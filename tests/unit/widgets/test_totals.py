"""What a list comes to stands where the eye is, in every currency, and can be copied."""

from __future__ import annotations

from decimal import Decimal

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from portdesk.domain.money import Amount
from portdesk.qt import words
from portdesk.qt.words import later
from portdesk.widgets.kit.theme import Theme
from portdesk.widgets.kit.totals import Sums, Totals


def sums(currency: str, rows: int, paid: str, back: str) -> Sums:
    taken, returned = Amount(Decimal(paid), currency), Amount(Decimal(back), currency)
    figures = ((later("paid"), taken), (later("refunded"), returned), (later("net"), taken - returned))
    return Sums(rows=rows, figures=figures)


@pytest.fixture
def totals(qtbot: QtBot, theme: Theme) -> Totals:
    theme.force("light")
    totals = Totals()
    qtbot.addWidget(totals)
    totals.resize(800, 30)
    totals.show()
    return totals


def seen(totals: Totals) -> list[str]:
    return [label.text() for label in totals.findChildren(QLabel) if label.isVisible() and label.text()]


def test_every_figure_of_the_most_frequent_currency_is_in_sight(totals: Totals) -> None:
    totals.show_sums(31, [sums("USD", 1, "71.99", "0"), sums("KRW", 30, "900000", "100000")])

    assert seen(totals) == ["31 rows", "paid ₩900,000", "refunded ₩100,000", "net ₩800,000"]
    assert totals.more.text() == "+1"
    assert "US$71.99" in totals.more.toolTip()


def test_where_room_is_short_what_is_left_stays_in_sight(totals: Totals) -> None:
    totals.show_sums(31, [sums("KRW", 31, "900000", "100000")])
    totals.resize(totals.minimumSizeHint().width() + 4, 30)

    assert seen(totals) == ["31 rows", "net ₩800,000"]
    assert "refunded ₩100,000" in totals.more.toolTip()
    totals.resize(totals.sizeHint())
    assert len(seen(totals)) == 4


def test_another_question_takes_the_sums_away_until_its_own_are_there(totals: Totals) -> None:
    totals.show_sums(31, [sums("KRW", 31, "900000", "0")])
    totals.show_count(None)
    assert seen(totals) == ["counting…"]
    assert not totals.more.isVisible()

    totals.show_count(7)
    assert seen(totals) == ["7 rows"]


def test_an_empty_list_has_nothing_to_tell(totals: Totals) -> None:
    totals.show_sums(0, [])

    assert seen(totals) == []


def test_each_line_and_all_as_cells_can_be_copied(totals: Totals) -> None:
    totals.show_sums(31, [sums("KRW", 30, "900000", "100000"), sums("USD", 1, "71.99", "1.5")])
    totals.more.menu().aboutToShow.emit()
    won, _, _, cells = totals.more.menu().actions()

    won.trigger()
    assert QGuiApplication.clipboard().text() == "30 rows   paid ₩900,000   refunded ₩100,000   net ₩800,000"
    cells.trigger()
    assert QGuiApplication.clipboard().text() == (
        "\t\tpaid\trefunded\tnet\nKRW\t30\t900000\t100000\t800000\nUSD\t1\t71.99\t1.5\t70.49"
    )


def test_they_change_language_and_are_said_aloud(totals: Totals) -> None:
    totals.show_sums(31, [sums("KRW", 31, "900000", "0")])
    words.set_language("ko")

    assert totals.accessibleName().startswith("31행   결제 ")
    assert "paid" not in "".join(seen(totals))
