"""The bus hands each event to those who asked for its type, until they no longer want it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from portdesk.domain.events import Bus, ConnectionChanged, PaymentsChanged, SyncPhase, SyncProgressed
from portdesk.domain.ids import ImpUid
from portdesk.domain.shops import Credentials


@pytest.fixture
def bus() -> Bus:
    return Bus()


def test_an_event_reaches_those_who_asked_for_its_type(bus: Bus) -> None:
    heard: list[object] = []
    bus.subscribe(PaymentsChanged, heard.append)
    event = PaymentsChanged(frozenset({ImpUid("imp_1")}))

    bus.publish(event)
    bus.publish(ConnectionChanged(is_connected=True))

    assert heard == [event]


def test_handlers_are_called_in_the_order_they_came(bus: Bus) -> None:
    heard: list[str] = []
    bus.subscribe(PaymentsChanged, lambda _: heard.append("first"))
    bus.subscribe(PaymentsChanged, lambda _: heard.append("second"))

    bus.publish(PaymentsChanged())

    assert heard == ["first", "second"]


def test_nobody_is_called_after_the_end(bus: Bus) -> None:
    heard: list[object] = []
    end = bus.subscribe(PaymentsChanged, heard.append)

    end()
    end()
    bus.publish(PaymentsChanged())

    assert heard == []


def test_one_handler_can_end_another_while_an_event_is_on_its_way(bus: Bus) -> None:
    heard: list[object] = []
    ends: list[Callable[[], None]] = []
    bus.subscribe(PaymentsChanged, lambda _: ends[0]())
    ends.append(bus.subscribe(PaymentsChanged, heard.append))

    bus.publish(PaymentsChanged())

    assert heard == []


def test_a_handler_that_comes_during_an_event_hears_the_next_one(bus: Bus) -> None:
    heard: list[object] = []

    def listen(_: PaymentsChanged) -> None:
        bus.subscribe(PaymentsChanged, heard.append)

    end = bus.subscribe(PaymentsChanged, listen)
    bus.publish(PaymentsChanged())
    end()
    assert heard == []

    bus.publish(PaymentsChanged())
    assert heard == [PaymentsChanged()]


def test_events_are_frozen() -> None:
    event = SyncProgressed(phase=SyncPhase.RECENT)

    with pytest.raises(AttributeError):
        event.rows = 5  # type: ignore[misc] # that is the point


def test_credentials_show_nothing() -> None:
    credentials = Credentials(imp_key="key-canary", imp_secret="secret-canary", tier_code="A1B")

    assert "canary" not in f"{credentials!r} {credentials}"
    with pytest.raises(TypeError, match="not pickled"):
        credentials.__reduce__()
