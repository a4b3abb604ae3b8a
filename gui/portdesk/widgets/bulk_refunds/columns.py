"""Which column of a file says what: shown as understood, to be put right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QWidget

from portdesk.qt.words import later, tr
from portdesk.usecases.refund_columns import Field, Understood
from portdesk.usecases.refund_files import Line
from portdesk.widgets.kit.text import PlainLabel, shown_mnemonics

FIELD_WORDS: Final[Mapping[Field, str]] = {
    Field.IMP_UID: later("imp_uid"),
    Field.MERCHANT_UID: later("Order number"),
    Field.AMOUNT: later("Amount to give back"),
    Field.REASON: later("Reason"),
    Field.BANK: later("Bank"),
    Field.ACCOUNT: later("Account number"),
    Field.HOLDER: later("Account holder"),
    Field.TEL: later("Phone"),
    Field.TAX_FREE: later("Tax-free part"),
    Field.VAT_AMOUNT: later("VAT"),
}
_NOWHERE: Final = -1
_LONGEST: Final = 24
_LETTERS: Final = 26


class ColumnChoice(QWidget):
    """
    A choice for each thing a column can say.

    Signals:
        changed: a column means something else now
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.boxes = {meant: QComboBox(self) for meant in FIELD_WORDS}
        self._labels = {meant: PlainLabel("", self) for meant in FIELD_WORDS}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        half = (len(FIELD_WORDS) + 1) // 2
        for place, (meant, word) in enumerate(FIELD_WORDS.items()):
            row, side = place % half, 2 * (place // half)
            label, box = self._labels[meant], self.boxes[meant]
            label.setText(tr(word))
            label.setBuddy(box)
            box.setAccessibleName(tr(word))
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.currentIndexChanged.connect(self._on_changed)
            grid.addWidget(label, row, side)
            grid.addWidget(box, row, side + 1)
        for side in (1, 3):
            grid.setColumnStretch(side, 1)

    def show_columns(self, lines: Sequence[Line], understood: Understood) -> None:
        """Offer the columns of these lines, with what was understood of them chosen."""
        width = max((len(line.cells) for line in lines), default=0)
        head = lines[understood.head] if understood.head >= 0 else None
        first = next(iter(lines[understood.head + 1 :]), None)
        for meant, box in self.boxes.items():
            box.blockSignals(True)
            box.clear()
            box.addItem(tr("(none)"), _NOWHERE)
            for column in range(width):
                box.addItem(_described(column, head, first), column)
            box.setCurrentIndex(box.findData(understood.columns.get(meant, _NOWHERE)))
            box.setProperty("wrong", meant in understood.doubts)
            self._labels[meant].setText(
                tr("{field} ?", field=tr(FIELD_WORDS[meant]))
                if meant in understood.doubts
                else tr(FIELD_WORDS[meant])
            )
            box.blockSignals(False)
        self.changed.emit()

    @property
    def columns(self) -> Mapping[Field, int]:
        """What is chosen."""
        chosen = {meant: box.currentData() for meant, box in self.boxes.items()}
        return {meant: column for meant, column in chosen.items() if column is not None and column >= 0}

    def _on_changed(self) -> None:
        self.changed.emit()


def _described(column: int, head: Line | None, first: Line | None) -> str:
    """`C · 환불금액 (38,000)`: the column as Excel names it, its heading, what stands first in it."""
    name = head.cell(column).text if head is not None else ""
    example = first.cell(column).text if first is not None else ""
    told = f"{_letters(column)} · {shown_mnemonics(name, _LONGEST)}" if name else _letters(column)
    return f"{told} ({shown_mnemonics(example, _LONGEST)})" if example else told


def _letters(column: int) -> str:
    """A column as Excel names it."""
    ahead, last = divmod(column, _LETTERS)
    return (_letters(ahead - 1) if ahead else "") + chr(ord("A") + last)
