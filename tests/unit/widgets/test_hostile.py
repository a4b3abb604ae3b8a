"""Foreign text is shown as it is spelled on every surface there is: it is never obeyed as markup."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent, QImage, QTextDocument
from PySide6.QtGui import Qt as Rich
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QMenu,
    QPlainTextEdit,
    QTextEdit,
    QToolTip,
    QWidget,
)
from pytestqt.qtbot import QtBot

from doubles.shop import MemoryShop
from portdesk.api.errors import RefusedError
from portdesk.domain.errors import InputError
from portdesk.domain.events import ConnectionChanged, SyncFailed
from portdesk.domain.ids import ShopId
from portdesk.domain.messages import Message
from portdesk.domain.payments import Payment
from portdesk.domain.plain import visible
from portdesk.domain.shops import Shop
from portdesk.widgets.kit.badge import Badge
from portdesk.widgets.kit.facts import Fact, Facts, Group
from portdesk.widgets.kit.text import ElidedLabel, PlainLabel, PlainText, set_tip, tip
from portdesk.widgets.main_window import MainWindow
from portdesk.widgets.payments.tab import PaymentsTab
from portdesk.widgets.sign_in import SignIn
from samples.hostile import HOSTILE, MAGENTA, MARKUP
from samples.payments import full_wire, payment
from screen import HeardAlerts, eventually

Opener = Callable[..., Awaitable[PaymentsTab]]
FOREIGN = [
    name
    for name, value in full_wire().items()
    if isinstance(value, str) and name not in ("imp_uid", "currency")
]
PIXEL = 0xFFFF00FF

every_text = pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))


def of_foreign_text(text: str) -> Payment:
    """A payment with `text` in every place where somebody else writes."""
    fields = dict.fromkeys(FOREIGN, text)
    histories = {
        "cancel_history": [
            {"amount": 1, "cancelled_at": 1, **dict.fromkeys(("reason", "pg_tid", "receipt_url"), text)}
        ],
        "deposit_history": [
            {"amount": 1, "deposited_at": 1, **dict.fromkeys(("reason", "depositor_name"), text)}
        ],
        "cancel_receipt_urls": [text],
        "promotion": {"id": text},
        "unpublished": text,
        f"&{text[:200]}": "x",
    }
    return payment(**full_wire(999) | fields | histories)


def has_magenta(widget: QWidget) -> bool:
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_ARGB32)
    pixels = bytes(image.constBits())
    wanted = PIXEL.to_bytes(4, "little")
    place = pixels.find(wanted)
    while place >= 0 and place % 4:
        place = pixels.find(wanted, place + 1)
    return place >= 0


def read_by_qt(tooltip: str) -> str:
    """What stands in a tooltip once Qt has read it the way it reads tooltips."""
    document = QTextDocument()
    if Rich.mightBeRichText(tooltip):
        document.setHtml(tooltip)
    else:
        document.setPlainText(tooltip)
    return document.toPlainText()


def everything(top: QWidget) -> Iterator[QWidget]:
    yield top
    yield from top.findChildren(QWidget)


def assert_nothing_is_obeyed(top: QWidget) -> None:
    for widget in everything(top):
        assert not isinstance(widget, QTextEdit)
        if isinstance(widget, QLabel):
            assert widget.textFormat() == Qt.TextFormat.PlainText, widget.text()[:80]
            assert not widget.openExternalLinks()
            assert widget.buddy() is None or "&" not in widget.text()
        for told in (widget.accessibleName(), widget.accessibleDescription(), widget.windowTitle()):
            assert visible(told, len(told) + 1) == told
        assert widget.statusTip() == widget.whatsThis() == ""
        assert_is_plain_tip(widget.toolTip())
        assert_shows_only_what_can_be_seen(widget)
    assert not has_magenta(top)


def assert_is_plain_tip(tooltip: str) -> None:
    if tooltip:
        assert tooltip == tip(read_by_qt(tooltip)), "read as markup, or not escaped"


def assert_shows_only_what_can_be_seen(widget: QWidget) -> None:
    if isinstance(widget, QLabel | QAbstractButton):
        assert visible(widget.text(), 10_000) == widget.text()
    if isinstance(widget, QPlainTextEdit):
        for line in widget.toPlainText().split("\n"):
            assert visible(line, len(line) + 1) == line


def test_the_canary_sings(qtbot: QtBot) -> None:
    """The same texts in a label of Qt's own are obeyed, so that this page proves something."""
    obeyed = []
    for text in MARKUP:
        label = QLabel(text)  # as careless as can be
        qtbot.addWidget(label)
        label.resize(600, 300)
        if MAGENTA in text and has_magenta(label):
            obeyed.append(text)

    assert len(obeyed) >= 8
    assert sum(read_by_qt(text) != text for text in MARKUP) >= 20


