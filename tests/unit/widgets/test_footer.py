"""The status bar always says: connected or not, how old, how far."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from PySide6.QtWidgets import QLabel, QProgressBar, QToolButton
from pytestqt.qtbot import QtBot

from portdesk.api.errors import NoReplyError, ServerFaultError
from portdesk.domain.events import Bus, ConnectionChanged, SyncFailed, SyncPhase, SyncProgressed
from portdesk.domain.times import KST
from portdesk.qt import words
from portdesk.qt.events import Events
from portdesk.qt.marks import Mark
from portdesk.widgets.footer import Footer
from screen import NOW

REACHED = datetime(2019, 3, 1, tzinfo=KST)
UP, DOWN = ConnectionChanged(is_connected=True), ConnectionChanged(is_connected=False)
FAULTY = ConnectionChanged(is_connected=True, error=ServerFaultError("GET /payments"))
LOST = SyncFailed(NoReplyError("GET /payments"), timedelta(seconds=40))


@pytest.fixture
def bus() -> Bus:
    return Bus()


@pytest.fixture
def footer(qtbot: QtBot, bus: Bus) -> Footer:
    footer = Footer(lambda: NOW)
    qtbot.addWidget(footer)
    footer.resize(1000, 32)
    footer.show()
    footer.follow(Events(bus, footer), shop_kind="Demo shop · test")
    return footer


def told(footer: Footer) -> str:
    return " | ".join(
        label.text() for label in footer.findChildren(QLabel) if label.isVisible() and label.text()
    )


@pytest.mark.parametrize(
    ("events", "state", "mark"),
    [
        ((), "Connecting…", Mark.WAITING),
        ((UP,), "Connected", Mark.DONE),
        ((UP, DOWN), "No connection", Mark.REFUSED),
        ((DOWN, LOST), "No connection, trying again in 40 s", Mark.REFUSED),
        ((DOWN, LOST, UP), "Connected", Mark.DONE),
        ((DOWN, SyncFailed(ServerFaultError("GET /payments"))), "No connection", Mark.REFUSED),
        ((UP, FAULTY), "PortOne has a fault of its own.", Mark.WAITING),
        (
            (UP, FAULTY, SyncFailed(FAULTY.error, timedelta(seconds=4))),
            "PortOne has a fault of its own. Trying again in 4 s.",
            Mark.WAITING,
        ),
        ((FAULTY, SyncFailed(FAULTY.error), UP), "Connected", Mark.DONE),
    ],
)
def test_the_connection(footer: Footer, bus: Bus, events: tuple[object, ...], state: str, mark: Mark) -> None:
    for event in events:
        bus.publish(event)

    assert told(footer).split(" | ")[0] == state
    assert footer._mark._mark is mark


@pytest.mark.parametrize(
    ("progress", "distance"),
    [
        (SyncProgressed(phase=SyncPhase.RECENT), ""),
        (
            SyncProgressed(phase=SyncPhase.HISTORY, done=0.82, reached=REACHED),
            "fetched back to 2019-03 · 82 %",
        ),
        (
            SyncProgressed(phase=SyncPhase.HISTORY, done=0.5, reached=REACHED, estimate=timedelta(minutes=3)),
            "fetched back to 2019-03 · 50 % · about 3 min left",
        ),
        (SyncProgressed(phase=SyncPhase.CHECKING, done=0.999), "99 %"),
        (SyncProgressed(phase=SyncPhase.PAUSED, done=0.5), "paused at 50 %"),
        (SyncProgressed(phase=SyncPhase.WAITING, done=0.5), "50 %"),
        (SyncProgressed(phase=SyncPhase.IDLE, rows=12_431, is_complete=True), "complete, 12,431 payments"),
        (SyncProgressed(phase=SyncPhase.RECENT, rows=3, is_complete=True), "complete, 3 payments"),
    ],
)
def test_the_distance(footer: Footer, bus: Bus, progress: SyncProgressed, distance: str) -> None:
    bus.publish(UP)
    bus.publish(progress)

    assert told(footer) == " | ".join(text for text in ("Connected", distance, "Demo shop · test") if text)
    assert footer.progress is progress


def test_how_old_the_rows_are(footer: Footer, bus: Bus) -> None:
    bus.publish(SyncProgressed(phase=SyncPhase.IDLE, as_of=NOW - timedelta(minutes=2), is_complete=True))

    assert "as of today 14:00" in told(footer)


def test_the_bar_shows_how_far_while_there_is_something_to_fetch(footer: Footer, bus: Bus) -> None:
    (bar,) = footer.findChildren(QProgressBar)
    bus.publish(SyncProgressed(phase=SyncPhase.HISTORY, done=0.42, as_of=NOW))
    assert bar.isVisible()
    assert bar.value() == 420

    bus.publish(SyncProgressed(phase=SyncPhase.IDLE, done=1.0, as_of=NOW, is_complete=True))
    assert not bar.isVisible()


def test_pausing_is_asked_for_and_going_on_too(footer: Footer, bus: Bus, qtbot: QtBot) -> None:
    (pause,) = footer.findChildren(QToolButton)
    bus.publish(SyncProgressed(phase=SyncPhase.HISTORY, as_of=NOW))
    assert pause.accessibleName() == "Pause fetching"
    with qtbot.waitSignal(footer.pause_asked, check_params_cb=lambda on: on is True):
        pause.click()

    bus.publish(SyncProgressed(phase=SyncPhase.PAUSED, as_of=NOW))
    assert pause.accessibleName() == "Go on fetching"
    with qtbot.waitSignal(footer.pause_asked, check_params_cb=lambda on: on is False):
        pause.click()


def test_a_failure_is_over_once_the_sync_goes_on(footer: Footer, bus: Bus) -> None:
    for event in (DOWN, LOST, SyncProgressed(phase=SyncPhase.WAITING)):
        bus.publish(event)
    assert "trying again" in told(footer)
    assert "could not be reached" in footer._state.toolTip()

    bus.publish(SyncProgressed(phase=SyncPhase.RECENT))
    assert "trying again" not in told(footer)
    assert footer._state.toolTip() == ""


def test_offline_says_so_and_fetches_nothing(footer: Footer, bus: Bus) -> None:
    footer.follow(Events(bus, footer), shop_kind="Demo shop · test", offline=True)
    bus.publish(UP)

    assert told(footer).startswith("Working offline")
    assert not footer.findChildren(QProgressBar)[0].isVisible()


def test_another_shop_begins_anew(footer: Footer, bus: Bus) -> None:
    for event in (DOWN, LOST, SyncProgressed(phase=SyncPhase.IDLE, rows=5, is_complete=True)):
        bus.publish(event)
    footer.follow(Events(Bus(), footer), shop_kind="")

    assert told(footer) == "Connecting…"


def test_it_changes_language(footer: Footer, bus: Bus) -> None:
    bus.publish(UP)
    words.set_language("ko")

    assert "Connected" not in told(footer)
    assert "연결" in told(footer)
