"""What the bar above the refunds offers, and the query it makes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from PySide6.QtWidgets import QWidget

from portdesk.qt.words import later
from portdesk.usecases.refund_list import RefundQuery
from portdesk.widgets.kit.filters import Asked, ChipSpec, FilterBar
from portdesk.widgets.kit.search import Part
from portdesk.widgets.kit.source import Order
from portdesk.widgets.kit.views import View
from portdesk.widgets.refund_marks import GROUPS

READY_VIEWS: Final = (
    View(name=later("Everything"), state={}, ready=True),
    View(name=later("Needs you"), state={"filters": {"chips": {"state": ["human"]}}}, ready=True),
    View(name=later("Checking"), state={"filters": {"chips": {"state": ["checking"]}}}, ready=True),
    View(name=later("Today"), state={"filters": {"period": ["today"]}}, ready=True),
    View(name=later("This week"), state={"filters": {"period": ["this week"]}}, ready=True),
)


class RefundFilters(FilterBar):
    """The bar above the refunds: every word has to be found somewhere in a refund."""

    def __init__(self, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        chips = tuple((key, title) for key, (title, _, _) in GROUPS.items())
        super().__init__(
            (ChipSpec(key="state", title=later("State"), choices=chips, several=True),),
            now=now,
            understand=_parts,
            hint=later("Order, buyer, number, code, amount, who…"),
            parent=parent,
        )

    def query(self, asked: Asked, order: Order) -> RefundQuery:
        """What is asked for, in this order."""
        states = frozenset(state for key in asked.chosen["state"] for state in GROUPS[key][1])
        return RefundQuery(
            states=states,
            since=asked.since,
            until=asked.until,
            words=tuple(asked.text.split()),
            sort=order.sort,
            descending=order.descending,
        )


def _parts(text: str) -> Sequence[Part]:
    words = text.split()
    return [Part(word, " ".join(words[:number] + words[number + 1 :])) for number, word in enumerate(words)]
