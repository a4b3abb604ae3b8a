"""The window a customer pays in: the page, and around it, out of its reach, whose page it really is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from portdesk.checkout.opening import open_host
from portdesk.checkout.place import CheckoutPlace
from portdesk.checkout.results import Address, Ending, Notice, Rumour
from portdesk.domain.events import Bus
from portdesk.domain.messages import Message
from portdesk.ledger.checkout import UNSETTLED, Checkout, CheckoutState
from portdesk.qt.alerts import Alert
from portdesk.qt.tasks import Tasks
from portdesk.qt.words import Wording, render, tr
from portdesk.usecases.checkout import CheckoutMoved, Checkouts
from portdesk.widgets.checkout.elsewhere import message_for
from portdesk.widgets.kit.banner import Banner
from portdesk.widgets.kit.icons import icon
from portdesk.widgets.kit.text import ElidedLabel, PlainLabel
from portdesk.widgets.kit.theme import Dressing, shades

_SIZE: Final = (900, 700)
_STRIP: Final = 36
_COPY: Final = Message("Copy a message for the customer")
_COPIED: Final = Message("Copied")


class Strip(QFrame):
    """Whose page is shown and whether the way to it is encrypted; no page can draw over it."""

    def __init__(self, *, is_live: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_live = is_live
        self._address: Address | None = None
        self._sign = PlainLabel("", self)
        self._host = ElidedLabel("", self, emphasis=True)
        self._state = PlainLabel("", self, quiet=True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 0, 12, 0)
        layout.addWidget(self._sign)
        layout.addWidget(self._host, 1)
        layout.addWidget(self._state)
        self.setFixedHeight(_STRIP)
        Wording(self).follow(self._render)
        Dressing(self, self._render)

    @property
    def told(self) -> str:
        """The words on it."""
        return f"{self._host.text()} · {self._state.text()}"

    def show_address(self, address: Address) -> None:
        """Tell whose page it is from now on."""
        self._address = address
        self._render()

    def _render(self) -> None:
        address, colours = self._address, shades(self)
        if address is None:
            return
        hosts = address.frames if address.is_own else (address.host, *address.frames)
        self._host.setText(", ".join(host for host in hosts if host) or tr("Loading the payment page…"))
        if not self._is_live:
            self._state.setText(tr("Demo: on this computer, not a real payment provider"))
            name, colour = "flask", colours.text
        else:
            is_safe = address.is_encrypted or address.is_own
            self._state.setText(tr("Encrypted") if is_safe else tr("Not encrypted"))
            name, colour = ("lock", colours.done) if is_safe else ("warning", colours.refused)
        self._sign.setPixmap(icon(name, colour).pixmap(16, 16))
        self.setAccessibleName(self.told)


class Frame(QDialog):
    """
    A page in a window of its own: the strip, a bar for what has to be said, the page.

    Signals:
        asked_to_close: the person closes it
    """

    asked_to_close = Signal()

    def __init__(self, *, is_live: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowFlag(Qt.WindowType.Window)
        self.strip = Strip(is_live=is_live, parent=self)
        self.bar = Banner(self)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.column.addWidget(self.strip)
        self.column.addWidget(self.bar)
        self._may_close = False
        self._unknown: tuple[str, ...] = ()

    def hold(self, pane: Any) -> None:
        """Show `pane` and tell whose page it is; the bar is below, where it moves nothing under a mouse."""
        self.column.insertWidget(1, pane, 1)
        pane.moved.connect(lambda: self._on_moved(pane.address))
        self._on_moved(pane.address)
        pane.setFocus()

    def end(self) -> None:
        """Go, without asking anybody."""
        self._may_close = True
        self.close()
        self.deleteLater()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._may_close:
            super().closeEvent(event)
            return
        event.ignore()
        self.asked_to_close.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Escape and Enter belong to the page.
        event.accept()

    def reject(self) -> None:
        if self._may_close:
            super().reject()
        else:
            self.asked_to_close.emit()

    def _on_moved(self, address: Address) -> None:
        self.strip.show_address(address)
        if address.unknown and address.unknown != self._unknown:
            self._unknown = address.unknown
            self.bar.show_alert(
                Alert(
                    Message("{host} is on no list of payment providers.", host=", ".join(address.unknown)),
                    Message("Look at the address twice before a card number is typed in."),
                )
            )


class PayWindow(Frame):
    """
    One attempt in a window.

    It decides nothing: whatever comes out of the page, and however it ends, the use case goes and looks,
    in `looking`, which outlives the window. It closes by itself once the server has said.

    Signals:
        gone: it is closed and everything of it is deleted
    """

    gone = Signal()

    def __init__(
        self,
        place: CheckoutPlace,
        parameters: Mapping[str, Any],
        row: Checkout,
        checkouts: Checkouts,
        *,
        bus: Bus,
        looking: Tasks,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(is_live=place.is_live, parent=parent)
        self.row, self._checkouts, self._looking = row, checkouts, looking
        self._place = place
        self._name = str(parameters.get("name") or "")
        self._notice: Notice | None = None
        self._rumour: Rumour | None = None
        self._popups: list[Frame] = []
        self.host = open_host(place, parameters, self)
        self._foot = PlainLabel("", self, quiet=True, wraps=True)
        self._close = QPushButton(self)
        self._end_following = bus.subscribe(CheckoutMoved, self._on_moved_on)
        self._build()
        self._connect()

    @property
    def popups(self) -> list[Frame]:
        """The windows its page has opened."""
        return list(self._popups)

    def start(self) -> None:
        """Show it and load the page."""
        self.show()
        self.host.start()

    def leave(self) -> None:
        """Close it, which cancels nothing."""
        self.host.leave()

    def _build(self) -> None:
        self.hold(self.host)
        foot = QHBoxLayout()
        foot.setContentsMargins(12, 6, 12, 6)
        foot.addWidget(self._foot, 1)
        foot.addWidget(self._close)
        self.column.addLayout(foot)
        self._close.setAutoDefault(False)
        self.resize(*_SIZE)
        words = Wording(self)
        words.follow(self._render)

    def _render(self) -> None:
        self.setWindowTitle(tr("Payment window — {order}", order=self.row.merchant_uid))
        self._foot.setText(
            tr("Card numbers go to the payment provider's page only. Closing cancels nothing.")
        )
        self._close.setText(tr("Close"))

    def _connect(self) -> None:
        host = self.host
        host.heard.connect(self._on_heard)
        host.noticed.connect(self._on_noticed)
        host.asked.connect(self._on_asked)
        host.popup_opened.connect(self._on_popup)
        host.ending.connect(self._on_ending)
        host.ended.connect(self._on_ended)
        self.asked_to_close.connect(self.leave)
        self._close.clicked.connect(self.leave)
        self.bar.acted.connect(self._on_copy)

    def _on_heard(self, rumour: Rumour) -> None:
        self._rumour = rumour
        if rumour.is_failure:
            quote = " ".join(part for part in (rumour.error_code, rumour.error_msg) if part)
            self.bar.show_alert(
                Alert(
                    Message("The payment page says that it did not work. Checking with the server…"),
                    quote=quote,
                )
            )
        self._looking.start(f"hear {self.row.id}", self._hear, rumour.imp_uid)

    async def _hear(self, imp_uid: str | None) -> None:
        await self._checkouts.hear(self.row.id, imp_uid)

    def _on_noticed(self, notice: Notice) -> None:
        self._notice = notice
        self.bar.show_alert(Alert(notice.text, notice.advice), action=_COPY if notice.advice else None)

    def _on_copy(self) -> None:
        if self._notice is not None:
            QGuiApplication.clipboard().setText(message_for(self.row, self._name))
            self.bar.show_alert(Alert(self._notice.text, self._notice.advice), action=_COPIED)

    def _on_asked(self, question: Any) -> None:
        dialog = Question(question.notice, question.answer, self)
        dialog.open()

    def _on_popup(self, pane: Any) -> None:
        frame = Frame(is_live=self._place.is_live, parent=self)
        frame.setWindowTitle(self.windowTitle())
        frame.hold(pane)
        frame.resize(QSize(760, 700))
        pane.size_asked.connect(lambda size: frame.resize(size + QSize(0, _STRIP)))
        frame.asked_to_close.connect(pane.close_page)
        pane.closed.connect(lambda: self._on_popup_gone(frame))
        self._popups.append(frame)
        frame.show()

    def _on_popup_gone(self, frame: Frame) -> None:
        if frame in self._popups:
            self._popups.remove(frame)
            frame.end()

    def _on_moved_on(self, moved: CheckoutMoved) -> None:
        """The server has said, or has recorded the failure the page told of: nothing is left to do here."""
        row = moved.row
        if row.id != self.row.id or row.state is CheckoutState.LOOKING:
            return
        self.row = row
        is_refused = self._rumour is not None and row.note == "failed"
        if row.state not in UNSETTLED or is_refused:
            self.host.leave()

    def _on_ending(self, ending: Ending) -> None:
        rumour = self._rumour
        told_nothing = rumour is not None and rumour.is_failure and rumour.imp_uid is None
        word = Ending.RETURNED if rumour is not None and ending is Ending.CLOSED else ending
        self._looking.start(f"leave {self.row.id}", self._leave, word.value, told_nothing=told_nothing)
        self.host.leave()

    async def _leave(self, ending: str, *, told_nothing: bool) -> None:
        await self._checkouts.leave(self.row.id, ending, told_nothing=told_nothing)

    def _on_ended(self) -> None:
        self._end_following()
        for frame in self.popups:
            self._on_popup_gone(frame)
        self.gone.emit()
        self.end()


class Question(QDialog):
    """A page's question in our own words and letters, so that it cannot pass for one of ours."""

    def __init__(self, notice: Notice, answer: Callable[..., None], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("A question of the payment page"))
        text = PlainLabel(render(notice.text), self, wraps=True)
        text.setMinimumWidth(380)
        self.yes, self.no = QPushButton(tr("OK"), self), QPushButton(tr("Cancel"), self)
        self.yes.clicked.connect(self.accept)
        self.no.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for button in (self.no, self.yes):
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(16)
        layout.addWidget(text)
        layout.addLayout(buttons)
        self.finished.connect(lambda result: answer(yes=result == QDialog.DialogCode.Accepted))
