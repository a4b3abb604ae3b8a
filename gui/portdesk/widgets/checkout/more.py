"""The parameters that one PG reads besides those that all read, and its own options."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QWidget

from portdesk.domain.checkout import PayRequest
from portdesk.domain.checkout_parts import EscrowProduct, NaverProduct, Prefill, Product, StoreDetails
from portdesk.domain.pg.pay.fields import FIELDS, WIRE_NAMES
from portdesk.domain.pg.pay.window import PayWindow
from portdesk.qt.words import render, tr
from portdesk.widgets.checkout.editors import (
    Editor,
    card_editor,
    choice_editor,
    period_editor,
    quota_editor,
    sum_editor,
    switch_editor,
    text_editor,
)
from portdesk.widgets.kit.text import PlainLabel, set_tip

_SWITCHES: Final = frozenset(
    {"escrow", "digital", "popup", "use_test_method", "naver_popup_mode", "use_free_interest_from_mall"}
)
_SUMS: Final = frozenset({"tax_free", "vat_amount"})
_GOODS: Final = frozenset({"products", "kcp_products", "kicc_products", "naver_products"})
_HINTS: Final = {"vbank_due": "2026-12-31", "biz_num": "1234567890", "naver_use_cfm": "20261231"}
_NAME_WIDTH: Final = 150
_CARD_ONLY: Final = frozenset({"display", "card", "use_free_interest_from_mall"})
_PAYING_ONLY: Final = frozenset(
    {"escrow", "display", "use_free_interest_from_mall", "naver_products", "kcp_products", "kicc_products"}
)
_TOO_FINE: Final = frozenset({"phone", "cvs"})
"""Carriers, and the hours of a Japanese store: nobody at a desk narrows them."""
_ONE_METHOD: Final = {"vbank_due": "vbank", "digital": "phone", "biz_num": "vbank"}
_SHAPED: Final[Mapping[str, Callable[..., Editor]]] = {
    "period": period_editor,
    "display": quota_editor,
    "card": card_editor,
}


class MoreFields(QWidget):
    """
    What applies at one PG, for one pay method; made anew for another.

    Signals:
        changed: a value is another one
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editors: dict[str, Editor] = {}
        self._options: dict[str, Editor] = {}
        self._shown: tuple[object, ...] = ()
        self._rows = QFormLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(6)

    @property
    def is_empty(self) -> bool:
        """Whether nothing applies."""
        return not self._editors and not self._options

    def show_for(self, window: PayWindow, method: str, *, registers: bool) -> None:
        """Offer what `window` reads for this; what was filled in and still applies stays."""
        names = [name for name in FIELDS if _applies(name, window, method, registers=registers)]
        wanted = (window.code, tuple(names))
        if wanted == self._shown:
            return
        kept = {name: editor.read() for name, editor in self._editors.items()}
        options = {path: editor.read() for path, editor in self._options.items()}
        self._shown = wanted
        self._clear()
        for name in names:
            self._add(name, kept.get(name))
        for switch in window.switches:
            self._add_option(switch.path, render(switch.words), switch.choices, options.get(switch.path))

    def values(self, request: PayRequest) -> dict[str, Any]:
        """What is filled in, by the parameters' Python names; goods are made of the order itself."""
        found: dict[str, Any] = {}
        for name, editor in self._editors.items():
            value = editor.read()
            if value is not None:
                found[name] = _made(name, value, request)
        options = {path: editor.read() for path, editor in self._options.items()}
        bypass: dict[str, Any] = {}
        for path, value in options.items():
            if value:
                _put(bypass, path, value)
        return {**found, "bypass": bypass} if bypass else found

    def write(self, request: PayRequest) -> None:
        """Fill in what `request` has and this PG reads."""
        for name, editor in self._editors.items():
            value = getattr(request, name)
            editor.write(bool(value) if name in _GOODS and value else _plain(name, value))
        for path, editor in self._options.items():
            editor.write(_at(request.bypass or {}, path))

    def _add(self, name: str, value: Any) -> None:
        label = render(FIELDS[name])
        editor = self._editor(name, label)
        editor.write(value)
        set_tip(editor.widget, WIRE_NAMES[name])
        self._editors[name] = editor
        self._add_row(label, editor.widget)

    def _editor(self, name: str, label: str) -> Editor:
        changed = self.changed.emit
        if name in _SHAPED:
            return _SHAPED[name](self, label, changed)
        if name in _SWITCHES:
            return switch_editor(self, label, changed)
        if name in _GOODS:
            return choice_editor(self, label, changed, ((tr("The order as one line"), True),))
        if name in _SUMS:
            return sum_editor(self, label, changed)
        if name == "language":
            words = ((tr("Korean"), "ko"), (tr("English"), "en"), (tr("Chinese"), "zh"))
            return choice_editor(self, label, changed, words)
        return text_editor(self, label, changed, hint=_HINTS.get(name, ""))

    def _add_option(self, path: str, label: str, choices: tuple[str, ...], value: Any) -> None:
        if choices:
            words = [(choice, choice) for choice in choices if choice]
            editor = choice_editor(self, label, self.changed.emit, words)
        else:
            editor = text_editor(self, label, self.changed.emit)
        editor.write(value)
        set_tip(editor.widget, f"bypass.{path}")
        self._options[path] = editor
        self._add_row(label, editor.widget)

    def _add_row(self, label: str, widget: QWidget) -> None:
        name = PlainLabel(label, self, wraps=True)
        name.setFixedWidth(_NAME_WIDTH)
        self._rows.addRow(name, widget)

    def _clear(self) -> None:
        self._editors.clear()
        self._options.clear()
        while self._rows.rowCount():
            self._rows.removeRow(0)


def _applies(name: str, window: PayWindow, method: str, *, registers: bool) -> bool:
    reads = name in window.takes
    if name in _ONE_METHOD and not (reads and name == "digital"):
        return method == _ONE_METHOD[name] and (reads or name != "biz_num")
    if not reads or name in _TOO_FINE or (name in _PAYING_ONLY and registers):
        return False
    return name not in _CARD_ONLY or method == "card" or not window.reads_method


def _made(name: str, value: Any, request: PayRequest) -> Any:
    if name in _GOODS:
        return (_the_order(name, request),)
    if name == "store_details":
        return StoreDetails(business_name=value)
    if name == "prefill":
        return Prefill(phone_number=value)
    if name == "naver_product_count":
        return int(value) if value.isascii() and value.isdigit() else None
    return value


def _the_order(name: str, request: PayRequest) -> Product | EscrowProduct | NaverProduct:
    title, amount, order = request.name or "-", request.amount, request.merchant_uid
    if name == "products":
        return Product(name=title, unit_price=amount, quantity=1)
    if name == "naver_products":
        return NaverProduct(category_type="PRODUCT", category_id="GENERAL", uid=order, name=title, count=1)
    return EscrowProduct(order_number=order, name=title, quantity=1, amount=amount)


def _plain(name: str, value: Any) -> Any:
    match value:
        case StoreDetails():
            return value.business_name
        case Prefill():
            return value.phone_number
        case () if name in _GOODS:
            return None
        case Decimal() | bool():
            return value
        case int():
            return str(value)
        case _:
            return value


def _put(bypass: dict[str, Any], path: str, value: Any) -> None:
    *above, last = path.split(".")
    for step in above:
        bypass = bypass.setdefault(step, {})
    bypass[last] = value


def _at(bypass: Mapping[str, Any], path: str) -> Any:
    found: Any = bypass
    for step in path.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found
