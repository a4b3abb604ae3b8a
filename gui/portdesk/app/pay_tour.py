"""The part of the tour that takes a payment: the form, the window of the demo's PG, what the server says."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from PySide6.QtCore import QEvent, QObject, SignalInstance
from PySide6.QtWidgets import QWidget

from portdesk.checkout.pane import Pane
from portdesk.qt.waiting import until
from portdesk.widgets.checkout.dialog import PayDialog
from portdesk.widgets.checkout.window import PayWindow
from portdesk.widgets.main_window import MainWindow

Take = Callable[[str, QWidget], None]

_PATIENCE: Final = 30
_GLANCE: Final = 0.5
_FILL: Final = """
(() => {
  const fill = document.readyState === "complete" && document.getElementById("fill");
  if (!fill) return false;
  fill.click();
  document.getElementById("agree").checked = true;
  document.activeElement.blur();
  requestAnimationFrame(() => requestAnimationFrame(() => { window.isDrawn = true; }));
  return true;
})()
"""
_IS_DRAWN: Final = "window.isDrawn === true"
_PAY: Final = "document.getElementById('pay').click()"


class PayTour:
    """Takes pictures of a payment on its way, and of the form that only registers a card."""

    def __init__(self, window: MainWindow, take: Take) -> None:
        self._window, self._take = window, take

    async def walk(self) -> None:
        """Charge one card in a window; of the other form only look at it."""
        dialog = await self._fill_in(self._window.header.pay_asked, "html5_inicis", "9900")
        self._take("take-payment", dialog)
        if dialog.why_closed is None:
            await self._pay(dialog)
        await self._leave(dialog)
        dialog = await self._fill_in(self._window.header.card_asked, "paymentwall", "20")
        self._take("register-card", dialog)
        await self._leave(dialog)

    async def _fill_in(self, ask: SignalInstance, code: str, amount: str) -> PayDialog:
        ask.emit()
        dialog = self._window.findChildren(PayDialog)[-1]
        await until(partial(getattr, dialog, "is_ready"), dialog.moved)
        dialog.form.choose_channel(code, None)
        dialog.form.amount.setText(amount)
        dialog.form.title.setText("작약 한 다발")
        dialog.form.buyer["buyer_name"].setText("김민서")
        dialog.form.buyer["buyer_tel"].setText("010-1234-5678")
        return dialog

    async def _pay(self, dialog: PayDialog) -> None:
        """Open the window, fill its card in, pay, and wait until the server has said."""
        dialog.open_button.click()
        outcome = dialog.outcome
        await until(lambda: outcome.standing is not None, dialog.moved)
        window = self._window.findChildren(PayWindow)[-1]
        page = await self._see_card(window.host)
        self._take("pay-window", window)
        await _asked(page, _PAY)
        await until(lambda: outcome.standing is not None and outcome.standing.is_settled, dialog.moved)
        self._take("pay-result", dialog)

    async def _see_card(self, host: Pane) -> Any:
        """The frame of the PG's page, once its card form is there, filled in and drawn."""
        painting = _Painting(host.view)
        async with asyncio.timeout(_PATIENCE):
            while True:
                for frame in _frames_of(host.page.mainFrame()):
                    if await _asked(frame, _FILL):
                        while not await _asked(frame, _IS_DRAWN):
                            await painting.next()
                        return frame
                await painting.next()

    async def _leave(self, dialog: PayDialog) -> None:
        await dialog.end()
        dialog.close()


class _Painting(QObject):
    """Notes that a page was painted; what it has become is then asked of the page itself."""

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self._painted = asyncio.Event()
        (view.focusProxy() or view).installEventFilter(self)  # the engine paints in a widget of its own

    async def next(self) -> None:
        """Wait for the next picture; a page that is done draws none, so not for long."""
        self._painted.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_GLANCE):
                await self._painted.wait()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        del watched
        if event.type() == QEvent.Type.Paint:
            self._painted.set()
        return False


def _frames_of(frame: Any) -> list[Any]:
    return [frame, *(deeper for child in frame.children() for deeper in _frames_of(child))]


async def _asked(frame: Any, script: str) -> Any:
    """What `script` comes to in a frame; nothing where the frame went away meanwhile."""
    answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    def note(told: Any) -> None:
        if not answer.done():
            answer.set_result(told)

    if frame.isValid():
        frame.runJavaScript(script, note)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_GLANCE):
                return await answer
    return None
