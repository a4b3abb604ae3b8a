"""Turning the privacy mode off: asks why, has it written down, then shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from portdesk.domain.masking import ALWAYS_MASKED, MASKS
from portdesk.domain.messages import Message
from portdesk.qt.alerts import Alert, Alerts
from portdesk.qt.privacy import Privacy
from portdesk.qt.tasks import Tasks
from portdesk.qt.words import tr
from portdesk.usecases.disclosures import Disclosure
from portdesk.widgets.header import Header
from portdesk.widgets.kit.asking import Question, WhyDialog
from portdesk.widgets.kit.disclosing import Disclosing

_PERSONAL: Final = tuple(field for field in MASKS if field != ALWAYS_MASKED)


class Revealing(QObject):
    """
    Stands between the header's switch and the privacy mode.

    Masking is done at once. Showing again is asked about as long as a shop is open; where it cannot
    be written down it is done all the same and said, because reading is never locked. `seen` tells
    which page is open and how many rows its lists have.
    """

    def __init__(
        self,
        header: Header,
        privacy: Privacy,
        alerts: Alerts,
        *,
        seen: Callable[[], tuple[str, int]],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._window, self._header, self._privacy, self._alerts = parent, header, privacy, alerts
        self._seen = seen
        self._disclosing: Disclosing | None = None
        self._tasks = Tasks(self, alerts.show)
        self.dialog: WhyDialog | None = None
        header.privacy_asked.connect(self._on_asked)
        privacy.changed.connect(self._show_switch)

    def through(self, disclosing: Disclosing | None) -> None:
        """Write reveals down by `disclosing`; with `None` nothing is open that could be revealed."""
        self._disclosing = disclosing

    async def end(self) -> None:
        """Stop what is under way."""
        if self.dialog is not None:
            self.dialog.reject()
        await self._tasks.end()

    def _on_asked(self, on: bool) -> None:  # noqa: FBT001 - a signal's argument
        if on or self._disclosing is None:
            self._privacy.switch(on)
        elif self._privacy.is_on:
            self._show_switch()
            self._ask(self._disclosing)

    def _ask(self, disclosing: Disclosing) -> None:
        if disclosing.record.obstacle is not None:
            self._tell_unwritten(disclosing.record.obstacle)
            self._privacy.switch(False)
            return
        question = Question(
            title=tr("Show personal data"),
            sentence=tr("Names, phone numbers and addresses will be shown in full on every screen."),
            action=tr("Show"),
        )
        self.dialog = disclosing.ask(
            question,
            self._window,
            answered=lambda why: self._tasks.start("reveal", self._reveal, disclosing, why),
        )
        self.dialog.finished.connect(self._forget)

    async def _reveal(self, disclosing: Disclosing, why: str) -> None:
        what, rows = self._seen()
        disclosure = Disclosure(what=what, rows=rows, personal=_PERSONAL, why=why)
        if not await disclosing.record.reveal(disclosure):
            self._tell_unwritten(disclosing.record.obstacle)
        self._privacy.switch(False)

    def _tell_unwritten(self, obstacle: Message | None) -> None:
        self._alerts.raised.emit(Alert(Message("Personal data is shown, but not written down."), obstacle))

    def _forget(self) -> None:
        self.dialog = None

    def _show_switch(self) -> None:
        """The switch stands where the privacy mode does, whatever was pressed."""
        self._header.show_privacy(on=self._privacy.is_on)