@every_text
class TestKit:
    def test_labels(self, qtbot: QtBot, text: str) -> None:
        for label in (PlainLabel(text), PlainLabel(text, wraps=True), ElidedLabel(text)):
            qtbot.addWidget(label)
            label.resize(400, 60)
            assert label.text() == visible(text, 2000)
            assert_nothing_is_obeyed(label)

    def test_tips(self, qtbot: QtBot, text: str) -> None:
        widget = QWidget()
        qtbot.addWidget(widget)
        set_tip(widget, text)

        assert read_by_qt(widget.toolTip()) == visible(text, 2000)

    def test_badge(self, qtbot: QtBot, text: str) -> None:
        from portdesk.qt.marks import Mark  # noqa: PLC0415 - used here alone

        badge = Badge()
        qtbot.addWidget(badge)
        badge.show_status(Mark.UNKNOWN, text)

        assert badge.sizeHint().width() < 800
        assert badge.sizeHint().height() < 40
        assert_nothing_is_obeyed(badge)

    def test_facts(self, qtbot: QtBot, text: str) -> None:
        facts = Facts()
        qtbot.addWidget(facts)
        facts.resize(360, 400)
        facts.show_groups(
            [Group(text, [Fact(name=text, value=text, wire=text), Fact(name="b", value=text, foreign=True)])]
        )

        assert_nothing_is_obeyed(facts)

    def test_raw_answers(self, qtbot: QtBot, text: str) -> None:
        pane = PlainText()
        qtbot.addWidget(pane)
        pane.resize(400, 200)
        pane.setPlainText(text)

        assert_nothing_is_obeyed(pane)


def test_an_ampersand_of_a_name_is_drawn(qtbot: QtBot) -> None:
    pictures = []
    for name in ("a&b", "ab"):
        facts = Facts()
        qtbot.addWidget(facts)
        facts.resize(360, 200)
        facts.show_groups([Group("x", [Fact(name=name, value="y")])])
        pictures.append(facts.grab().toImage())

    assert pictures[0] != pictures[1]


@pytest.mark.anyio
class TestWindow:
    @every_text
    async def test_a_payment_of_foreign_text(
        self, tab: PaymentsTab, window: MainWindow, shop: MemoryShop, text: str
    ) -> None:
        try:
            hostile = of_foreign_text(text)
            hostile.wire_json  # noqa: B018 - lone surrogates never pass the decoder
        except UnicodeEncodeError:
            pytest.skip("the strict decoder lets no such text in")
        shop.payments.add(hostile)
        await eventually(lambda: tab.listing.answers > 1)
        tab.listing.table.selectRow(0)
        tab.details._raw_switch.setChecked(True)
        await eventually(lambda: tab.details.payment == hostile)

        assert_nothing_is_obeyed(window)
        assert_cell_tips_are_plain(tab)

    @every_text
    async def test_a_shop_of_that_name(
        self, window: MainWindow, shop: MemoryShop, open_shop: Opener, text: str
    ) -> None:
        named = Shop(id=ShopId("000000000002"), name=text, colour="#2a9d8f", is_demo=True)
        shop.shop = named
        await open_shop(shop)
        window.header.show_shops([named, named], named)

        title = window.windowTitle()
        assert len(title) < 80
        assert_nothing_is_obeyed(window)
        for menu in window.header.findChildren(QMenu):
            assert not menu.toolTipsVisible()
            for action in menu.actions():
                assert visible(action.text(), 200) == action.text()

    @every_text
    async def test_what_a_server_says(
        self, window: MainWindow, tab: PaymentsTab, shop: MemoryShop, alerts: HeardAlerts, text: str
    ) -> None:
        error = RefusedError(
            "GET /payments", code=1, server_message=text, text=Message("No: {why}", why=text)
        )
        alerts.show(error)
        shop.bus.publish(ConnectionChanged(is_connected=False, error=error))
        shop.bus.publish(SyncFailed(error))
        window.show_opening(Message("Opening {name}…", name=text))

        assert window.banner.isVisible()
        assert len(window.banner._quote.text()) < 400
        assert_nothing_is_obeyed(window)
        alerts.take()


@every_text
def test_the_first_page(qtbot: QtBot, text: str) -> None:
    page = SignIn()
    qtbot.addWidget(page)
    page.form.ask_keys_of(Shop(id=ShopId("000000000002"), name=text, colour="#000000", tier_code=text[:3]))
    page.form.show_result(InputError(Message("No: {why}", why=text), Message("Then: {why}", why=text)))
    page.resize(900, 600)

    assert_nothing_is_obeyed(page)


def assert_cell_tips_are_plain(tab: PaymentsTab) -> None:
    table = tab.listing.table
    for column in range(table.model().columnCount()):
        if table.isColumnHidden(column):
            continue
        place = table.visualRect(table.model().index(0, column)).center()
        QApplication.sendEvent(
            table.viewport(),
            QHelpEvent(QEvent.Type.ToolTip, place, table.viewport().mapToGlobal(place)),
        )
        assert_is_plain_tip(QToolTip.text())
        for role in (
            Qt.ItemDataRole.ToolTipRole,
            Qt.ItemDataRole.StatusTipRole,
            Qt.ItemDataRole.WhatsThisRole,
        ):
            assert table.model().data(table.model().index(0, column), role) is None
    QToolTip.showText(QPoint(), "")
