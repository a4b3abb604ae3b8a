"""A tab that is one list: the list fills it, has its focus, is remembered and ends with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, Protocol, TypeVar

from PySide6.QtCore import SignalInstance
from PySide6.QtWidgets import QVBoxLayout, QWidget

from portdesk.qt.words import Wording
from portdesk.widgets.kit.listing import Listing

Query = TypeVar("Query")
Row = TypeVar("Row")


class Ending(Protocol):
    """What has something under way that ends with the tab."""

    async def end(self) -> None:
        """Stop it."""


class ListingTab(QWidget, Generic[Query, Row]):
    """
    `listing` as a tab, which asks as soon as it is there. `name` is the English name of its table.

    What else a subclass has under way it hands to `ends_with_it`, first what is to end first.
    """

    def __init__(self, listing: Listing[Query, Row], name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.listing = listing
        self._endings: list[Ending] = [listing]
        self._above = 0
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._layout.addWidget(listing, 1)
        # Not through the listing: a proxy of a proxy takes what is between them out of the tab order.
        self.setFocusProxy(listing.table)
        Wording(self).say(listing.table.setAccessibleName, name)
        listing.ask_anew()

    def ends_with_it(self, ending: Ending) -> None:
        """End `ending` with the tab, before what the tab had until now."""
        self._endings.insert(0, ending)

    def put_above(self, widget: QWidget) -> None:
        """Show `widget` above the list, below what was put there before."""
        self._layout.insertWidget(self._above, widget)
        self._above += 1

    @property
    def views_changed(self) -> SignalInstance:
        """The person's own views are other ones."""
        return self.listing.views.own_changed

    def layout_state(self) -> dict[str, Any]:
        """Columns, divider and views, to be remembered."""
        return self.listing.layout_state()

    def restore_layout(self, state: Mapping[str, Any]) -> None:
        """Put columns, divider and views back; whatever does not fit is passed over."""
        self.listing.restore_layout(state)

    async def end(self) -> None:
        """Stop everything under way."""
        for ending in self._endings:
            await ending.end()
