"""What the PG's rules say about a refund, each with its source; notes wait behind one line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from portdesk.domain.pg.rule import Finding, Severity
from portdesk.qt.words import later, render, tr, trn
from portdesk.widgets.kit.text import PlainLabel
from portdesk.widgets.kit.theme import Dressing, Shades, shades

_SIGNS: Final[Mapping[Severity, tuple[str, str]]] = {
    Severity.BLOCKS: ("✕", later("Not possible")),
    Severity.WARNS: ("⚠", later("Careful")),
    Severity.NOTES: ("i", later("Note")),
}
_HIGHEST: Final = 170
_HIGHEST_NOTES: Final = 130
_SIGN_WIDTH: Final = 100


class RuleList(QWidget):
    """Findings below one another, what blocks on top."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._notes: tuple[Finding, ...] = ()
        self._loud, self._quiet = _Rows(_HIGHEST, self), _Rows(_HIGHEST_NOTES, self)
        self.notes = QPushButton(self)
        self.notes.setObjectName("flat")
        self.notes.setCheckable(True)
        self.notes.setAutoDefault(False)
        self.notes.toggled.connect(self._on_notes)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._loud)
        layout.addWidget(self.notes, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self._quiet)
        self.show_findings(())

    def show_findings(self, found: Sequence[Finding]) -> None:
        """Show these, the worst first."""
        loud = [finding for finding in found if finding.severity is not Severity.NOTES]
        self._notes = tuple(finding for finding in found if finding.severity is Severity.NOTES)
        self._loud.show_findings(loud)
        self._on_notes()

    def texts(self) -> tuple[str, ...]:
        """What can be read just now, one line a finding."""
        return (*self._loud.texts(), *self._quiet.texts())

    def _on_notes(self) -> None:
        count, is_open = len(self._notes), self.notes.isChecked()
        told = trn("{count} note about this refund", "{count} notes about this refund", count)
        self.notes.setText(f"{'▾' if is_open else '▸'} {told}")
        self.notes.setVisible(count > 0)
        self._quiet.show_findings(self._notes if is_open else ())


class _Rows(QScrollArea):
    """Rows are made once and used again; they scroll when there are too many for a small screen."""

    def __init__(self, highest: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._highest = highest
        self.setObjectName("clear")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._inside = QWidget(self)
        self._inside.setObjectName("clear")
        self._layout = QVBoxLayout(self._inside)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(6)
        self._rows: list[_Row] = []
        self.setWidget(self._inside)

    def show_findings(self, found: Sequence[Finding]) -> None:
        while len(self._rows) < len(found):
            row = _Row(self._inside)
            self._rows.append(row)
            self._layout.addWidget(row)
        for number, row in enumerate(self._rows):
            row.setVisible(number < len(found))
            if number < len(found):
                row.show_finding(found[number])
        self.setVisible(bool(found))
        self._fit()

    def texts(self) -> tuple[str, ...]:
        return tuple(row.accessibleName() for row in self._rows if not row.isHidden())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self.height())

    def _fit(self) -> None:
        self._layout.activate()
        height = self._layout.totalHeightForWidth(max(self.viewport().width(), 200))
        self.setFixedHeight(min(max(height, 0), self._highest))


class _Row(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._severity = Severity.NOTES
        self._sign = PlainLabel("", self, emphasis=True)
        self._words = PlainLabel("", self, wraps=True)
        self._source = PlainLabel("", self, quiet=True, small=True, wraps=True)
        for label in (self._words, self._source):
            label.make_selectable()
        self._source.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # one stop of the tab key for each finding
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(0)
        grid.setColumnMinimumWidth(0, _SIGN_WIDTH)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self._sign, 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self._words, 0, 1)
        grid.addWidget(self._source, 1, 1)
        Dressing(self, self._dress)

    def show_finding(self, finding: Finding) -> None:
        sign, word = _SIGNS[finding.severity]
        self._severity = finding.severity
        advice = f" {render(finding.advice)}" if finding.advice else ""
        source = tr("Source: {title}, {date}", title=finding.source.title, date=finding.source.date)
        self._sign.setText(f"{sign} {tr(word)}")
        self._words.setText(f"{render(finding.words)}{advice}")
        self._source.setText(source)
        self.setAccessibleName(f"{tr(word)}: {self._words.text()} {source}")
        self._source.setAccessibleName(self.accessibleName())
        self._dress()

    def _dress(self) -> None:
        palette = self._sign.palette()
        palette.setColor(QPalette.ColorRole.WindowText, QColor(_ink(self._severity, shades(self))))
        self._sign.setPalette(palette)


def _ink(severity: Severity, colours: Shades) -> str:
    return {
        Severity.BLOCKS: colours.refused,
        Severity.WARNS: colours.waiting,
        Severity.NOTES: colours.quiet,
    }[severity]
