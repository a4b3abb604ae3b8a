"""The loop: never early, alive through nested Qt loops, leaving no timer and no thread behind."""

from __future__ import annotations

import asyncio
import contextvars
import socket
import threading
import time
from collections.abc import Callable

import pytest
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from portdesk.app.loop import AppLoop
from portdesk.domain import right_of_way
from portdesk.domain.right_of_way import SCREEN
from screen import eventually

anyio = pytest.mark.anyio


def loop() -> AppLoop:
    running = asyncio.get_running_loop()
    assert isinstance(running, AppLoop)
    return running


def timers() -> int:
    return len(loop()._timer._handles)


def spin(milliseconds: int) -> None:
    """Run a loop of Qt's inside this very step, as a modal dialog does."""
    nested = QEventLoop()
    QTimer.singleShot(milliseconds, nested.quit)
    nested.exec()


@anyio
class TestTimers:
    async def test_never_fire_early(self) -> None:
        early: list[float] = []

        def check(due: float) -> None:
            early.extend([due - time.monotonic()] if time.monotonic() < due else [])

        delays = [0.0004, 0.001, 0.0015, 0.005, 0.0333, 0.05, 0.1] * 8
        for delay in delays:
            loop().call_later(delay, check, time.monotonic() + delay)
        await asyncio.sleep(0.12)

        assert early == []

    async def test_sleep_lasts_at_least_as_long_as_it_says(self) -> None:
        for seconds in (0.0005, 0.002, 0.02):
            begun = time.monotonic()
            await asyncio.sleep(seconds)
            assert time.monotonic() - begun >= seconds

    async def test_what_is_ready_runs_in_the_order_it_came(self) -> None:
        order: list[int] = []
        for number in range(200):
            loop().call_soon(order.append, number)
        await eventually(lambda: len(order) == 200)

        assert order == list(range(200))

    async def test_a_cancelled_call_leaves_no_timer(self) -> None:
        before = timers()
        handles = [loop().call_later(3600, print) for _ in range(100)]
        assert timers() == before + 100

        for handle in handles:
            handle.cancel()
            handle.cancel()

        assert timers() == before

    async def test_a_timeout_that_was_not_needed_leaves_no_timer(self) -> None:
        before = timers()
        for _ in range(50):
            async with asyncio.timeout(3600):
                await asyncio.sleep(0)

        assert timers() <= before + 1

    async def test_a_cancelled_call_is_never_made(self) -> None:
        made: list[str] = []
        soon, later = loop().call_soon(made.append, "soon"), loop().call_later(0.001, made.append, "later")
        soon.cancel()
        later.cancel()
        await asyncio.sleep(0.01)

        assert made == []

    async def test_a_past_time_is_now(self) -> None:
        made: list[str] = []
        loop().call_at(loop().time() - 5, made.append, "made")
        await eventually(lambda: made)

    async def test_a_call_has_the_context_it_was_given(self) -> None:
        colour: contextvars.ContextVar[str] = contextvars.ContextVar("colour", default="none")
        context = contextvars.copy_context()
        context.run(colour.set, "blue")
        seen: list[str] = []
        loop().call_soon(lambda: seen.append(colour.get()), context=context)
        loop().call_later(0.001, lambda: seen.append(colour.get()), context=context)
        await eventually(lambda: len(seen) == 2)

        assert seen == ["blue", "blue"]


