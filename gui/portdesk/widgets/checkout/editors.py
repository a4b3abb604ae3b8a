"""One editor for each kind of value a pay request can hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from PySide6.QtWidgets import QBoxLayout, QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from portdesk.domain.checkout_parts import Card, CardDetail, DirectCard, Display, Period
from portdesk.qt.words import tr
from portdesk.widgets.kit.text import set_tip


@dataclass(frozen=True, slots=True)
class Editor:
    """A widget and the value in it; `read` gives `None` for nothing, and `write` takes that as well."""

    widget: QWidget
    read: Callable[[], Any]
    write: Callable[[Any], None]


def number(text: str) -> Decimal | None:
    """The number that was typed, with or without commas, or `None`."""
    plain = text.strip().replace(",", "")
    try:
        return Decimal(plain) if plain.isascii() else None
    except InvalidOperation:
        return None


def line(parent: QWidget, name: str, changed: Callable[[], object], *, hint: str = "") -> QLineEdit:
    """A field for one line of text, called `name` by screen readers."""
    edit = QLineEdit(parent)
    edit.setAccessibleName(name)
    edit.setPlaceholderText(hint)
    edit.textChanged.connect(lambda _: changed())
    return edit


def text_editor(parent: QWidget, name: str, changed: Callable[[], object], *, hint: str = "") -> Editor:
    """Any text."""
    edit = line(parent, name, changed, hint=hint)
    return Editor(edit, lambda: edit.text().strip() or None, lambda value: edit.setText(str(value or "")))


def sum_editor(parent: QWidget, name: str, changed: Callable[[], object]) -> Editor:
    """A sum of money; zero is not nothing."""
    edit = line(parent, name, changed)

    def write(value: Decimal | None) -> None:
        edit.setText("" if value is None else f"{value:f}")

    return Editor(edit, lambda: number(edit.text()), write)


def choice_editor(
    parent: QWidget, name: str, changed: Callable[[], object], choices: Sequence[tuple[str, Any]]
) -> Editor:
    """One of `choices`, by their words; the first is nothing."""
    box = QComboBox(parent)
    box.setAccessibleName(name)
    values = [None, *(value for _, value in choices)]
    box.addItem("—")
    for word, _ in choices:
        box.addItem(word)
    box.currentIndexChanged.connect(lambda _: changed())

    def write(value: Any) -> None:
        box.setCurrentIndex(values.index(value) if value in values else 0)

    return Editor(box, lambda: values[box.currentIndex()], write)


def switch_editor(parent: QWidget, name: str, changed: Callable[[], object]) -> Editor:
    """Yes, no, or not said."""
    return choice_editor(parent, name, changed, ((tr("Yes"), True), (tr("No"), False)))


def period_editor(parent: QWidget, name: str, changed: Callable[[], object]) -> Editor:
    """Two days."""
    first = line(parent, tr("{field}: first day", field=name), changed, hint="20260101")
    last = line(parent, tr("{field}: last day", field=name), changed, hint="20261231")

    def read() -> Period | None:
        days = [edit.text().strip() or None for edit in (first, last)]
        return Period(from_=days[0], to=days[1]) if any(days) else None

    def write(value: Period | None) -> None:
        first.setText((value.from_ if value else "") or "")
        last.setText((value.to if value else "") or "")

    return Editor(_together(parent, QHBoxLayout(), first, last), read, write)


def quota_editor(parent: QWidget, name: str, changed: Callable[[], object]) -> Editor:
    """The instalment terms, or lump sum alone."""
    edit = line(parent, name, changed, hint="2,3,6")
    set_tip(edit, tr("Months with commas between them; 0 is lump sum only."))

    def read() -> Display | None:
        parts = [part.strip() for part in edit.text().split(",") if part.strip()]
        months = [int(part) for part in parts if part.isascii() and part.isdigit()]
        if not parts:
            return None
        return Display(card_quota=tuple(month for month in months if 1 < month <= 60))  # noqa: PLR2004 - lump sum

    def write(value: Display | None) -> None:
        months = value.card_quota if value is not None else None
        edit.setText("" if months is None else ",".join(map(str, months)) or "0")

    return Editor(edit, read, write)


def card_editor(parent: QWidget, name: str, changed: Callable[[], object]) -> Editor:
    """Straight to one company, only some companies, and interest paid by the shop."""
    straight = tr("Straight to one company: 367/3 (code/months)")
    some = tr("Only these companies: 366,361")
    free = tr("Months without interest: 7")
    direct, only, interest = (
        line(parent, f"{name}: {words}", changed, hint=words) for words in (straight, some, free)
    )
    set_tip(direct, tr("Its code, a slash and the months; 0 months are lump sum."))
    set_tip(only, tr("The codes of the companies with commas between them; all others are switched off."))
    set_tip(interest, tr("The shop pays the interest up to this many months."))

    def read() -> Card | None:
        months = interest.text().strip()
        card = Card(
            direct=_direct(direct.text().strip()),
            detail=_only(only.text()),
            interest_free=int(months) if months.isascii() and months.isdigit() else None,
        )
        return card if card != Card() else None

    def write(value: Card | None) -> None:
        card = value or Card()
        one = card.direct
        quota = "" if one is None or one.quota is None else f"/{one.quota}"
        direct.setText("" if one is None else f"{one.code}{quota}")
        only.setText(",".join(detail.card_code for detail in card.detail or () if detail.enabled))
        interest.setText("" if card.interest_free is None else str(card.interest_free))

    return Editor(_together(parent, QVBoxLayout(), direct, only, interest), read, write)


def _direct(text: str) -> DirectCard | None:
    code, _, months = text.partition("/")
    quota = int(months) if months.isascii() and months.isdigit() else None
    return DirectCard(code=code, quota=quota) if code else None


def _only(text: str) -> tuple[CardDetail, ...] | None:
    codes = [code.strip() for code in text.split(",") if code.strip()]
    if not codes:
        return None
    return (
        CardDetail(card_code="*", enabled=False),
        *(CardDetail(card_code=code, enabled=True) for code in codes),
    )


def _together(parent: QWidget, layout: QBoxLayout, *widgets: QWidget) -> QWidget:
    together = QWidget(parent)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(4)
    for widget in widgets:
        layout.addWidget(widget)
    together.setLayout(layout)
    together.setFocusProxy(widgets[0])
    return together
