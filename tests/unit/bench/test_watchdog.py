"""The watchdog of the bench says where the thread stood that was late, and leaves its frames alone."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator

import pytest

from bench.watchdog import Watchdog

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there it tells no places")

LIMIT = 0.02


@pytest.fixture
def dog() -> Iterator[Watchdog]:
    dog = Watchdog(LIMIT)
    dog.watch()
    yield dog
    dog.rest()


def late(dog: Watchdog) -> None:
    """Never come back in time, until that is noticed."""
    end = time.monotonic() + 10
    while not dog.places and time.monotonic() < end:
        pass


def test_a_thread_that_is_late_is_found_where_it_stands(dog: Watchdog) -> None:
    late(dog)

    assert len(dog.places) == 1
    assert dog.places[0].rpartition(" > ")[2].startswith("test_watchdog.py:")


def test_every_time_it_is_late_is_noted_once(dog: Watchdog) -> None:
    late(dog)
    first, end = list(dog.places), time.monotonic() + 5 * LIMIT
    while time.monotonic() < end:
        pass

    assert dog.places == first


def test_a_thread_that_takes_its_turns_is_left_alone(dog: Watchdog) -> None:
    end, longest, patted = time.monotonic() + 10 * LIMIT, 0.0, time.monotonic()
    while time.monotonic() < end:
        dog.pat()
        now = time.monotonic()
        longest, patted = max(longest, now - patted), now

    assert not dog.places or longest > LIMIT  # another program may have had the processor


class Mortal:
    """Notes in which thread it ended."""

    ends: list[int]

    def __init__(self, ends: list[int]) -> None:
        self.ends = ends

    def __del__(self) -> None:
        self.ends.append(threading.get_ident())


def test_what_the_thread_is_done_with_ends_at_once_and_in_the_thread(dog: Watchdog) -> None:
    ends: list[int] = []

    def dropped() -> None:
        mortal = Mortal(ends)
        sum(range(100_000))
        assert mortal

    end, turns = time.monotonic() + 0.5, 0
    while time.monotonic() < end:
        dropped()
        turns += 1
        assert len(ends) == turns

    assert set(ends) == {threading.get_ident()}
