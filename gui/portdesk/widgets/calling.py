"""Open refunds in the window: a count on their tab, and a call at the start."""

from __future__ import annotations

import logging
from collections.abc import Callable

from PySide6.QtCore import QObject

from portdesk.domain.events import RefundsOpen
from portdesk.qt.events import Events
from portdesk.qt.words import Wording, trn
from portdesk.widgets.crossings import Crossings
from portdesk.widgets.header import Header
from portdesk.widgets.kit.call import CallStrip

logger = logging.getLogger(__name__)


class Calling(QObject):
    """
    Says how many refunds wait for a person and how many are being checked.

    The strip is for what was open when the shop was: it goes by itself when nothing is open any more.
    `choose` goes to a page by its name.
    """

    def __init__(
        self, header: Header, strip: CallStrip, choose: Callable[[str], None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._header, self._strip, self._choose = header, strip, choose
        self._place = -1
        self._open: RefundsOpen | None = None
        self._crossings: Crossings | None = None
        strip.acted.connect(self._on_acted)
        Wording(strip).follow(self._render)

    def follow(self, events: Events, place: int, crossings: Crossings) -> None:
        """A shop was opened whose refunds are on the tab at `place`; `crossings` lead to its pages."""
        self._place, self._open, self._crossings = place, None, crossings
        self._strip.hide()
        events.refunds_open.connect(self.note)
        crossings.payment_asked.connect(lambda _: self._choose("payments"))
        crossings.refund_asked.connect(lambda _: self._choose("refunds"))

    def note(self, found: RefundsOpen) -> None:
        """`found` is open now."""
        is_first, self._open = self._open is None, found
        self._render()
        if found == RefundsOpen():
            self._strip.hide()
        elif is_first:
            self._strip.show()
            logger.info("open refunds are shown", extra={"count": found.needs_person + found.checking})

    def _render(self) -> None:
        found = self._open or RefundsOpen()
        self._header.show_count(self._place, found.needs_person)
        parts = [
            trn("{count} refund needs you.", "{count} refunds need you.", found.needs_person)
            if found.needs_person
            else "",
            trn("{count} refund is being checked.", "{count} refunds are being checked.", found.checking)
            if found.checking
            else "",
        ]
        self._strip.text.setText(" ".join(part for part in parts if part))

    def _on_acted(self) -> None:
        if self._crossings is not None:
            self._crossings.refund_asked.emit("")
