"""The refunds tab: every instruction of this journal and how it stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from portdesk.domain.messages import Message
from portdesk.domain.times import from_unix
from portdesk.ledger.instruction import Instruction
from portdesk.ledger.states import CHECKING, RETRYABLE, State, words
from portdesk.qt.alerts import Alerts
from portdesk.qt.events import Events
from portdesk.qt.tables import Column
from portdesk.qt.words import exact, later, moment, money, render
from portdesk.usecases.columns import Kind
from portdesk.usecases.refund_list import RefundList, RefundQuery
from portdesk.usecases.refund_words import amount_of
from portdesk.widgets.kit.disclosing import Disclosing
from portdesk.widgets.kit.filters import Asked, ChipSpec, FilterBar
from portdesk.widgets.kit.listing import Listing, Order
from portdesk.widgets.refunds.verdict import MARKS

_GROUPS: Final[Mapping[str, tuple[str, frozenset[State]]]] = {
    "human": (later("Needs you"), frozenset({State.HUMAN}) | RETRYABLE),
    "checking": (later("Checking"), CHECKING | {State.PLANNED}),
    "done": (later("Done"), frozenset({State.CONFIRMED, State.CONFIRMED_BY_HUMAN})),
    "none": (later("Nothing given back"), frozenset({State.REJECTED, State.ABANDONED, State.EXTERNAL})),
}


class RefundsTab(QWidget):
    """The refunds, newest first."""

    def __init__(
        self,
        refunds: RefundList,
        *,
        disclosing: Disclosing,
        events: Events,
        alerts: Alerts,
        now: Callable[[], datetime],
    ) -> None:
        super().__init__()
        chips = tuple((key, title) for key, (title, _) in _GROUPS.items())
        bar = FilterBar((ChipSpec(key="state", title=later("State"), choices=chips, several=True),), now=now)
        bar.period.hide()
        self.listing: Listing[RefundQuery, Instruction] = Listing(
            refunds,
            _columns(now),
            what="refunds",
            disclosing=disclosing,
            bar=bar,
            order=Order("at"),
            ask=_ask,
            on_error=alerts.show,
            parent=self,
        )
        self.listing.state.show_state("empty", Message("No refund was made from this computer yet."))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.listing)
        self.setFocusProxy(self.listing.table)
        events.refunds_changed.connect(self.listing.note_change)
        self.listing.ask_anew()

    def layout_state(self) -> dict[str, Any]:
        """Columns and views, to be remembered."""
        return self.listing.layout_state()

    def restore_layout(self, state: Mapping[str, Any]) -> None:
        """Put columns and views back."""
        self.listing.restore_layout(state)

    async def end(self) -> None:
        """Stop everything under way."""
        await self.listing.end()


def _ask(asked: Asked, order: Order) -> RefundQuery:
    states = frozenset(state for key in asked.chosen["state"] for state in _GROUPS[key][1])
    return RefundQuery(states=states, descending=order.descending)


def _at(row: Instruction) -> datetime | None:
    return from_unix(row.snapshot.server_time or 0)


def _columns(now: Callable[[], datetime]) -> tuple[Column[Instruction], ...]:
    return (
        Column(
            key="at",
            title=later("Time"),
            text=lambda row: moment(_at(row), now()),
            exact=lambda row: exact(_at(row)),
            value=_at,
            kind=Kind.TIME,
            sort="at",
            largest_first=True,
            width=140,
        ),
        Column(
            key="amount",
            title=later("Amount"),
            text=lambda row: money(amount_of(row)),
            value=lambda row: amount_of(row).value,
            kind=Kind.MONEY,
            currency=lambda row: row.currency,
            is_number=True,
            width=110,
        ),
        Column(
            key="state",
            title=later("State"),
            text=lambda row: render(words(row.state, pays_later=row.pays_later)),
            mark=lambda row: MARKS[row.state],
            width=320,
        ),
        Column(key="subject", title=later("imp_uid"), text=lambda row: row.subject, width=170, is_dim=True),
        Column(key="reason", title=later("Reason"), text=lambda row: row.reason, width=260, stretches=True),
        Column(key="actor", title=later("Who"), text=lambda row: row.actor, width=100),
    )
