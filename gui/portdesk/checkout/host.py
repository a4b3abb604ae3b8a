"""The payment window's content: opens the page, calls the SDK once, and says what happens inside."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import QEventLoop, QMetaMethod, QObject, QTimer, QUrl, Signal
from PySide6.QtWebEngineCore import QWebEnginePage
from PySide6.QtWidgets import QApplication, QWidget

from portdesk.checkout.browser import Browser
from portdesk.checkout.page import Sentinel, base_url, call_script, page
from portdesk.checkout.pane import Pane
from portdesk.checkout.place import CheckoutPlace
from portdesk.checkout.results import Ending, Notice, NoticeKind, Rumour, read_rumour
from portdesk.checkout.webpage import Page, as_text

logger = logging.getLogger(__name__)

_SLOW: Final = 15_000
_UNREACHABLE: Final = 60_000
_MOST_OF_A_KIND: Final = 12
_MOST_RUMOURS: Final = 20


class Question(QObject):
    """A page's confirm: it stands still until `answer` is called."""

    def __init__(self, notice: Notice, parent: QObject) -> None:
        super().__init__(parent)
        self.notice = notice
        self._loop = QEventLoop(self)
        self._is_yes = False
        self._is_answered = False

    def answer(self, *, yes: bool) -> None:
        """Let the page go on."""
        self._is_yes, self._is_answered = yes, True
        self._loop.quit()

    def wait(self) -> bool:
        """The answer. A page waits for it on the spot, so only a loop inside this call can wait too."""
        if not self._is_answered:
            self._loop.exec()
        return self._is_yes