@anyio
class TestNestedLoops:
    async def test_other_tasks_go_on_while_a_step_runs_a_loop_of_its_own(self) -> None:
        steps: list[int] = []

        async def other() -> None:
            for number in range(20):
                steps.append(number)
                await asyncio.sleep(0.001)

        task = loop().create_task(other())
        await asyncio.sleep(0)
        spin(100)
        during = len(steps)
        await task

        assert during == 20
        assert steps == list(range(20))

    async def test_the_step_that_ran_it_is_still_the_current_task(self) -> None:
        mine = asyncio.current_task()
        loop().create_task(asyncio.sleep(0.001))
        spin(20)

        assert asyncio.current_task() is mine
        async with asyncio.timeout(5):
            await asyncio.sleep(0.001)

    async def test_an_error_inside_is_told_and_the_step_goes_on(self) -> None:
        told: list[object] = []
        loop().set_exception_handler(lambda _, context: told.append(context["exception"]))
        loop().call_soon(lambda: 1 // 0)
        spin(20)

        assert isinstance(told[0], ZeroDivisionError)
        assert asyncio.current_task() is not None

    async def test_two_levels_deep(self) -> None:
        done: list[str] = []

        async def inner(name: str) -> None:
            await asyncio.sleep(0.001)
            spin(10)
            await asyncio.sleep(0.001)
            done.append(name)

        tasks = [loop().create_task(inner(name)) for name in "abc"]
        spin(60)
        await asyncio.gather(*tasks)

        assert sorted(done) == ["a", "b", "c"]


@anyio
class TestTurns:
    async def test_workers_stand_aside_while_a_step_runs_and_go_on_while_it_waits(self) -> None:
        done, is_through = [], threading.Event()

        def work() -> None:
            done.extend(SCREEN.giving(range(3)))
            asyncio_loop.call_soon_threadsafe(finished.set)
            is_through.set()

        asyncio_loop, finished = asyncio.get_running_loop(), asyncio.Event()
        await asyncio.sleep(0.01)
        worker = threading.Thread(target=work)
        worker.start()
        busy_until = time.monotonic() + right_of_way._LONGEST / 2
        while time.monotonic() < busy_until:
            assert done == []
        await finished.wait()
        worker.join()
        assert done == [0, 1, 2]


@anyio
class TestThreads:
    async def test_work_is_done_beside_the_window(self) -> None:
        name = await loop().run_in_executor(None, lambda: threading.current_thread().name)

        assert name.startswith("portdesk")
        assert await asyncio.to_thread(threading.get_ident) != threading.get_ident()

    async def test_an_error_in_a_thread_comes_back(self) -> None:
        with pytest.raises(ZeroDivisionError):
            await asyncio.to_thread(lambda: 1 // 0)

    async def test_a_thread_can_call_in(self) -> None:
        called = asyncio.Event()
        await asyncio.to_thread(loop().call_soon_threadsafe, called.set)
        async with asyncio.timeout(5):
            await called.wait()


@anyio
async def test_sockets_work() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await reader.readline())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, family=socket.AF_INET)
    host, port = server.sockets[0].getsockname()
    reader, writer = await asyncio.open_connection(host, port)
    writer.write("결제\n".encode())
    assert await reader.readline() == "결제\n".encode()
    writer.close()
    await writer.wait_closed()
    server.close()
    await server.wait_closed()


class TestShutdown:
    def run(self, qapp: QApplication, main: Callable[[], object]) -> object:
        with asyncio.Runner(loop_factory=lambda: AppLoop(qapp)) as runner:
            return runner.run(main())  # type: ignore[arg-type] # each main is a coroutine function

    def test_the_answer_comes_back(self, qapp: QApplication) -> None:
        async def main() -> int:
            await asyncio.sleep(0.001)
            return 7

        assert self.run(qapp, main) == 7
        assert self.run(qapp, main) == 7

    def test_tasks_left_over_are_cancelled_and_may_clean_up(self, qapp: QApplication) -> None:
        cleaned: list[str] = []

        async def left_over() -> None:
            try:
                await asyncio.sleep(3600)
            finally:
                await asyncio.sleep(0.001)
                cleaned.append("up")

        async def main() -> None:
            self.kept = asyncio.get_running_loop().create_task(left_over())
            await asyncio.sleep(0)

        self.run(qapp, main)

        assert cleaned == ["up"]
        assert self.kept.cancelled()

    def test_no_thread_stays(self, qapp: QApplication) -> None:
        async def main() -> None:
            await asyncio.to_thread(str)

        self.run(qapp, main)

        assert not [thread for thread in threading.enumerate() if thread.name.startswith("portdesk")]

    def test_an_error_of_main_comes_out(self, qapp: QApplication) -> None:
        async def main() -> None:
            await asyncio.sleep(0)
            raise ValueError("it broke")

        with pytest.raises(ValueError, match="it broke"):
            self.run(qapp, main)
