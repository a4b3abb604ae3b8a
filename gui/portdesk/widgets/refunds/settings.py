"""A shop's refund settings: its reasons in their order, the limit, our code in the reason."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from portdesk.domain.messages import Message
from portdesk.domain.money import Amount
from portdesk.domain.plain import visible
from portdesk.domain.refund_settings import (
    LARGEST_LIMIT,
    LONGEST_REASON,
    MOST_REASONS,
    RefundSettings,
    clean_reasons,
)
from portdesk.qt.alerts import alert_of
from portdesk.qt.tasks import Tasks
from portdesk.qt.words import later, money, render, tr
from portdesk.usecases.disclosures import operator_name
from portdesk.usecases.refund_settings import RefundChoices
from portdesk.widgets.kit.banner import Banner
from portdesk.widgets.kit.text import PlainLabel
from portdesk.widgets.refunds.amount_edit import AmountEdit
from portdesk.widgets.refunds.reasons import standard_reasons

_LIST_HEIGHT: Final = 180


class RefundSettingsDialog(QDialog):
    """
    Changes take effect with Save, all at once or not at all.

    Signals:
        saved: other settings hold
    """

    saved = Signal()

    def __init__(self, choices: RefundChoices, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choices = choices
        self._tasks = Tasks(self, self._on_error)
        self._notice = Banner(self)
        self.reasons = QListWidget(self)
        self.limit = AmountEdit("KRW", self)
        self.with_code = QCheckBox(tr("Put our &code into the reason"), self)
        self._problem = PlainLabel("", self, wraps=True)
        self.buttons = {
            name: QPushButton(tr(text), self)
            for name, text in (
                ("add", later("&Add")),
                ("rename", later("Re&name")),
                ("up", later("&Up")),
                ("down", later("&Down")),
                ("delete", later("D&elete")),
                ("standard", later("&Standard list")),
            )
        }
        self.cancel, self.save = QPushButton(tr("Cancel"), self), QPushButton(tr("Sa&ve"), self)
        self._build()
        self._show(choices.settings)
        self._connect()
        self._on_chosen()

    @property
    def settings(self) -> RefundSettings:
        """What is on the screen; the standard list is kept as such, so that it follows the language."""
        listed = clean_reasons(self._item(row).text() for row in range(self.reasons.count()))
        typed = self.limit.typed
        return RefundSettings(
            reasons=None if listed == standard_reasons() else listed,
            limit=0 if isinstance(typed, Message) else int(typed),
            with_code=self.with_code.isChecked(),
        )

    @property
    def problem(self) -> Message | None:
        """What keeps it from being saved, in words."""
        typed = self.limit.typed
        if isinstance(typed, Message):
            return Message("The limit: {problem}", problem=typed)
        limit = Amount(typed, "KRW")
        if not limit.is_plain or limit.value > LARGEST_LIMIT:
            return Message("The limit is a whole number of won; 0 asks for every refund.")
        return None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Enter ends the writing of a reason; it must not close the dialog with it.
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
            return
        super().keyPressEvent(event)

    def _build(self) -> None:
        self.setWindowTitle(tr("Refund settings"))
        self.setMinimumWidth(520)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(8)
        layout.addWidget(self._notice)
        heading = PlainLabel(tr("&Reasons to choose from"), self, emphasis=True)
        heading.setBuddy(self.reasons)
        layout.addWidget(heading)
        layout.addLayout(self._build_list())
        layout.addSpacing(8)
        layout.addLayout(self._build_limit())
        layout.addSpacing(8)
        layout.addWidget(self.with_code)
        more = tr(
            "The code names a refund in the server's record; without it, more is left for you to decide."
        )
        layout.addWidget(PlainLabel(more, self, quiet=True, small=True, wraps=True))
        layout.addWidget(self._problem)
        layout.addSpacing(8)
        layout.addLayout(self._build_buttons())

    def _build_list(self) -> QHBoxLayout:
        self.reasons.setAccessibleName(tr("Reasons to choose from"))
        self.reasons.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.reasons.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self.reasons.setFixedHeight(_LIST_HEIGHT)
        column = QVBoxLayout()
        column.setSpacing(4)
        for button in self.buttons.values():
            button.setAutoDefault(False)
            column.addWidget(button)
        column.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.reasons, 1)
        row.addLayout(column)
        return row

    def _build_limit(self) -> QGridLayout:
        label = PlainLabel(tr("Ask a second time &above"), self)
        label.setBuddy(self.limit)
        self.limit.setAccessibleName(tr("Limit in won"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.addWidget(label, 0, 0)
        grid.addWidget(self.limit, 0, 1)
        grid.addWidget(PlainLabel("KRW", self, quiet=True), 0, 2)
        grid.setColumnStretch(3, 1)
        return grid

    def _build_buttons(self) -> QHBoxLayout:
        self.save.setObjectName("primary")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        for button in (self.cancel, self.save):
            button.setAutoDefault(False)
            row.addWidget(button)
        return row

    def _connect(self) -> None:
        acts = {
            "add": self._on_add,
            "rename": lambda: self.reasons.editItem(self.reasons.currentItem()),
            "up": lambda: self._move(-1),
            "down": lambda: self._move(1),
            "delete": self._on_delete,
            "standard": lambda: self._show_reasons(standard_reasons()),
        }
        for name, act in acts.items():
            self.buttons[name].clicked.connect(act)
        self.reasons.currentRowChanged.connect(self._on_chosen)
        self.limit.textChanged.connect(self._on_limit)
        self.cancel.clicked.connect(self.reject)
        self.save.clicked.connect(self._on_save)

    def _show(self, settings: RefundSettings) -> None:
        self._show_reasons(standard_reasons() if settings.reasons is None else settings.reasons)
        self.limit.setText(f"{settings.limit:,}")
        self.with_code.setChecked(settings.with_code)
        self._on_limit()

    def _show_reasons(self, reasons: tuple[str, ...]) -> None:
        self.reasons.clear()
        for reason in reasons:
            self._append(reason)
        self.reasons.setCurrentRow(0)

    def _append(self, reason: str) -> QListWidgetItem:
        item = QListWidgetItem(visible(reason, LONGEST_REASON))
        item.setFlags((item.flags() | Qt.ItemFlag.ItemIsEditable) & ~Qt.ItemFlag.ItemIsDropEnabled)
        self.reasons.addItem(item)
        return item

    def _item(self, row: int) -> QListWidgetItem:
        item = self.reasons.item(row)
        assert item is not None  # noqa: S101 - rows come from the list itself
        return item

    def _move(self, by: int) -> None:
        row = self.reasons.currentRow()
        if 0 <= row + by < self.reasons.count():
            item = self.reasons.takeItem(row)
            self.reasons.insertItem(row + by, item)
            self.reasons.setCurrentRow(row + by)

    def _on_add(self) -> None:
        item = self._append(tr("New reason"))
        self.reasons.setCurrentItem(item)
        self.reasons.editItem(item)
        self._on_chosen()

    def _on_delete(self) -> None:
        self.reasons.takeItem(self.reasons.currentRow())
        self._on_chosen()

    def _on_chosen(self) -> None:
        row, count = self.reasons.currentRow(), self.reasons.count()
        for name in ("rename", "delete"):
            self.buttons[name].setEnabled(row >= 0)
        self.buttons["up"].setEnabled(row > 0)
        self.buttons["down"].setEnabled(0 <= row < count - 1)
        self.buttons["add"].setEnabled(count < MOST_REASONS)

    def _on_limit(self) -> None:
        problem = self.problem
        self.limit.show_wrong(wrong=problem is not None)
        self.save.setEnabled(problem is None)
        if problem is not None:
            self._problem.setText(render(problem))
        elif self.settings.limit == 0:
            self._problem.setText(tr("Every refund will be asked about a second time."))
        else:
            limit = money(Amount(Decimal(self.settings.limit), "KRW"))
            self._problem.setText(tr("A refund above {limit} is asked about a second time.", limit=limit))

    def _on_save(self) -> None:
        if self.problem is None:
            self._tasks.start("save", self._save, self.settings)

    async def _save(self, settings: RefundSettings) -> None:
        await self._choices.keep(settings, operator_name())
        self.saved.emit()
        self.accept()

    def _on_error(self, error: Exception) -> None:
        self._notice.show_alert(alert_of(error))
