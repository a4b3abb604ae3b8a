"""Politeness: never too many requests a second, never too many at once."""

from __future__ import annotations

import asyncio

import pytest

from portdesk.sync.pace import Gate, Pace
from samples.server import HurriedClock

pytestmark = pytest.mark.anyio


class EarlyClock(HurriedClock):
    """Fires before its time, as some loops do."""

    async def wait(self, event: asyncio.Event, seconds: float) -> None:
        await super().wait(event, seconds * 0.9 if seconds > 1e-4 else seconds)


class TestGate:
    async def test_no_second_has_more_than_fifty_requests(self) -> None:
        clock = EarlyClock()
        gate = Gate(Pace(), clock)
        times: list[float] = []

        async def pass_often() -> None:
            for _ in range(60):
                async with gate.passage():
                    times.append(clock.now())

        await asyncio.gather(*(pass_often() for _ in range(4)))
        assert len(times) == 240
        assert all(later - earlier > 1 for earlier, later in zip(times, times[50:], strict=False))

    async def test_few_are_let_through_at_once(self) -> None:
        gate = Gate(Pace(at_once=3), HurriedClock())
        inside, most = 0, 0

        async def stay() -> None:
            nonlocal inside, most
            async with gate.passage():
                inside += 1
                most = max(most, inside)
                await asyncio.sleep(0)
                await asyncio.sleep(0)
                inside -= 1

        await asyncio.gather(*(stay() for _ in range(12)))
        assert most == 3

    async def test_nothing_passes_while_it_is_shut(self) -> None:
        gate = Gate(Pace(), HurriedClock())
        gate.shut()
        passed = asyncio.Event()

        async def go() -> None:
            async with gate.passage():
                passed.set()

        task = asyncio.get_running_loop().create_task(go())
        for _ in range(20):
            await asyncio.sleep(0)
        assert not passed.is_set()
        gate.reopen()
        await asyncio.wait_for(passed.wait(), 5)
        await task


class TestWaits:
    def test_they_grow_to_a_limit_and_are_spread(self) -> None:
        calm, eager = Pace(jitter=lambda: 0.0), Pace(jitter=lambda: 1.0)
        assert [calm.wait_after(n) for n in (1, 2, 3)] == [1.5, 3.0, 6.0]
        assert eager.wait_after(1) == 2.5
        assert calm.wait_after(1000) == 225.0
