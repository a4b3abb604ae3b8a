"""Handing personal data over: the question why, the reasons given before, and the record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from portdesk.usecases.disclosures import Disclosures
from portdesk.widgets.kit.asking import REASONS, Question, WhyDialog

_REMEMBERED: Final = 5


class Disclosing:
    """What a list needs to hand personal data over. `keep` is told which reasons to offer first next time."""

    def __init__(
        self, record: Disclosures, reasons: Sequence[str], keep: Callable[[tuple[str, ...]], object]
    ) -> None:
        self.record = record
        self._reasons = tuple(reasons)
        self._keep = keep

    def ask(
        self,
        question: Question,
        parent: QWidget,
        *,
        answered: Callable[[str], object],
        masked: Callable[[], object] | None = None,
    ) -> WhyDialog:
        """Ask `question`; `answered` is called with the reason, `masked` when none is needed after all."""
        dialog = WhyDialog(question, self._reasons, parent)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.answered.connect(self._remember)
        dialog.answered.connect(answered)
        if masked is not None:
            dialog.masked_asked.connect(masked)
        dialog.open()
        return dialog

    def _remember(self, reason: str) -> None:
        own = [one for one in (reason, *self._reasons) if one not in REASONS or one == reason]
        self._reasons = tuple(dict.fromkeys(own))[:_REMEMBERED]
        self._keep(self._reasons)
