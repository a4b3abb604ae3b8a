"""Waiting ends with the condition or with the time, and leaves no connection behind."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtCore import QObject, Signal

from portdesk.qt.waiting import until

pytestmark = pytest.mark.anyio


class Bell(QObject):
    rung = Signal(int)


@pytest.fixture
def bell(qapp: object) -> Bell:
    return Bell()


async def test_what_holds_already_is_not_waited_for(bell: Bell) -> None:
    await until(lambda: True, bell.rung, seconds=0.01)


async def test_the_condition_is_looked_at_when_a_signal_comes(bell: Bell) -> None:
    looked: list[int] = []

    def third_time() -> bool:
        looked.append(1)
        return len(looked) == 3

    asyncio.get_running_loop().call_later(0.01, bell.rung.emit, 1)
    asyncio.get_running_loop().call_later(0.02, bell.rung.emit, 2)
    await until(third_time, bell.rung, seconds=5)

    assert len(looked) == 3


async def test_it_ends_with_the_time_and_listens_no_longer(bell: Bell) -> None:
    looked: list[int] = []

    with pytest.raises(TimeoutError):
        await until(lambda: looked.append(1) is not None, bell.rung, seconds=0.01)
    before = len(looked)
    bell.rung.emit(1)
    await asyncio.sleep(0)

    assert len(looked) == before
