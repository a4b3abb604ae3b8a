"""What a start does before its window is painted, and what waits until then."""

from __future__ import annotations

import logging
import os
import subprocess
import sys

from portdesk.app.early import EarlyRecords

LATER = (
    *("asyncio", "httpx", "keyring", "msgspec", "sqlite3", "PySide6.QtNetwork", "PySide6.QtWebEngineCore"),
    *("portdesk.domain.events", "portdesk.widgets.footer", "portdesk.widgets.kit.banner"),
)
PROBE = "import sys; from portdesk.app import main, life; print(*set(sys.argv[1:]) & set(sys.modules))"

APPLICATION = "from portdesk.app import life; print(life._application().style().objectName())"


def test_the_first_paint_waits_for_no_loop_network_or_database() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *LATER],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        check=True,
        text=True,
        timeout=30,
    )
    assert done.stdout.split() == []


def test_the_style_is_ours_whatever_the_desktop_would_have() -> None:
    done = subprocess.run(
        [sys.executable, "-c", APPLICATION],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "QT_STYLE_OVERRIDE": "Windows"},
        capture_output=True,
        check=True,
        text=True,
        timeout=30,
    )
    assert done.stdout.strip() == "fusion"


class Heard(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.events: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.events.append(record.getMessage())


def test_what_is_logged_before_there_is_a_log_gets_into_it() -> None:
    root, own = logging.getLogger(), logging.getLogger("portdesk")
    level = own.level
    early, log = EarlyRecords("INFO"), Heard()
    try:
        logging.getLogger("portdesk.app.frame").info("the window is shown")
        root.addHandler(log)
        early.hand_on()
        logging.getLogger("portdesk.app.frame").info("and more")
        early.hand_on()
    finally:
        root.removeHandler(log)
        root.removeHandler(early)
        own.setLevel(level)
    assert log.events == ["the window is shown", "and more"]
