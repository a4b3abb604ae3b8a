"""Tasks live no longer than their owner, one of a name at a time, and never fail in silence."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject

from portdesk.qt.tasks import Tasks
from screen import delete_what_is_due, eventually, settled

pytestmark = pytest.mark.anyio


class Work:
    """Coroutines that can be watched."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.gate = asyncio.Event()

    async def wait(self, name: str) -> None:
        self.log.append(f"{name} begun")
        try:
            await self.gate.wait()
            self.log.append(f"{name} done")
        except asyncio.CancelledError:
            self.log.append(f"{name} cancelled")
            raise

    async def fail(self) -> None:
        raise ValueError("it broke")


@pytest.fixture
def owner(qapp: object) -> QObject:
    return QObject()


@pytest.fixture
def errors() -> list[Exception]:
    return []


@pytest.fixture
async def tasks(owner: QObject, errors: list[Exception]) -> Tasks:
    return Tasks(owner, errors.append)


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def silent_log() -> Iterator[None]:
    logging.getLogger("portdesk.qt.tasks").setLevel(logging.CRITICAL)
    yield
    logging.getLogger("portdesk.qt.tasks").setLevel(logging.NOTSET)


async def test_a_task_runs_and_is_forgotten(tasks: Tasks, work: Work) -> None:
    tasks.start("load", work.wait, "a")
    assert tasks.is_running("load")

    work.gate.set()
    await eventually(lambda: not tasks.is_running("load"))

    assert work.log == ["a begun", "a done"]


async def test_a_newer_task_replaces_an_older_one_of_the_same_name(tasks: Tasks, work: Work) -> None:
    tasks.start("load", work.wait, "old")
    await settled()
    tasks.start("load", work.wait, "new")
    await settled()
    assert tasks.is_running("load")

    work.gate.set()
    await eventually(lambda: not tasks.is_running("load"))

    assert work.log == ["old begun", "old cancelled", "new begun", "new done"]


async def test_the_end_of_an_older_task_does_not_forget_the_newer_one(tasks: Tasks, work: Work) -> None:
    stubborn = asyncio.Event()

    async def slow_to_stop() -> None:
        try:
            await work.gate.wait()
        finally:
            await stubborn.wait()

    tasks.start("load", slow_to_stop)
    await settled()
    tasks.start("load", work.wait, "new")
    await settled()
    stubborn.set()
    await settled()

    assert tasks.is_running("load")
    await tasks.end()


async def test_other_names_go_on(tasks: Tasks, work: Work) -> None:
    tasks.start("one", work.wait, "one")
    tasks.start("two", work.wait, "two")
    await settled()

    tasks.cancel("one")
    await settled()

    assert not tasks.is_running("one")
    assert tasks.is_running("two")
    await tasks.end()


@pytest.mark.usefixtures("silent_log")
async def test_what_goes_wrong_is_told_and_the_task_is_over(
    tasks: Tasks, work: Work, errors: list[Exception]
) -> None:
    tasks.start("load", work.fail)
    await eventually(lambda: not tasks.is_running("load"))

    assert [str(error) for error in errors] == ["it broke"]


@pytest.mark.usefixtures("silent_log")
async def test_what_goes_wrong_before_the_first_step_is_told_too(
    tasks: Tasks, errors: list[Exception]
) -> None:
    def cannot_begin() -> None:
        raise ValueError("wrong arguments")

    tasks.start("load", cannot_begin)  # type: ignore[arg-type] # that is the point
    await eventually(lambda: errors)

    assert str(errors[0]) == "wrong arguments"


async def test_the_log_names_the_kind_of_failure_in_constant_words(
    tasks: Tasks, work: Work, errors: list[Exception], caplog: pytest.LogCaptureFixture
) -> None:
    tasks.start("load", work.fail)
    await eventually(lambda: errors)

    assert [record.msg for record in caplog.records] == ["a task failed"]


async def test_cancelling_is_no_failure(tasks: Tasks, work: Work, errors: list[Exception]) -> None:
    tasks.start("load", work.wait, "a")
    await settled()
    tasks.cancel_all()
    await settled()

    assert work.log == ["a begun", "a cancelled"]
    assert errors == []


async def test_end_waits_until_everything_has_ended(tasks: Tasks, work: Work) -> None:
    cleaned_up = False

    async def tidy() -> None:
        nonlocal cleaned_up
        try:
            await work.gate.wait()
        finally:
            await asyncio.sleep(0.01)
            cleaned_up = True

    tasks.start("load", tidy)
    await settled()
    await tasks.end()

    assert cleaned_up


async def test_tasks_are_cancelled_with_their_owner(tasks: Tasks, work: Work, owner: QObject) -> None:
    tasks.start("load", work.wait, "a")
    await settled()

    owner.deleteLater()
    delete_what_is_due()
    await settled()

    assert work.log == ["a begun", "a cancelled"]


async def test_cancelling_what_does_not_run_is_harmless(tasks: Tasks) -> None:
    tasks.cancel("nothing")
    tasks.cancel_all()
    await tasks.end()
