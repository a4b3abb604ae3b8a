"""The second confirmation of an unusual refund: what is unusual about it, and one box to tick."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QVBoxLayout, QWidget

from portdesk.domain.money import Amount
from portdesk.qt.words import money, render, tr
from portdesk.usecases.cautions import Caution
from portdesk.widgets.kit.text import PlainLabel


class SecondLook(QFrame):
    """
    Hidden while nothing is unusual. The tick is for these reasons and this amount only.

    Signals:
        changed: the box was ticked or cleared
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("caution")
        self.cautions: tuple[Caution, ...] = ()
        self._amount: Amount | None = None
        self._labels: list[PlainLabel] = []
        self.sure = QCheckBox(self)
        self.sure.toggled.connect(self.changed)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(12, 8, 12, 8)
        self._layout.setSpacing(4)
        self._layout.addWidget(PlainLabel(tr("Please look twice"), self, emphasis=True))
        self._layout.addWidget(self.sure)
        self.hide()

    @property
    def is_satisfied(self) -> bool:
        """Whether nothing is unusual, or it was confirmed."""
        return not self.cautions or self.sure.isChecked()

    @property
    def approval(self) -> str:
        """What the journal keeps of it: the reasons that were confirmed."""
        return ", ".join(caution.why.value for caution in self.cautions)

    def show_cautions(self, cautions: Sequence[Caution], amount: Amount | None) -> None:
        """Ask about these; what was confirmed before holds only if nothing of it has changed."""
        if (tuple(cautions), amount) == (self.cautions, self._amount):
            return
        self.cautions, self._amount = tuple(cautions), amount
        before = self.sure.blockSignals(True)
        self.sure.setChecked(False)
        self.sure.blockSignals(before)
        while len(self._labels) < len(self.cautions):
            label = PlainLabel("", self, wraps=True)
            label.make_selectable()
            self._labels.append(label)
            self._layout.insertWidget(self._layout.count() - 1, label)
        for number, label in enumerate(self._labels):
            label.setVisible(number < len(self.cautions))
            if number < len(self.cautions):
                label.setText(f"⚠ {render(self.cautions[number].words)}")
        if amount is not None:
            self.sure.setText(tr("&Yes, {amount} is meant", amount=money(amount)))
        self.setVisible(bool(self.cautions))
