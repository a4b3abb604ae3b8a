"""A canary: some releases of PySide6 lose references of None and True, and the program dies of it."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal

TIMES = 200
SLACK = TIMES // 4

pytestmark = pytest.mark.skipif(
    sys.version_info >= (3, 12), reason="None and True are immortal since Python 3.12, nothing can be lost"
)


class Bell(QObject):
    rung = Signal()


class EmptyModel(QAbstractTableModel):
    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 1

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 1

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        return None


def lost(thing: object, act: Callable[[], object]) -> int:
    """How many references of `thing` are gone after doing `act` many times."""
    before = sys.getrefcount(thing)
    for _ in range(TIMES):
        act()
    return before - sys.getrefcount(thing)


def test_emitting_a_signal_loses_nothing() -> None:
    bell = Bell()

    assert lost(True, bell.rung.emit) < SLACK
    assert lost(None, bell.rung.emit) < SLACK


def test_connecting_and_disconnecting_loses_nothing() -> None:
    bell = Bell()

    def listen() -> None:
        connection = bell.rung.connect(bell.deleteLater)
        bell.disconnect(connection)

    assert lost(True, listen) < SLACK
    assert lost(None, listen) < SLACK


def test_void_calls_lose_nothing() -> None:
    bell = Bell()

    assert lost(None, lambda: bell.setObjectName("bell")) < SLACK


def test_a_model_that_answers_none_loses_nothing() -> None:
    model = EmptyModel()
    place = model.index(0, 0)

    assert lost(None, lambda: model.itemData(place)) < SLACK
