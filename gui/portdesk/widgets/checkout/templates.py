"""Templates of the form: choosing one, keeping one, forgetting one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QMenu, QPushButton, QToolButton, QWidget

from portdesk.domain.pay_templates import PayTemplate
from portdesk.qt.words import tr
from portdesk.widgets.kit.text import shown_mnemonics


class Templates(QWidget):
    """
    A menu of what was kept, and a line to keep what is in the form.

    Signals:
        chosen: a PayTemplate to begin from
        keep_asked: a name, and whether the customer is kept along
        drop_asked: the name of one that is not wanted any more
    """

    chosen = Signal(object)
    keep_asked = Signal(str, bool)
    drop_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.button = QToolButton(self)
        self.menu = QMenu(self)
        self.name = QLineEdit(self)
        self.with_customer = QCheckBox(self)
        self.keep, self._leave = QPushButton(self), QPushButton(self)
        self._build()
        self.show_templates(())

    def show_templates(self, templates: Sequence[PayTemplate]) -> None:
        """Offer these."""
        self.menu.clear()
        for template in templates:
            action = self.menu.addAction(shown_mnemonics(template.name, 40))
            action.triggered.connect(lambda _=False, template=template: self.chosen.emit(template))
        if not templates:
            self.menu.addAction(tr("Nothing was kept yet")).setEnabled(False)
        self.menu.addSeparator()
        self.menu.addAction(tr("Keep this as a template…")).triggered.connect(self._on_begin)
        if templates:
            forget = self.menu.addMenu(tr("Forget"))
            for template in templates:
                action = forget.addAction(shown_mnemonics(template.name, 40))
                action.triggered.connect(lambda _=False, name=template.name: self.drop_asked.emit(name))

    def end_keeping(self) -> None:
        """Take the line away."""
        for widget in (self.name, self.with_customer, self.keep, self._leave):
            widget.hide()
        self.button.show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and not self.name.isHidden():
            self.end_keeping()
            event.accept()
        else:
            super().keyPressEvent(event)

    def _build(self) -> None:
        self.button.setText(tr("Templates"))
        self.button.setAccessibleName(tr("Templates"))
        self.button.setMenu(self.menu)
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.button.setObjectName("menu")
        self.name.setAccessibleName(tr("Name of the template"))
        self.name.setPlaceholderText(tr("Name of the template"))
        self.name.setMaximumWidth(220)
        self.with_customer.setText(tr("With the customer's name, phone and e-mail"))
        self.keep.setText(tr("Keep"))
        self._leave.setText(tr("Cancel"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for widget in (self.button, self.name, self.with_customer, self.keep, self._leave):
            layout.addWidget(widget)
        for button in (self.keep, self._leave):
            button.setAutoDefault(False)
        self.keep.clicked.connect(self._on_keep)
        self._leave.clicked.connect(self.end_keeping)
        self.name.returnPressed.connect(self._on_keep)
        self.end_keeping()

    def _on_begin(self) -> None:
        self.button.hide()
        self.with_customer.setChecked(False)
        for widget in (self.name, self.with_customer, self.keep, self._leave):
            widget.show()
        self.name.setFocus()

    def _on_keep(self) -> None:
        if self.name.text().strip():
            self.keep_asked.emit(self.name.text().strip(), self.with_customer.isChecked())
