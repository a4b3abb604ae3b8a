"""The log: JSON lines that hold only what is on a list of harmless fields."""

from __future__ import annotations

import calendar
import contextlib
import json
import logging
import logging.handlers
import math
import os
import re
import sys
import time
import traceback
from collections.abc import Callable
from io import TextIOWrapper
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from portdesk.domain.plain import visible

FIELDS: Final = frozenset(
    {
        *("operation", "http_status", "code", "kind", "attempt", "seconds", "milliseconds"),
        *("rows", "pages", "changed", "requests", "window", "payment_status", "phase", "total"),
        *("schema", "step", "bytes", "version", "platform", "reason"),
    }
)
"""What a record may carry besides its words; anything else given as `extra` is left out."""

_TIME: Final = "%Y-%m-%dT%H:%M:%S"
_LONGEST: Final = 200
_LARGEST: Final = 10**12
_SCRUBBED: Final = "█"
_KEPT_FILES: Final = 5
_FILE_SIZE: Final = 2_000_000
_DAY: Final = 86_400
_DAYS_A_FILE: Final = 6
_DAYS_KEPT: Final = 24
"""Days a finished file is kept: with those it spans, no line grows older than thirty days."""
_SECRETS: Final = (
    re.compile(r"\d{13,}"),
    re.compile(r"(?i)bearer\s+\S+"),
    re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+"),
    re.compile(r"\b01[016789][ -]?\d{3,4}[ -]?\d{4}\b"),
    re.compile(r"\b\d{6}-?[1-8]\d{6}\b"),
    re.compile(r"\b[0-9a-f]{32,}\b"),
    re.compile(r"\b[0-9a-zA-Z]{60,}\b"),
)
_SPACED_CARD: Final = re.compile(r"\d(?:[ -]?\d){12,18}")

Leak = Callable[[str], None]


class Lines(logging.Formatter):
    """
    One record as one JSON object.

    Our own words are constants and stay as they are written, their arguments are left out. Of an
    exception only its type and the places in the code stay: its text may quote data. What other
    libraries log keeps only its level and origin. Behind all that stands a scrubber, which should
    never find anything; when it does it hands the scrubbed line to `on_leak`.
    """

    def __init__(self, on_leak: Leak | None = None) -> None:
        super().__init__()
        self._on_leak = on_leak

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": time.strftime(_TIME, time.gmtime(record.created)),
            "level": record.levelname,
            "from": record.name,
        }
        if record.name.partition(".")[0] == "portdesk" and isinstance(record.msg, str):
            line["event"] = _scrubbed(record.msg)
            line |= {name: _shown(vars(record)[name]) for name in FIELDS & vars(record).keys()}
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = type(record.exc_info[1]).__name__
            line["where"] = _places(record.exc_info[2])
        text = json.dumps(line, ensure_ascii=False)
        if _SCRUBBED in text and self._on_leak is not None:
            self._on_leak(text)
        return text


class PrivateFile(logging.handlers.RotatingFileHandler):
    """A rotating file that is its owner's alone from its first byte."""

    def _open(self) -> TextIOWrapper:
        file = os.open(self.baseFilename, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        if sys.platform != "win32":
            os.fchmod(file, 0o600)  # one that was there already may have been open to others
        os.close(file)
        return super()._open()


def start(folder: Path | None, level: str, on_leak: Leak | None = None) -> Callable[[], None]:
    """
    Log into `folder`, or to standard error when there is none; the answer ends it.

    A folder that cannot be used is no reason not to start: the window says what is wrong with it.
    """
    handler: logging.Handler = logging.StreamHandler()
    if folder is not None:
        with contextlib.suppress(OSError):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _forget_old(folder)
            handler = file = PrivateFile(
                folder / "portdesk.log", maxBytes=_FILE_SIZE, backupCount=_KEPT_FILES, encoding="utf-8"
            )
            if _days_since_first_line(folder / "portdesk.log") > _DAYS_A_FILE:
                file.doRollover()
    handler.setFormatter(Lines(on_leak))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("portdesk").setLevel(level)
    logging.captureWarnings(capture=True)

    def end() -> None:
        root.removeHandler(handler)
        handler.close()
        logging.captureWarnings(capture=False)

    return end


def _forget_old(folder: Path) -> None:
    for file in folder.glob("portdesk.log*"):
        if file.stat().st_mtime < time.time() - _DAYS_KEPT * _DAY:
            file.unlink()


def _days_since_first_line(file: Path) -> float:
    with file.open(encoding="utf-8", errors="replace") as lines:
        began = re.search(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", lines.readline(_LONGEST))
    if began is None:
        return 0.0
    return (time.time() - calendar.timegm(time.strptime(began[0], _TIME))) / _DAY


def _shown(value: Any) -> object:
    if isinstance(value, bool | None):
        return value
    if isinstance(value, float):
        # To the microsecond: more digits measure nothing and look like a card number.
        return round(value, 6) if math.isfinite(value) else str(value)
    if isinstance(value, int) and abs(value) < _LARGEST:
        return value
    return _scrubbed(visible(str(value), _LONGEST))


def _scrubbed(text: str) -> str:
    for secret in _SECRETS:
        text = secret.sub(_SCRUBBED, text)
    return _SPACED_CARD.sub(lambda found: _SCRUBBED if _fits_a_card(found[0]) else found[0], text)


def _fits_a_card(text: str) -> bool:
    """Luhn's check: the sum that every card number satisfies, and one other number in ten."""
    digits = [int(digit) for digit in reversed(text) if digit.isdecimal()]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _places(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)
    return [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames[-12:]]
