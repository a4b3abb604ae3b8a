"""The activity tab: what the sync did, made of the kit's parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from portdesk.domain.messages import Message
from portdesk.domain.sync_log import SyncLogQuery, SyncNote, SyncNoteKind
from portdesk.qt.alerts import Alerts
from portdesk.qt.events import Events
from portdesk.qt.marks import Mark
from portdesk.qt.tables import Column
from portdesk.qt.words import later, render
from portdesk.usecases.activity import SyncLog
from portdesk.widgets.kit.columns import number_column, time_column, word_column
from portdesk.widgets.kit.disclosing import Disclosing
from portdesk.widgets.kit.filters import Asked, FilterBar, chip_of
from portdesk.widgets.kit.listing import Listing
from portdesk.widgets.kit.source import Nothing, Order
from portdesk.widgets.kit.tab import ListingTab

_KINDS: Final[Mapping[SyncNoteKind, tuple[Mark, str]]] = {
    SyncNoteKind.RECEIVED: (Mark.DONE, later("Payments received")),
    SyncNoteKind.COMPLETE: (Mark.DONE, later("Everything is here")),
    SyncNoteKind.CONNECTED: (Mark.DONE, later("Connected")),
    SyncNoteKind.LOST: (Mark.REFUSED, later("Connection lost")),
    SyncNoteKind.FAILED: (Mark.REFUSED, later("A round failed")),
    SyncNoteKind.PAUSED: (Mark.WAITING, later("Paused")),
    SyncNoteKind.RESUMED: (Mark.BEGUN, later("Going on")),
}


class ActivityTab(ListingTab[SyncLogQuery, SyncNote]):
    """The sync's notes, newest first."""

    def __init__(
        self,
        log: SyncLog,
        *,
        disclosing: Disclosing,
        events: Events,
        alerts: Alerts,
        now: Callable[[], datetime],
    ) -> None:
        columns: tuple[Column[SyncNote], ...] = (
            time_column("at", later("Time"), lambda note: note.at, now=now, sort="at", width=140),
            word_column("kind", later("What"), lambda note: note.kind, _KINDS, width=220),
            number_column("rows", later("Payments"), lambda note: note.rows),
            Column(key="detail", title=later("Detail"), text=_detail, stretches=True, width=300),
        )
        listing = Listing(
            log,
            columns,
            what="sync log",
            disclosing=disclosing,
            bar=FilterBar((chip_of("kind", later("Kind"), _KINDS),), now=now),
            order=Order("at"),
            ask=_ask,
            nothing=Nothing(sentence=Message("Nothing has been noted yet.")),
            on_error=alerts.show,
        )
        super().__init__(listing, later("Activity"))
        events.sync_logged.connect(listing.note_change)
        events.copy_replaced.connect(listing.begin_anew)


def _ask(asked: Asked, order: Order) -> SyncLogQuery:
    kinds = asked.among("kind", SyncNoteKind)
    return SyncLogQuery(since=asked.since, until=asked.until, kinds=kinds, descending=order.descending)


def _detail(note: SyncNote) -> str:
    return render(note.detail) if note.detail else ""
