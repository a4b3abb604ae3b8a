"""The sheet of keys behind F1."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QWidget

from portdesk.qt.words import Wording, later, tr
from portdesk.widgets.kit.text import PlainLabel

KEYS: Final = (
    ("Ctrl+1 … 9", later("Go to a tab")),
    ("↑  ↓  Home  End", later("Move in the list")),
    ("Esc", later("In the list: stop what is being sorted or looked for")),
    ("Ctrl+R", later("Refund the chosen payment")),
    ("Ctrl+Shift+R", later("Refund several payments: the chosen ones, or a file")),
    ("Ctrl+N", later("Take a payment or register a card")),
    ("Ctrl+F  Ctrl+K", later("Search")),
    ("Esc  ↓", later("In the search: empty it; in the empty one, earlier searches")),
    ("Ctrl+E", later("Export what is shown")),
    ("F5", later("Read the chosen payment again from the server")),
    ("Ctrl+C", later("Copy the chosen rows as cells")),
    ("Tab", later("Go to the next part of the window")),
    ("F1", later("This sheet")),
)
"""What works now; a key that does nothing yet is not listed."""


class KeyboardSheet(QDialog):
    """Lists every key that does something."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(24, 24, 24, 16)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(8)
        words = Wording(self)
        words.follow(lambda: self.setWindowTitle(tr("Keyboard")))
        for row, (keys, text) in enumerate(KEYS):
            label = PlainLabel("", self)
            words.say(label.setText, text)
            grid.addWidget(PlainLabel(keys, self, emphasis=True), row, 0, Qt.AlignmentFlag.AlignRight)
            grid.addWidget(label, row, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        grid.addWidget(buttons, len(KEYS), 0, 1, 2)
