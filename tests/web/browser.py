"""A browser with one shop page that loads the stand-in, and the hands of the person before it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from typing import Any, Final, Self

os.environ["QTWEBENGINE_DISABLE_SANDBOX"] = "1"  # Chromium's own; containers run as root

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QPoint, QRect, Qt, QTimer, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWebEngineCore import QWebEngineFrame, QWebEnginePage, QWebEngineProfile
from PySide6.QtWebEngineWidgets import QWebEngineView

from portdesk.sandbox.server import RunningSandbox

QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)  # as the program does

Placed = tuple[QWebEngineFrame, float, float]
"""A frame and where its corner is in its view."""

RETURN_URL: Final = "https://return.invalid/done"
MOBILE: Final = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Mobile/15E148 Safari/604.1"
_LOST: Final = 4.0
_SECONDS: Final = 12.0
_PAGE: Final = """<!doctype html><meta charset="utf-8"><body>%s<button id="go">결제</button>
<script src="%s"></script><script>
window.told = [];
window.failed = [];
window.call = (name, params) => {
  const outcome = IMP[name](params, (told) => window.told.push(told));
  if (outcome) outcome.catch((error) => window.failed.push(String(error)));
};
document.getElementById("go").addEventListener("click", () => window.start());
</script>"""
_BOX: Final = """(() => {
  const found = document.querySelector(%s);
  const box = found && found.getBoundingClientRect();
  if (!box || !box.width) return "";
  if (box.bottom > innerHeight || box.top < 0) { found.scrollIntoView({block: "center"}); return ""; }
  return JSON.stringify([box.x + box.width / 2, box.y + box.height / 2, document.readyState === "complete"]);
})()"""
_TEXT: Final = """(() => {
  const found = document.querySelector(%s);
  return found && found.checkVisibility() ? found.innerText : "";
})()"""
_LISTEN: Final = """
window.sent = [];
window.fetch = (_, asked) => { window.sent.push(asked.body); return new Promise(() => {}); };
"""
_FOCUS: Final = """(() => {
  const one = document.activeElement;
  return document.hasFocus() && one ? `${one.id}=${one.value}` : "";
})()"""
_CORNER: Final = """(() => {
  const frame = document.querySelector(`iframe[name="${%s}"]`);
  const box = frame ? frame.getBoundingClientRect() : {x: 0, y: 0};
  return JSON.stringify([box.x, box.y]);
})()"""


class Page(QWebEnginePage):
    """A page that shows popups, notes what is said, and stops where the shop wants its customer back."""

    def __init__(self, browser: Browser, parent: QWebEngineView) -> None:
        super().__init__(browser.profile, parent)
        self._browser = browser

    def createWindow(self, _kind: QWebEnginePage.WebWindowType) -> QWebEnginePage:
        return self._browser.add_view().page()

    def javaScriptAlert(self, _origin: QUrl, text: str) -> None:
        self._browser.alerts.append(text)

    def javaScriptConsoleMessage(
        self, level: QWebEnginePage.JavaScriptConsoleMessageLevel, text: str, _line: int, _source: str
    ) -> None:
        if level is QWebEnginePage.JavaScriptConsoleMessageLevel.ErrorMessageLevel:
            self._browser.errors.append(text)

    def acceptNavigationRequest(self, url: QUrl, _kind: QWebEnginePage.NavigationType, _main: bool) -> bool:
        if url.host() == QUrl(RETURN_URL).host():
            self._browser.returned.append(url.toString())
            return False
        if url.scheme() not in ("http", "https", "about", "data"):
            self._browser.schemes.append(url.scheme())
            return False
        return True


class Browser:
    """`told` is what the shop's callback was given; `views` are the shop's page and then its popups."""

    def __init__(self, sandbox: RunningSandbox, agent: str | None = None) -> None:
        self.sandbox = sandbox
        self.profile = QWebEngineProfile()
        if agent is not None:
            self.profile.setHttpUserAgent(agent)
        self.profile.downloadRequested.connect(lambda asked: self.downloads.append(asked.downloadFileName()))
        self.views: list[QWebEngineView] = []
        self.alerts: list[str] = []
        self.errors: list[str] = []
        self.schemes: list[str] = []
        self.downloads: list[str] = []
        self.returned: list[str] = []
        self.sizes: list[QRect] = []
        self.add_view()

    @property
    def told(self) -> list[dict[str, Any]]:
        """Every result the callback was given."""
        answer: list[dict[str, Any]] = json.loads(self.run("JSON.stringify(window.told)") or "[]")
        return answer

    @property
    def popups(self) -> list[QWebEngineView]:
        """The popups that are still open."""
        return [view for view in self.views[1:] if view.isVisible()]

    def add_view(self) -> QWebEngineView:
        view = QWebEngineView()
        page = Page(self, view)
        view.setPage(page)
        page.windowCloseRequested.connect(view.close)
        page.geometryChangeRequested.connect(self.sizes.append)
        view.resize(1000, 860)
        view.show()
        self.views.append(view)
        return view

    def open_shop(self, script: str | None = None, body: str = "") -> None:
        """Show the shop's page and initialise the SDK."""
        self.show(script, body)
        self.run(f"IMP.init({json.dumps(self.sandbox.user_code)})")

    def show(self, script: str | None = None, body: str = "") -> None:
        self.run("window.told = null")
        page = _PAGE % (body, script or self.sandbox.sdk_url)
        self.views[0].page().setHtml(page, QUrl("https://shop.example/order"))
        self.wait(lambda: self.run("document.readyState === 'complete' && !!window.told"))

    def pay(self, *calls: dict[str, Any], function: str = "request_pay") -> None:
        """Click on the shop's button, which makes these calls."""
        self.run(f"""window.start = () => {{
            for (const params of {json.dumps(calls)}) call("{function}", params);
        }}""")
        self.click("#go")

    def run(self, script: str, frame: QWebEngineFrame | None = None) -> Any:
        """What a script evaluates to; `None` when its frame is gone."""
        loop, answers = QEventLoop(), []

        def on_answer(value: Any) -> None:
            answers.append(value)
            loop.quit()

        target = frame if frame is not None else self.views[0].page().mainFrame()
        if not target.isValid():
            return None
        target.runJavaScript(script, on_answer)
        QTimer.singleShot(2_000, loop.quit)
        if not answers:
            loop.exec()
        return answers[0] if answers else None

    def wait(self, is_met: Callable[[], Any], seconds: float = _SECONDS) -> Any:
        """Let the browser work until something is so."""
        loop = QEventLoop()
        for _ in range(int(seconds * 50)):
            met = is_met()
            if met:
                return met
            QTimer.singleShot(20, loop.quit)
            loop.exec()
        raise AssertionError(f"it never was so; console: {self.errors}; alerts: {self.alerts}")

    def click(self, selector: str) -> None:
        """Press the mouse on an element, wherever it is, once it has been drawn in place."""
        last = None

        def found() -> tuple[QWebEngineView, QPoint] | None:
            nonlocal last
            place = self.find(selector)
            is_still, last = place is not None and place == last, place
            return place if is_still else None

        view, place = self.wait(found)
        QTest.mouseClick(view.focusProxy(), Qt.MouseButton.LeftButton, pos=place)

    def find(self, selector: str) -> tuple[QWebEngineView, QPoint] | None:
        """The view an element is shown in, newest popup first, and its middle there."""
        for view in reversed([self.views[0], *self.popups]):
            for frame, left, top in self._frames(view.page().mainFrame(), 0, 0):
                told = self.run(_BOX % json.dumps(selector), frame)
                if told:
                    x, y, is_done = json.loads(told)
                    return (view, QPoint(round(left + x), round(top + y))) if is_done else None
        return None

    def text(self, selector: str) -> str:
        """What an element says."""
        for view in [self.views[0], *self.popups]:
            for frame, _, _ in self._frames(view.page().mainFrame(), 0, 0):
                said = self.run(_TEXT % json.dumps(selector), frame)
                if said:
                    return str(said)
        return ""

    def type(self, text: str, view: QWebEngineView | None = None) -> None:
        """Press the keys of a text, wherever the focus is; one that a busy renderer lost, once more."""
        shown = view or [self.views[0], *self.popups][-1]
        for letter in text:
            before = self._focus(shown)
            for seconds in (_LOST, _SECONDS):
                QTest.keyClicks(shown.focusProxy(), letter)
                try:
                    self.wait(lambda before=before: self._focus(shown) != before, seconds)
                except AssertionError:
                    if seconds == _SECONDS:
                        raise
                else:
                    break

    def press(self, key: Qt.Key) -> None:
        """Press one key that is no letter."""
        shown = [self.views[0], *self.popups][-1]
        QTest.keyClick(shown.focusProxy(), key)

    def listen(self, frame: str) -> None:
        """Note what a frame sends from now on, in place of sending it."""
        self.run(_LISTEN, self._named(frame))

    def sent(self, frame: str) -> list[str]:
        """What a frame that is listened to would have sent."""
        bodies: list[str] = json.loads(self.run("JSON.stringify(window.sent)", self._named(frame)) or "[]")
        return bodies

    def _named(self, name: str) -> QWebEngineFrame:
        frames = self._frames(self.views[0].page().mainFrame(), 0, 0)
        return next(frame for frame, _, _ in frames if frame.name() == name)

    def focused(self) -> str:
        """The id of the element that has the focus."""
        return self._focus([self.views[0], *self.popups][-1]).partition("=")[0]

    def _focus(self, view: QWebEngineView) -> str:
        found = [self.run(_FOCUS, frame) for frame, _, _ in self._frames(view.page().mainFrame(), 0, 0)]
        return next((told for told in reversed(found) if told and not told.startswith("=")), "")

    def _frames(
        self, frame: QWebEngineFrame, left: float, top: float
    ) -> Iterator[tuple[QWebEngineFrame, float, float]]:
        yield frame, left, top
        for child in frame.children():
            corner = self.run(_CORNER % json.dumps(child.name()), frame)
            x, y = json.loads(corner) if corner else (0, 0)
            yield from self._frames(child, left + x, top + y)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # Pages before their profile: it complains of those that outlive it.
        for view in self.views:
            view.close()
            view.page().deleteLater()
            view.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        self.profile.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


CARD: Final = "4518421234567894"


def type_card(browser: Browser, number: str = CARD) -> None:
    """Fill the card form by keyboard alone and agree; the focus moves on by itself."""
    browser.wait(lambda: browser.focused() == "number-1")
    browser.type(number + "0930" + "12" + "900101")
