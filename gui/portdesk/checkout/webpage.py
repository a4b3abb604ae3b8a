"""One web page of a payment window, which may do little; whatever it tries beyond that is told."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Final, Protocol

from PySide6.QtCore import QObject, QTimer, QUrl, Signal
from PySide6.QtWebEngineCore import (
    QWebEngineCertificateError,
    QWebEngineClientCertificateSelection,
    QWebEngineDesktopMediaRequest,
    QWebEngineFileSystemAccessRequest,
    QWebEngineFullScreenRequest,
    QWebEnginePage,
    QWebEnginePermission,
    QWebEngineProfile,
    QWebEngineRegisterProtocolHandlerRequest,
    QWebEngineSettings,
    QWebEngineWebAuthUxRequest,
)

from portdesk.checkout.gate import OWN_SCHEMES, Gate
from portdesk.checkout.page import Sentinel
from portdesk.checkout.results import Notice, NoticeKind

logger = logging.getLogger(__name__)

_LONGEST_WORDS: Final = 500
_LOCAL_SCHEMES: Final = ("file", "chrome", "devtools", "qrc", "view-source", "filesystem")

_A = QWebEngineSettings.WebAttribute
_ALLOWED: Final = (
    _A.JavascriptEnabled,
    _A.JavascriptCanOpenWindows,
    _A.LocalStorageEnabled,
    _A.AutoLoadImages,
)
_FORBIDDEN: Final = (
    _A.AllowGeolocationOnInsecureOrigins,
    _A.AllowRunningInsecureContent,
    _A.AllowWindowActivationFromJavaScript,
    _A.AutoLoadIconsForPage,
    _A.DnsPrefetchEnabled,
    _A.FullScreenSupportEnabled,
    _A.HyperlinkAuditingEnabled,
    _A.JavascriptCanAccessClipboard,
    _A.JavascriptCanPaste,
    _A.LocalContentCanAccessFileUrls,
    _A.LocalContentCanAccessRemoteUrls,
    _A.NavigateOnDropEnabled,
    _A.PdfViewerEnabled,
    _A.PluginsEnabled,
    _A.ScreenCaptureEnabled,
)


class Room(Protocol):
    """What the window does for its pages."""

    def meet_sentinel(self, url: str) -> None:
        """A page wanted to go to the sentinel."""

    def take_notice(self, notice: Notice) -> None:
        """A page tried or said something."""

    def may_open(self, page: Page, url: QUrl) -> bool:
        """Whether the main frame may go there as far as the window is concerned."""

    def add_popup(self, page: Page) -> None:
        """A page opened another one."""

    def ask(self, notice: Notice) -> bool:
        """A page's question; returns the answer."""


