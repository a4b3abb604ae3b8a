"""What the bar above the payments offers, and the query it makes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from PySide6.QtWidgets import QWidget

from portdesk.domain.payment_lists import PaymentQuery
from portdesk.domain.payments import PaymentState
from portdesk.domain.search import understand
from portdesk.domain.search_terms import Costs
from portdesk.qt.words import later, render
from portdesk.widgets.kit.filters import Asked, ChipSpec, FilterBar, chip_of
from portdesk.widgets.kit.search import Part
from portdesk.widgets.kit.source import Order
from portdesk.widgets.kit.views import View
from portdesk.widgets.payments.vocabulary import STATES

_CHIPS: Final = (
    ChipSpec(
        key="basis",
        title=later("Dates of"),
        choices=(("paid", later("payment")), ("returned", later("refund"))),
    ),
    chip_of("state", later("State"), STATES),
    ChipSpec(
        key="channel",
        title=later("Channel"),
        choices=(("all", later("all")), ("live", later("live only")), ("test", later("test only"))),
    ),
)
_OPEN: Final = (None, None)
_TEST: Final = {"live": False, "test": True}

READY_VIEWS: Final = (
    View(name=later("Everything"), state={}, ready=True),
    View(name=later("Today"), state={"filters": {"period": ["today"]}}, ready=True),
    View(
        name=later("Refunds of this week"),
        state={
            "filters": {"period": ["this week"], "chips": {"basis": ["returned"]}},
        },
        ready=True,
    ),
    View(
        name=later("Awaiting deposit"),
        state={"filters": {"chips": {"state": ["awaiting_deposit"]}}},
        ready=True,
    ),
    View(name=later("Failed"), state={"filters": {"chips": {"state": ["failed"]}}}, ready=True),
    View(name=later("Test channel"), state={"filters": {"chips": {"channel": ["test"]}}}, ready=True),
)


class PaymentFilters(FilterBar):
    """The bar above the payments: it understands names, ids, amounts, days, states, methods and PGs."""

    def __init__(self, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        self._now = now
        super().__init__(
            _CHIPS,
            now=now,
            understand=self._read,
            hint=later("Name, order, amount, date, number…"),
            parent=parent,
        )

    def query(self, asked: Asked, order: Order) -> PaymentQuery:
        """What is asked for, in this order."""
        (channel,), (basis,) = asked.chosen["channel"], asked.chosen["basis"]
        bounds = asked.since, asked.until
        paid, returned = (bounds, _OPEN) if basis == "paid" else (_OPEN, bounds)
        return PaymentQuery(
            since=paid[0],
            until=paid[1],
            returned_since=returned[0],
            returned_until=returned[1],
            states=asked.among("state", PaymentState),
            test_channel=_TEST.get(channel),
            terms=understand(asked.text, self._now()).terms,
            sort=order.sort,
            descending=order.descending,
        )

    def choose_states(self, *states: PaymentState) -> None:
        """Ask for these states only."""
        self.restore({"chips": {"state": [state.value for state in states]}})

    def _read(self, text: str) -> Sequence[Part]:
        understood = understand(text, self._now())
        return [Part(render(term.label), understood.without(term)) for term in understood.terms]


def words_of(query: PaymentQuery) -> Sequence[str]:
    """The words that are marked in the rows."""
    found = [word for term in query.terms for word in term.words]
    amounts = [reading for term in query.terms for reading in term.readings if isinstance(reading, Costs)]
    return [*found, *(f"{amount.least:,f}" for amount in amounts if amount.is_exact)]
