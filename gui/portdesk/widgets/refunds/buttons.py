"""The last line of the refund dialog: what can be pressed now, and a word beside it."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from portdesk.qt.words import tr
from portdesk.widgets.kit.text import PlainLabel
from portdesk.widgets.refunds.verdict import Verdict


class Buttons(QWidget):
    """Cancel or close, another refund, the same once more, and the one that gives money back."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.word = PlainLabel("", self, quiet=True, small=True, wraps=True)
        self.cancel, self.another, self.again, self.refund = (QPushButton(self) for _ in range(4))
        self.refund.setObjectName("primary")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.word, 1)
        for button, text in (
            (self.cancel, tr("Cancel")),
            (self.another, tr("&Another refund…")),
            (self.again, tr("&Try again")),
            (self.refund, tr("Refund")),
        ):
            button.setText(text)
            button.setAutoDefault(False)
            layout.addWidget(button)
        self.another.hide()
        self.again.hide()
        self.refund.setEnabled(False)

    def suit_form(self) -> None:
        """There is something to decide."""
        self.another.hide()
        self.again.hide()
        self.refund.show()
        self.word.setText(tr("A refund made on the PG's own page is not seen here."))
        self.cancel.setText(tr("Cancel"))

    def offer_refund(self, text: str, *, ready: bool) -> None:
        """Say what a click would do, and whether it can be done."""
        self.refund.setText(text)
        self.refund.setEnabled(ready)

    def suit_verdict(self, verdict: Verdict, *, is_complete: bool, has_rest: bool) -> None:
        """
        It is decided.

        `is_complete` says that all that was sent is still known here, `has_rest` that something is left.
        """
        self.refund.hide()
        self.refund.setEnabled(False)
        self.cancel.setText(tr("Close"))
        self.word.setText(tr("You can close this; it goes on.") if verdict.is_under_way else "")
        self.again.setVisible(verdict.may_try_again and is_complete)
        self.another.setVisible(has_rest and not verdict.is_open)

    def keep_place(self, *, keep: bool) -> None:
        """Whether the place of a hidden refund button stays empty: a double click must not hit "Close"."""
        policy = self.refund.sizePolicy()
        policy.setRetainSizeWhenHidden(keep)
        self.refund.setSizePolicy(policy)
