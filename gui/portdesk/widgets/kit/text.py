"""The only doors for text: everything is shown as it is spelled, never as markup."""

from __future__ import annotations

import re
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import (
    QClipboard,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
)
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QSizePolicy, QWidget

from portdesk.domain.plain import visible

_LONGEST_LINE: Final = 20_000
_BREAK: Final = "\u200b"
_MNEMONIC: Final = re.compile(r"\(&\w\)|&")
_INSIDE_A_WORD: Final = re.compile("(?<=[!-~]{20})(?=[!-~])")


class PlainLabel(QLabel):
    """
    A label that never reads its text as markup.

    `quiet` draws it in the second rank's colour, `emphasis` in the one bold weight, `small` in the
    smaller of the two sizes.
    """

    def __init__(
        self,
        text: str = "",
        parent: QWidget | None = None,
        *,
        quiet: bool = False,
        emphasis: bool = False,
        small: bool = False,
        wraps: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wraps)
        if quiet:
            self.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        if emphasis or small:
            font = self.font()
            font.setBold(emphasis)
            if small:
                font.setPointSizeF(font.pointSizeF() * 0.9)
            self.setFont(font)
        self.setText(text)

    def setText(self, text: str) -> None:
        super().setText(visible(text, 2000))

    def make_selectable(self) -> None:
        """Let the text be marked and copied by mouse and keyboard."""
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setCursor(Qt.CursorShape.IBeamCursor)


class ElidedLabel(PlainLabel):
    """A plain label on one line that ends in an ellipsis where room is short; the whole text is its tip."""

    def __init__(self, text: str = "", parent: QWidget | None = None, *, emphasis: bool = False) -> None:
        super().__init__(text, parent, emphasis=emphasis)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def setText(self, text: str) -> None:
        super().setText(text)
        set_tip(self, text)

    def minimumSizeHint(self) -> QSize:
        return QSize(24, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        del event  # drawn whole
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        with QPainter(self) as painter:
            self.style().drawItemText(
                painter,
                self.rect(),
                int(self.alignment()),
                self.palette(),
                self.isEnabled(),
                text,
                self.foregroundRole(),
            )


class ValueLabel(PlainLabel):
    """
    A plain label whose long words wrap where the room ends; what is copied from it is the text itself.

    A zero-width space is what lets Qt wrap inside an id; it must not be pasted along.
    """

    def setText(self, text: str) -> None:
        QLabel.setText(self, _INSIDE_A_WORD.sub(_BREAK, visible(text, 2000)))

    def text(self) -> str:
        return super().text().replace(_BREAK, "")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy) and self.hasSelectedText():
            self._put(QClipboard.Mode.Clipboard)
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if self.hasSelectedText() and QGuiApplication.clipboard().supportsSelection():
            self._put(QClipboard.Mode.Selection)

    def _put(self, mode: QClipboard.Mode) -> None:
        QGuiApplication.clipboard().setText(self.selectedText().replace(_BREAK, ""), mode)


class PlainText(QPlainTextEdit):
    """Several lines of foreign text, to be read and copied."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)

    def setPlainText(self, text: str) -> None:
        super().setPlainText("\n".join(visible(line, _LONGEST_LINE) for line in text.split("\n")))


def shown_mnemonics(text: str, limit: int = 60) -> str:
    """`text` for a button or a menu, where a single `&` would underline the next letter."""
    return visible(text, limit).replace("&", "&&")


def without_mnemonic(text: str) -> str:
    """One of our own texts as it is said aloud: `Bank` of `&Bank`, `은행` of `은행(&B)`."""
    return _MNEMONIC.sub("", text)


def tip(text: str) -> str:
    """`text` as a tooltip: Qt reads tooltips as markup, so it is handed over already escaped."""
    escaped = visible(text, 2000).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<p style='white-space:pre-wrap'>{escaped}</p>" if escaped else ""


def set_tip(widget: QWidget, text: str) -> None:
    """Give `widget` a tooltip that shows `text` as it is spelled."""
    widget.setToolTip(tip(text))
