"""What a payment or a card is asked for with; made from the table of PGs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from portdesk.domain.checkout import PayRequest, Purpose
from portdesk.domain.korean_amount import korean_words
from portdesk.domain.money import Amount
from portdesk.domain.pg.pay.table import terms_of
from portdesk.domain.pg.pay.window import AmountMeaning, PayWindow
from portdesk.domain.plain import visible
from portdesk.domain.reference import PgSetting
from portdesk.qt.words import language, later, tr
from portdesk.widgets.checkout.editors import line, number
from portdesk.widgets.checkout.more import MoreFields
from portdesk.widgets.kit.text import PlainLabel, set_tip
from portdesk.widgets.payments.vocabulary import METHODS, PROVIDERS, named

_PURPOSES: Final = (
    (Purpose.PAY, later("Take a payment")),
    (Purpose.REGISTER, later("Register a card")),
    (Purpose.BOTH, later("Register and charge")),
)
_SOME_CURRENCIES: Final = ("KRW", "USD", "JPY", "EUR")


class PayForm(QWidget):
    """
    The fields of one request.

    Signals:
        changed: what is asked for is something else
        again_asked: the channels should be read from the server
        new_order_asked, new_key_asked: another name is wanted
    """

    changed = Signal()
    again_asked = Signal()
    new_order_asked = Signal()
    new_key_asked = Signal()

    def __init__(self, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self._channels: tuple[PgSetting, ...] = ()
        self._base = PayRequest(merchant_uid="", amount=Decimal(0))
        self._is_filling = False
        self.purposes = {purpose: QRadioButton(tr(words), self) for purpose, words in _PURPOSES}
        self.channel, self.method, self.currency = (QComboBox(self) for _ in range(3))
        self.again = QToolButton(self)
        self.user_code = line(self, tr("Shop's identification code"), self._on_changed, hint="imp12345678")
        self.origin = line(self, tr("Shop's own address"), self._on_changed, hint="https://www.example.kr")
        self.amount = line(self, tr("Amount"), self._on_changed)
        self._in_words = PlainLabel("", self, quiet=True)
        self.title = line(self, tr("Order name"), self._on_changed)
        self.order = line(self, tr("Order number"), self._on_changed)
        self.key = line(self, tr("Billing key"), self._on_changed)
        self.new_order, self.new_key = QToolButton(self), QToolButton(self)
        self.buyer: dict[str, QLineEdit] = {
            "buyer_name": line(self, tr("Customer's name"), self._on_changed),
            "buyer_tel": line(self, tr("Customer's phone"), self._on_changed, hint="010-1234-5678"),
            "buyer_email": line(self, tr("Customer's e-mail"), self._on_changed, hint="name@example.com"),
        }
        self.registers_amount = QCheckBox(self)
        self.more_switch = QPushButton(self)
        self.more = MoreFields(self)
        self._rows = QFormLayout()
        self._build()
        self.choose_purpose(Purpose.PAY)

    @property
    def purpose(self) -> Purpose:
        """What the window is to be opened for."""
        return next((purpose for purpose, button in self.purposes.items() if button.isChecked()), Purpose.PAY)

    @property
    def setting(self) -> PgSetting | None:
        """The channel that is chosen."""
        found = self.channel.currentData()
        return found if isinstance(found, PgSetting) else None

    @property
    def window_terms(self) -> PayWindow:
        """The window of the channel that is chosen."""
        setting = self.setting
        return terms_of(setting.pg_provider if setting is not None else "").window

    @property
    def registers(self) -> bool:
        """Whether a card is to be registered."""
        return self.purpose is not Purpose.PAY

    @property
    def prepares(self) -> bool:
        """Whether the amount is to be registered before the window opens."""
        return self.registers_amount.isChecked() and self.purpose is not Purpose.REGISTER

    @property
    def value(self) -> Decimal | None:
        """The sum; nothing typed is 0 where nothing is to be charged."""
        text = self.amount.text().strip()
        if not text and self.purpose is Purpose.REGISTER:
            return Decimal(0)
        return number(text)

    @property
    def request(self) -> PayRequest | None:
        """What is asked for, in the SDK's words; `None` while there is no channel or no number."""
        value, setting = self.value, self.setting
        if value is None or setting is None:
            return None
        told: dict[str, Any] = {
            "merchant_uid": self.order.text().strip(),
            "amount": value,
            "pay_method": str(self.method.currentData() or "") or None,
            "channel_key": setting.channel_key,
            "pg": None if setting.channel_key else f"{setting.pg_provider}.{setting.pg_id}",
            "name": self.title.text().strip() or None,
            "currency": str(self.currency.currentData() or "") or None,
            "customer_uid": (self.key.text().strip() or None) if self.registers else None,
            **{name: edit.text().strip() or None for name, edit in self.buyer.items()},
        }
        plain = msgspec.structs.replace(self._base, **told)
        return msgspec.structs.replace(plain, **self.more.values(plain))

    def show_channels(self, channels: Sequence[PgSetting]) -> None:
        """Offer these channels; the one that was chosen stays if it is among them."""
        chosen = self.setting
        self._channels = tuple(channels)
        self._is_filling = True
        self.channel.clear()
        for channel in self._channels:
            self.channel.addItem(_told(channel), channel)
        place = next((n for n, channel in enumerate(self._channels) if _same(channel, chosen)), 0)
        self.channel.setCurrentIndex(place if self._channels else -1)
        self._is_filling = False
        self._on_channel()

    def choose_channel(self, pg_provider: str | None, pg_id: str | None) -> None:
        """Choose this channel, or another one of the same PG."""
        places = [n for n, channel in enumerate(self._channels) if channel.pg_provider == pg_provider]
        exact = [n for n in places if self._channels[n].pg_id == pg_id]
        if exact or places:
            self.channel.setCurrentIndex((exact or places)[0])

    def write(self, request: PayRequest, purpose: Purpose) -> None:
        """Fill in what `request` says; the order number and the key keep their new names if it has none."""
        self.choose_purpose(purpose)
        self._is_filling = True
        code, _, mid = (request.pg or "").partition(".")
        by_key = [channel for channel in self._channels if channel.channel_key == request.channel_key]
        if request.channel_key and by_key:
            self.choose_channel(by_key[0].pg_provider, by_key[0].pg_id)
        elif code:
            self.choose_channel(code, mid or None)
        self._fill_methods()
        self._pick(self.method, request.pay_method)
        self._fill_currencies()
        self._pick(self.currency, request.currency)
        self.amount.setText(f"{request.amount:,f}" if request.amount else "")
        self.title.setText(request.name or "")
        for name, edit in self.buyer.items():
            edit.setText(getattr(request, name) or "")
        if request.merchant_uid:
            self.order.setText(request.merchant_uid)
        if request.customer_uid:
            self.key.setText(request.customer_uid)
        self._base = msgspec.structs.replace(request, bypass=None, pg=None, channel_key=None)
        self._show_more()
        self.more.write(request)
        self._base = PayRequest(merchant_uid="", amount=Decimal(0))
        self._is_filling = False
        self._on_changed()

    def choose_purpose(self, purpose: Purpose) -> None:
        """Ask for this instead."""
        self.purposes[purpose].setChecked(True)
        self._on_channel()

    def ask_place(self, user_code: str, origin: str, *, asked: bool) -> None:
        """Ask for the shop's code and its own address, unless the windows are this machine's own."""
        for row in self._place_rows:
            self._rows.setRowVisible(row, asked)
        self.user_code.setText(user_code)
        self.origin.setText(origin)

    def hide_customer(self, *, hidden: bool) -> None:
        """Show dots where the customer is named, but for the field that is being edited."""
        mode = QLineEdit.EchoMode.PasswordEchoOnEdit if hidden else QLineEdit.EchoMode.Normal
        for edit in self.buyer.values():
            edit.setEchoMode(mode)

    def _build(self) -> None:
        group = QButtonGroup(self)
        purposes = QHBoxLayout()
        for button in self.purposes.values():
            group.addButton(button)
            purposes.addWidget(button)
            button.clicked.connect(self._on_channel)
        purposes.addStretch(1)
        for box, name in (
            (self.channel, tr("Channel")),
            (self.method, tr("Pay method")),
            (self.currency, tr("Currency")),
        ):
            box.setAccessibleName(name)
        self.channel.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.channel.setMinimumContentsLength(24)
        self.amount.setMaximumWidth(140)
        why = tr("Optional. Some payment providers open only for an address they know the shop by.")
        self._place_rows: tuple[QWidget, ...] = (
            self._add(tr("Shop's identification code"), self.user_code),
            self._add(tr("Shop's own address"), self.origin),
            self._add("", PlainLabel(why, self, quiet=True, wraps=True)),
        )
        self.origin.setAccessibleDescription(why)
        for row in self._place_rows:
            self._rows.setRowVisible(row, False)
        set_tip(self.user_code, tr("The PortOne console shows it beside the REST API key."))
        self._add(tr("Channel"), self.channel, self.again)
        self._add(tr("Pay method"), self.method)
        self._add(tr("Amount"), self.amount, self.currency, self._in_words)
        self._add(tr("Order name"), self.title)
        self._add(tr("Order number"), self.order, self.new_order)
        self._key_row = self._add(tr("Billing key"), self.key, self.new_key)
        for name, edit in self.buyer.items():
            self._add(edit.accessibleName(), edit)
            set_tip(edit, name)
        self._rows.setSpacing(6)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 8, 0)
        layout.setSpacing(10)
        layout.addLayout(purposes)
        layout.addLayout(self._rows)
        layout.addWidget(self.registers_amount)
        layout.addWidget(self.more_switch, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.more)
        layout.addStretch(1)
        self._dress()
        self._connect()

    def _dress(self) -> None:
        self.again.setText(tr("Read again"))
        self.again.setAccessibleName(tr("Read the channels again"))
        self.new_order.setText(tr("New"))
        self.new_order.setAccessibleName(tr("New order number"))
        self.new_key.setText(tr("New"))
        self.new_key.setAccessibleName(tr("New name of a billing key"))
        set_tip(self.key, tr("Every card of every customer has a name of its own. No personal data in it."))
        self.registers_amount.setText(tr("Register the amount first, so that the window refuses any other"))
        self.more_switch.setObjectName("flat")
        self.more_switch.setCheckable(True)
        self.more.hide()
        self._tell_more()

    def _connect(self) -> None:
        self.channel.currentIndexChanged.connect(lambda _: self._on_channel())
        self.method.currentIndexChanged.connect(lambda _: self._on_method())
        self.currency.currentIndexChanged.connect(lambda _: self._on_changed())
        self.again.clicked.connect(self.again_asked)
        self.new_order.clicked.connect(self.new_order_asked)
        self.new_key.clicked.connect(self.new_key_asked)
        self.more.changed.connect(self._on_changed)
        self.more_switch.toggled.connect(self._on_more)

    def _add(self, name: str, *widgets: QWidget) -> QWidget:
        row = QWidget(self)
        across = QHBoxLayout(row)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(6)
        for number_, widget in enumerate(widgets):
            across.addWidget(widget, 1 if number_ == 0 else 0)
        self._rows.addRow(PlainLabel(name, self), row)
        return row

    def _on_more(self, on: bool) -> None:  # noqa: FBT001 - a signal's argument
        self.more.setVisible(on)
        self._tell_more()

    def _tell_more(self) -> None:
        self.more_switch.setText(tr("▾ Less") if self.more_switch.isChecked() else tr("▸ More for this PG"))

    def _on_channel(self) -> None:
        if self._is_filling:
            return
        self._is_filling = True
        self._rows.setRowVisible(self._key_row, self.registers)
        self.registers_amount.setVisible(self.purpose is not Purpose.REGISTER)
        self._fill_methods()
        self._fill_currencies()
        self._is_filling = False
        self._on_method()

    def _on_method(self) -> None:
        if not self._is_filling:
            self._show_more()
            self._on_changed()

    def _show_more(self) -> None:
        method = str(self.method.currentData() or "") or self.window_terms.method
        self.more.show_for(self.window_terms, method, registers=self.registers)
        self.more_switch.setVisible(not self.more.is_empty)
        self.more.setVisible(not self.more.is_empty and self.more_switch.isChecked())
        self._rows.setRowVisible(self._key_row, self.registers)

    def _fill_methods(self) -> None:
        window, before = self.window_terms, self.method.currentData()
        methods = tuple(window.billing) if self.registers and window.billing else window.methods
        self.method.clear()
        if not window.reads_method:
            self.method.addItem(tr("The customer chooses in the window"), "")
        for method in methods if window.reads_method else ():
            self.method.addItem(named(METHODS, method), method)
        self._pick(self.method, before)
        self.method.setEnabled(self.method.count() > 1)

    def _fill_currencies(self) -> None:
        window, before = self.window_terms, self.currency.currentData()
        currencies = window.currencies or _SOME_CURRENCIES
        self.currency.clear()
        for currency in currencies:
            self.currency.addItem(currency, currency)
        self._pick(self.currency, before)
        self.currency.setEnabled(self.currency.count() > 1)

    @staticmethod
    def _pick(box: QComboBox, value: object) -> None:
        place = box.findData(value)
        if place >= 0:
            box.setCurrentIndex(place)

    def _on_changed(self) -> None:
        if self._is_filling:
            return
        value = number(self.amount.text())
        asked = None if value is None else Amount(value, str(self.currency.currentData() or "KRW"))
        said = korean_words(asked) if asked is not None and language() == "ko" else None
        self._in_words.setText(said or "")
        hint = "0" if self.purpose is Purpose.REGISTER and self._may_be_zero() else ""
        self.amount.setPlaceholderText(hint)
        self.changed.emit()

    def _may_be_zero(self) -> bool:
        method = str(self.method.currentData() or "") or self.window_terms.method
        return self.window_terms.meaning(method) is not AmountMeaning.ALWAYS_CHARGES


def _told(channel: PgSetting) -> str:
    """The channel as the console names it, with its PG, its MID and whether it is a test."""
    pg = named(PROVIDERS, channel.pg_provider)
    parts = [visible(channel.channel_name or pg, 40), visible(channel.pg_id, 30)]
    if channel.channel_name and pg not in channel.channel_name:
        parts.insert(1, pg)
    if channel.is_test_channel:
        parts.append(tr("test"))
    return " · ".join(parts)


def _same(channel: PgSetting, other: PgSetting | None) -> bool:
    return other is not None and (channel.pg_provider, channel.pg_id, channel.type) == (
        other.pg_provider,
        other.pg_id,
        other.type,
    )
