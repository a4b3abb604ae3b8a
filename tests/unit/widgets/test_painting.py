"""A painter that outlives its painting ends the one that paints next, and the program with it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from portdesk import widgets

SCENE = """
import sys
from array import array

from PySide6.QtCore import qInstallMessageHandler
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget

from portdesk.qt.marks import Mark
from portdesk.qt.tables import Column, PagedModel
from portdesk.widgets.footer import _Dot
from portdesk.widgets.header import Band
from portdesk.widgets.kit.badge import Badge
from portdesk.widgets.kit.search import SearchField
from portdesk.widgets.kit.table import TableView
from portdesk.widgets.kit.text import ElidedLabel
from portdesk.widgets.kit.working import Working

said, kept = [], []
qInstallMessageHandler(lambda kind, context, text: said.append(text))
app = QApplication([])
window = QWidget()
badge = Badge(window)
badge.show_status(Mark.DONE, "paid")
column = Column(key="name", title="name", text=str, width=100)
table = TableView(PagedModel([column], lambda ids: None, on_error=print, parent=window), window)
table._model.show(array("q", [1, 2]))
table._model._rows.update({1: "one", 2: "two"})
ours = [badge, ElidedLabel("text", window), Band(window), _Dot(window), SearchField(window), table]
layout = QVBoxLayout(window)
for widget in ours:
    layout.addWidget(widget)
    layout.addWidget(QLabel("Qt's own"))
ours.append(Working(table))
window.show()
ours[-1]._appear()
app.processEvents()
said.clear()  # what the platform has to say of itself
"""

KEPT = """
def keep(frame, event, argument):
    if event == "return" and frame.f_code.co_name == "paintEvent":
        kept.append(frame)

sys.setprofile(keep)
for _ in range(3):
    for widget in window.findChildren(QWidget):
        widget.update()
    app.processEvents()
sys.setprofile(None)
painted = {type(frame.f_locals["self"]) for frame in kept}
print(sorted(type(widget).__name__ for widget in ours if type(widget) not in painted), said)
"""

FAULT = """
from portdesk.widgets.kit import badge as module

faults = []
sys.excepthook = lambda *fault: faults.append(fault)
right, module.paint_mark = module.paint_mark, None
badge.update()
app.processEvents()
module.paint_mark = right
window.resize(window.width() + 50, window.height() + 50)
for widget in window.findChildren(QWidget):
    widget.update()
app.processEvents()
print([kind.__name__ for kind, *_ in faults], said)
"""


def told(act: str) -> tuple[int, str]:
    """The exit code of a window of our own widgets that does `act`, and what it says."""
    source = Path(widgets.__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", SCENE + act],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(source)},
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )
    return done.returncode, done.stdout.strip()


def test_no_painter_lives_as_long_as_the_frame_it_was_made_in() -> None:
    assert told(KEPT) == (0, "[] []")


def test_a_fault_in_a_painting_leaves_the_rest_of_the_window_to_be_painted() -> None:
    assert told(FAULT) == (0, "['TypeError'] []")
