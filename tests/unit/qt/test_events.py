"""The bus reaches widgets as signals, for as long as its shop is open."""

from __future__ import annotations

import pytest

from portdesk.domain.errors import InputError
from portdesk.domain.events import (
    Bus,
    ConnectionChanged,
    CopyReplaced,
    PaymentsChanged,
    SyncFailed,
    SyncPhase,
    SyncProgressed,
)
from portdesk.domain.messages import Message
from portdesk.qt.events import Events

HAPPENED = {
    "payments_changed": PaymentsChanged(),
    "copy_replaced": CopyReplaced(),
    "sync_progressed": SyncProgressed(phase=SyncPhase.HISTORY, done=0.5),
    "sync_failed": SyncFailed(InputError(Message("No."))),
    "connection_changed": ConnectionChanged(is_connected=True),
}


@pytest.mark.parametrize("signal", sorted(HAPPENED))
def test_each_event_has_its_signal(qapp: object, signal: str) -> None:
    bus = Bus()
    events = Events(bus)
    heard: dict[str, list[object]] = {name: [] for name in HAPPENED}
    for name, told in heard.items():
        getattr(events, name).connect(told.append)

    bus.publish(HAPPENED[signal])

    assert heard.pop(signal) == [HAPPENED[signal]]
    assert not any(heard.values())


def test_nothing_is_heard_after_the_end(qapp: object) -> None:
    bus = Bus()
    events, others = Events(bus), Events(bus)
    heard: list[object] = []
    others_heard: list[object] = []
    events.payments_changed.connect(heard.append)
    others.payments_changed.connect(others_heard.append)

    events.end()
    events.end()
    for event in HAPPENED.values():
        bus.publish(event)

    assert heard == []
    assert others_heard == [HAPPENED["payments_changed"]]


def test_the_bus_does_not_keep_an_ended_bridge_alive(qapp: object) -> None:
    bus = Bus()
    events = Events(bus)
    events.end()
    events.deleteLater()
    del events

    bus.publish(PaymentsChanged())
