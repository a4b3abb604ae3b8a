"""One program a folder: a later start wakes the first, a dead one is no obstacle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLockFile, QTimer
from pytestqt.qtbot import QtBot

from portdesk.app.instance import Instance, Standing

FIRST = """
import signal, sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication, QTimer
from portdesk.app.instance import Instance
app = QCoreApplication([])
instance = Instance(Path(sys.argv[1]))
instance.knocked.connect(lambda: print("knocked", flush=True))
standing = instance.stand()
instance.listen()
print(standing.value, flush=True)
if sys.argv[2] == "deaf":
    signal.pause()
app.exec()
"""
SECOND = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from portdesk.app.instance import Instance
app = QCoreApplication([])
instance = Instance(Path(sys.argv[1]))
print("at the door", flush=True)
print(instance.stand().value, flush=True)
instance.leave()
"""

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[subprocess.Popen[str]] = []

    def begin(program: str, *arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path / "data"), *arguments],
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def knocked(process: subprocess.Popen[str]) -> str:
    """What became of a second start."""
    assert line(process) == "at the door"
    return line(process)


@pytest.mark.skipif(sys.platform == "win32", reason="rests on POSIX signals")
class TestProcesses:
    def test_a_second_start_wakes_the_first(self, start: Start) -> None:
        first = start(FIRST, "awake")
        assert line(first) == "first"

        assert knocked(start(SECOND)) == "answered"
        assert line(first) == "knocked"
        assert knocked(start(SECOND)) == "answered"
        assert line(first) == "knocked"

    def test_where_the_first_does_not_answer_the_second_only_reads(self, start: Start) -> None:
        first = start(FIRST, "deaf")
        assert line(first) == "first"

        assert knocked(start(SECOND)) == "read only"
        assert first.poll() is None

    @pytest.mark.parametrize("manner", ["awake", "deaf"])
    def test_one_that_was_killed_is_no_obstacle(self, start: Start, manner: str) -> None:
        first = start(FIRST, manner)
        assert line(first) == "first"
        first.send_signal(signal.SIGKILL)
        first.wait(10)

        second = start(FIRST, "awake")
        assert line(second) == "first"
        assert knocked(start(SECOND)) == "answered"
        assert line(second) == "knocked"


class TestFolder:
    def test_leaving_makes_room(self, tmp_path: Path, qapp: object) -> None:
        first = Instance(tmp_path / "data")
        assert first.stand() is Standing.FIRST
        first.leave()

        second = Instance(tmp_path / "data")
        assert second.stand() is Standing.FIRST
        second.leave()

    def test_another_folder_is_another_program(self, tmp_path: Path, qapp: object) -> None:
        first, second = Instance(tmp_path / "a"), Instance(tmp_path / "b")

        assert (first.stand(), second.stand()) == (Standing.FIRST, Standing.FIRST)
        first.leave()
        second.leave()

    def test_where_no_lock_can_be_nobody_is_said_to_hold_it(self, tmp_path: Path, qapp: object) -> None:
        (tmp_path / "file").write_text("in the way")
        instance = Instance(tmp_path / "file" / "data")

        assert instance.stand() is Standing.FIRST
        instance.leave()

    def test_a_lock_held_without_a_server_means_reading_only(self, tmp_path: Path, qtbot: QtBot) -> None:
        folder = tmp_path / "data"
        folder.mkdir()
        lock = QLockFile(str(folder / "portdesk.lock"))
        assert lock.tryLock(0)

        instance = Instance(folder)
        assert instance.stand() is Standing.READ_ONLY
        instance.leave()
        lock.unlock()

    def test_one_that_does_not_listen_yet_is_knocked_at_again(
        self, tmp_path: Path, qtbot: QtBot, start: Start
    ) -> None:
        first = Instance(tmp_path / "data")
        assert first.stand() is Standing.FIRST
        second = start(SECOND)
        assert line(second) == "at the door"
        QTimer.singleShot(200, first.listen)  # by then it has found nobody
        with qtbot.waitSignal(first.knocked):
            pass
        first.leave()

        assert line(second) == "answered"

    @pytest.mark.skipif(sys.platform == "win32", reason="there are no modes on Windows")
    def test_the_folder_is_its_owners_alone(self, tmp_path: Path, qapp: object) -> None:
        Instance(tmp_path / "data")

        assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700