class Host(Pane):
    """
    One attempt at one payment.

    It says what it hears and decides nothing: whoever listens goes and asks the server.

    Signals:
        started: the SDK has been called
        heard: a Rumour came back, true or not; each one once, and not without end
        noticed: a Notice to show
        asked: a Question that has to be answered; nobody listening means no
        popup_opened: a Pane to be put into a window of its own
        ending: how the window came to its end; at most one Ending. The server has to be asked
        ended: everything of it is deleted
    """

    started = Signal()
    heard = Signal(object)
    noticed = Signal(object)
    asked = Signal(object)
    popup_opened = Signal(object)
    ending = Signal(object)
    ended = Signal()

    def __init__(
        self, place: CheckoutPlace, parameters: Mapping[str, Any], parent: QWidget | None = None
    ) -> None:
        self._sentinel = Sentinel(token=secrets.token_urlsafe(24))
        self._parameters = dict(parameters)
        self._is_called = self._is_over = False
        self._notices: set[Notice] = set()
        self._rumours: set[Rumour] = set()
        self._question: Question | None = None
        self._panes: dict[int, Pane] = {}
        self._browser = Browser(place, self._sentinel, self, _application())
        super().__init__(self._browser.page, place, parent)
        self._browser.ended.connect(self._on_browser_ended)
        self._wire(self.page)
        self.page.loadFinished.connect(self._on_loaded)
        self._slow = QTimer(self, interval=_SLOW, singleShot=True)
        self._slow.timeout.connect(lambda: self.take_notice(Notice(kind=NoticeKind.SLOW)))
        self._unreachable = QTimer(self, interval=_UNREACHABLE, singleShot=True)
        self._unreachable.timeout.connect(lambda: self._end_with(Ending.UNREACHABLE))

    def start(self) -> None:
        """Load the page; the SDK is called as soon as it is there, and only once."""
        self._slow.start()
        self._unreachable.start()
        nonce = secrets.token_urlsafe(16)
        self.page.setContent(
            page(self._place, nonce).encode(), "text/html;charset=UTF-8", QUrl(base_url(self._place))
        )

    def leave(self) -> None:
        """The operator closes the window. That cancels nothing: the customer may have just paid."""
        self._end_with(Ending.CLOSED)
        self._take_down()

    @property
    def is_over(self) -> bool:
        """Whether an ending has been told."""
        return self._is_over

    # ---- what pages do

    def meet_sentinel(self, url: str) -> None:
        rumour = read_rumour(url)
        if self._is_over or rumour in self._rumours or len(self._rumours) >= _MOST_RUMOURS:
            return
        self._stop_waiting()
        self._rumours.add(rumour)
        logger.info(
            "a payment window came back", extra={"kind": "redirect" if rumour.is_redirect else "callback"}
        )
        QTimer.singleShot(0, self, lambda: self.heard.emit(rumour))

    def take_notice(self, notice: Notice) -> None:
        # A flood of one kind hides no other.
        of_its_kind = sum(known.kind is notice.kind for known in self._notices)
        if self._is_over or notice in self._notices or of_its_kind >= _MOST_OF_A_KIND:
            return
        self._notices.add(notice)
        logger.info("a payment page was held back or said something", extra={"kind": notice.kind.value})
        QTimer.singleShot(0, self, lambda: self.noticed.emit(notice))

    def may_open(self, page: Page, url: QUrl) -> bool:
        # Our own page comes to be from data; nobody else's does.
        is_ours = url.scheme() == "data" or as_text(url) == base_url(self._place)
        if not is_ours:
            return True
        is_first = page is self._browser.page
        if is_first and self._is_called:  # reloaded, or gone back to: the SDK is never called twice
            QTimer.singleShot(0, self, lambda: self._end_with(Ending.LEFT))
        return is_first and not self._is_called

    def add_popup(self, page: Page) -> None:
        if not self._browser.admit(page):
            self.take_notice(Notice(kind=NoticeKind.POPUPS, host=self.page.url().host()))
            return
        self._wire(page)
        pane = Pane(page, self._place)
        self._panes[id(page)] = pane
        page.windowCloseRequested.connect(pane.closed)
        pane.closed.connect(lambda: self._drop(page))
        self.popup_opened.emit(pane)

    def ask(self, notice: Notice) -> bool:
        if self._question is not None or not self._browser.may_ask():
            self.take_notice(notice)
            return False
        if not self.isSignalConnected(QMetaMethod.fromSignal(self.asked)):
            return False
        question = self._question = Question(notice, self)
        self.asked.emit(question)
        try:
            return question.wait()
        finally:
            self._question = None
            question.deleteLater()

    # ---- inside

    def _wire(self, page: Page) -> None:
        page.renderProcessTerminated.connect(self._on_renderer_gone)

    def _on_loaded(self) -> None:
        if self._is_called or self._is_over or as_text(self.page.url()) != base_url(self._place):
            return
        self._is_called = True
        self.page.runJavaScript(
            call_script(self._place, self._parameters, self._sentinel), 0, self._on_called
        )

    def _on_called(self, told: object) -> None:
        self._stop_waiting()
        if told == "no sdk":
            self._end_with(Ending.UNREACHABLE)
        else:
            self.started.emit()

    def _on_renderer_gone(self, status: QWebEnginePage.RenderProcessTerminationStatus) -> None:
        logger.warning("a payment page's process is gone", extra={"kind": status.name})
        self._end_with(Ending.CRASHED)

    def _end_with(self, ending: Ending) -> None:
        if self._is_over:
            return
        self._is_over = True
        self._stop_waiting()
        self.ending.emit(ending)

    def _stop_waiting(self) -> None:
        self._slow.stop()
        self._unreachable.stop()

    def _drop(self, page: Page) -> None:
        pane = self._panes.pop(id(page), None)
        if pane is not None:
            pane.let_go()
            self._browser.drop(page)

    def _take_down(self) -> None:
        self.let_go()
        if self._question is not None:  # the page is in the middle of a call of ours
            self._question.answer(yes=False)
            QTimer.singleShot(0, self, self._take_down)
            return
        for pane in self._panes.values():
            pane.let_go()
        self._browser.end()

    def _on_browser_ended(self) -> None:
        for pane in list(self._panes.values()):
            pane.closed.emit()
        self._browser.deleteLater()
        self.ended.emit()


def _application() -> QObject:
    app = QApplication.instance()
    assert app is not None  # noqa: S101 - there is no widget without one
    return app
