"""The activity tab: what the sync did, made of the kit's parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from portdesk.domain.messages import Message
from portdesk.domain.sync_log import SyncLogQuery, SyncNote, SyncNoteKind
from portdesk.qt.alerts import Alerts
from portdesk.qt.events import Events
from portdesk.qt.marks import Mark
from portdesk.qt.tables import Column
from portdesk.qt.words import exact, later, moment, render, tr
from portdesk.usecases.activity import SyncLog
from portdesk.usecases.columns import Kind
from portdesk.widgets.kit.disclosing import Disclosing
from portdesk.widgets.kit.filters import Asked, ChipSpec, FilterBar
from portdesk.widgets.kit.listing import Listing, Order

_KINDS: Final[Mapping[SyncNoteKind, tuple[Mark, str]]] = {
    SyncNoteKind.RECEIVED: (Mark.DONE, later("Payments received")),
    SyncNoteKind.COMPLETE: (Mark.DONE, later("Everything is here")),
    SyncNoteKind.CONNECTED: (Mark.DONE, later("Connected")),
    SyncNoteKind.LOST: (Mark.REFUSED, later("Connection lost")),
    SyncNoteKind.FAILED: (Mark.REFUSED, later("A round failed")),
    SyncNoteKind.PAUSED: (Mark.WAITING, later("Paused")),
    SyncNoteKind.RESUMED: (Mark.BEGUN, later("Going on")),
}


class ActivityTab(QWidget):
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
        super().__init__()
        chips = tuple((kind.value, word) for kind, (_, word) in _KINDS.items())
        bar = FilterBar((ChipSpec(key="kind", title=later("Kind"), choices=chips, several=True),), now=now)
        self.listing: Listing[SyncLogQuery, SyncNote] = Listing(
            log,
            _columns(now),
            what="sync log",
            disclosing=disclosing,
            bar=bar,
            order=Order("at"),
            ask=_ask,
            on_error=alerts.show,
            parent=self,
        )
        self.listing.state.show_state("empty", Message("Nothing has been noted yet."))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.listing)
        self.setFocusProxy(self.listing.table)
        events.sync_logged.connect(self.listing.note_change)
        self.layout_state, self.restore_layout = self.listing.layout_state, self.listing.restore_layout
        self.end = self.listing.end
        self.listing.ask_anew()


def _ask(asked: Asked, order: Order) -> SyncLogQuery:
    kinds = frozenset(map(SyncNoteKind, asked.chosen["kind"]))
    return SyncLogQuery(since=asked.since, until=asked.until, kinds=kinds, descending=order.descending)


def _columns(now: Callable[[], datetime]) -> tuple[Column[SyncNote], ...]:
    return (
        Column(
            key="at",
            title=later("Time"),
            text=lambda note: moment(note.at, now()),
            exact=lambda note: exact(note.at),
            value=lambda note: note.at,
            kind=Kind.TIME,
            sort="at",
            largest_first=True,
            width=140,
        ),
        Column(
            key="kind",
            title=later("What"),
            text=lambda note: tr(_KINDS[note.kind][1]),
            mark=lambda note: _KINDS[note.kind][0],
            width=220,
        ),
        Column(
            key="rows",
            title=later("Payments"),
            text=lambda note: f"{note.rows:,}" if note.rows else "",
            value=lambda note: note.rows,
            kind=Kind.NUMBER,
            is_number=True,
            width=100,
        ),
        Column(
            key="detail",
            title=later("Detail"),
            text=lambda note: render(note.detail) if note.detail else "",
            stretches=True,
            width=300,
        ),
    )
