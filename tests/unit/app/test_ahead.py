"""Qt's libraries are read beside Python's own work, and nothing is different for it but the time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from portdesk.app import ahead

PROBE = """
import json, sys, threading
from portdesk.app import ahead
with ahead.reading_libraries():
    pass
read = {line.split("/")[-1].strip() for line in open("/proc/self/maps") if "/" in line}
imported = sorted(name for name in sys.modules if name.startswith(("PySide6", "shiboken6")))
from PySide6.QtCore import QObject, QThread
from PySide6.QtWidgets import QApplication
app = QApplication([])
print(json.dumps({
    "missing": sorted({name.split("/")[-1] for name in ahead._LIBRARIES} - read),
    "fonts": any(name.startswith("libfontconfig") for name in read),
    "imported": imported,
    "main": app.thread() is QThread.currentThread() and QThread.isMainThread(),
    "threads": threading.active_count(),
}))
"""

PLAIN = """
import linecache
from portdesk.app import ahead
with ahead.reading_libraries():
    ahead.import_plainly()
    from portdesk.app import life
print(*(name for name in linecache.cache if "portdesk" in name))
"""


def probed() -> tuple[dict[str, Any], str]:
    done = subprocess.run(
        [sys.executable, "-c", PROBE],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        check=True,
        text=True,
        timeout=30,
    )
    return json.loads(done.stdout), done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="the others have linkers of their own")
def test_the_libraries_are_there_before_the_import_and_qt_takes_the_main_thread_for_its_own() -> None:
    told, complaints = probed()
    assert told == {"missing": [], "fonts": True, "imported": [], "main": True, "threads": 1}
    assert complaints == ""


def test_what_cannot_be_read_is_left_to_the_import(tmp_path: Path) -> None:
    ahead._read(tmp_path)


def test_importing_reads_nobody_s_source() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PLAIN],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        check=True,
        text=True,
        timeout=30,
    )
    assert done.stdout.split() == []
