"""The status bar: connected or not, how old, how far, and which kind of shop."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QToolButton, QWidget

from portdesk.domain.events import ConnectionChanged, SyncFailed, SyncPhase, SyncProgressed
from portdesk.qt.events import Events
from portdesk.qt.marks import Mark
from portdesk.qt.words import Wording, moment, render, span, tr
from portdesk.widgets.kit.icons import icon
from portdesk.widgets.kit.shapes import paint_mark
from portdesk.widgets.kit.text import PlainLabel, set_tip
from portdesk.widgets.kit.theme import Dressing, shades

_STEPS = 1000


class Footer(QWidget):
    """
    Always answers three questions: am I connected, how old is what I see, what is still loading.

    Signals:
        pause_asked: stop fetching for now (True) or go on (False)
        rendered: what it tells is up to date
    """

    pause_asked = Signal(bool)
    rendered = Signal()

    def __init__(self, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("footer")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._now = now
        self._connection: ConnectionChanged | None = None
        self._progress = SyncProgressed(phase=SyncPhase.RECENT)
        self._failure: SyncFailed | None = None
        self._is_offline = False
        self._mark = _Dot(self)
        self._state = PlainLabel("", self)
        self._age = PlainLabel("", self, quiet=True)
        self._bar = QProgressBar(self)
        self._far = PlainLabel("", self, quiet=True)
        self._pause = QToolButton(self)
        self._kind = PlainLabel("", self, emphasis=True)
        self._shop_kind = ""
        self._build()
        Wording(self).follow(self._render)
        Dressing(self, self._render)

    def follow(self, events: Events, *, shop_kind: str, offline: bool = False) -> None:
        """Tell about this shop from now on; `shop_kind` is an English text, empty for a live shop."""
        self._shop_kind, self._is_offline = shop_kind, offline
        self._connection, self._failure = None, None
        self._progress = SyncProgressed(phase=SyncPhase.RECENT)
        events.connection_changed.connect(self._on_connection_changed)
        events.sync_progressed.connect(self._on_progressed)
        events.sync_failed.connect(self._on_failed)
        self._render()

    @property
    def failure(self) -> SyncFailed | None:
        """Why the last round of the sync ended early, until one goes well."""
        return self._failure

    @property
    def progress(self) -> SyncProgressed:
        """What it tells about the local copy."""
        return self._progress

    def _build(self) -> None:
        self._bar.setRange(0, _STEPS)
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(120)
        self._pause.setObjectName("flat")
        self._pause.clicked.connect(
            lambda: self.pause_asked.emit(self._progress.phase is not SyncPhase.PAUSED)
        )
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 2, 12, 2)
        layout.setSpacing(8)
        for widget in (self._mark, self._state, self._age, self._bar, self._far, self._pause):
            layout.addWidget(widget)
        layout.addStretch(1)
        layout.addWidget(self._kind)
        self.setFixedHeight(32)

    def _on_connection_changed(self, event: ConnectionChanged) -> None:
        self._connection = event
        self._render()

    def _on_progressed(self, event: SyncProgressed) -> None:
        self._progress = event
        if event.phase not in (SyncPhase.WAITING, SyncPhase.PAUSED):
            self._failure = None
        self._render()

    def _on_failed(self, event: SyncFailed) -> None:
        self._failure = event
        self._render()

    def _render(self) -> None:
        mark, state = self._told_connection()
        self._mark.show_mark(mark)
        self._state.setText(state)
        set_tip(self._state, render(self._failure.error.text) if self._failure else "")
        as_of = self._progress.as_of
        self._age.setText(tr("as of {time}", time=moment(as_of, self._now())) if as_of else "")
        self._far.setText(self._told_distance())
        loading = not self._progress.is_complete and not self._is_offline and bool(self._shop_kind or as_of)
        self._bar.setVisible(loading)
        self._bar.setValue(round(self._progress.done * _STEPS))
        self._pause.setVisible(loading)
        paused = self._progress.phase is SyncPhase.PAUSED
        self._pause.setIcon(icon("resume" if paused else "pause", shades(self).quiet))
        word = tr("Go on fetching") if paused else tr("Pause fetching")
        self._pause.setAccessibleName(word)
        set_tip(self._pause, word)
        self._kind.setText(tr(self._shop_kind) if self._shop_kind else "")
        self.rendered.emit()

    def _told_connection(self) -> tuple[Mark, str]:
        if self._is_offline:
            return Mark.RETURNED, tr("Working offline")
        if self._connection is None:
            return Mark.WAITING, tr("Connecting…")
        trouble = self._connection.error
        if self._connection.is_connected and trouble is None:
            return Mark.DONE, tr("Connected")
        retry = self._failure.retry_in if self._failure else None
        if trouble is not None and self._connection.is_connected:
            again = tr("Trying again in {span}.", span=span(retry)) if retry is not None else ""
            return Mark.WAITING, f"{render(trouble.text)} {again}".rstrip()
        if retry is not None:
            return Mark.REFUSED, tr("No connection, trying again in {span}", span=span(retry))
        return Mark.REFUSED, tr("No connection")

    def _told_distance(self) -> str:
        progress = self._progress
        if progress.is_complete:
            return tr("complete, {rows} payments", rows=f"{progress.rows:,}")
        if progress.phase is SyncPhase.PAUSED:
            return tr("paused at {percent} %", percent=int(progress.done * 100))
        parts = []
        if progress.reached is not None:
            parts.append(tr("fetched back to {month}", month=f"{progress.reached:%Y-%m}"))
        if progress.done > 0:
            parts.append(f"{int(progress.done * 100)} %")
        if progress.estimate is not None:
            parts.append(tr("about {span} left", span=span(progress.estimate)))
        return " · ".join(parts)


class _Dot(QWidget):
    """The mark of the connection."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._mark = Mark.WAITING
        self.setFixedSize(12, 20)

    def show_mark(self, mark: Mark) -> None:
        self._mark = mark
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(12, 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event  # drawn whole
        with QPainter(self) as painter:
            paint_mark(painter, self._mark, QRect(0, 0, 12, self.height()), shades(self))