class Page(QWebEnginePage):
    """
    One page of the window: the first one or a popup. All of them are wired alike.

    Signals:
        moved: it shows another address, or another frame of it does
    """

    moved = Signal()

    def __init__(
        self, profile: QWebEngineProfile, gate: Gate, sentinel: Sentinel, room: Room, parent: QObject
    ) -> None:
        super().__init__(profile, parent)
        self._gate = gate
        self._sentinel = sentinel
        self._room = room
        self._owner = parent
        self.is_leaving = False
        self._connect()

    def acceptNavigationRequest(
        self,
        url: QUrl | str,
        kind: QWebEnginePage.NavigationType,
        is_main: bool,  # noqa: FBT001 - as Qt calls it
    ) -> bool:
        del kind
        url = QUrl(url)
        scheme = url.scheme()  # an invalid address such as ispmobile://TID=… still has one
        if self._sentinel.is_met_by(as_text(url)):
            self._room.meet_sentinel(as_text(url))
            return False
        if scheme not in (*OWN_SCHEMES, "http"):
            self._tell(NoticeKind.FILES if scheme in _LOCAL_SCHEMES else NoticeKind.APP, scheme)
            return False
        refused = self._gate.refusal(scheme, url.host(), origin_text(url))
        if refused is not None:
            self._tell(refused)
            return False
        if is_main and not self._room.may_open(self, url):
            return False
        QTimer.singleShot(0, self, self.moved.emit)
        return True

    def createWindow(self, kind: QWebEnginePage.WebWindowType) -> QWebEnginePage | None:  # type: ignore[override] # None opens nothing
        del kind
        room = self._room
        page = Page(self.profile(), self._gate, self._sentinel, room, self._owner)
        room.add_popup(page)
        return None if page.is_leaving else page

    def javaScriptAlert(self, origin: QUrl | str, text: str) -> None:
        self._room.take_notice(_said(origin, text))

    def javaScriptConfirm(self, origin: QUrl | str, text: str) -> bool:
        if self.is_leaving:
            return True  # "leave this page?" is no question any more
        return self._room.ask(_said(origin, text))

    def javaScriptPrompt(self, origin: QUrl | str, text: str, default: str) -> tuple[bool, str]:
        del default
        self._room.take_notice(_said(origin, text))
        return False, ""

    def javaScriptConsoleMessage(
        self, level: QWebEnginePage.JavaScriptConsoleMessageLevel, text: str, line: int, source: str
    ) -> None:
        del text, source  # foreign text, which may hold what the customer typed
        if level == QWebEnginePage.JavaScriptConsoleMessageLevel.ErrorMessageLevel:
            logger.debug("a payment page reported an error", extra={"line": line})

    def chooseFiles(
        self, mode: QWebEnginePage.FileSelectionMode, old: Sequence[str], types: Sequence[str]
    ) -> list[str]:
        del mode, old, types
        self._tell(NoticeKind.FILES)
        return []

    def leave(self) -> None:
        """Close as a browser's window does, so that its opener sees it closed; it cannot object."""
        self.is_leaving = True
        self.triggerAction(QWebEnginePage.WebAction.RequestClose)

    def _connect(self) -> None:
        self.certificateError.connect(self._on_certificate_error)
        self.permissionRequested.connect(self._on_permission)
        self.fullScreenRequested.connect(self._on_full_screen)
        self.registerProtocolHandlerRequested.connect(self._on_protocol_handler)
        self.fileSystemAccessRequested.connect(self._on_file_system)
        self.desktopMediaRequested.connect(self._on_desktop_media)
        self.webAuthUxRequested.connect(self._on_web_auth)
        self.selectClientCertificate.connect(self._on_client_certificate)
        self.authenticationRequired.connect(lambda *_: self._tell(NoticeKind.SIGN_IN))
        self.proxyAuthenticationRequired.connect(lambda *_: self._tell(NoticeKind.SIGN_IN))
        self.urlChanged.connect(lambda _: self.moved.emit())
        self.loadFinished.connect(lambda _: self.moved.emit())
        settings = self.settings()
        for attribute in _ALLOWED:
            settings.setAttribute(attribute, True)
        for attribute in _FORBIDDEN:
            settings.setAttribute(attribute, False)

    def _tell(self, kind: NoticeKind, words: str = "") -> None:
        self._room.take_notice(Notice(kind=kind, host=self.url().host(), words=words))

    def _on_certificate_error(self, error: QWebEngineCertificateError) -> None:
        error.rejectCertificate()
        self._room.take_notice(Notice(kind=NoticeKind.CERTIFICATE, host=error.url().host()))

    def _on_permission(self, permission: QWebEnginePermission) -> None:
        permission.deny()
        words = permission.permissionType().name
        self._room.take_notice(
            Notice(kind=NoticeKind.PERMISSION, host=permission.origin().host(), words=words)
        )

    def _on_full_screen(self, request: QWebEngineFullScreenRequest) -> None:
        request.reject()
        self._tell(NoticeKind.PERMISSION, "fullscreen")

    def _on_protocol_handler(self, request: QWebEngineRegisterProtocolHandlerRequest) -> None:
        request.reject()
        self._tell(NoticeKind.PERMISSION, request.scheme())

    def _on_file_system(self, request: QWebEngineFileSystemAccessRequest) -> None:
        request.reject()
        self._tell(NoticeKind.FILES)

    def _on_desktop_media(self, request: QWebEngineDesktopMediaRequest) -> None:
        request.cancel()
        self._tell(NoticeKind.PERMISSION, "screen")

    def _on_web_auth(self, request: QWebEngineWebAuthUxRequest) -> None:
        request.cancel()
        self._tell(NoticeKind.PERMISSION, "passkey")

    def _on_client_certificate(self, selection: QWebEngineClientCertificateSelection) -> None:
        selection.selectNone()
        self._tell(NoticeKind.PERMISSION, "certificate")


def origin_text(url: QUrl) -> str:
    """`scheme://host:port`."""
    host = f"[{url.host()}]" if ":" in url.host() else url.host()
    return f"{url.scheme()}://{host}" + (f":{url.port()}" if url.port() > 0 else "")


def as_text(url: QUrl) -> str:
    """An address exactly as it goes out; empty for one that is none."""
    return url.toString(QUrl.ComponentFormattingOption.FullyEncoded)


def _said(origin: QUrl | str, text: str) -> Notice:
    return Notice(kind=NoticeKind.SAID, host=QUrl(origin).host(), words=text[:_LONGEST_WORDS])
