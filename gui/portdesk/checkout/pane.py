"""A web page of the window as a widget, and whose page it really is."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, QSize, Qt, QTimer, Signal
from PySide6.QtWebEngineCore import QWebEngineFrame
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from portdesk.checkout.hosts import is_known
from portdesk.checkout.page import base_url
from portdesk.checkout.place import CheckoutPlace
from portdesk.checkout.results import Address
from portdesk.checkout.webpage import Page, as_text

_GLANCE: Final = 700
_UNWILLING: Final = 800
_SMALLEST: Final = QSize(320, 240)
_DEEPEST: Final = 4


class View(QWebEngineView):
    """A page on the screen, without the menus and drops of a browser."""

    def __init__(self, page: Page, parent: QWidget) -> None:
        super().__init__(parent)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setAcceptDrops(False)
        self.setPage(page)


class Pane(QWidget):
    """
    One page of the attempt as a widget: the first one, or a popup.

    Signals:
        moved: `address` is another one
        size_asked: the page would like this QSize
        closed: the page has closed itself or was closed; a popup's widget may go
    """

    moved = Signal()
    size_asked = Signal(QSize)
    closed = Signal()

    def __init__(self, page: Page, place: CheckoutPlace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.page = page
        self._place = place
        self.view = View(page, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)
        self.setFocusProxy(self.view)
        self.address = self._address()
        page.moved.connect(self._look)
        page.geometryChangeRequested.connect(self._on_geometry)
        self._glance = QTimer(self, interval=_GLANCE)  # frames come and go without a signal
        self._glance.timeout.connect(self._look)
        self._glance.start()

    def let_go(self) -> None:
        """Stop looking at a page that is about to be deleted."""
        self._glance.stop()

    def close_page(self) -> None:
        """Close a popup as its page expects it; what does not close in time is deleted."""
        self.page.leave()
        QTimer.singleShot(_UNWILLING, self, self.closed.emit)

    def _look(self) -> None:
        address = self._address()
        if address != self.address:
            self.address = address
            self.moved.emit()

    def _address(self) -> Address:
        url = self.page.url()
        frames = tuple(sorted(set(_visible_hosts(self.page.mainFrame(), 0)) - {url.host()}))
        is_own = as_text(url) == base_url(self._place)
        hosts = frames if is_own else (url.host(), *frames)
        is_here = self._place.loopback and all(host in ("127.0.0.1", "localhost") for host in hosts if host)
        unknown = () if is_here else tuple(host for host in hosts if host and not is_known(host))
        return Address(
            host=url.host(),
            is_encrypted=url.scheme() == "https",
            is_own=is_own,
            frames=frames,
            unknown=unknown,
        )

    def _on_geometry(self, wanted: QRect) -> None:
        self.size_asked.emit(fitting(wanted.size()))


def fitting(wanted: QSize) -> QSize:
    """A size a popup may have: large enough for its frame to be read, no larger than the screen."""
    screen = QApplication.primaryScreen().availableSize()
    return wanted.expandedTo(_SMALLEST).boundedTo(screen)


def _visible_hosts(frame: QWebEngineFrame, depth: int) -> list[str]:
    """The hosts of the frames inside that cover something."""
    hosts = []
    for child in frame.children() if depth < _DEEPEST else ():
        size = child.size()
        if child.isValid() and size.width() > 1 and size.height() > 1:
            hosts += [child.url().host()] if child.url().host() else []
            hosts += _visible_hosts(child, depth + 1)
    return hosts
