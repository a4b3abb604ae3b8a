"""The bus as Qt signals, so that a widget's connection ends with the widget."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from portdesk.domain.events import (
    Bus,
    ConnectionChanged,
    CopyReplaced,
    PaymentsChanged,
    RefundsChanged,
    RefundsOpen,
    SyncFailed,
    SyncLogged,
    SyncProgressed,
)


class Events(QObject):
    """
    One shop's events as signals; each carries the frozen event itself.

    The bus speaks on the GUI thread, so the signals do, too.

    Signals:
        payments_changed: PaymentsChanged
        copy_replaced: CopyReplaced
        sync_progressed: SyncProgressed
        sync_failed: SyncFailed
        connection_changed: ConnectionChanged
        sync_logged: SyncLogged
        refunds_changed: RefundsChanged
        refunds_open: RefundsOpen
    """

    payments_changed = Signal(object)
    copy_replaced = Signal(object)
    sync_progressed = Signal(object)
    sync_failed = Signal(object)
    connection_changed = Signal(object)
    sync_logged = Signal(object)
    refunds_changed = Signal(object)
    refunds_open = Signal(object)

    def __init__(self, bus: Bus, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._unsubscribe = (
            bus.subscribe(PaymentsChanged, self.payments_changed.emit),
            bus.subscribe(CopyReplaced, self.copy_replaced.emit),
            bus.subscribe(SyncProgressed, self.sync_progressed.emit),
            bus.subscribe(SyncFailed, self.sync_failed.emit),
            bus.subscribe(ConnectionChanged, self.connection_changed.emit),
            bus.subscribe(SyncLogged, self.sync_logged.emit),
            bus.subscribe(RefundsChanged, self.refunds_changed.emit),
            bus.subscribe(RefundsOpen, self.refunds_open.emit),
        )

    def end(self) -> None:
        """Listen no longer."""
        for unsubscribe in self._unsubscribe:
            unsubscribe()
