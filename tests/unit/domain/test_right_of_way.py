"""Who may use the interpreter first."""

from __future__ import annotations

import os
import sys
import threading

import pytest

from portdesk.domain import right_of_way
from portdesk.domain.right_of_way import RightOfWay, stand_back


@pytest.fixture
def way() -> RightOfWay:
    return RightOfWay()


class Worker:
    """Goes through `entries` in a thread, and tells how far it has come."""

    def __init__(self, way: RightOfWay, entries: int) -> None:
        self.done: list[int] = []
        self.is_through = threading.Event()
        self._way, self._entries = way, entries
        self._thread = threading.Thread(target=self._work)
        self._thread.start()

    def _work(self) -> None:
        for entry in self._way.giving(range(self._entries)):
            self.done.append(entry)
        self.is_through.set()


def test_a_worker_stands_aside_until_the_screen_is_through(
    way: RightOfWay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(right_of_way, "_LONGEST", 60)
    with way.taken():
        with way.taken():
            worker = Worker(way, 3)
        assert not worker.is_through.wait(0.1)
        assert worker.done == []
    assert worker.is_through.wait(5)
    assert worker.done == [0, 1, 2]


def test_a_screen_that_never_rests_does_not_stop_it(way: RightOfWay) -> None:
    with way.taken():
        worker = Worker(way, 1000)
        assert worker.is_through.wait(5)
    assert worker.done == list(range(1000))


def test_the_screen_does_not_wait_for_itself(way: RightOfWay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(way._is_free, "wait", None)
    with way.taken():
        way.give()
        assert list(way.giving(range(3))) == [0, 1, 2]


@pytest.mark.skipif(sys.platform != "linux", reason="threads have no priority of their own elsewhere")
def test_a_worker_stands_back_and_nobody_else_does() -> None:
    told = []

    def work(nice: int) -> None:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), nice)
        stand_back()
        told.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))

    before = os.getpriority(os.PRIO_PROCESS, 0)
    for nice in (before, 12):
        thread = threading.Thread(target=work, args=(nice,))
        thread.start()
        thread.join()
    assert told == [max(5, before), 12]
    assert os.getpriority(os.PRIO_PROCESS, 0) == before


def test_the_way_is_free_again_after_a_fault(way: RightOfWay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(right_of_way, "_LONGEST", 60)
    with pytest.raises(RuntimeError, match="boom"), way.taken():
        raise RuntimeError("boom")
    assert Worker(way, 1).is_through.wait(5)
