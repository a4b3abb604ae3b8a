"""What a person does to a page: real mouse and keyboard events at real places."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
from typing import Any

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWebEngineCore import QWebEngineFrame
from PySide6.QtWidgets import QApplication

from portdesk.checkout.pane import Pane

_PLACE = """
(() => {
  const found = document.querySelector(%s);
  if (!found) return "";
  found.scrollIntoView({block: "nearest"});
  const box = found.getBoundingClientRect();
  if (!box.width) return "";
  if (!window.isWatched) {
    window.isWatched = true;
    window.presses = 0;
    addEventListener("mousemove", () => { window.isHovered = true; }, true);
    addEventListener("mousedown", () => { window.presses++; }, true);
  }
  return JSON.stringify([box.x + box.width / 2, box.y + box.height / 2]);
})()
"""
_FRAME = """
(() => {
  for (const frame of document.querySelectorAll("iframe")) {
    const box = frame.getBoundingClientRect();
    if (frame.src.startsWith(%s) && box.width > 1) return JSON.stringify([box.x, box.y]);
  }
  return JSON.stringify([0, 0]);
})()
"""


_SCROLL = """
(() => {
  const found = document.readyState === "complete" && document.querySelector(%s);
  if (found) found.scrollIntoView({block: "center"});
  return !!found;
})()
"""


async def asked(frame: QWebEngineFrame, script: str) -> Any:
    """What `script` evaluates to in one frame, wherever that comes from; `None` for one that is gone."""
    if not frame.isValid():
        return None
    answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    frame.runJavaScript(script, lambda told: answer.done() or answer.set_result(told))
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.5):
            return await answer
    return None


def frames_of(frame: QWebEngineFrame) -> list[QWebEngineFrame]:
    return [frame, *(deeper for child in frame.children() for deeper in frames_of(child))]


async def place_of(pane: Pane, selector: str, seconds: float = 8.0) -> tuple[QPoint, QWebEngineFrame]:
    """
    Where the element is on the widget, and the frame it is in.

    Waits until it is there and the mouse, moved over it, is felt by its frame: what has not been
    drawn yet cannot be clicked on.
    """
    wobble = itertools.cycle((0, 1))
    async with asyncio.timeout(seconds):
        while True:
            for frame in frames_of(pane.page.mainFrame()):
                told = await asked(frame, _PLACE % json.dumps(selector))
                if told:
                    x, y = json.loads(told)
                    left, top = await _offset(pane, frame)
                    place = QPoint(round(x + left), round(y + top))
                    move(pane, place + QPoint(next(wobble), 0))
                    if await asked(frame, "window.isHovered === true"):
                        return place, frame
            await asyncio.sleep(0.01)


def move(pane: Pane, place: QPoint) -> None:
    """QTest moves only the cursor of a real screen."""
    proxy = pane.view.focusProxy()
    there, button = QPointF(place), Qt.MouseButton.NoButton
    event = QMouseEvent(
        QEvent.Type.MouseMove, there, proxy.mapToGlobal(there), button, button, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(proxy, event)


async def _offset(pane: Pane, frame: QWebEngineFrame) -> tuple[float, float]:
    if frame.isMainFrame():
        return 0, 0
    for outer in frames_of(pane.page.mainFrame()):
        if any(child.url() == frame.url() for child in outer.children()):
            told = await asked(outer, _FRAME % json.dumps(frame.url().toString().partition("?")[0]))
            x, y = json.loads(told)
            left, top = await _offset(pane, outer)
            return x + left, y + top
    return 0, 0


async def click(pane: Pane, selector: str) -> None:
    """A young frame loses the first press of a mouse; what no page has felt is done again."""
    place, frame = await place_of(pane, selector)
    before = await asked(frame, "window.presses")
    for _ in range(8):
        QTest.mouseClick(pane.view.focusProxy(), Qt.MouseButton.LeftButton, pos=place)
        for _ in range(30):
            await asyncio.sleep(0.01)
            if not frame.isValid() or await asked(frame, "window.presses") != before:
                return
    raise AssertionError(f"{selector} did not feel the mouse")


async def press(pane: Pane, selector: str, seconds: float = 12.0) -> None:
    """Click on what may stand further down: scroll to it first, once its page is there."""
    async with asyncio.timeout(seconds):
        while not await _scrolled_to(pane, selector):  # noqa: ASYNC110 - a page sets no event
            await asyncio.sleep(0.01)
    await click(pane, selector)


async def _scrolled_to(pane: Pane, selector: str) -> bool:
    for frame in frames_of(pane.page.mainFrame()):
        if await asked(frame, _SCROLL % json.dumps(selector)):
            return True
    return False


async def type_into(pane: Pane, selector: str, text: str) -> None:
    await click(pane, selector)
    QTest.keyClicks(pane.view.focusProxy(), text)
