"""Turning the privacy mode off: asks why, has it written down, then shows."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject

from portdesk.domain.masking import ALWAYS_MASKED, MASKS
from portdesk.domain.messages import Message
from portdesk.qt.alerts import Alert, Alerts
from portdesk.qt.privacy import Privacy
from portdesk.qt.tasks import Tasks
from portdesk.qt.words import tr
from portdesk.usecases.disclosures import Disclosure
from portdesk.widgets.kit.asking import Question, WhyDialog
from portdesk.widgets.kit.disclosing import Disclosing
from portdesk.widgets.kit.listing import Listing
from portdesk.widgets.main_window import MainWindow

_PERSONAL: Final = tuple(field for field in MASKS if field != ALWAYS_MASKED)


class Revealing(QObject):
    """
    Stands between the header's switch and the privacy mode while a shop is open.

    Masking is done at once. Showing again is asked about and written down by `disclosing`; where it
    cannot be it is done all the same and said, because reading is never locked.
    """

    def __init__(self, window: MainWindow, privacy: Privacy, alerts: Alerts, disclosing: Disclosing) -> None:
        super().__init__(window)
        self._window, self._privacy, self._alerts = window, privacy, alerts
        self._disclosing = disclosing
        self._tasks = Tasks(self, alerts.show)
        self.dialog: WhyDialog | None = None

    def ask(self, *, on: bool) -> None:
        """Mask at once; before anything is shown again, ask why."""
        if on:
            self._privacy.switch(on)
        elif self._privacy.is_on:
            self._window.header.show_privacy(on=True)
            self._ask_why()

    async def end(self) -> None:
        """Stop what is under way, for good."""
        if self.dialog is not None:
            self.dialog.reject()
        await self._tasks.end()
        self.deleteLater()

    def _ask_why(self) -> None:
        obstacle = self._disclosing.record.obstacle
        if obstacle is not None:
            self._tell_unwritten(obstacle)
            self._privacy.switch(False)
            return
        question = Question(
            title=tr("Show personal data"),
            sentence=tr("Names, phone numbers and addresses will be shown in full on every screen."),
            action=tr("Show"),
        )
        self.dialog = self._disclosing.ask(
            question, self._window, answered=lambda why: self._tasks.start("reveal", self._reveal, why)
        )
        self.dialog.finished.connect(self._forget)

    async def _reveal(self, why: str) -> None:
        page = self._window.page
        rows = sum(len(listing.model.ids) for listing in page.widget.findChildren(Listing))
        disclosure = Disclosure(what=page.key, rows=rows, personal=_PERSONAL, why=why)
        record = self._disclosing.record
        if not await record.reveal(disclosure):
            self._tell_unwritten(record.obstacle)
        self._privacy.switch(False)

    def _tell_unwritten(self, obstacle: Message | None) -> None:
        self._alerts.raised.emit(Alert(Message("Personal data is shown, but not written down."), obstacle))

    def _forget(self) -> None:
        self.dialog = None
