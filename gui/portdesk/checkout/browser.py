"""The browser of one payment: a profile of its own, kept off the disk, its pages, and the way they end."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWebEngineCore import (
    QWebEngineDownloadRequest,
    QWebEngineProfile,
    QWebEngineUrlRequestInfo,
    QWebEngineUrlRequestInterceptor,
)

from portdesk.checkout.gate import Gate
from portdesk.checkout.page import Sentinel
from portdesk.checkout.place import CheckoutPlace
from portdesk.checkout.results import Notice, NoticeKind
from portdesk.checkout.webpage import Page, Room, as_text, origin_text

_MOST_POPUPS: Final = 8
_MOST_QUESTIONS: Final = 10
_ENGINE: Final = re.compile(r"QtWebEngine/\S+ ?")
_LANGUAGES: Final = "ko-KR,ko;q=0.9,en;q=0.8"


class Browser(QObject):
    """
    Profile, first page and popups of one attempt; nothing of it is ever written to disk.

    Signals:
        ended: every page and then the profile are gone
    """

    ended = Signal()

    def __init__(self, place: CheckoutPlace, sentinel: Sentinel, room: Room, parent: QObject) -> None:
        super().__init__(parent)
        self._gate = Gate(place)
        self._sentinel = sentinel
        self._room = room
        # A younger sibling: where the application itself ends first, pages still go before it.
        self._profile = _private_profile(parent)
        self._interceptor = Interceptor(self._gate, sentinel, room, self._profile)
        self._profile.setUrlRequestInterceptor(self._interceptor)
        self._profile.downloadRequested.connect(self._on_download)
        self.page = self._new_page()
        self.popups: list[Page] = []
        self._questions = 0
        self._is_ending = False

    def admit(self, page: Page) -> bool:
        """Take a popup in, unless there are too many."""
        if self._is_ending or len(self.popups) >= _MOST_POPUPS:
            page.is_leaving = True
            page.deleteLater()
            return False
        self.popups.append(page)
        return True

    def may_ask(self) -> bool:
        """Whether a page may hold everything up with one more question."""
        self._questions += 1
        return not self._is_ending and self._questions <= _MOST_QUESTIONS

    def drop(self, page: Page) -> None:
        """Delete a popup; to its opener it is closed from now on."""
        if page in self.popups:
            self.popups.remove(page)
            page.deleteLater()

    def end(self) -> None:
        """Delete the pages and after them the profile."""
        if self._is_ending:
            return
        self._is_ending = True
        self._profile.setUrlRequestInterceptor(None)  # type: ignore[arg-type] # takes it away
        pages = [*self.popups, self.page]
        left = {id(page) for page in pages}
        self.popups.clear()

        def on_gone(name: int) -> None:
            left.discard(name)
            if not left:
                self._profile.destroyed.connect(self.ended)
                self._profile.deleteLater()

        for page in pages:
            page.destroyed.connect(_with(on_gone, id(page)))
            page.deleteLater()

    def _new_page(self) -> Page:
        return Page(self._profile, self._gate, self._sentinel, self._room, self)

    def _on_download(self, request: QWebEngineDownloadRequest) -> None:
        request.cancel()
        host = request.page().url().host()
        self._room.take_notice(
            Notice(kind=NoticeKind.DOWNLOAD, host=host, words=request.suggestedFileName()[:80])
        )


def _private_profile(parent: QObject) -> QWebEngineProfile:
    profile = QWebEngineProfile(parent)
    profile.setHttpUserAgent(_ENGINE.sub("", profile.httpUserAgent()))
    profile.setHttpAcceptLanguage(_LANGUAGES)
    profile.setHttpCacheType(QWebEngineProfile.HttpCacheType.MemoryHttpCache)
    profile.setPersistentPermissionsPolicy(QWebEngineProfile.PersistentPermissionsPolicy.AskEveryTime)
    profile.setSpellCheckEnabled(False)
    profile.setPushServiceEnabled(False)
    return profile


def _with(function: Callable[[int], None], value: int) -> Callable[[], None]:
    return lambda: function(value)


class Interceptor(QWebEngineUrlRequestInterceptor):
    """Stops what must not be loaded: other schemes, plain http, programs on this machine."""

    def __init__(self, gate: Gate, sentinel: Sentinel, room: Room, parent: QObject) -> None:
        super().__init__(parent)
        self._gate = gate
        self._sentinel = sentinel
        self._room = room

    def interceptRequest(self, info: QWebEngineUrlRequestInfo) -> None:
        url = info.requestUrl()
        if self._sentinel.is_met_by(as_text(url)):
            info.block(True)  # a redirect the navigation has not asked about
            self._room.meet_sentinel(as_text(url))
            return
        kind = self._gate.refusal(url.scheme(), url.host(), origin_text(url))
        if kind is not None:
            info.block(True)
            self._room.take_notice(
                Notice(kind=kind, host=info.initiator().host() or info.firstPartyUrl().host())
            )
