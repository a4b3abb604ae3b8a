"""The dialog before a pay window: what is asked for, whether money will move, and then how it went."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from portdesk.checkout.place import CheckoutPlace
from portdesk.domain.checkout import PayRequest, Purpose
from portdesk.domain.errors import PortdeskError
from portdesk.domain.messages import Message
from portdesk.domain.money import Amount
from portdesk.domain.pay_templates import PayTemplate, template_of
from portdesk.domain.pg import sources
from portdesk.domain.pg.pay.effect import Effect
from portdesk.domain.pg.pay.table import check_pay_request, effect_for
from portdesk.domain.pg.rule import Finding, Severity
from portdesk.domain.reference import PgSetting
from portdesk.qt.alerts import Alert, alert_of
from portdesk.qt.privacy import Privacy
from portdesk.qt.tasks import Tasks
from portdesk.qt.words import exact, money, tr
from portdesk.usecases.pay_forms import PayForms
from portdesk.widgets.checkout.beginning import Beginning
from portdesk.widgets.checkout.form import PayForm
from portdesk.widgets.checkout.result import PayResult, Standing
from portdesk.widgets.checkout.summary import Summary
from portdesk.widgets.checkout.templates import Templates
from portdesk.widgets.checkout.venue import Venue
from portdesk.widgets.kit.banner import Banner
from portdesk.widgets.kit.state import StateCard
from portdesk.widgets.kit.text import set_tip

_PERSONAL: Final = ("buyer_name", "buyer_tel", "buyer_email", "buyer_addr", "buyer_postcode")
_SIZE: Final = (1040, 660)
_SIZE_AFTER: Final = (640, 400)
"""Of the page that says how it went."""
_USED: Final = Finding(
    id="pay.key_used",
    severity=Severity.WARNS,
    words=Message("A billing key of this name was used before. The new card takes its place."),
    advice=Message("Every card has a name of its own, unless the old card really is to go."),
    source=sources.WITHOUT_WINDOW,
)
_ON_PHONE: Final = Message(
    "The customer may have to finish on a phone: let them scan the code that the window shows."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PayOrder:
    """What the window is opened with; `words` is the sentence about money that the person saw."""

    request: PayRequest = field(repr=False)
    channel: PgSetting
    words: str
    place: CheckoutPlace
    prepares: bool


class PayDialog(QDialog):
    """
    One request, from the form to how it went.

    It opens no window by itself: `order_given` is for whoever does, and tells `show_standing` what came
    of it.

    Signals:
        order_given: the PayOrder that was decided on
        moved: the form is ready, or how it stands is another thing
    """

    order_given = Signal(object)
    moved = Signal()

    def __init__(
        self,
        forms: PayForms,
        venue: Venue,
        beginning: Beginning,
        *,
        privacy: Privacy,
        now: Callable[[], datetime],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._forms, self._venue, self._beginning = forms, venue, beginning
        self._privacy, self._now = privacy, now
        self._channels: tuple[PgSetting, ...] = ()
        self._is_key_used = False
        self.is_ready = False
        self.form = PayForm(now, self)
        self.summary = Summary(self)
        self.outcome = PayResult(self)
        self.templates = Templates(self)
        self._state = StateCard(self)
        self._notice = Banner(self)
        self._pages = QStackedWidget(self)
        self.close_button, self.open_button = QPushButton(self), QPushButton(self)
        self._tasks = Tasks(self, self._on_error)
        self._build()
        self._connect()
        self._tasks.start("begin", self._begin)

    @property
    def why_closed(self) -> Message | None:
        """Why no window can be opened from here, if so."""
        return self._venue.why_closed()

    @property
    def user_code(self) -> str:
        """The shop's identification code, where one is asked for."""
        return self.form.user_code.text().strip()

    @property
    def origin(self) -> str:
        """The address of the shop's own that the window is opened under, where one was named."""
        return self.form.origin.text().strip()

    def show_refusal(self, error: Exception) -> None:
        """Nothing was begun: say why, and let it be changed."""
        self._on_error(error)
        self._on_changed()

    def show_standing(self, standing: Standing) -> None:
        """Show how the attempt stands, in place of the form."""
        self.outcome.show_standing(standing)
        if self._pages.currentWidget() is not self.outcome:
            self._pages.setCurrentWidget(self.outcome)
            self.resize(*_SIZE_AFTER)
        self.open_button.hide()
        self.templates.hide()
        self.close_button.setText(tr("Close"))
        self.moved.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Enter in a field must not open a window for money; only the button itself does.
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
            return
        super().keyPressEvent(event)

    async def end(self) -> None:
        """Stop everything under way."""
        await self._tasks.end()

    def _build(self) -> None:
        self.setWindowTitle(tr("Take a payment or register a card"))
        self.resize(*_SIZE)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self.form)
        scroll.setMinimumWidth(500)
        both = QWidget(self)
        across = QHBoxLayout(both)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(20)
        across.addWidget(scroll, 5)
        across.addWidget(self.summary, 4)
        for page in (self._state, both, self.outcome):
            self._pages.addWidget(page)
        self._editing = both
        buttons = QHBoxLayout()
        buttons.addWidget(self.templates)
        buttons.addStretch(1)
        for button in (self.close_button, self.open_button):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        self.open_button.setObjectName("primary")
        self.open_button.setEnabled(False)
        self.open_button.setText(tr("Open the window"))
        self.close_button.setText(tr("Cancel"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(12)
        layout.addWidget(self._notice)
        layout.addWidget(self._pages, 1)
        layout.addLayout(buttons)
        self._state.show_state("reload", Message("Looking up the shop's channels…"), busy=True)

    def _connect(self) -> None:
        self.close_button.clicked.connect(self.close)
        self.open_button.clicked.connect(self._on_open)
        self.form.changed.connect(self._on_changed)
        self.form.key.textChanged.connect(self._on_key)
        self.form.again_asked.connect(lambda: self._tasks.start("channels", self._read_channels))
        self.form.new_order_asked.connect(self._on_new_order)
        self.form.new_key_asked.connect(self._on_new_key)
        self.templates.chosen.connect(self._on_template)
        self.templates.keep_asked.connect(self._on_keep)
        self.templates.drop_asked.connect(lambda name: self._tasks.start("templates", self._drop, name))
        self._state.acted.connect(lambda: self._tasks.start("channels", self._read_channels))
        self._privacy.changed.connect(self._on_privacy)

    async def _begin(self) -> None:
        memory = await self._forms.remembered()
        self.templates.show_templates(memory.templates)
        self.form.ask_place(memory.user_code, memory.origin, asked=self._venue.asks_for_code)
        if memory.channels:
            set_tip(
                self.form.again,
                tr("As read from the server {time}", time=exact(memory.channels_read_at)),
            )
            self._offer(memory.channels)
        await self._read_channels()

    async def _read_channels(self) -> None:
        try:
            channels = await self._forms.read_channels()
        except PortdeskError as error:
            if not self._channels:
                self._state.show_state("offline", error.text, more=error.advice, action="Try again")
                return
            self._on_error(error)
            return
        self._offer(channels)

    def _offer(self, channels: tuple[PgSetting, ...]) -> None:
        """Show the form with these channels; the first time it is filled in, too."""
        self._channels = channels
        if not channels:
            self._state.show_state(
                "plug",
                Message("This shop has no channel that takes payments."),
                more=Message("Add one in the PortOne console, then try again."),
                action="Try again",
            )
            self._pages.setCurrentWidget(self._state)
            return
        self.form.show_channels(channels)
        if not self.is_ready:
            self._fill_in()
        self._pages.setCurrentWidget(self._editing)
        self._on_changed()

    def _fill_in(self) -> None:
        self.is_ready = True
        self._on_privacy()
        self._on_new_order()
        self._on_new_key()
        if self._beginning.request is not None:
            self.form.write(self._beginning.request, self._beginning.purpose)
        else:
            self.form.choose_purpose(self._beginning.purpose)
        if self.why_closed is not None:
            self._notice.show_alert(Alert(self.why_closed))
        self.form.amount.setFocus()
        self.moved.emit()

    def _on_changed(self) -> None:
        if not self.is_ready:
            return
        request, form = self.form.request, self.form
        self.summary.show_hint(_ON_PHONE if form.window_terms.on_phone else None)
        if request is None or not request.amount.is_finite():
            self.summary.show_effect(None, None)
            self.summary.show_findings(())
            self.summary.show_call("", None)
            self._offer_opening(None)
            return
        amount = Amount(request.amount, request.currency or form.window_terms.currency)
        found = check_pay_request(request, self._channels, self._now(), form.purpose)
        if form.registers and self._is_key_used:
            found = tuple(sorted((*found, _USED), key=lambda finding: finding.severity))
        self.summary.show_effect(effect_for(request, self._channels), amount)
        self.summary.show_findings(found)
        self.summary.show_call(self._venue.preview(self._seen(request), self.user_code), request)
        blocked = any(finding.severity is Severity.BLOCKS for finding in found)
        self._offer_opening(None if blocked else amount)

    def _seen(self, request: PayRequest) -> PayRequest:
        """The request as it may be looked at now."""
        told = {name: getattr(request, name) for name in _PERSONAL}
        masked = {name: self._privacy.shown(name, value) or None for name, value in told.items()}
        return msgspec.structs.replace(request, **masked)

    def _offer_opening(self, amount: Amount | None) -> None:
        self.open_button.setEnabled(amount is not None and self.why_closed is None)
        request = self.form.request
        effect = effect_for(request, self._channels) if amount is not None and request is not None else None
        if amount is not None and effect in (Effect.CHARGED, Effect.REGISTERED_AND_CHARGED):
            self.open_button.setText(tr("Open the window for {amount}", amount=money(amount)))
        elif effect in (Effect.REGISTERED, Effect.SHOWN):
            self.open_button.setText(tr("Open the window, nothing is charged"))
        else:
            self.open_button.setText(tr("Open the window"))

    def _on_key(self) -> None:
        self._tasks.start("key", self._look_up_key, self.form.key.text().strip())

    async def _look_up_key(self, key: str) -> None:
        self._is_key_used = await self._forms.is_key_used(key)
        self._on_changed()

    def _on_new_order(self) -> None:
        self.form.order.setText(self._forms.new_merchant_uid(self._now()))

    def _on_new_key(self) -> None:
        self.form.key.setText(self._forms.new_customer_uid(self._now()))

    def _on_template(self, template: PayTemplate) -> None:
        self.form.write(template.request, Purpose(template.purpose))

    def _on_keep(self, name: str, keep_customer: bool) -> None:  # noqa: FBT001 - a signal's argument
        request = self.form.request
        if request is None:
            self._notice.show_alert(Alert(Message("Fill in the amount before keeping a template.")))
            return
        template = template_of(name, self.form.purpose.value, request, keep_customer=keep_customer)
        self._tasks.start("templates", self._keep, template)

    async def _keep(self, template: PayTemplate) -> None:
        self.templates.show_templates(await self._forms.keep_template(template))
        self.templates.end_keeping()

    async def _drop(self, name: str) -> None:
        self.templates.show_templates(await self._forms.drop_template(name))

    def _on_privacy(self) -> None:
        self.form.hide_customer(hidden=self._privacy.is_on)
        self._on_changed()

    def _on_open(self) -> None:
        request, setting = self.form.request, self.form.setting
        if request is None or setting is None or not self.open_button.isEnabled():
            return
        try:
            place = self._venue.place(self.user_code, self.origin)
        except PortdeskError as error:
            self._on_error(error)
            return
        self.open_button.setEnabled(False)  # nothing can be pressed twice
        if self._venue.asks_for_code:
            self._tasks.start("place", self._forms.keep_place, self.user_code, self.origin)
        words = self.summary.sentence.text()
        self.order_given.emit(
            PayOrder(
                request=request,
                channel=setting,
                words=words,
                place=place,
                prepares=self.form.prepares,
            )
        )

    def _on_error(self, error: Exception) -> None:
        self._notice.show_alert(alert_of(error))
