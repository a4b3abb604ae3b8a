"""What lies on the clipboard outlives the program that put it there, and must not end it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from portdesk import widgets

COPIES = """
from PySide6.QtGui import QGuiApplication

from portdesk.qt.tables import Column
from portdesk.widgets.kit.copying import Copy

app = QGuiApplication([])
copy = Copy([Column(key="name", title="name", text=str, width=100)])
copy.add(["one", "two"])
QGuiApplication.clipboard().setMimeData(copy.data())
kept = QGuiApplication.clipboard().mimeData()
print(sorted(kept.formats()), kept.text().split())
"""


def test_a_program_that_has_copied_rows_ends_well() -> None:
    source = Path(widgets.__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", COPIES],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(source)},
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )

    assert done.stdout.strip() == "['text/html', 'text/plain'] ['one', 'two']"
    assert done.returncode == 0, done.stderr
